import BiasMetrics
import Statistics

extension AuditReport {
  /// The plan, a rule's tables, the search, sweeps and bounds, for a terminal.
  func supplementsText() -> String {
    var text = ""
    if let plan = supplements.plan {
      text += "plan \(printableText(plan.name)) \(printableText(plan.version)), \(plan.digest)\n"
      if let declared = supplements.declaredDigest, declared != plan.digest,
        plan.name != DeclaredPlan.flagsName
      {
        text += "  flags filled in what the declared plan leaves open; its own digest is \(declared)\n"
      }
    }
    if let labels = supplements.unmatchedLabels {
      let shown = labels.ids.prefix(5).joined(separator: ", ") + (labels.count > 5 ? ", …" : "")
      text += "\(labels.count) labels have no result and are not in the audit: \(printableText(shown))\n"
    }
    if let worst = supplements.worstClass {
      let d = worst.disparity
      text +=
        "worst class: \(printableText(worst.name)), \(d.metric.rawValue) of \(Self.name(d.attributes, d.higher))"
      text += " above \(Self.name(d.attributes, d.lower)) by \(Shown.decimal(d.difference))\n"
    }
    for pair in supplements.distances { text += Self.distanceText(pair) }
    for parity in supplements.scores { text += Self.scoresText(parity) }
    for table in supplements.impactRatios { text += Self.impactText(table) }
    for table in supplements.fourFifths { text += Self.fourFifthsText(table) }
    if let search = supplements.search { text += Self.searchText(search) }
    for sweep in supplements.sweeps { text += Self.sweepText(sweep) }
    for bound in supplements.bounds where bound.groups.contains(where: { $0.missing > 0 }) {
      text += Self.boundText(bound)
    }
    return text.isEmpty ? "" : text + "\n"
  }

  private static func impactText(_ table: ImpactRatioTable) -> String {
    var text =
      "\nImpact ratios by \(printableText(table.attributes.joined(separator: " × "))) (quantities of Local Law 144)"
    text += "; \(table.unknown) people of unknown category are in no row\n" + lackingText(table.lacking)
    for category in table.categories {
      let isScored = !category.scoringRate.isNaN
      func ratio(_ all: Double, _ large: Double) -> String {
        // The rule lets categories under two per cent be left out: both ways are shown.
        category.share < 0.02
          ? "impact ratio \(Shown.decimal(all)); under 2 %, may be left out"
          : "impact ratio \(Shown.decimal(all)); \(Shown.decimal(large)) without categories under 2 %"
      }
      text += "  \(printableText(category.name)): "
      if table.lacking > 0 {
        text += boundText(category.rows, category.selectionRate, category.selectionRateBounds)
        text +=
          ", impact ratio " + boundText(category.selectionImpactRatio, category.selectionImpactRatioBounds)
        text += "\n"
        continue
      }
      text += "\(category.rows) people (\(Shown.percent(category.share)))"
      text += "; selection rate \(Shown.percent(category.selectionRate)), "
      text += ratio(category.selectionImpactRatio, category.selectionImpactRatioWithoutSmall)
      if isScored {
        text += "; scoring rate \(Shown.percent(category.scoringRate)), "
        text += ratio(category.scoringImpactRatio, category.scoringImpactRatioWithoutSmall)
      }
      if category.unscored > 0 { text += "; \(category.unscored) have no score and are in no scoring rate" }
      text += "\n"
    }
    return text
  }

  private static func fourFifthsText(_ table: FourFifthsTable) -> String {
    var text =
      "\nSelection by \(printableText(table.attributes.joined(separator: " × "))) (quantities of the four-fifths rule)"
    text +=
      table.highest.isEmpty
      ? "; which rate is highest cannot be told"
      : "; highest rate: \(printableText(table.highest.joined(separator: "|")))"
    text += "; \(table.unknown) people of unknown group are in no row\n" + lackingText(table.lacking)
    for group in table.groups {
      if let bounds = group.ratioBounds {
        text += "  \(printableText(group.values.joined(separator: "|"))): "
        text += boundText(group.rows, group.rate, group.rateBounds)
        text += ", ratio \(boundText(group.ratio, bounds))"
        text += group.isBelow == true ? "; below four fifths" : group.isBelow == nil ? "; may be below" : ""
        text += "\n"
        continue
      }
      text += "  \(printableText(group.values.joined(separator: "|"))): \(group.selected) of \(group.rows)"
      text += " (\(Shown.percent(group.rate))), ratio \(Shown.decimal(group.ratio))"
      if !group.z.isNaN {
        text += ", z \(Shown.decimal(group.z, 2)), Fisher's p \(Shown.pValue(group.fisherP))"
      }
      if group.isBelow == true { text += "; below four fifths" }
      if group.oneMoreWouldLiftIt == true {
        text += ", which one person selected instead of another would undo"
      }
      if group.isLargeEnough == false { text += "; under 2 % of the pool" }
      text += "\n"
    }
    return text
  }

  private static func lackingText(_ rows: Int) -> String {
    rows == 0
      ? ""
      : "  \(rows) people were taken out as small counts: shares and the two per cent rule cannot be told, and figures that they could change are bounds\n"
  }

  private static func boundText(_ rows: Int, _ rate: Double, _ bounds: ConfidenceInterval?) -> String {
    guard let bounds else { return "\(rows) people; selection rate \(Shown.percent(rate))" }
    return
      "\(rows) people or more; selection rate \(Shown.percent(bounds.lower)) to \(Shown.percent(bounds.upper))"
  }

  private static func boundText(_ ratio: Double, _ bounds: ConfidenceInterval?) -> String {
    bounds.map { "\(Shown.decimal($0.lower)) to \(Shown.decimal($0.upper))" } ?? Shown.decimal(ratio)
  }

  static func conditions(_ conditions: [SubgroupSearch.Condition]) -> String {
    printableText(conditions.map { "\($0.attribute)=\($0.value)" }.joined(separator: ", "))
  }

  private static func searchText(_ result: SubgroupSearch.Result) -> String {
    var text =
      "\nSubgroups: \(result.familySize) of up to \(result.search.depth) conditions searched, \(result.tooSmall) too small;"
    text +=
      " \(result.search.permutations) permutations, seed \(result.search.seed); found at p ≤ \(Shown.decimal(result.search.alpha, 2)): \(result.findings.count)\n"
    for group in result.independent.prefix(10) {
      text +=
        "  \(group.metric.rawValue): \(conditions(group.conditions)): \(Shown.percent(group.rate)) of \(group.rows)"
      text +=
        " where \(Shown.percent(group.expected)) is expected; share × gap \(Shown.decimal(group.violation, 4))"
      text += ", p \(Shown.pValue(group.adjustedP))\n"
    }
    let explained = result.findings.count - result.independent.count
    if explained > 0 { text += "  … \(explained) more that wider groups explain, in --json\n" }
    return text
  }

  private static func sweepText(_ sweep: ThresholdSweep) -> String {
    guard let chosen = sweep.points.first(where: { $0.cut == sweep.chosen }) ?? sweep.points.first else {
      return ""
    }
    let ratios = sweep.points.filter {
      $0.selected >= 0.01 && $0.selected <= 0.99 && !$0.selectionRatio.isNaN
    }
    var text = "\nCuts of the score, by \(printableText(sweep.attributes.joined(separator: ", "))): "
    if sweep.chosen != nil {
      text += "at \(Shown.decimal(chosen.cut)) the selection ratio is \(Shown.decimal(chosen.selectionRatio))"
      text +=
        " (\(printableText(chosen.least.joined(separator: "|"))) against \(printableText(chosen.greatest.joined(separator: "|"))))"
      if !chosen.equalizedOddsDifference.isNaN {
        text += ", equalized odds difference \(Shown.decimal(chosen.equalizedOddsDifference))"
      }
      text += "; "
    }
    if let low = ratios.min(by: { $0.selectionRatio < $1.selectionRatio }),
      let high = ratios.max(by: { $0.selectionRatio < $1.selectionRatio })
    {
      text +=
        "over cuts that select 1 to 99 % the ratio goes from \(Shown.decimal(low.selectionRatio)) (at \(Shown.decimal(low.cut)))"
      text += " to \(Shown.decimal(high.selectionRatio)) (at \(Shown.decimal(high.cut)))"
    }
    return text + "\n"
  }

  private static func boundText(_ bound: MissingBounds) -> String {
    let missing = bound.groups.reduce(0) { $0 + $1.missing }
    var text = "\nBounds of \(missing) rows left out, \(bound.metric.rawValue): "
    text += "\(name(bound.attributes, bound.least)) against \(name(bound.attributes, bound.greatest)): "
    text +=
      "difference \(Shown.decimal(bound.difference)), whatever they were from \(Shown.decimal(bound.differenceLower)) to \(Shown.decimal(bound.differenceUpper))"
    text +=
      "; ratio \(Shown.decimal(bound.ratio)), from \(Shown.decimal(bound.ratioLower)) to \(Shown.decimal(bound.ratioUpper))"
    return text + (bound.couldTurn ? "; the order could turn\n" : "\n")
  }
}
