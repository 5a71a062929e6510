import BiasMetrics

extension AuditPage {
  /// The arithmetic of each finding, names in other tools, what another tool would print, and names in full.
  func writeAppendix(to page: inout Markup) {
    page.element(.section, [.identity("appendix")]) { section in
      section.element(.h2, "Appendix: show me the arithmetic")
      writeArithmetic(to: &section)
      writeRanges(to: &section)
      section.element(.h3, "Names in other tools")
      section.element(
        .p,
        "The same figure has several names, and the same name several figures. Aequitas' “Statistical Parity” is about equal counts of selected people; what others call statistical or demographic parity is its “Impact Parity”."
      )
      Self.nameMap.write(to: &section)
      let figures = report.conventionFigures()
      if !figures.isEmpty {
        section.element(.h3, "What \(report.convention.rawValue) computes")
        FigureTable(
          caption: "Figures as \(report.convention.rawValue) gives them, its edge cases included",
          columns: [.text("figure"), .number("value")],
          rows: figures.map { [NameBook.brief($0.name), Shown.decimal($0.value, 6)] }
        ).write(to: &section)
      }
      writeLongNames(to: &section)
    }
  }

  private func writeArithmetic(to section: inout Markup) {
    section.element(.h3, "The findings")
    var told = 0
    for part in parts {
      for attributes in attributeSets(part.result) {
        for metric in part.result.plan.metrics {
          let found = part.result.disparities.filter { $0.attributes == attributes && $0.metric == metric }
          guard told < 60, let worst = Sentence.gravest(found), worst.verdict != .notEstimable else {
            continue
          }
          told += 1
          let lines = Arithmetic.lines(worst, part.result, names: names, isWeighted: part.table.isWeighted)
          guard !lines.isEmpty else { continue }
          section.element(.div, [.style("sums")]) { box in
            box.element(
              .h4,
              "\(Shown.words(metric.rawValue)): \(names.group(attributes, worst.lower)) against \(names.group(attributes, worst.higher))\(part.among)"
            )
            for line in lines { box.element(.p, [.style("sum")], line) }
          }
        }
      }
    }
    if told == 0 { section.element(.p, "No comparison could be estimated.") }
  }

  private func writeRanges(to section: inout Markup) {
    let rows = parts.flatMap { part in part.result.ranges.map { cells($0, part) } }
    guard !rows.isEmpty else { return }
    section.element(.h3, "Extremes over all groups")
    section.element(
      .p,
      "The greatest minus the least rate grows with the number of groups and with small groups, even where nothing differs: the range that chance alone makes stands beside it."
    )
    FigureTable(
      caption: "Extremes over all groups",
      columns: [
        .text("metric"), .text("least"), .text("greatest"), .number("range"), .interval(),
        .number("less its bias"), .number("range by chance"),
        .number("ratio"), .number("chi-square"), .number("p"), .number("p by shuffling"),
        .number("p over all metrics"),
      ], rows: rows
    ).write(to: &section)
  }

  private func cells(_ range: RangeTest, _ part: Part) -> [String] {
    let metric = Shown.words(range.metric.rawValue)
    let chiSquare = range.test.map { "\(Shown.decimal($0.statistic, 2)), \($0.degreesOfFreedom) d.f." }
    func p(_ value: Double?) -> String { value.map { Shown.pValue($0) } ?? "" }
    var cells = ["\(metric) by \(names.attributes(range.attributes))\(part.among)"]
    cells += [names.values(range.least), names.values(range.greatest), Shown.decimal(range.range)]
    cells += [
      range.interval.map { Shown.interval($0) } ?? "", range.biasCorrected.map { Shown.decimal($0) } ?? "",
    ]
    cells += [Shown.decimal(range.expectedByChance), Shown.decimal(range.ratio), chiSquare ?? "—"]
    return cells + [
      Shown.pValue(range.test?.p),
      range.permutationP.map { Shown.pValue($0) }
        ?? range.permutationReason.map { "none: " + NameBook.brief($0, limit: 120) } ?? "",
      p(range.adjustedPermutationP),
    ]
  }

  private func writeLongNames(to section: inout Markup) {
    guard !names.cut.isEmpty else { return }
    section.element(.h3, "Names in full")
    for name in names.cut {
      section.element(.p, [.style("mute")], name.short)
      section.element(.div, [.style("full"), .focusable(), .role("region"), .label(name.short)], name.full)
    }
  }

  private static let nameMap = FigureTable(
    caption: "Names in other tools",
    columns: [.text("here"), .text("fairlearn"), .text("AIF360"), .text("Aequitas")],
    rows: [
      ["selection rate", "selection_rate", "selection_rate", "pprev (predicted prevalence)"],
      [
        "difference of selection rates", "demographic_parity_difference: greatest minus least",
        "statistical_parity_difference: unprivileged minus privileged", "—",
      ],
      [
        "ratio of selection rates", "demographic_parity_ratio: least over greatest",
        "disparate_impact: unprivileged over privileged", "pprev_disparity; judged by tau as Impact Parity",
      ],
      ["share of all who are selected", "—", "—", "ppr; judged by tau as Statistical Parity"],
      ["true positive rate", "true_positive_rate", "true_positive_rate, recall", "tpr; TPR Parity"],
      [
        "difference of true positive rates", "equal_opportunity_difference", "equal_opportunity_difference",
        "tpr_disparity, a ratio",
      ],
      ["false positive rate", "false_positive_rate", "false_positive_rate", "fpr; FPR Parity"],
      [
        "larger of both differences", "equalized_odds_difference", "equalized_odds_difference",
        "Equalized Odds: both within tau",
      ],
      [
        "mean of both differences", "equalized_odds_difference(agg=mean)", "average_abs_odds_difference", "—",
      ],
      [
        "share of selected without the label", "1 − precision_score", "false_discovery_rate",
        "fdr; FDR Parity",
      ],
      ["share of rejected with the label", "—", "false_omission_rate", "for; FOR Parity"],
      [
        "group compared with", "the extremes", "the privileged group",
        "predefined, majority or least, by metric",
      ],
    ])
}
