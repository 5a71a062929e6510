import Scan
import Statistics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How many results have p at most x, against what chance alone gives: a panel for each mark.
enum PValueFigure {
  private static let panels = 6
  /// The scales reach down to 10 to the minus this.
  private static let decades = 6

  private struct Panel {
    var name: String
    var totals: ScanReport.TargetTotals

    /// The share of results with p at most 10^(−place ÷ places of a decade).
    func share(_ place: Int) -> Double { Double(totals.below[place]) / Double(totals.tests) }
  }

  static func make(_ report: ScanReport) -> Figure? {
    let all = zip(report.targets, report.targetTotals).filter { $1.tests > 0 }.map {
      Panel(name: NameBook.brief($0.name, limit: 60), totals: $1)
    }
    guard !all.isEmpty else { return nil }
    let shown = Array(all.prefix(panels))
    return Figure(
      identity: "p-values", title: "results with p at most x, against chance",
      description:
        "\(shown.count) panels, both scales logarithmic: the share of results whose p is at most x, over x; chance alone lies on the diagonal or below it.",
      note:
        "Shaded: at each x, where the share lies in 95 of 100 runs of as many results without marks and with uniform p (exact binomial limits)."
        + (all.count > shown.count
          ? " The first \(shown.count) of \(all.count) marks are drawn; the table has all." : ""),
      table: table(all)
    ) { layout in [draw(shown, layout)] }
  }

  private static func table(_ all: [Panel]) -> FigureTable {
    let powers = [1, 2, 3, 4, 6]
    return FigureTable(
      caption: "Share of results with p at most x",
      columns: [.text("mark"), .number("results")] + powers.map { .number("at most 1e-\($0)") },
      rows: all.map { panel in
        [panel.name, Shown.count(panel.totals.tests)]
          + powers.map { Shown.percent(panel.share($0 * ScanReport.TargetTotals.binsOfDecade)) }
      })
  }

  private static func draw(_ panels: [Panel], _ layout: Layout) -> Drawing {
    let columns = layout.isNarrow ? 1 : min(3, panels.count)
    let cell = layout.width / Double(columns)
    let side = min(cell - 66, layout.isNarrow ? 220 : 250)
    let height = side + 92
    let rows = (panels.count + columns - 1) / columns
    var drawing = Drawing(width: layout.width, height: height * Double(rows))
    let least = pow(10, -Double(decades))
    for (place, panel) in panels.enumerated() {
      let left = cell * Double(place % columns)
      let top = height * Double(place / columns)
      drawing.text(panel.name, left + 4, top + 14, within: cell - 12, isBold: true)
      let area = Drawing.Box(left: left + 48, top: top + 40, right: left + 48 + side, bottom: top + 40 + side)
      let ticks = (0...decades).map { pow(10, -Double($0)) }
      let plane = Plane(
        area: area, x: Scale(logarithmicFrom: least, to: 1, at: area.left, area.right),
        y: Scale(logarithmicFrom: least, to: 1, at: area.bottom, area.top), xTicks: ticks.reversed(),
        yTicks: ticks,
        xName: "p", yName: "share of results at or below it", xText: name, yText: name)
      let steps = decades * ScanReport.TargetTotals.binsOfDecade
      let values = (0...steps).map { pow(10, -Double($0) / Double(ScanReport.TargetTotals.binsOfDecade)) }
      let bounds = values.map { Self.limits($0, tests: panel.totals.tests) }
      let band =
        zip(values, bounds).map { plane.point($0, max(least, $1.lower)) }
        + zip(values, bounds).reversed().map { plane.point($0, max(least, $1.upper)) }
      drawing.add(.path(band, isClosed: true, .shade0))
      plane.draw(on: &drawing)
      drawing.line(area.left, area.bottom, area.right, area.top, .limit)
      let curve = values.indices.filter { panel.totals.below[$0] > 0 }.map {
        plane.point(values[$0], panel.share($0))
      }
      drawing.add(.path(curve, isClosed: false, .series(0)))
    }
    return drawing
  }

  /// The least and the greatest share of results at or below x that chance alone gives, but for one time in forty each.
  private static func limits(_ x: Double, tests: Int) -> (lower: Double, upper: Double) {
    let tail = log(0.025)
    guard x < 1,
      let above = try? Binomial(trials: tests, probability: x).smallestCount(logUpperTailAtMost: tail),
      let missing = try? Binomial(trials: tests, probability: 1 - x).smallestCount(logUpperTailAtMost: tail)
    else { return (x, x) }
    return (
      Double(max(0, tests - missing + 1)) / Double(tests),
      Double(min(tests, max(0, above - 1))) / Double(tests)
    )
  }

  private static func name(_ value: Double) -> String {
    value > 0.5 ? "1" : "1e-\(Int((-log10(value)).rounded()))"
  }
}
