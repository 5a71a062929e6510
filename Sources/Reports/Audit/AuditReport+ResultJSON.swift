import BiasMetrics
import Scan
import Statistics

extension AuditReport {
  /// The plan's numbers, groups, comparisons and extremes, as members of an object.
  static func write(_ result: AuditResult, to json: inout JSONWriter) {
    json.object("plan") { plan in
      plan.number("ratio_tolerance", result.plan.ratioTolerance)
      plan.number("difference_tolerance", result.plan.differenceTolerance)
      plan.number("alpha", result.plan.alpha)
      plan.integer("minimum_count", result.plan.minimumCount)
      plan.string("correction", result.plan.correction.rawValue)
      plan.integer("family_size", result.familySize)
      plan.number("power", result.plan.power)
      plan.integer("resamples", result.plan.resamples)
      plan.string("seed", String(result.plan.seed))
    }
    json.array("groups") { list in for group in result.groups { write(group, to: &list) } }
    json.array("disparities") { list in for d in result.disparities { write(d, to: &list) } }
    json.array("ranges") { list in for range in result.ranges { write(range, to: &list) } }
    json.array("notes") { for note in result.notes { $0.string(nil, note) } }
  }

  private static func interval(_ name: StaticString, _ value: ConfidenceInterval?, to json: inout JSONWriter)
  {
    guard let value else { return }
    json.array(name) {
      $0.number(nil, value.lower)
      $0.number(nil, value.upper)
    }
  }

  private static func optional(_ name: StaticString, _ value: Double?, to json: inout JSONWriter) {
    if let value { json.number(name, value) }
  }

  /// Two groups, as an array of their attributes' values.
  private static func between(
    _ attributes: [String], _ higher: [String], _ lower: [String], to json: inout JSONWriter
  ) {
    json.array("between") { pair in
      for values in [higher, lower] {
        pair.object { for (name, value) in zip(attributes, values) { $0.string(named: name, value) } }
      }
    }
  }

  private static func write(_ group: GroupResult, to json: inout JSONWriter) {
    json.object { entry in
      entry.object("attributes") {
        for (name, value) in zip(group.attributes, group.values) { $0.string(named: name, value) }
      }
      entry.integer("n", group.rows)
      entry.number("effective_n", group.effectiveRows)
      for rate in group.rates {
        entry.object(rate.metric.key) { part in
          part.number("value", rate.value)
          interval("interval", rate.interval, to: &part)
          part.number("numerator", rate.numerator)
          part.number("denominator", rate.denominator)
          if let clusters = rate.clusters { part.integer("clusters", clusters) }
          guard let shrunk = rate.shrunk else { return }
          part.number("shrunk_value", shrunk.value)
          interval("shrunk_interval", shrunk.interval, to: &part)
        }
      }
    }
  }

  private static func write(_ d: Disparity, to json: inout JSONWriter) {
    json.object { entry in
      entry.string("metric", d.metric.disparityName)
      entry.array("attributes") { for name in d.attributes { $0.string(nil, name) } }
      entry.number("value", d.difference)
      interval("interval", d.differenceInterval, to: &entry)
      entry.number("ratio", d.ratio)
      interval("ratio_interval", d.ratioInterval, to: &entry)
      optional("level", d.level, to: &entry)
      optional("p_value", d.p, to: &entry)
      optional("adjusted_p_value", d.adjustedP, to: &entry)
      between(d.attributes, d.higher, d.lower, to: &entry)
      entry.string("verdict", d.verdict.rawValue)
      if let reason = d.reason { entry.string("reason", reason) }
      optional("minimum_detectable", d.minimumDetectable, to: &entry)
      if let rows = d.rowsNeeded {
        entry.object("rows_needed") {
          $0.integer("higher", rows.higher)
          $0.integer("lower", rows.lower)
        }
      }
      if let flips = d.flipsWithOne { entry.bool("flips_with_one", flips) }
      optional("posterior_below_tolerance", d.posteriorBelowTolerance, to: &entry)
    }
  }

  private static func write(_ range: RangeTest, to json: inout JSONWriter) {
    json.object { entry in
      entry.string("metric", range.metric.rawValue)
      entry.array("attributes") { for name in range.attributes { $0.string(nil, name) } }
      entry.number("range", range.range)
      interval("interval", range.interval, to: &entry)
      interval("percentile_interval", range.percentileInterval, to: &entry)
      optional("bias_corrected", range.biasCorrected, to: &entry)
      entry.number("ratio", range.ratio)
      between(range.attributes, range.greatest, range.least, to: &entry)
      entry.number("expected_range_by_chance", range.expectedByChance)
      if let test = range.test {
        entry.number("chi_square", test.statistic)
        entry.integer("degrees_of_freedom", test.degreesOfFreedom)
        entry.number("p_value", test.p)
      }
      optional("permutation_p_value", range.permutationP, to: &entry)
      optional("adjusted_permutation_p_value", range.adjustedPermutationP, to: &entry)
      if let reason = range.permutationReason { entry.string("permutation_reason", reason) }
    }
  }

  /// Pairs over all rows beside the same within the controls, where there are controls.
  static func write(_ pairs: [StratifiedDisparity], to json: inout JSONWriter) {
    guard !pairs.isEmpty else { return }
    json.array("across_strata") { list in
      for pair in pairs {
        list.object { entry in
          entry.string("metric", pair.metric.disparityName)
          entry.array("attributes") { for name in pair.attributes { $0.string(nil, name) } }
          between(pair.attributes, pair.higher, pair.lower, to: &entry)
          entry.integer("strata", pair.strata)
          entry.number("crude_difference", pair.crudeDifference)
          interval("crude_interval", pair.crudeInterval, to: &entry)
          entry.number("mantel_haenszel_difference", pair.adjustedDifference)
          interval("interval", pair.adjustedInterval, to: &entry)
          entry.number("mantel_haenszel_odds_ratio", pair.commonOddsRatio)
          optional("cochran_mantel_haenszel_p_value", pair.independence?.p, to: &entry)
          optional("adjusted_p_value", pair.adjustedP, to: &entry)
          optional("breslow_day_p_value", pair.homogeneity?.p, to: &entry)
          entry.bool("reversed", pair.isReversed)
        }
      }
    }
  }
}

extension RateMetric {
  /// The name as a member of an object.
  fileprivate var key: StaticString {
    switch self {
    case .selectionRate: "selection_rate"
    case .truePositiveRate: "true_positive_rate"
    case .falsePositiveRate: "false_positive_rate"
    case .trueNegativeRate: "true_negative_rate"
    case .falseNegativeRate: "false_negative_rate"
    case .baseRate: "base_rate"
    case .accuracy: "accuracy_score"
    case .errorRate: "zero_one_loss"
    case .precision: "precision_score"
    case .falseDiscoveryRate: "false_discovery_rate"
    case .negativePredictiveValue: "negative_predictive_value"
    case .falseOmissionRate: "false_omission_rate"
    }
  }
}
