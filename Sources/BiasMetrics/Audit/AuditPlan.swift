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

  /// Makes a plan.
  public init(
    metrics: [RateMetric] = [.selectionRate, .truePositiveRate, .falsePositiveRate],
    ratioTolerance: Double = 0.8,
    differenceTolerance: Double = 0.1, alpha: Double = 0.05, minimumCount: Int = 30,
    includesIntersections: Bool = true, references: [String: String] = [:]
  ) {
    (self.metrics, self.ratioTolerance, self.differenceTolerance) = (
      metrics, ratioTolerance, differenceTolerance
    )
    (self.alpha, self.minimumCount, self.includesIntersections) = (alpha, minimumCount, includesIntersections)
    self.references = references
  }

  func check() throws(BiasMetricsError) {
    guard ratioTolerance > 0, ratioTolerance < 1, differenceTolerance > 0, differenceTolerance < 1, alpha > 0,
      alpha < 1, minimumCount >= 1, !metrics.isEmpty
    else {
      throw BiasMetricsError(
        .invalidPlan, "a tolerance or alpha lies outside 0 to 1, or the least count is below 1",
        hint: "for example --tau 0.8 --delta 0.1 --alpha 0.05 --minimum-count 30")
    }
  }
}
