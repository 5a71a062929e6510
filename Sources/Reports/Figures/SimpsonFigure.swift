import BiasMetrics
import Statistics

/// Each difference over all rows beside the same within the strata of the controls.
enum SimpsonFigure {
  static func make(
    _ pairs: [StratifiedDisparity], metric: RateMetric, plan: AuditPlan, controls: String, names: NameBook,
    identity: String
  ) -> Figure? {
    let found = pairs.filter { $0.metric == metric }
    guard !found.isEmpty else { return nil }
    let words = Shown.words(metric.rawValue)
    let rows = found.map { pair in
      RowPlot.Row(
        name: "\(names.values(pair.lower)) / \(names.values(pair.higher))",
        numbers: "\(Shown.decimal(pair.crudeDifference)) → \(Shown.decimal(pair.adjustedDifference))",
        value: pair.adjustedDifference, lower: pair.adjustedInterval?.lower,
        upper: pair.adjustedInterval?.upper,
        mark: pair.isReversed ? .square : .disc, ink: pair.isReversed ? .bad : .data,
        beside: pair.crudeDifference)
    }
    let reversed = found.count { $0.isReversed }
    var plot = RowPlot.differences(rows, delta: plan.differenceTolerance)
    plot.axis = "difference, higher minus lower over all rows"
    return Figure(
      identity: identity, title: "differences of the \(words), over all rows and within \(controls)",
      description:
        "\(found.count) pairs; in \(reversed) of them the strata point the other way than all rows (Simpson's paradox).",
      note:
        "Diamonds: over all rows; discs, with intervals: Mantel and Haenszel's common difference of the strata of \(controls). Where they lie apart, the strata explain that part of the difference; squares are pairs whose direction turns. A small p of Breslow and Day's test says that strata differ among themselves, so that one figure does not tell all.",
      table: FigureTable(
        caption: "Differences of the \(words), over all rows and within \(controls)",
        columns: [
          .text("lower"), .text("higher"), .number("strata"), .number("over all rows"),
          .number("within strata"),
          .interval(), .number("common odds ratio"), .number("p (Cochran–Mantel–Haenszel)"),
          .number("p, corrected"),
          .number("p of equal odds ratios"), .text("remark"),
        ],
        rows: found.map { pair in
          [
            names.values(pair.lower), names.values(pair.higher), "\(pair.strata)",
            Shown.decimal(pair.crudeDifference),
            Shown.decimal(pair.adjustedDifference), Shown.interval(pair.adjustedInterval),
            Shown.decimal(pair.commonOddsRatio), Shown.pValue(pair.independence?.p),
            Shown.pValue(pair.adjustedP),
            Shown.pValue(pair.homogeneity?.p), pair.isReversed ? "direction turns" : "",
          ]
        }), drawing: plot.drawings)
  }
}
