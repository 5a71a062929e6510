import BiasMetrics

extension AuditPage {
  /// What a reader must not take the page for.
  func writeLimits(to page: inout Markup) {
    page.element(.section, [.identity("limits")]) { section in
      section.element(.h2, "Limits: what this does not show")
      section.element(.ul) { list in for limit in limits { list.element(.li, limit) } }
      section.element(.h3, "Measures that exclude each other")
      section.element(.p, conflict)
    }
  }

  private var limits: [String] {
    var limits = [
      "Why groups differ. A disparity is not proof of discrimination, and its absence is no proof of fairness: causes, merit and the quality of labels are outside of any table.",
      "That a law is met. The page computes the quantities that rules and committees speak of; what follows from them is for people to decide.",
      "Anything of people who are not in the table: those who never applied, or whose rows were lost before.",
      "Whether labels are right. If past decisions made them, error rates compare the system with these decisions, and may hide what was wrong with them.",
      "Groups that no column names. A system can be even between the groups that are compared and uneven between others.",
      "The future: rates are of the rows and the period that were audited.",
    ]
    if !report.table.hasLabels {
      limits.append(
        "Error rates: the table has no labels beside decisions, so that only selection rates are compared.")
    }
    if report.table.isWeighted {
      limits.append(
        "Exact counts: rows have weights, so that intervals and p-values rest on effective numbers of rows.")
    }
    let undecided = report.table.undecided.values.reduce(0, +)
    if undecided + report.cube.failedRows > 0 {
      limits.append(
        "The \(Shown.count(undecided + report.cube.failedRows)) rows that were left out: if they are not like the others, rates would be other than shown."
      )
    }
    if let labels = report.supplements.unmatchedLabels {
      limits.append(
        "Records without a result: \(Shown.count(labels.count)) labels have none, and may be of records that the scan failed on; the audit's JSON lists \(labels.count > labels.ids.count ? "the first \(labels.ids.count)" : "them")."
      )
    }
    let missing = report.table.dimensions[..<report.table.groupDimensions].enumerated().compactMap {
      place, dimension in
      report.table.cells.contains { $0.coordinates[place] == 0 } ? names(dimension.name) : nil
    }
    if !missing.isEmpty {
      limits.append(
        "To which group rows without a value belong: they are a group of their own, \(DecisionTable.missingName), in \(missing.joined(separator: ", "))."
      )
    }
    return limits
  }

  private var conflict: String {
    guard report.table.hasLabels else {
      return
        "Equal selection rates, equal error rates and equal calibration are three different demands. Which of them matters must be decided from the purpose, before the results."
    }
    var widest: (name: String, low: Double, high: Double)?
    for place in 0..<report.table.groupDimensions {
      let rates = report.table.groups(by: [place]).filter {
        $0.rows >= (parts.first?.result.plan.minimumCount ?? 1)
      }
      .map { RateMetric.baseRate.value($0.counts) }.filter { !$0.isNaN }
      guard let low = rates.min(), let high = rates.max() else { continue }
      if widest.map({ high - low > $0.high - $0.low }) ?? true {
        widest = (names(report.table.dimensions[place].name), low, high)
      }
    }
    let here = widest.map {
      "Here base rates by \($0.name) go from \(Shown.percent($0.low)) to \(Shown.percent($0.high)). "
    }
    return (here ?? "")
      + "Where base rates differ, a system that errs cannot have equal selection rates, equal true and false positive rates, and equally calibrated scores all at once. A disparity in one of them may be the price of evenness in another: which matters must be decided from the purpose, before the results."
  }
}
