/// A drawing in units of a pixel at its natural size: shapes in painting order and texts with boxes that are known.
///
/// Nothing is measured by a browser, so that what overflows or overlaps is found where the drawing is made.
package struct Drawing: Sendable {
  /// What a shape is painted with; the page's style sheet knows the colours of both schemes.
  package enum Ink: String, CaseIterable, Sendable {
    /// Lines behind everything.
    case grid
    /// Axes and frames.
    case axis
    /// Marks of data.
    case data
    /// Marks of data that are filled with paper.
    case hollow
    /// The line of a tolerance.
    case limit
    /// The region that is tolerated.
    case band
    /// Lines across a region whose rows are too few.
    case hatch
    /// A mark of a disparity.
    case bad
    /// A mark of what is within the tolerance.
    case good
    /// Paper, over what lies behind.
    case paper
    /// Steps of a tint, for heat maps.
    case tint0, tint1, tint2, tint3, tint4
    /// Series of curves.
    case series0, series1, series2, series3, series4, series5
    /// Fills beneath the curves.
    case shade0, shade1, shade2, shade3, shade4, shade5

    static func tint(_ step: Int) -> Ink { [tint0, tint1, tint2, tint3, tint4][min(4, max(0, step))] }
    static func series(_ place: Int) -> Ink {
      [series0, series1, series2, series3, series4, series5][place % 6]
    }
    static func shade(_ place: Int) -> Ink { [shade0, shade1, shade2, shade3, shade4, shade5][place % 6] }
  }

  /// Where a text stands relative to its point.
  package enum Anchor: String, Sendable { case start, middle, end }

  /// A text; `y` is its baseline.
  package struct Label: Sendable {
    package var x: Double
    package var y: Double
    package var words: String
    package var size: Double
    package var anchor: Anchor
    package var isBold: Bool
    package var isMuted: Bool

    /// The box that it covers at most.
    package var box: Box {
      let width = FontMetric.width(words, size: size, isBold: isBold)
      let left = anchor == .start ? x : anchor == .middle ? x - width / 2 : x - width
      return Box(left: left, top: y - 0.8 * size, right: left + width, bottom: y + 0.25 * size)
    }
  }

  /// A rectangle.
  package struct Box: Hashable, Sendable {
    package var left: Double
    package var top: Double
    package var right: Double
    package var bottom: Double

    package init(left: Double, top: Double, right: Double, bottom: Double) {
      (self.left, self.top, self.right, self.bottom) = (left, top, right, bottom)
    }

    package func overlaps(_ other: Box) -> Bool {
      left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }
    package func lies(within other: Box) -> Bool {
      left >= other.left && right <= other.right && top >= other.top && bottom <= other.bottom
    }
  }

  /// A shape.
  package enum Shape: Sendable {
    case line(x1: Double, y1: Double, x2: Double, y2: Double, Ink)
    case rectangle(Box, Ink)
    case circle(x: Double, y: Double, radius: Double, Ink)
    case path([(x: Double, y: Double)], isClosed: Bool, Ink)
  }

  /// The width.
  package let width: Double
  /// The height.
  package let height: Double
  /// Shapes in painting order.
  package private(set) var shapes: [Shape] = []
  /// Texts, painted last.
  package private(set) var labels: [Label] = []

  package init(width: Double, height: Double) { (self.width, self.height) = (width, height) }

  /// All of it.
  package var frame: Box { Box(left: 0, top: 0, right: width, bottom: height) }

  package mutating func add(_ shape: Shape) { shapes.append(shape) }

  package mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ ink: Ink) {
    shapes.append(.line(x1: x1, y1: y1, x2: x2, y2: y2, ink))
  }

  /// A text cut to a width.
  package mutating func text(
    _ words: String, _ x: Double, _ y: Double, within limit: Double, anchor: Anchor = .start,
    size: Double = 12,
    isBold: Bool = false, isMuted: Bool = false
  ) {
    let fitted = FontMetric.fitted(words, within: limit, size: size, isBold: isBold)
    guard !fitted.isEmpty else { return }
    labels.append(
      Label(x: x, y: y, words: fitted, size: size, anchor: anchor, isBold: isBold, isMuted: isMuted))
  }

  /// A text beside a point, where there is room that no text has taken; false where there is none.
  package mutating func place(
    _ words: String, near x: Double, _ y: Double, within area: Box, size: Double = 11
  ) -> Bool {
    let shifts: [(Double, Double, Anchor)] = [
      (7, 4, .start), (-7, 4, .end), (0, -7, .middle), (0, 15, .middle), (7, -6, .start), (-7, -6, .end),
      (7, 14, .start), (-7, 14, .end),
    ]
    for (right, down, anchor) in shifts {
      let label = Label(
        x: x + right, y: y + down, words: words, size: size, anchor: anchor, isBold: false, isMuted: false)
      let box = label.box
      if box.lies(within: area), !labels.contains(where: { $0.box.overlaps(box) }) {
        labels.append(label)
        return true
      }
    }
    return false
  }

  /// Diagonal lines across a box, which say "too few" without a colour.
  package mutating func hatch(_ box: Box, every step: Double = 7) {
    let (width, height) = (box.right - box.left, box.bottom - box.top)
    var shift = step
    while shift < width + height {
      let (x1, y1) = shift <= height ? (box.left, box.top + shift) : (box.left + shift - height, box.bottom)
      let (x2, y2) = shift <= width ? (box.left + shift, box.top) : (box.right, box.top + shift - width)
      line(x1, y1, x2, y2, .hatch)
      shift += step
    }
  }
}
