import Scan

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The p-values of one target against those that chance gives: a calibration picture that anybody can check.
enum ChanceFigure {
  /// Points of a curve.
  private static let points = 200

  static func make(_ target: ScanReport.Target, identity: String) -> Figure? {
    let sorted = target.log10PValues.sorted()
    guard sorted.count >= 2 else { return nil }
    let count = Double(sorted.count)
    // Ranks at even steps of their logarithm: the small p-values are what matters.
    var ranks: [Int] = []
    for step in 0..<points {
      let rank = Int(pow(count, Double(step) / Double(points - 1)).rounded()) - 1
      if rank >= 0, rank < sorted.count, ranks.last != rank { ranks.append(rank) }
    }
    let curve = ranks.map { (expected: -log10((Double($0) + 0.5) / count), observed: -sorted[$0]) }
    let name = printableText("\(target.profile)\(target.keyID.isEmpty ? "" : " under key \(target.keyID)")")
    let shares = [0.5, 0.1, 0.01, 0.001, 1e-6]
    let table = FigureTable(
      caption: "tests at or below a p-value", columns: [.text("p"), .number("by chance"), .number("seen")],
      rows: shares.map { share in
        let seen = sorted.count { $0 <= log10(share) }
        return ["\(share)", Shown.decimal(share * count, share * count < 10 ? 2 : 0), Shown.count(seen)]
      })
    return Figure(
      identity: identity, title: "\(target.scheme == "" ? "" : printableText(target.scheme) + ": ")\(name)",
      description:
        "The sorted p-values of \(Shown.count(sorted.count)) tests against the quantiles of the uniform distribution, both as minus log10.",
      note:
        "Unmarked records lie on the line or below it: p-values of counts are never too small by chance alone. Points far above it at the right are marked records; a whole curve above the line would mean that the null model does not hold for this material.",
      table: table
    ) { layout in [draw(curve, layout)] }
  }

  private static func draw(_ curve: [(expected: Double, observed: Double)], _ layout: Layout) -> Drawing {
    let height = layout.isNarrow ? 270.0 : 340.0
    var drawing = Drawing(width: layout.width, height: height)
    let area = Drawing.Box(left: 50, top: 24, right: layout.width - 14, bottom: height - 44)
    let right = max(1, (curve.map(\.expected).max() ?? 1) * 1.05)
    // The line of chance shall not be squeezed to the ground by a few very sure marks.
    let top = max(right, min(curve.map(\.observed).max() ?? 1, right * 4))
    let plane = Plane(
      area: area, x: Scale(from: 0, to: right, at: area.left, area.right),
      y: Scale(from: 0, to: top, at: area.bottom, area.top),
      xTicks: Scale.ticks(from: 0, to: right, about: 5),
      yTicks: Scale.ticks(from: 0, to: top, about: 5), xName: "minus log10 p, expected by chance",
      yName: "minus log10 p, seen", xText: { Shown.decimal($0, 1) }, yText: { Shown.decimal($0, 1) })
    plane.draw(on: &drawing)
    let end = min(right, top)
    let (from, to) = (plane.point(0, 0), plane.point(end, end))
    drawing.line(from.x, from.y, to.x, to.y, .limit)
    let places = curve.map { plane.point($0.expected, $0.observed) }
    drawing.add(.path(places, isClosed: false, .data))
    for (place, point) in zip(places, curve) where point.observed > top {
      drawing.mark(.diamond, place.x, area.top + 6, .data, radius: 3)
    }
    return drawing
  }
}
