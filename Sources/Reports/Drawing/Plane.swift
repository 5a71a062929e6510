/// A plot of two scales with frame, ticks and names of its axes, within a larger drawing.
package struct Plane {
  package var area: Drawing.Box
  package var x: Scale
  package var y: Scale
  package var xTicks: [Double]
  package var yTicks: [Double]
  package var xName: String
  package var yName: String
  package var xText: (Double) -> String
  package var yText: (Double) -> String

  /// Draws the frame; the area leaves 44 units on its left, 36 below and 18 above it.
  package func draw(on drawing: inout Drawing) {
    for tick in yTicks {
      let place = y(tick)
      drawing.line(area.left, place, area.right, place, .grid)
      drawing.text(
        yText(tick), area.left - 6, place + 4, within: 40, anchor: .end, size: 11, isMuted: true)
    }
    var free = -Double.infinity
    for tick in xTicks {
      let place = x(tick)
      drawing.line(place, area.top, place, area.bottom + 4, .grid)
      let words = xText(tick)
      let half = FontMetric.width(words, size: 11) / 2
      let middle = min(max(place, half), drawing.width - half)
      guard middle - half > free else { continue }
      drawing.text(
        words, middle, area.bottom + 17, within: 2 * half + 1, anchor: .middle, size: 11, isMuted: true)
      free = middle + half + 4
    }
    drawing.add(.rectangle(area, .axis))
    drawing.text(
      xName, (area.left + area.right) / 2, area.bottom + 32, within: area.right - area.left, anchor: .middle,
      size: 11,
      isMuted: true)
    drawing.text(
      yName, max(2, area.left - 40), area.top - 10, within: area.right - max(2, area.left - 40), size: 11,
      isMuted: true)
  }

  /// A point, at the frame where it lies beyond.
  package func point(_ u: Double, _ v: Double) -> (x: Double, y: Double) { (x.clamped(u), y.clamped(v)) }
}
