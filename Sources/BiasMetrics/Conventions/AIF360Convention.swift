#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What AIF360 0.6 computes by its classes, its edge cases included.
///
/// Differences are unprivileged minus privileged, ratios unprivileged over privileged: not absolute, not folded, and divided as
/// they come, so that 0/0 is NaN and x/0 infinite.
public struct AIF360Convention: Sendable {
  /// All others.
  public let unprivileged: GroupCounts
  /// The privileged group.
  public let privileged: GroupCounts
  /// Whether rates count weights.
  public let isWeighted: Bool

  /// Divides groups into a privileged one and the rest.
  public init(_ groups: [GroupCounts], privileged name: String, isWeighted: Bool) {
    var (u, p) = (GroupCounts(values: ["unprivileged"]), GroupCounts(values: ["privileged"]))
    for group in groups { if group.name == name { p.add(group) } else { u.add(group) } }
    (unprivileged, privileged, self.isWeighted) = (u, p, isWeighted)
  }

  /// Both together.
  public var all: GroupCounts {
    var sum = unprivileged
    sum.add(privileged)
    return sum
  }

  private func sums(_ group: GroupCounts) -> Confusion { isWeighted ? group.weights : group.counts }

  /// The sums of Σ w s over rows of one label, the scores standing for decisions.
  private func generalized(_ group: GroupCounts, label: Bool) -> Double {
    var sum = 0.0
    for entry in group.scores where entry.label == label {
      sum += entry.score * (isWeighted ? entry.weight : 1) * Double(entry.count)
    }
    return sum
  }

  /// AIF360's `performance_measures`: predictive values over nothing are 0, true rates over nothing NaN.
  public func measures(_ group: GroupCounts) -> [String: Double] {
    let c = sums(group)
    func guarded(_ above: Double, _ below: Double) -> Double { below > 0 ? above / below : 0 }
    let trueScores = generalized(group, label: true)
    let falseScores = generalized(group, label: false)
    return [
      "TPR": c.truePositives / c.positives, "TNR": c.trueNegatives / c.negatives,
      "FPR": c.falsePositives / c.negatives, "FNR": c.falseNegatives / c.positives,
      "GTPR": trueScores / c.positives, "GFNR": (c.positives - trueScores) / c.positives,
      "GFPR": falseScores / c.negatives, "GTNR": (c.negatives - falseScores) / c.negatives,
      "PPV": guarded(c.truePositives, c.selected), "FDR": guarded(c.falsePositives, c.selected),
      "NPV": guarded(c.trueNegatives, c.rejected), "FOR": guarded(c.falseNegatives, c.rejected),
      "ACC": guarded(c.truePositives + c.trueNegatives, c.total),
    ]
  }

  /// The metrics of `ClassificationMetric` for one part, by their names there.
  public func byGroup(_ group: GroupCounts) -> [String: Double] {
    let c = sums(group)
    let m = measures(group)
    return [
      "selection_rate": c.selected / c.total, "true_positive_rate": m["TPR"]!,
      "false_positive_rate": m["FPR"]!,
      "true_negative_rate": m["TNR"]!, "false_negative_rate": m["FNR"]!,
      "generalized_true_positive_rate": m["GTPR"]!, "generalized_false_positive_rate": m["GFPR"]!,
      "generalized_false_negative_rate": m["GFNR"]!, "generalized_true_negative_rate": m["GTNR"]!,
      "positive_predictive_value": m["PPV"]!, "negative_predictive_value": m["NPV"]!,
      "false_discovery_rate": m["FDR"]!, "false_omission_rate": m["FOR"]!, "accuracy": m["ACC"]!,
      "error_rate": 1 - m["ACC"]!, "num_instances": c.total, "num_positives": c.positives,
      "num_negatives": c.negatives, "num_true_positives": c.truePositives,
      "num_false_positives": c.falsePositives,
      "num_true_negatives": c.trueNegatives, "num_false_negatives": c.falseNegatives,
    ]
  }

  /// The metrics of `ClassificationMetric` that compare, by their names there.
  public var comparisons: [String: Double] {
    let (u, p) = (byGroup(unprivileged), byGroup(privileged))
    func difference(_ name: String) -> Double { u[name]! - p[name]! }
    func ratio(_ name: String) -> Double { u[name]! / p[name]! }
    var all: [String: Double] = [:]
    for name in [
      "true_positive_rate", "false_positive_rate", "false_negative_rate", "false_omission_rate",
      "false_discovery_rate", "error_rate",
    ] {
      all[name + "_difference"] = difference(name)
      if name != "true_positive_rate" { all[name + "_ratio"] = ratio(name) }
    }
    let (tpr, fpr) = (difference("true_positive_rate"), difference("false_positive_rate"))
    all["equal_opportunity_difference"] = tpr
    all["average_odds_difference"] = (fpr + tpr) / 2
    all["average_abs_odds_difference"] = (abs(fpr) + abs(tpr)) / 2
    all["average_predictive_value_difference"] =
      (difference("positive_predictive_value") + difference("false_omission_rate")) / 2
    // Python's max keeps its first argument unless the second is greater, which decides what NaN does.
    all["equalized_odds_difference"] = Self.pythonMax(abs(fpr), abs(tpr))
    all["generalized_equalized_odds_difference"] = Self.pythonMax(
      abs(difference("generalized_false_positive_rate")), abs(difference("generalized_true_positive_rate")))
    all["statistical_parity_difference"] = difference("selection_rate")
    all["disparate_impact"] = ratio("selection_rate")
    for alpha in 0...3 {
      all["generalized_entropy_index(alpha=\(alpha))"] = EntropyIndex.generalized(
        EntropyIndex.benefits(self.all), alpha: alpha)
      all["between_group_generalized_entropy_index(alpha=\(alpha))"] = EntropyIndex.generalized(
        EntropyIndex.groupMeans([unprivileged, privileged].filter { $0.rows > 0 }), alpha: alpha)
    }
    all["theil_index"] = all["generalized_entropy_index(alpha=1)"]
    all["coefficient_of_variation"] = (2 * all["generalized_entropy_index(alpha=2)"]!).squareRoot()
    for kind in ["between_group", "between_all_groups"] {
      all[kind + "_theil_index"] = all["between_group_generalized_entropy_index(alpha=1)"]
      all[kind + "_coefficient_of_variation"] =
        (2 * all["between_group_generalized_entropy_index(alpha=2)"]!).squareRoot()
    }
    all["differential_fairness_bias_amplification"] =
      differentialFairness { $0.selected } - differentialFairness { $0.positives }
    return all
  }

  /// The metrics of `BinaryLabelDatasetMetric` that compare labels.
  public var labels: [String: Double] {
    func rate(_ group: GroupCounts) -> Double { RateMetric.baseRate.value(sums(group)) }
    let difference = rate(unprivileged) - rate(privileged)
    return [
      "statistical_parity_difference": difference, "mean_difference": difference,
      "disparate_impact": rate(unprivileged) / rate(privileged),
      "smoothed_empirical_differential_fairness": differentialFairness { $0.positives },
    ]
  }

  private func differentialFairness(_ positives: (Confusion) -> Double) -> Double {
    Self.differentialFairness(
      [unprivileged, privileged].filter { $0.rows > 0 }.map {
        (positives(sums($0)) + 0.5) / (sums($0).total + 1)
      })
  }

  /// The greatest ratio of chances between two groups, of a good or of a bad outcome, as a logarithm.
  ///
  /// Two groups that are sure of an outcome make ∞ − ∞, NaN. Python's maximum keeps NaN where it comes first, and passes over it later.
  static func differentialFairness(_ rates: [Double]) -> Double {
    func worst(_ logs: [Double]) -> Double {
      var worst: Double?
      for (index, p) in logs.enumerated() {
        for q in logs[(index + 1)...] { worst = worst.map { pythonMax($0, abs(p - q)) } ?? abs(p - q) }
      }
      return worst ?? 0
    }
    return pythonMax(worst(rates.map { log($0) }), worst(rates.map { log(1 - $0) }))
  }

  private static func pythonMax(_ a: Double, _ b: Double) -> Double { b > a ? b : a }
}
