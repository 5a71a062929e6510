import BiasMetrics
import Statistics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Each group's selection rate against its rows, between the limits that chance alone would keep to.
///
/// Source: Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in Medicine 24 (2005).
enum FunnelFigure {
  private struct Point {
    var name: String
    var rows: Double
    var rate: Double
    var deviations: Double
  }

  static func make(_ result: AuditResult, names: NameBook, identity: String) -> Figure? {
    var points: [Point] = []
    let cells = result.groups.filter { $0.attributes == result.groups[0].attributes }
    let rates = cells.compactMap { $0.rates.first { $0.metric == .selectionRate } }
    let trials = rates.reduce(0) { $0 + $1.denominator }
    guard trials > 0 else { return nil }
    let common = rates.reduce(0) { $0 + $1.numerator } / trials
    guard common > 0, common < 1 else { return nil }
    for group in result.groups {
      guard let rate = group.rates.first(where: { $0.metric == .selectionRate }), rate.denominator > 0 else {
        continue
      }
      let deviation = (common * (1 - common) / rate.denominator).squareRoot()
      points.append(
        Point(
          name: names.group(group.attributes, group.values), rows: rate.denominator, rate: rate.value,
          deviations: (rate.value - common) / deviation))
    }
    guard points.count > 2 else { return nil }
    let outside = points.count { abs($0.deviations) > 3.090 }
    return Figure(
      identity: identity, title: "selection rates of all groups by their size",
      description:
        "\(points.count) groups; \(outside) lie outside the limits that chance keeps to in 99.8 of 100 groups.",
      note:
        "The line across is the rate of all, \(Shown.percent(common)); the funnel holds 95 % (inner) and 99.8 % (outer) of groups that do not differ. What lies within is no more than noise of few rows would make. Squares lie outside. Limits are of the normal approximation, which is rough below some ten rows.",
      table: FigureTable(
        caption: "selection rates of all groups by their size",
        columns: [
          .text("group"), .number("rows"), .number("selection rate"), .number("deviations from all"),
          .text("place"),
        ],
        rows: points.map { point in
          [
            point.name, Shown.count(point.rows), Shown.percent(point.rate),
            Shown.decimal(point.deviations, 2),
            abs(point.deviations) > 3.090
              ? "outside 99.8 %" : abs(point.deviations) > 1.960 ? "outside 95 %" : "within",
          ]
        })
    ) { layout in [draw(points, common, layout)] }
  }

  private static func draw(_ points: [Point], _ common: Double, _ layout: Layout) -> Drawing {
    var drawing = Drawing(width: layout.width, height: layout.isNarrow ? 300 : 360)
    let area = Drawing.Box(left: 50, top: 24, right: layout.width - 12, bottom: drawing.height - 44)
    let least = max(1, (points.map(\.rows).min() ?? 1) * 0.8)
    let most = max(least * 2, (points.map(\.rows).max() ?? 10) * 1.25)
    let top = RatesFigure.roundedUp(max(points.map(\.rate).max() ?? 1, min(1, common * 1.5)))
    let ticks = (0..<14).flatMap { power in [1.0, 2.0, 5.0].map { $0 * pow(10, Double(power)) } }
      .filter { $0 >= least && $0 <= most }
    let plane = Plane(
      area: area, x: Scale(logarithmicFrom: least, to: most, at: area.left, area.right),
      y: Scale(from: 0, to: top, at: area.bottom, area.top), xTicks: ticks,
      yTicks: Scale.ticks(from: 0, to: top, about: 5), xName: "rows (each step of the axis is a factor)",
      yName: "selection rate", xText: { Shown.count($0) },
      yText: { Shown.decimal($0 * 100, top < 0.05 ? 1 : 0) + " %" })
    plane.draw(on: &drawing)
    for (width, ink) in [(3.090, Drawing.Ink.axis), (1.960, .grid)] {
      for sign in [1.0, -1.0] {
        let curve = (0...60).map { step -> (x: Double, y: Double) in
          let rows = least * pow(most / least, Double(step) / 60)
          let limit = common + sign * width * (common * (1 - common) / rows).squareRoot()
          return plane.point(rows, limit)
        }
        drawing.add(.path(curve, isClosed: false, ink))
      }
    }
    drawing.line(area.left, plane.y(common), area.right, plane.y(common), .limit)
    let order = points.indices.sorted { (abs(points[$1].deviations), $0) < (abs(points[$0].deviations), $1) }
    for point in points {
      let at = plane.point(point.rows, point.rate)
      let isOutside = abs(point.deviations) > 3.090
      drawing.mark(isOutside ? .square : .disc, at.x, at.y, isOutside ? .bad : .data, radius: 3.5)
    }
    for index in order.prefix(8) where abs(points[index].deviations) > 3.090 {
      let at = plane.point(points[index].rows, points[index].rate)
      let name = FontMetric.fitted(points[index].name, within: layout.isNarrow ? 110 : 190, size: 11)
      _ = drawing.place(name, near: at.x, at.y, within: area)
    }
    return drawing
  }
}
