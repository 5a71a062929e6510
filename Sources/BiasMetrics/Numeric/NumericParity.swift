import Statistics

/// How predictions of a number differ between groups: whether they are too high or too low, how far off, how well they explain.
///
/// Differences are judged where a tolerance is declared, in the number's own unit; intervals and corrected p-values are given in any case.
/// Figures are scikit-learn's and scipy's where they have them. Rows without label or prediction are left out and counted.
public struct NumericParity: Hashable, Sendable {
  /// A figure of a group.
  public enum Metric: String, CaseIterable, Hashable, Sendable {
    /// The mean prediction.
    case meanPrediction = "mean_prediction"
    /// The mean of prediction − label.
    case meanResidual = "mean_residual"
    /// The mean of |prediction − label|.
    case meanAbsoluteError = "mean_absolute_error"
    /// The mean of (prediction − label)².
    case meanSquaredError = "mean_squared_error"
    /// 1 − Σ(y − ŷ)² / Σ(y − ȳ)².
    case rSquared = "r2_score"
  }

  /// One group.
  public struct Group: Hashable, Sendable {
    /// The group.
    public var values: [String]
    /// Rows that have both numbers.
    public var rows: Int
    /// Rows left out.
    public var missing: Int
    /// The figures; NaN where they cannot be estimated.
    public var figures: [Metric: Double]
    /// The interval of the mean residual by Student's t; nil below two rows.
    public var residualInterval: ConfidenceInterval?
  }

  /// The two groups that differ most in a figure.
  public struct Disparity: Hashable, Sendable {
    /// The figure.
    public var metric: Metric
    /// The attributes.
    public var attributes: [String]
    /// The group with the least.
    public var lower: [String]
    /// The group with the greatest.
    public var higher: [String]
    /// Greatest minus least.
    public var difference: Double
    /// Least over greatest, for errors, which are never below 0; else NaN.
    public var ratio: Double
    /// Welch's interval of the difference, Bonferroni's for all pairs that could have been the extremes; nil for figures that are
    /// no means, and where a group is too small.
    public var interval: ConfidenceInterval?
    /// Welch's p-value, times that number of pairs.
    public var adjustedP: Double?
    /// What the data say of the differences of all groups that are large enough; nil where no tolerance was declared, or none applies.
    public var verdict: AuditVerdict?
    /// Why there is no verdict.
    public var reason: String?
  }

  /// Two groups' predictions side by side.
  public struct Distance: Hashable, Sendable {
    /// The attributes.
    public var attributes: [String]
    /// The one group.
    public var first: [String]
    /// The other.
    public var second: [String]
    /// How far predictions must move on average to make the groups alike.
    public var wasserstein: Double
  }

  /// The groups, by attribute.
  public var groups: [(attribute: String, groups: [Group])]
  /// The extremes of each figure, by attribute.
  public var disparities: [Disparity]
  /// All pairs of groups, by attribute.
  public var distances: [Distance]
  /// How many comparisons the correction counts: all pairs, for each of the figures that are tested.
  public var familySize: Int
  /// Differences of means up to this are tolerated; nil where nothing was declared.
  public var tolerance: Double?

  /// Whether groups differ by more than is tolerated.
  public var hasDisparity: Bool { disparities.contains { $0.verdict == .disparity } }

  /// Equal when all is.
  public static func == (a: NumericParity, b: NumericParity) -> Bool {
    a.disparities == b.disparities && a.distances == b.distances && a.familySize == b.familySize
      && a.groups.elementsEqual(b.groups) { $0.attribute == $1.attribute && $0.groups == $1.groups }
  }

  /// Hashes the disparities.
  public func hash(into hasher: inout Hasher) { hasher.combine(disparities) }

  /// Figures that are means, and so have intervals and verdicts.
  public static let tested: [Metric] = [.meanPrediction, .meanResidual, .meanAbsoluteError]

  /// Compares the groups of each attribute.
  ///
  /// Throws when a group's label or prediction is missing and `missingLabels` is not `exclude`, an attribute has a single group, or the
  /// tolerance is not above 0.
  ///
  /// - Parameter tolerance: differences of means up to this are tolerated; nil judges nothing.
  public init(
    _ table: NumericTable, alpha: Double = 0.05, minimumCount: Int = 30,
    missingLabels: DecisionTable.MissingLabels = .error, tolerance: Double? = nil
  ) throws(BiasMetricsError) {
    (groups, disparities, distances, familySize) = ([], [], [], 0)
    self.tolerance = tolerance
    guard tolerance.map({ $0 > 0 && $0.isFinite }) ?? true else {
      throw BiasMetricsError(
        .invalidPlan, "a tolerance of \(tolerance ?? 0)", hint: "give a difference above 0: --score-delta 5")
    }
    var samples: [(attribute: String, groups: [Sample])] = []
    for (place, attribute) in table.attributes.enumerated() {
      let parts = table.rows(by: place).map { Sample([$0.value], $0.rows) }
      let missing = parts.reduce(0) { $0 + $1.missing }
      guard missing == 0 || missingLabels == .exclude else {
        throw BiasMetricsError(
          .missingLabels, "\(missing) rows have no label or no prediction",
          hint: "mend the table, or leave them out, counted, with --missing-labels exclude")
      }
      guard parts.count > 1 else {
        throw BiasMetricsError(
          .singleGroup, "column '\(attribute)' has a single group, \(parts.first?.values[0] ?? "none")",
          hint: "parity is between groups: name a column with at least two")
      }
      let able = parts.count { $0.count >= minimumCount }
      familySize += Self.tested.count * max(0, able * (able - 1) / 2)
      samples.append((attribute, parts))
    }
    for (attribute, parts) in samples {
      groups.append((attribute, parts.map { $0.result(alpha: alpha) }))
      for metric in Metric.allCases {
        if let extremes = disparity(metric, attribute, parts, alpha, minimumCount) {
          disparities.append(extremes)
        }
      }
      for (place, second) in parts.enumerated() {
        for first in parts[..<place] where first.count > 0 && second.count > 0 {
          distances.append(
            Distance(
              attributes: [attribute], first: first.values, second: second.values,
              wasserstein: Sample.wasserstein(first.predictions, second.predictions)))
        }
      }
    }
  }

  private func disparity(
    _ metric: Metric, _ attribute: String, _ parts: [Sample], _ alpha: Double, _ minimumCount: Int
  ) -> Disparity? {
    let large = parts.filter { $0.count >= minimumCount && !$0.figure(metric).isNaN }
    guard large.count > 1, let low = large.min(by: { $0.figure(metric) < $1.figure(metric) }),
      let high = large.max(by: { $0.figure(metric) < $1.figure(metric) }), low.values != high.values
    else { return nil }
    let isError = metric == .meanAbsoluteError || metric == .meanSquaredError
    var found = Disparity(
      metric: metric, attributes: [attribute], lower: low.values, higher: high.values,
      difference: high.figure(metric) - low.figure(metric),
      ratio: isError ? low.figure(metric) / high.figure(metric) : .nan)
    guard Self.tested.contains(metric) else { return found }
    let level = 1 - alpha / Double(max(1, familySize))
    if let welch = Welch(Welch.Mean(high, metric), Welch.Mean(low, metric), level: level) {
      found.interval = welch.interval
      found.adjustedP = min(1, welch.p * Double(max(1, familySize)))
    }
    guard let tolerance else { return found }
    found.verdict = Self.verdict(large.map { Welch.Mean($0, metric) }, level: level, tolerance: tolerance)
    if found.verdict == .notEstimable { found.reason = "nothing varies within groups" }
    return found
  }

  /// A disparity needs one pair's whole interval beyond the tolerance, "within" all pairs' within.
  private static func verdict(_ means: [Welch.Mean], level: Double, tolerance: Double) -> AuditVerdict {
    var verdicts: [AuditVerdict] = []
    for (place, second) in means.enumerated() {
      for first in means[..<place] {
        let interval = Welch(first, second, level: level)?.interval
        verdicts.append(
          GeneratedPlan.verdict(interval.map { ($0.lower, $0.upper) }, tolerance: tolerance))
      }
    }
    return RankingParity.together(verdicts)
  }
}
