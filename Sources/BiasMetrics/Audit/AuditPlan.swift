/// What an audit asks and what it tolerates, declared before any result.
public struct AuditPlan: Hashable, Sendable {
  /// The metrics that are compared between groups.
  public var metrics: [RateMetric]
  /// Ratios from τ to 1/τ are tolerated; 0.8 is the four-fifths rule.
  public var ratioTolerance: Double
  /// Differences of error rates up to δ are tolerated, either way.
  public var differenceTolerance: Double
  /// The chance of a false "disparity" over the whole family of comparisons.
  public var alpha: Double
  /// Groups with fewer rows below the line are shown and not judged.
  public var minimumCount: Int
  /// Whether intersections of all attributes are compared beside each attribute.
  public var includesIntersections: Bool
  /// The group that others are compared with, by column; where none is named, the one with the highest rate.
  public var references: [String: String]
  /// The column of the table whose values are clusters, such as persons with several rows; nil where rows are independent.
  ///
  /// It is listed last among the schema's controls, and groups are not compared within its values.
  public var cluster: String?
  /// The power at which a disparity counts as detectable, and rows as enough.
  public var power: Double
  /// Resamples and shuffles of each table; 0 makes none.
  public var resamples: Int
  /// Where they are drawn.
  public var seed: UInt64

  /// Makes a plan.
  public init(
    metrics: [RateMetric] = [.selectionRate, .truePositiveRate, .falsePositiveRate],
    ratioTolerance: Double = 0.8,
    differenceTolerance: Double = 0.1, alpha: Double = 0.05, minimumCount: Int = 30,
    includesIntersections: Bool = true, references: [String: String] = [:], cluster: String? = nil,
    power: Double = 0.8, resamples: Int = 2000, seed: UInt64 = 1
  ) {
    (self.metrics, self.ratioTolerance, self.differenceTolerance) = (
      metrics, ratioTolerance, differenceTolerance
    )
    (self.alpha, self.minimumCount, self.includesIntersections) = (alpha, minimumCount, includesIntersections)
    self.references = references
    (self.cluster, self.power, self.resamples, self.seed) = (cluster, power, resamples, seed)
  }

  func check() throws(BiasMetricsError) {
    guard ratioTolerance > 0, ratioTolerance < 1, differenceTolerance > 0, differenceTolerance < 1, alpha > 0,
      alpha < 1, minimumCount >= 1, !metrics.isEmpty
    else {
      throw BiasMetricsError(
        .invalidPlan, "a tolerance or alpha lies outside 0 to 1, or the least count is below 1",
        hint: "for example --tau 0.8 --delta 0.1 --alpha 0.05 --minimum-count 30")
    }
    guard alpha >= 1e-12 else {
      throw BiasMetricsError(
        .invalidPlan, "an alpha of \(alpha): a level so near 1 is 1 when it is rounded",
        hint: "give one from 1e-12, such as --alpha 0.05, or fewer strata")
    }
    guard power > 0.5, power < 1, (0...1_000_000).contains(resamples) else {
      throw BiasMetricsError(
        .invalidPlan, "a power of \(power), \(resamples) resamples",
        hint: "use a power above 0.5 and below 1, and up to a million resamples")
    }
  }
}
