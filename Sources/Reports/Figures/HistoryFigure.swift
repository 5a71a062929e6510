import BiasMetrics
import Statistics

/// The comparison that a card tells, in earlier audits and in this one.
enum HistoryFigure {
  static func make(
    _ history: AuditHistory, _ result: AuditResult, controls: [String: String], attributes: [String],
    metric: RateMetric, names: NameBook, among: String, identity: String
  ) -> Figure? {
    let found = result.disparities.filter { $0.attributes == attributes && $0.metric == metric }
    guard !history.releases.isEmpty, let now = Sentence.gravest(found) else { return nil }
    let isRatio = metric == .selectionRate
    let (tau, delta) = (result.plan.ratioTolerance, result.plan.differenceTolerance)
    let low = Dictionary(zip(attributes, now.lower), uniquingKeysWith: { first, _ in first })
    let high = Dictionary(zip(attributes, now.higher), uniquingKeysWith: { first, _ in first })
    let present = AuditHistory.Comparison(
      metric: metric.disparityName, higher: high, lower: low, difference: now.difference,
      differenceInterval: now.differenceInterval, ratio: now.ratio, ratioInterval: now.ratioInterval,
      verdict: now.verdict)
    let all =
      history.releases.map { release in
        (name: NameBook.brief(release.name, limit: 40), comparison: match(release, controls, present))
      } + [(name: "this audit", comparison: present)]
    let rows = all.map { name, comparison -> RowPlot.Row in
      let (mark, ink) = DisparityFigure.look(comparison?.verdict ?? .notEstimable)
      let interval = isRatio ? comparison?.ratioInterval : comparison?.differenceInterval
      let value = (isRatio ? comparison?.ratio : comparison?.difference) ?? .nan
      let isKnown = comparison != nil && comparison?.verdict != .notEstimable
      return RowPlot.Row(
        name: name, numbers: isKnown ? Shown.decimal(value, 3) : "—", value: isKnown ? value : .nan,
        lower: interval?.lower, upper: interval?.upper, mark: mark, ink: ink,
        absence: comparison == nil ? "not compared" : "not estimable")
    }
    let words = Shown.words(metric.rawValue)
    let pair = "\(names.values(now.lower)) / \(names.values(now.higher))"
    let title = "\(isRatio ? "ratio" : "difference") of the \(words) over time, \(pair)\(among)"
    let plot = isRatio ? RowPlot.ratios(rows, tau: tau) : RowPlot.differences(rows, delta: delta)
    return Figure(
      identity: identity, title: title,
      description: "\(rows.count) audits of the same two groups, oldest first.",
      note:
        "Marks and lines as above. Each audit has the level and the tolerance of its own plan; the lines across are this one's.",
      table: FigureTable(
        caption: title, columns: [.text("audit"), .number("value"), .interval(), .text("verdict")],
        rows: all.map { name, comparison in
          [
            name, Shown.decimal((isRatio ? comparison?.ratio : comparison?.difference) ?? .nan),
            Shown.interval(isRatio ? comparison?.ratioInterval : comparison?.differenceInterval),
            comparison?.verdict?.rawValue ?? "not compared",
          ]
        }), drawing: plot.drawings)
  }

  /// The comparison of the same groups, whichever of them was higher then.
  private static func match(
    _ release: AuditHistory.Release, _ controls: [String: String], _ present: AuditHistory.Comparison
  ) -> AuditHistory.Comparison? {
    let comparisons = release.strata.first { $0.controls == controls }?.comparisons ?? []
    for comparison in comparisons where comparison.metric == present.metric {
      if comparison.lower == present.lower, comparison.higher == present.higher { return comparison }
      if comparison.lower == present.higher, comparison.higher == present.lower { return comparison.turned }
    }
    return nil
  }
}

extension RateMetric {
  /// The name of a metric's disparity, fairlearn's where it has one.
  var disparityName: String {
    switch self {
    case .selectionRate: "demographic_parity_difference"
    case .truePositiveRate: "equal_opportunity_difference"
    default: rawValue + "_difference"
    }
  }
}
