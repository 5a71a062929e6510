/// A share of rows that groups are compared by: of those counted below the line, how many are above it.
///
/// Names are fairlearn's where fairlearn has the metric, else scikit-learn's or AIF360's.
public enum RateMetric: String, CaseIterable, Hashable, Sendable {
  /// Selected among all.
  case selectionRate = "selection_rate"
  /// Selected among those whose label is positive.
  case truePositiveRate = "true_positive_rate"
  /// Selected among those whose label is negative.
  case falsePositiveRate = "false_positive_rate"
  /// Rejected among those whose label is negative.
  case trueNegativeRate = "true_negative_rate"
  /// Rejected among those whose label is positive.
  case falseNegativeRate = "false_negative_rate"
  /// Label positive among all.
  case baseRate = "base_rate"
  /// Decided as labelled, among all.
  case accuracy = "accuracy_score"
  /// Decided otherwise than labelled, among all.
  case errorRate = "zero_one_loss"
  /// Label positive among the selected.
  case precision = "precision_score"
  /// Label negative among the selected.
  case falseDiscoveryRate = "false_discovery_rate"
  /// Label negative among the rejected.
  case negativePredictiveValue = "negative_predictive_value"
  /// Label positive among the rejected.
  case falseOmissionRate = "false_omission_rate"

  /// Whether the metric needs labels beside decisions.
  public var needsLabels: Bool { self != .selectionRate }

  /// What is counted above and below the line.
  public func parts(_ c: Confusion) -> (numerator: Double, denominator: Double) {
    switch self {
    case .selectionRate: (c.selected, c.total)
    case .truePositiveRate: (c.truePositives, c.positives)
    case .falsePositiveRate: (c.falsePositives, c.negatives)
    case .trueNegativeRate: (c.trueNegatives, c.negatives)
    case .falseNegativeRate: (c.falseNegatives, c.positives)
    case .baseRate: (c.positives, c.total)
    case .accuracy: (c.truePositives + c.trueNegatives, c.total)
    case .errorRate: (c.falsePositives + c.falseNegatives, c.total)
    case .precision: (c.truePositives, c.selected)
    case .falseDiscoveryRate: (c.falsePositives, c.selected)
    case .negativePredictiveValue: (c.trueNegatives, c.rejected)
    case .falseOmissionRate: (c.falseNegatives, c.rejected)
    }
  }

  /// The share; NaN where nothing is below the line.
  public func value(_ confusion: Confusion) -> Double {
    let (numerator, denominator) = parts(confusion)
    return numerator / denominator
  }
}
