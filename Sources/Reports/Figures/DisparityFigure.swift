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
    let plot =
      isRatio
      ? RowPlot.ratios(
        found.map { row($0, result, names, value: $0.ratio, $0.ratioInterval) },
        tau: result.plan.ratioTolerance)
      : RowPlot.differences(
        found.map { row($0, result, names, value: $0.difference, $0.differenceInterval) },
        delta: result.plan.differenceTolerance)
    let tally = AuditVerdict.allCases.compactMap { verdict in
      let count = found.count { $0.verdict == verdict }
      return count > 0 ? "\(count) \(verdict.rawValue)" : nil
    }
    let table = FigureTable(
      caption: "\(figure)s of the \(words) by \(names.attributes(attributes))",
      columns: [
        .text("lower"), .text("higher"), .number("rows"), .number("difference"), .interval(),
        .number("ratio"), .interval(), .number("p"), .number("p, corrected"),
        .number("least detectable"), .number("rows needed"), .text("verdict"),
      ],
      rows: found.map { d in
        [
          names.values(d.lower), names.values(d.higher), sizes(d, result), Shown.decimal(d.difference),
          Shown.interval(d.differenceInterval), Shown.decimal(d.ratio), Shown.interval(d.ratioInterval),
          Shown.pValue(d.p), Shown.pValue(d.adjustedP), d.minimumDetectable.map { Shown.decimal($0) } ?? "",
          d.rowsNeeded.map { "\(Shown.count($0.lower)) / \(Shown.count($0.higher))" } ?? "",
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

  static func look(_ verdict: AuditVerdict) -> (Drawing.Mark, Drawing.Ink) {
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
}
