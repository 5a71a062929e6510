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
    let rowsOf = rows(found, result)
    let sizes = found.map { d in
      [d.lower, d.higher].map { rowsOf[$0].map { Shown.count($0) } ?? "—" }.joined(separator: " / ")
    }
    let order = AuditVerdict.byGravity
    let drawn = RowPlot.drawn(found) { a, b in
      let (x, y) = (order.firstIndex(of: a.verdict) ?? 0, order.firstIndex(of: b.verdict) ?? 0)
      return x == y ? a.difference > b.difference : x < y
    }
    let plot =
      isRatio
      ? RowPlot.ratios(
        drawn.map { row(found[$0], sizes[$0], names, value: found[$0].ratio, found[$0].ratioInterval) },
        tau: result.plan.ratioTolerance)
      : RowPlot.differences(
        drawn.map {
          row(found[$0], sizes[$0], names, value: found[$0].difference, found[$0].differenceInterval)
        },
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
      rows: zip(found, sizes).map { d, sizes in
        [
          names.values(d.lower), names.values(d.higher), sizes, Shown.decimal(d.difference),
          Shown.interval(d.differenceInterval), Shown.decimal(d.ratio), Shown.interval(d.ratioInterval),
          Shown.pValue(d.p), Shown.pValue(d.adjustedP), d.minimumDetectable.map { Shown.decimal($0) } ?? "",
          d.rowsNeeded.map { "\(Shown.count($0.lower)) / \(Shown.count($0.higher))" } ?? "",
          d.verdict.rawValue
            + (d.verdict == .notEstimable
              ? ": " + Sentence.reason(d, minimumCount: result.plan.minimumCount, names) { rowsOf[$0] } : ""),
        ]
      })
    return Figure(
      identity: identity, title: "\(figure) of the \(words) by \(names.attributes(attributes))",
      description: "\(found.count) comparisons: \(tally.joined(separator: ", ")).",
      note:
        "Square: disparity; disc: within the tolerance; ring: inconclusive; cross: not estimable. Lines are intervals "
        + (result.plan.correction == .holm
          ? "that hold at once for all \(result.familySize) comparisons of the audit at \(level)."
          : "at the levels that Benjamini and Hochberg's rule allows: of the verdicts of a kind among all \(result.familySize) comparisons of the audit, a share of at most \(Shown.short(result.plan.alpha)) is expected to be false.")
        + RowPlot.remark(drawn: drawn.count, of: found.count, "gravest comparisons"),
      table: table, drawing: plot.drawings)
  }

  /// The rows of each group that the comparisons, all of the same attributes and metric, are about.
  private static func rows(_ found: [Disparity], _ result: AuditResult) -> [[String]: Double] {
    guard let first = found.first else { return [:] }
    var rows: [[String]: Double] = [:]
    for group in result.groups where group.attributes == first.attributes {
      rows[group.values] = group.rates.first { $0.metric == first.metric }?.denominator
    }
    return rows
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
    _ d: Disparity, _ sizes: String, _ names: NameBook, value: Double, _ interval: ConfidenceInterval?
  ) -> RowPlot.Row {
    let (mark, ink) = look(d.verdict)
    let isAbsent = d.verdict == .notEstimable
    return RowPlot.Row(
      name: "\(names.values(d.lower)) / \(names.values(d.higher))",
      numbers: "\(Shown.decimal(value, 2))  n \(sizes)", value: isAbsent ? .nan : value,
      lower: interval?.lower, upper: interval?.upper, mark: mark, ink: ink, absence: "not estimable")
  }
}
