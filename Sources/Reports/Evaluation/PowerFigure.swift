import Evaluation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Power against length, a panel for each rate of false positives and a curve for each strength, before the region that theory leaves.
enum PowerFigure {
  static let width = 900.0
  static let panelHeight = 250.0

  /// Up to six strengths are drawn: as many as there are kinds of lines.
  static func drawing(_ report: EvaluationReport) -> Drawing? {
    let strengths = Array(report.strengths.prefix(6))
    let rows = report.result.power.filter { $0.weighting == .plain && $0.power.texts > 0 }
    let rates = Array(report.rates.prefix(3))
    guard let least = rows.map(\.length).min(), let greatest = rows.map(\.length).max(), !rates.isEmpty else {
      return nil
    }
    let (low, high) = (
      Double(least) * (least == greatest ? 0.5 : 0.9), Double(greatest) * (least == greatest ? 2 : 1.1)
    )
    let keyHeight = 22.0 * Double((strengths.count + 2) / 3) + 24
    var drawing = Drawing(width: width, height: panelHeight + keyHeight)
    let step = width / Double(rates.count)
    for (panel, rate) in rates.enumerated() {
      let left = step * Double(panel) + 48
      let area = Drawing.Box(
        left: left, top: 34, right: step * Double(panel + 1) - 14, bottom: panelHeight - 42)
      let lengths = Set(rows.map { Double($0.length) }).sorted()
      let plane = Plane(
        area: area, x: Scale(logarithmicFrom: low, to: high, at: area.left, area.right),
        y: Scale(from: 0, to: 1, at: area.bottom, area.top), xTicks: lengths,
        yTicks: [0, 0.25, 0.5, 0.75, 1],
        xName: "tokens", yName: "found, at a rate of false positives of \(EvaluationReport.name(rate: rate))",
        xText: { Shown.short($0) }, yText: { Shown.perHundred($0) + " %" })
      let curves = strengths.map { strength in
        rows.filter { $0.strength == strength && $0.falsePositiveRate == rate }.sorted {
          $0.length < $1.length
        }
      }
      for (series, curve) in curves.enumerated() {
        let lower = curve.map { plane.point(Double($0.length), $0.leastPower ?? 0) }
        let upper = curve.map { plane.point(Double($0.length), $0.greatestPower ?? 1) }
        if curve.count > 1 { drawing.add(.path(lower + upper.reversed(), isClosed: true, .shade(series))) }
      }
      plane.draw(on: &drawing)
      for (series, curve) in curves.enumerated() {
        let points = curve.map { plane.point(Double($0.length), $0.power.share) }
        drawing.add(.path(points, isClosed: false, .series(series)))
        for (row, point) in zip(curve, points) {
          let (bottom, top) = (
            plane.y.clamped(row.power.interval.lower), plane.y.clamped(row.power.interval.upper)
          )
          // Curves' whiskers stand beside each other.
          let x = point.x + Double(series) * 2 - Double(curves.count - 1)
          drawing.line(x, bottom, x, top, .series(series))
          drawing.add(.circle(x: point.x, y: point.y, radius: 3, .series(series)))
        }
      }
    }
    for (series, strength) in strengths.enumerated() {
      let (x, y) = (48 + Double(series % 3) * 280, panelHeight + 12 + 22 * Double(series / 3))
      drawing.line(x, y, x + 34, y, .series(series))
      drawing.text(EvaluationReport.name(strength), x + 42, y + 4, within: 230)
    }
    drawing.text(
      "Whiskers: 95 % intervals. Shaded: from what Kirchenbauer's theorem promises for the measured entropy to what no test can exceed.",
      48, panelHeight + keyHeight - 8, within: width - 60, size: 11, isMuted: true)
    return drawing
  }
}

/// Power after edits, a row for each, in all of the text and in the best window.
enum AttackFigure {
  /// The edits of one strength at one rate.
  static func drawing(
    _ report: EvaluationReport, strength: EvaluationPlan.Strength, rate: Double
  ) -> Drawing? {
    let found = report.result.attacks.filter { $0.strength == strength && $0.falsePositiveRate == rate }
    guard !found.isEmpty else { return nil }
    let rows = found.map { row in
      let isWindow = row.window.share > row.whole.share
      let best = isWindow ? row.window : row.whole
      return RowPlot.Row(
        name: "\(row.attack)" + (row.isRepaired ? ", repaired" : ""),
        numbers: "\(best.found) of \(best.texts)" + (isWindow ? ", best window" : ""), value: best.share,
        lower: best.interval.lower, upper: best.interval.upper, mark: isWindow ? .square : .disc, ink: .data,
        beside: isWindow ? row.whole.share : row.window.share)
    }
    let plot = RowPlot(
      rows: rows, least: 0, greatest: 1, ticks: [0, 0.25, 0.5, 0.75, 1],
      tickText: { Shown.perHundred($0) + " %" },
      axis: "\(EvaluationReport.name(strength)), at \(EvaluationReport.name(rate: rate)); square: best window"
    )
    return plot.whole(.wide)
  }
}

extension EvaluationReport {
  /// Power against length as an SVG file; nil without power.
  public func powerFigure() -> String? {
    PowerFigure.drawing(self)?.file(
      title: "Share of marked texts in which the mark is found, by length",
      description:
        "\(strengths.count) strengths at \(rates.count) rates of false positives; the numbers are in the table."
    )
  }

  /// Power after edits as an SVG file, for the first strength at the middle rate; nil without edits.
  public func attackFigure() -> String? {
    guard let strength = strengths.first, !rates.isEmpty else { return nil }
    return AttackFigure.drawing(self, strength: strength, rate: rates[rates.count / 2])?.file(
      title: "Share of marked texts in which the mark is found after edits, \(Self.name(strength))",
      description: "A row for each edit; the numbers are in the table.")
  }
}
