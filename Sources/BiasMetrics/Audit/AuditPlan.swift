import Statistics

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
  /// Whether intersections are compared beside each attribute: every pair of attributes, and all of them.
  public var includesIntersections: Bool
  /// How comparisons are corrected for their number.
  public var correction: Correction
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
    power: Double = 0.8, resamples: Int = 2000, seed: UInt64 = 1, correction: Correction = .holm
  ) {
    self.correction = correction
    (self.metrics, self.ratioTolerance, self.differenceTolerance) = (
      metrics, ratioTolerance, differenceTolerance
    )
    (self.alpha, self.minimumCount, self.includesIntersections) = (alpha, minimumCount, includesIntersections)
    self.references = references
    (self.cluster, self.power, self.resamples, self.seed) = (cluster, power, resamples, seed)
  }

  /// What the correction for many comparisons keeps below alpha.
  public enum Correction: String, CaseIterable, Hashable, Sendable {
    /// The chance of any false verdict: p-values by Holm, intervals at Bonferroni's level.
    case holm
    /// The expected share of false ones among the verdicts of each kind: p-values by Benjamini and Hochberg, intervals at the level that
    /// as many verdicts allow.
    case benjaminiHochberg = "benjamini-hochberg"

    /// The correction of p-values.
    public var method: Multiplicity { self == .holm ? .holm : .benjaminiHochberg }
    /// The name in sentences.
    public var name: String { self == .holm ? "Holm" : "Benjamini and Hochberg" }
  }

  /// With more attributes than these their pairs are not compared, since there would be too many.
  public static let mostPairedAttributes = 8

  /// The places of the attributes whose groups are compared, out of so many: each alone, every pair, all together.
  public func attributeSets(of count: Int) -> [[Int]] {
    Self.attributeSets(of: count, includesIntersections: includesIntersections)
  }

  static func attributeSets(of count: Int, includesIntersections: Bool) -> [[Int]] {
    var sets = (0..<count).map { [$0] }
    guard includesIntersections, count > 1 else { return sets }
    if count > 2, count <= mostPairedAttributes {
      for first in 0..<count { sets += (first + 1..<count).map { [first, $0] } }
    }
    return sets + [Array(0..<count)]
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
