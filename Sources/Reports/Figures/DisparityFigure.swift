import BiasMetrics
import Statistics

/// Every comparison of one metric: ratios on a logarithmic axis, or differences, beside the lines of tolerance.
enum DisparityFigure {
  static func make(
    _ result: AuditResult, attributes: [String], metric: RateMetric, names: NameBook, identity: String
  ) -> Figure? {
    let found = result.disparities.filter { $0.attributes == attributes && $0.metric == metric }
    guard !found.isEmpty else { return nil }
    let words = Shown.words(metric.rawValue)
    let level = Shown.level(1 - result.plan.alpha)
    let isRatio = metric == .selectionRate
    let figure = isRatio ? "ratio" : "difference"
    let plot = isRatio ? ratios(found, result, names) : differences(found, result, names)
    let tally = AuditVerdict.allCases.compactMap { verdict in
      let count = found.count { $0.verdict == verdict }
      return count > 0 ? "\(count) \(verdict.rawValue)" : nil
    }
    let table = FigureTable(
      caption: "\(figure)s of the \(words) by \(names.attributes(attributes))",
      columns: [
        .text("lower"), .text("higher"), .number("rows"), .number("difference"), .interval(),
        .number("ratio"), .interval(), .number("p"), .number("p, corrected"), .text("verdict"),
      ],
      rows: found.map { d in
        [
          names.values(d.lower), names.values(d.higher), sizes(d, result), Shown.decimal(d.difference),
          Shown.interval(d.differenceInterval), Shown.decimal(d.ratio), Shown.interval(d.ratioInterval),
          Shown.pValue(d.p), Shown.pValue(d.adjustedP),
          d.verdict.rawValue + (d.verdict == .notEstimable ? ": " + Sentence.reason(d, result, names) : ""),
        ]
      })
    return Figure(
      identity: identity, title: "\(figure) of the \(words) by \(names.attributes(attributes))",
      description: "\(found.count) comparisons: \(tally.joined(separator: ", ")).",
      note:
        "Square: disparity; disc: within the tolerance; ring: inconclusive; cross: not estimable. Lines are intervals that hold at once for all \(result.familySize) comparisons of the audit at \(level).",
      table: table, drawing: plot.drawings)
  }

  /// The rows of the two groups.
  static func sizes(_ d: Disparity, _ result: AuditResult) -> String {
    [d.lower, d.higher].map { values in
      let group = result.groups.first { $0.attributes == d.attributes && $0.values == values }
      let rate = group?.rates.first { $0.metric == d.metric }
      return rate.map { Shown.count($0.denominator) } ?? "—"
    }.joined(separator: " / ")
  }

  private static func look(_ verdict: AuditVerdict) -> (Drawing.Mark, Drawing.Ink) {
    switch verdict {
    case .disparity: (.square, .bad)
    case .withinTolerance: (.disc, .good)
    case .inconclusive: (.ring, .hollow)
    case .notEstimable: (.cross, .axis)
    }
  }

  private static func row(
    _ d: Disparity, _ result: AuditResult, _ names: NameBook, value: Double, _ interval: ConfidenceInterval?
  ) -> RowPlot.Row {
    let (mark, ink) = look(d.verdict)
    let isAbsent = d.verdict == .notEstimable
    return RowPlot.Row(
      name: "\(names.values(d.lower)) / \(names.values(d.higher))",
      numbers: "\(Shown.decimal(value, 2))  n \(sizes(d, result))", value: isAbsent ? .nan : value,
      lower: interval?.lower, upper: interval?.upper, mark: mark, ink: ink, absence: "not estimable")
  }

  private static func ratios(_ found: [Disparity], _ result: AuditResult, _ names: NameBook) -> RowPlot {
    let tau = result.plan.ratioTolerance
    let bounds = found.compactMap(\.ratioInterval).flatMap { [$0.lower, $0.upper] } + found.map(\.ratio)
    let usable = bounds.filter { $0.isFinite && $0 > 0 }
    let least = min(tau * 0.8, max(0.02, (usable.min() ?? 0.5) * 0.9))
    let greatest = max(1.25 / tau, min(50, (usable.max() ?? 1.5) * 1.1))
    return RowPlot(
      rows: found.map { row($0, result, names, value: $0.ratio, $0.ratioInterval) }, least: least,
      greatest: greatest, isLogarithmic: true,
      ticks: Scale.logarithmicTicks(from: least, to: greatest),
      tickText: { Shown.short($0) }, band: (tau, 1 / tau),
      limits: [(tau, Shown.short(tau)), (1, "equal"), (1 / tau, Shown.short(1 / tau))],
      axis: "lower rate over higher rate")
  }

  private static func differences(_ found: [Disparity], _ result: AuditResult, _ names: NameBook) -> RowPlot {
    let delta = result.plan.differenceTolerance
    let bounds =
      found.compactMap(\.differenceInterval).flatMap { [$0.lower, $0.upper] } + found.map(\.difference)
    let usable = bounds.filter(\.isFinite)
    let least = min(-1.3 * delta, (usable.min() ?? 0) * 1.05)
    let greatest = max(1.3 * delta, (usable.max() ?? 0) * 1.05)
    return RowPlot(
      rows: found.map { row($0, result, names, value: $0.difference, $0.differenceInterval) },
      least: max(-1, least), greatest: min(1, greatest),
      ticks: Scale.ticks(from: max(-1, least), to: min(1, greatest), about: 5),
      tickText: { Shown.decimal($0, 2) }, band: (-delta, delta),
      limits: [(-delta, "−\(Shown.short(delta))"), (0, "equal"), (delta, Shown.short(delta))],
      axis: "higher rate minus lower rate")
  }
}
