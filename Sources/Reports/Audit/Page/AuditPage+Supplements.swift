import BiasMetrics

extension AuditPage {
  /// Findings beside other choices: strata, cuts, missing rows, and all conjunctions.
  var robustness: [Chapter] {
    let supplements = report.supplements
    guard let plan = parts.first?.result.plan else { return [] }
    var chapters = [Chapter(title: "Within strata and over all rows", figures: acrossStrata)]
    if let search = supplements.search {
      chapters.append(
        Chapter(
          title: "Search through all conjunctions",
          figures: search.search.metrics.compactMap { metric in
            SubgroupFigure.make(search, metric: metric, names: names, identity: "search-\(metric.rawValue)")
          }))
    }
    chapters.append(
      Chapter(
        title: "Other cuts of the score",
        figures: supplements.sweeps.enumerated().compactMap { place, sweep in
          SweepFigure.make(sweep, plan: plan, names: names, identity: "sweep-\(place)")
        }))
    chapters.append(
      Chapter(
        title: "Rows left out",
        figures: supplements.bounds.enumerated().compactMap { place, bounds in
          BoundsFigure.make(bounds, names: names, identity: "bounds-\(place)")
        }))
    return chapters
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

  /// Tables that a rule asks for, and what scores come to; nothing where the plan asks for neither.
  func writeRuleTables(to section: inout Markup) {
    let supplements = report.supplements
    if !supplements.impactRatios.isEmpty {
      section.element(.h3, "Impact ratios, ready to publish")
      section.element(
        .p,
        "The quantities of 6 RCNY § 5-300 to 5-304: rates and impact ratios by category, over the highest rate of each table. Categories of less than two per cent may be left out of the ratios with a justification; both ways are given, and all are shown. Nothing here says that a rule is met."
      )
      for table in supplements.impactRatios {
        RuleTables.impactRatios(table, names: names).write(to: &section)
      }
    }
    if !supplements.fourFifths.isEmpty {
      section.element(.h3, "Quantities of the four-fifths rule")
      section.element(
        .p,
        "A ratio below four fifths counts for little where numbers are small: z, Fisher's exact test, and whether one person more would lift it stand beside it. Nothing here says that a rule is met."
      )
      for table in supplements.fourFifths { RuleTables.fourFifths(table, names: names).write(to: &section) }
    }
    if !supplements.distances.isEmpty {
      section.element(.h3, "Classes that groups get")
      if let worst = supplements.worstClass {
        let d = worst.disparity
        section.element(
          .p,
          "The greatest difference of a rate is that of the class \(names(worst.name)): \(Shown.words(d.metric.rawValue)) of \(names.group(d.attributes, d.lower)) and \(names.group(d.attributes, d.higher)), by \(Shown.decimal(d.difference))."
        )
      }
      RuleTables.distances(supplements.distances, names: names).write(to: &section)
    }
    if !supplements.scores.isEmpty {
      section.element(.h3, "Scores of groups")
      for parity in supplements.scores {
        RuleTables.scores(parity, names: names).write(to: &section)
        RuleTables.scorePairs(parity, names: names).write(to: &section)
      }
    }
  }
}
