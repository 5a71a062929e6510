import BiasMetrics
import Scan
import Statistics

extension AuditReport {
  /// The plan, a rule's tables, the search, sweeps and bounds, as members of the audit's object.
  func writeSupplements(to json: inout JSONWriter) {
    if let plan = supplements.plan {
      Self.write(plan, declaredDigest: supplements.declaredDigest, to: &json)
    }
    if let labels = supplements.unmatchedLabels {
      json.object("labels_without_result") { entry in
        entry.integer("count", labels.count)
        Self.strings("ids", labels.ids, to: &entry)
      }
    }
    if !supplements.classes.isEmpty {
      Self.strings("classes", supplements.classes, to: &json)
      if let worst = supplements.worstClass {
        json.object("worst_class") { entry in
          entry.string("class", worst.name)
          entry.string("metric", worst.disparity.metric.rawValue)
          Self.strings("attributes", worst.disparity.attributes, to: &entry)
          Self.strings("lower", worst.disparity.lower, to: &entry)
          Self.strings("higher", worst.disparity.higher, to: &entry)
          entry.number("difference", worst.disparity.difference)
        }
      }
      json.array("distances") { list in for pair in supplements.distances { Self.write(pair, to: &list) } }
    }
    if !supplements.scores.isEmpty {
      json.array("scores") { for parity in supplements.scores { Self.write(parity, to: &$0) } }
    }
    if !supplements.impactRatios.isEmpty {
      json.array("impact_ratios") { for table in supplements.impactRatios { Self.write(table, to: &$0) } }
    }
    if !supplements.fourFifths.isEmpty {
      json.array("four_fifths") { for table in supplements.fourFifths { Self.write(table, to: &$0) } }
    }
    if let search = supplements.search { Self.write(search, to: &json) }
    if !supplements.sweeps.isEmpty {
      json.array("threshold_sweeps") { for sweep in supplements.sweeps { Self.write(sweep, to: &$0) } }
    }
    if !supplements.bounds.isEmpty {
      json.array("missing_bounds") { for bound in supplements.bounds { Self.write(bound, to: &$0) } }
    }
  }

  /// A plan with its digests.
  static func write(_ plan: DeclaredPlan, declaredDigest: String?, to json: inout JSONWriter) {
    json.object("declared_plan") { entry in
      entry.string("name", plan.name)
      entry.string("version", plan.version)
      entry.string("digest", plan.digest)
      if let declaredDigest { entry.string("declared_digest", declaredDigest) }
      entry.string("canonical", String(decoding: plan.json.canonical, as: UTF8.self))
    }
  }

  static func strings(_ name: StaticString?, _ texts: [String], to json: inout JSONWriter) {
    json.array(name) { for text in texts { $0.string(nil, text) } }
  }

  private static func pair(_ name: StaticString, _ lower: Double, _ upper: Double, to json: inout JSONWriter)
  {
    json.array(name) {
      $0.number(nil, lower)
      $0.number(nil, upper)
    }
  }

  private static func bounds(_ name: StaticString, _ value: ConfidenceInterval?, to json: inout JSONWriter) {
    if let value { pair(name, value.lower, value.upper, to: &json) }
  }

  private static func write(_ table: ImpactRatioTable, to json: inout JSONWriter) {
    json.object { entry in
      strings("attributes", table.attributes, to: &entry)
      entry.integer("unknown", table.unknown)
      if table.lacking > 0 { entry.integer("taken_out", table.lacking) }
      entry.number("median_score", table.medianScore)
      entry.array("categories") { list in
        for category in table.categories {
          list.object { row in
            row.string("name", category.name)
            row.integer("n", category.rows)
            row.number("share", category.share)
            row.number("selection_rate", category.selectionRate)
            bounds("selection_rate_bounds", category.selectionRateBounds, to: &row)
            row.number("selection_impact_ratio", category.selectionImpactRatio)
            bounds("selection_impact_ratio_bounds", category.selectionImpactRatioBounds, to: &row)
            row.number("selection_impact_ratio_without_small", category.selectionImpactRatioWithoutSmall)
            row.number("scoring_rate", category.scoringRate)
            row.integer("without_score", category.unscored)
            row.number("scoring_impact_ratio", category.scoringImpactRatio)
            row.number("scoring_impact_ratio_without_small", category.scoringImpactRatioWithoutSmall)
          }
        }
      }
    }
  }

  private static func write(_ table: FourFifthsTable, to json: inout JSONWriter) {
    json.object { entry in
      strings("attributes", table.attributes, to: &entry)
      strings("highest", table.highest, to: &entry)
      entry.integer("unknown", table.unknown)
      if table.lacking > 0 { entry.integer("taken_out", table.lacking) }
      entry.array("groups") { list in
        for group in table.groups {
          list.object { row in
            strings("values", group.values, to: &row)
            row.integer("n", group.rows)
            row.number("share", group.share)
            row.integer("selected", group.selected)
            row.number("selection_rate", group.rate)
            bounds("selection_rate_bounds", group.rateBounds, to: &row)
            row.number("ratio", group.ratio)
            bounds("ratio_bounds", group.ratioBounds, to: &row)
            row.number("z", group.z)
            row.number("fisher_p", group.fisherP)
            if let known = group.isLargeEnough { row.bool("large_enough", known) }
            if let known = group.isBelow { row.bool("below_four_fifths", known) }
            if let known = group.oneMoreWouldLiftIt { row.bool("one_more_would_lift_it", known) }
          }
        }
      }
    }
  }

  private static func write(_ result: SubgroupSearch.Result, to json: inout JSONWriter) {
    json.object("subgroups") { entry in
      entry.integer("depth", result.search.depth)
      entry.integer("family_size", result.familySize)
      entry.integer("too_small", result.tooSmall)
      entry.integer("permutations", result.search.permutations)
      entry.string("seed", String(result.search.seed))
      entry.number("alpha", result.search.alpha)
      for (name, groups) in [("findings" as StaticString, result.findings), ("greatest", result.top)] {
        entry.array(name) { list in for group in groups { write(group, to: &list) } }
      }
    }
  }

  private static func write(_ group: SubgroupSearch.Subgroup, to json: inout JSONWriter) {
    func write(_ name: StaticString, _ conditions: [SubgroupSearch.Condition], to json: inout JSONWriter) {
      json.object(name) { for entry in conditions { $0.string(named: entry.attribute, entry.value) } }
    }
    json.object { row in
      row.string("metric", group.metric.rawValue)
      write("conditions", group.conditions, to: &row)
      row.integer("n", group.rows)
      row.number("share", group.share)
      row.number("rate", group.rate)
      row.number("expected", group.expected)
      row.number("violation", group.violation)
      row.number("z", group.z)
      row.number("adjusted_p_value", group.adjustedP)
      if let wider = group.explainedBy { write("explained_by", wider, to: &row) }
    }
  }

  private static func write(_ sweep: ThresholdSweep, to json: inout JSONWriter) {
    json.object { entry in
      strings("attributes", sweep.attributes, to: &entry)
      if let chosen = sweep.chosen { entry.number("chosen", chosen) }
      entry.integer("distinct_scores", sweep.distinctScores)
      entry.array("cuts") { list in
        for point in sweep.points {
          list.object { row in
            row.number("cut", point.cut)
            row.number("selected", point.selected)
            row.number("selection_ratio", point.selectionRatio)
            strings("least", point.least, to: &row)
            strings("greatest", point.greatest, to: &row)
            guard !point.equalizedOddsDifference.isNaN else { return }
            row.number("true_positive_rate_difference", point.truePositiveDifference)
            row.number("false_positive_rate_difference", point.falsePositiveDifference)
            row.number("equalized_odds_difference", point.equalizedOddsDifference)
            row.array("equalized_odds_between") {
              for values in point.equalizedOddsBetween { strings(nil, values, to: &$0) }
            }
          }
        }
      }
    }
  }

  private static func write(_ bound: MissingBounds, to json: inout JSONWriter) {
    json.object { entry in
      entry.string("metric", bound.metric.rawValue)
      strings("attributes", bound.attributes, to: &entry)
      strings("least", bound.least, to: &entry)
      strings("greatest", bound.greatest, to: &entry)
      entry.number("difference", bound.difference)
      pair("difference_bounds", bound.differenceLower, bound.differenceUpper, to: &entry)
      entry.number("ratio", bound.ratio)
      pair("ratio_bounds", bound.ratioLower, bound.ratioUpper, to: &entry)
      entry.array("groups") { list in
        for group in bound.groups {
          list.object { row in
            strings("values", group.values, to: &row)
            row.integer("known", group.known)
            row.integer("missing", group.missing)
            row.number("rate", group.rate)
            pair("bounds", group.lower, group.upper, to: &row)
          }
        }
      }
    }
  }
}
