extension Drawing {
  /// The shapes of marks: what they say is never said by colour alone.
  package enum Mark: Sendable {
    case disc, ring, square, diamond, cross
  }

  package mutating func mark(_ mark: Mark, _ x: Double, _ y: Double, _ ink: Ink, radius: Double = 4.5) {
    switch mark {
    case .disc: add(.circle(x: x, y: y, radius: radius, ink))
    case .ring: add(.circle(x: x, y: y, radius: radius, .hollow))
    case .square:
      add(.rectangle(Box(left: x - radius, top: y - radius, right: x + radius, bottom: y + radius), ink))
    case .diamond:
      let reach = radius * 1.3
      add(.path([(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)], isClosed: true, ink))
    case .cross:
      line(x - radius, y - radius, x + radius, y + radius, .axis)
      line(x - radius, y + radius, x + radius, y - radius, .axis)
    }
  }

  /// An interval with ends; an end beyond the scale is an arrow.
  package mutating func interval(
    _ lower: Double, _ upper: Double, y: Double, from left: Double, to right: Double, _ ink: Ink
  ) {
    let (x1, x2) = (min(max(lower, left), right), min(max(upper, left), right))
    line(x1, y, x2, y, ink)
    for (x, isBeyond, inwards) in [(x1, lower < left, 5.0), (x2, upper > right, -5.0)] {
      if isBeyond {
        line(x, y, x + inwards, y - 4, ink)
        line(x, y, x + inwards, y + 4, ink)
      } else {
        line(x, y - 4, x, y + 4, ink)
      }
    }
  }
}
