import BiasMetrics

extension AuditPage {
  /// Findings beside other choices: strata, cuts, missing rows, and all conjunctions.
  var robustness: [Chapter] {
    [Chapter(title: "Within strata and over all rows", figures: acrossStrata)]
  }

  /// Pairs over all rows beside the same pairs within the controls.
  private var acrossStrata: [Figure] {
    let pairs = report.stratified
    guard let plan = parts.first?.result.plan, !pairs.isEmpty else { return [] }
    let controls = report.strata.first.map { names.attributes($0.controls.map(\.name)) } ?? ""
    return plan.metrics.compactMap { metric in
      SimpsonFigure.make(
        pairs, metric: metric, plan: plan, controls: controls, names: names,
        identity: "strata-\(metric.rawValue)")
    }
  }
}
