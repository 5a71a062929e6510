/// What fairlearn 0.15 computes, its edge cases included.
///
/// For users who must reproduce a published figure. Where a group has no positives its true positive rate is 0 here, as in
/// fairlearn, and not "cannot be estimated": the strict audit is the default for that reason. Missing combinations of attributes
/// are not listed.
public enum FairlearnConvention {
  /// How groups are compared.
  public enum Method: String, CaseIterable, Sendable {
    /// The extremes with each other.
    case betweenGroups = "between_groups"
    /// Each group with all rows.
    case toOverall = "to_overall"
  }

  /// How the two rates of equalized odds become one figure.
  public enum Aggregation: String, CaseIterable, Sendable {
    /// The worse of the two.
    case worstCase = "worst_case"
    /// Their mean.
    case mean
  }

  /// The metrics of a `MetricFrame` that are computed by group.
  public static let frameMetrics = [
    "count", "selection_rate", "true_positive_rate", "false_positive_rate", "true_negative_rate",
    "false_negative_rate", "accuracy_score", "precision_score", "mean_prediction",
  ]

  /// A metric of one group: rates over nothing are 0 where scikit-learn makes them so.
  public static func value(_ metric: String, _ group: GroupCounts, isWeighted: Bool) -> Double {
    let c = isWeighted ? group.weights : group.counts
    func orZero(_ rate: RateMetric) -> Double {
      let (above, below) = rate.parts(c)
      return below == 0 ? 0 : above / below
    }
    switch metric {
    case "count": return Double(group.rows)
    case "mean_prediction": return RateMetric.selectionRate.value(c)
    case "selection_rate", "accuracy_score": return RateMetric(rawValue: metric)!.value(c)
    case "zero_one_loss": return 1 - RateMetric.accuracy.value(c)
    case "recall_score": return orZero(.truePositiveRate)
    case "f1_score":
      let below = 2 * c.truePositives + c.falsePositives + c.falseNegatives
      return below == 0 ? 0 : 2 * c.truePositives / below
    case "balanced_accuracy_score":
      // Classes that no row has are left out of the mean.
      let recalls = [RateMetric.truePositiveRate, .trueNegativeRate].map { $0.value(c) }.filter { !$0.isNaN }
      return recalls.reduce(0, +) / Double(recalls.count)
    case "roc_auc_score", "log_loss", "mean_absolute_error", "mean_squared_error", "r2_score":
      let summary = ScoreSummary(group, isWeighted: isWeighted, clippedTo: 1e-15...(1 - 1e-15))
      switch metric {
      case "roc_auc_score": return summary.areaUnderCurve
      case "log_loss": return summary.logLoss
      case "mean_absolute_error": return summary.meanAbsoluteError
      case "mean_squared_error": return summary.brier
      default: return group.rows < 2 ? .nan : summary.rSquared
      }
    default: return RateMetric(rawValue: metric).map(orZero) ?? .nan
    }
  }

  /// The least value; NaN is passed over, as pandas does.
  public static func groupMin(_ values: [Double]) -> Double { values.filter { !$0.isNaN }.min() ?? .nan }
  /// The greatest value.
  public static func groupMax(_ values: [Double]) -> Double { values.filter { !$0.isNaN }.max() ?? .nan }

  /// The greatest difference.
  public static func difference(_ values: [Double], overall: Double, _ method: Method) -> Double {
    let base = method == .toOverall ? overall : groupMin(values)
    return groupMax(values.map { abs($0 - base) })
  }

  /// The least ratio, folded to at most 1.
  public static func ratio(_ values: [Double], overall: Double, _ method: Method) -> Double {
    if method == .betweenGroups { return groupMin(values) / groupMax(values) }
    return groupMin(
      values.map { value in
        let ratio = value / overall
        return ratio > 1 ? 1 / ratio : ratio
      })
  }

  /// Equalized odds from the two rates' differences, in the order of true then false positive rate.
  public static func oddsDifference(_ pair: [Double], _ aggregation: Aggregation) -> Double {
    aggregation == .worstCase ? pythonMax(pair) : mean(pair)
  }

  /// Equalized odds from the two rates' ratios.
  public static func oddsRatio(_ pair: [Double], _ aggregation: Aggregation) -> Double {
    aggregation == .worstCase ? pythonMin(pair) : mean(pair)
  }

  /// Python keeps the first value unless a later one compares better: NaN first stays, NaN later is passed over.
  private static func pythonMin(_ values: [Double]) -> Double {
    values.dropFirst().reduce(values[0]) { $1 < $0 ? $1 : $0 }
  }

  private static func pythonMax(_ values: [Double]) -> Double {
    values.dropFirst().reduce(values[0]) { $1 > $0 ? $1 : $0 }
  }

  private static func mean(_ values: [Double]) -> Double {
    let known = values.filter { !$0.isNaN }
    return known.isEmpty ? .nan : known.reduce(0, +) / Double(known.count)
  }

  /// Every public parity function and generated metric, by fairlearn's names; those of scores where there are scores.
  public static func functions(
    _ groups: [GroupCounts], overall: GroupCounts, isWeighted: Bool, hasScores: Bool
  )
    -> [(name: String, value: Double)]
  {
    var known: [String: (values: [Double], overall: Double)] = [:]
    func rates(_ metric: String) -> (values: [Double], overall: Double) {
      if let found = known[metric] { return found }
      let found = (
        values: groups.map { value(metric, $0, isWeighted: isWeighted) },
        overall: value(metric, overall, isWeighted: isWeighted)
      )
      known[metric] = found
      return found
    }
    func difference(_ metric: String, _ method: Method) -> Double {
      let (values, overall) = rates(metric)
      return Self.difference(values, overall: overall, method)
    }
    func ratio(_ metric: String, _ method: Method) -> Double {
      let (values, overall) = rates(metric)
      return Self.ratio(values, overall: overall, method)
    }
    var all: [(String, Double)] = []
    for (name, metric) in [
      ("demographic_parity", "selection_rate"), ("equal_opportunity", "true_positive_rate"),
    ] {
      for method in Method.allCases {
        all.append(("\(name)_difference(method=\(method.rawValue))", difference(metric, method)))
        all.append(("\(name)_ratio(method=\(method.rawValue))", ratio(metric, method)))
      }
    }
    let odds = ["true_positive_rate", "false_positive_rate"]
    for method in Method.allCases {
      for aggregation in Aggregation.allCases {
        let how = "(method=\(method.rawValue),agg=\(aggregation.rawValue))"
        all.append(
          (
            "equalized_odds_difference" + how,
            oddsDifference(odds.map { difference($0, method) }, aggregation)
          ))
        all.append(("equalized_odds_ratio" + how, oddsRatio(odds.map { ratio($0, method) }, aggregation)))
      }
    }
    for metric in [
      "true_positive_rate", "true_negative_rate", "false_positive_rate", "false_negative_rate",
      "selection_rate",
      "accuracy_score", "zero_one_loss",
    ] {
      all.append((metric + "_difference", difference(metric, .betweenGroups)))
      all.append((metric + "_ratio", ratio(metric, .betweenGroups)))
    }
    all.append(("zero_one_loss_group_max", groupMax(rates("zero_one_loss").values)))
    for metric in [
      "accuracy_score", "balanced_accuracy_score", "precision_score", "recall_score", "f1_score",
    ] {
      all.append((metric + "_group_min", groupMin(rates(metric).values)))
    }
    guard hasScores else { return all }
    for metric in ["roc_auc_score", "r2_score"] {
      all.append((metric + "_group_min[score]", groupMin(rates(metric).values)))
    }
    for metric in ["log_loss", "mean_absolute_error", "mean_squared_error"] {
      let values = rates(metric).values
      // scikit-learn refuses the logarithmic loss of a group with one label, and so fairlearn has none.
      let isRefused = metric == "log_loss" && values.contains { $0.isNaN }
      all.append((metric + "_group_max[score]", isRefused ? .nan : groupMax(values)))
    }
    return all
  }
}
