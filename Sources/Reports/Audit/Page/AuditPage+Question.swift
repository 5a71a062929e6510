import BiasMetrics
import Statistics

extension AuditPage {
  /// What was asked, and of what: all of it fixed before the results, or marked as not declared.
  func writeQuestion(to page: inout Markup) {
    let analysed = report.table.cells.reduce(0) { $0 + $1.count }
    page.element(.h1, title)
    page.element(
      .p,
      "\(Shown.count(analysed)) rows of \(Shown.count(report.rowsRead)) read, made by countermark \(report.version). A verdict needs its whole interval beyond, or within, what is tolerated; “inconclusive” is not “fair”, and no verdict says why groups differ, nor that any law is met."
    )
    PagePart.contents(
      [
        ("findings", "Findings"), ("base", "Base rates"), ("evidence", "Evidence"), ("limits", "Limits"),
        ("decision", "Decision record"), ("appendix", "Appendix"), ("manifest", "Manifest"),
      ], to: &page)
    page.element(.section, [.identity("question")]) { section in
      section.element(.h2, "What was asked")
      section.element(.dl) { list in
        PagePart.declaration(report.declaration, to: &list)
        list.element(.dt, "Favourable value in the table")
        list.element(
          .dd,
          report.supplements.classes.isEmpty
            ? names(report.table.positivePrediction) : "each class in turn, against all others")
        list.element(.dt, "Groups compared by")
        list.element(
          .dd,
          report.table.dimensions[..<report.table.groupDimensions].map { names($0.name) }.joined(
            separator: ", "))
        if let plan = parts.first?.result.plan { writePlan(plan, to: &list) }
      }
    }
  }

  private func writePlan(_ plan: AuditPlan, to list: inout Markup) {
    let family = parts.map(\.result.familySize)
    let total = family.reduce(0, +)
    for (name, words) in [
      ("Metrics", plan.metrics.map { Shown.words($0.rawValue) }.joined(separator: ", ")),
      (
        "Tolerance",
        "ratios of selection rates from \(Shown.short(plan.ratioTolerance)) to \(Shown.short(1 / plan.ratioTolerance)); differences of other rates up to \(Shown.short(plan.differenceTolerance))"
      ),
      (
        "Error allowed",
        "\(Shown.short(plan.alpha * Double(parts.count))) \(plan.correction == .holm ? "for any false disparity in the whole audit (Holm)" : "as the expected share of false ones among the verdicts of a kind (Benjamini and Hochberg)")\(parts.count > 1 ? ", divided among \(parts.count) strata" : ""); \(Shown.count(total)) comparisons corrected for"
      ),
      (
        "Least rows",
        "groups with fewer than \(plan.minimumCount) rows below a rate's line are shown, and not judged"
      ),
      (
        "Compared with",
        plan.references.isEmpty
          ? "the group whose rate is highest, so that all pairs count in the correction"
          : plan.references.sorted { $0.key < $1.key }.map { "\(names($0.key)) = \(names($0.value))" }
            .joined(separator: ", ")
      ),
    ] {
      list.element(.dt, name)
      list.element(.dd, words)
    }
  }
}
