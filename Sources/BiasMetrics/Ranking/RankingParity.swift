import Statistics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Who gets the places at the top of lists.
///
/// The place i of a list is worth 1 / log₂(1 + i). Each group's exposure is what its rows' places are worth, beside its share of the
/// rows. Rows of one rank share the places that they take up. Sources: Singh and Joachims, "Fairness of Exposure in Rankings", KDD 2018;
/// NDKL: Geyik, Ambler and Kenthapadi, "Fairness-Aware Ranking in Search & Recommendation Systems", KDD 2019.
public struct RankingParity: Hashable, Sendable {
  /// One group.
  public struct Group: Hashable, Sendable {
    /// The group.
    public var values: [String]
    /// Its rows, over all lists.
    public var rows: Int
    /// Its share of the rows.
    public var share: Double
    /// Its share of all exposure.
    public var exposureShare: Double
    /// What a row's place is worth on average.
    public var meanExposure: Double
    /// Its exposure less what its rows would have if places were dealt anew within their lists, in standard deviations; NaN where
    /// nothing varies.
    public var z: Double
    /// The chance of so great a z for any group where places are dealt anew; nil for groups that are too small.
    public var adjustedP: Double?
  }

  /// One attribute.
  public struct Attribute: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// The groups.
    public var groups: [Group]
    /// The group with the least mean exposure, among those large enough.
    public var least: [String]
    /// The group with the greatest.
    public var greatest: [String]
    /// Least over greatest mean exposure; NaN with fewer than two groups that are large enough.
    public var exposureRatio: Double
    /// Its interval over lists, at ``RankingParity/level``; nil where there are too few lists.
    public var interval: ConfidenceInterval?
    /// What the lists say of the exposures of all groups that are large enough.
    public var verdict = AuditVerdict.notEstimable
    /// Why there is no verdict.
    public var reason: String?
    /// The mean over lists of the discounted divergence of each list's top from its whole, in nats.
    ///
    /// 0 where every top is composed like its list.
    public var ndkl: Double
  }

  /// The attributes.
  public var attributes: [Attribute]
  /// How many lists.
  public var lists: Int
  /// Ratios of exposures from τ to 1/τ are tolerated.
  public var ratioTolerance: Double
  /// How many pairs of groups the correction counts.
  public var familySize = 1
  /// The level of each pair's interval.
  public var level = 0.95
  /// Rows without a rank, which are left out.
  public var missing: Int
  /// How often places were dealt anew.
  public var permutations: Int
  /// Where the random numbers began.
  public var seed: UInt64

  /// Compares the groups of each attribute.
  ///
  /// - Parameters:
  ///   - table: its predictions are ranks, or scores.
  ///   - higherIsBetter: whether the greatest number has the first place, as with scores; with ranks the least has.
  ///   - ratioTolerance: ratios of mean exposures from here to its inverse are tolerated.
  public init(
    _ table: NumericTable, higherIsBetter: Bool, ratioTolerance: Double = 0.8, alpha: Double = 0.05,
    minimumCount: Int = 30, missingLabels: DecisionTable.MissingLabels = .error, permutations: Int = 999,
    seed: UInt64 = 1
  ) throws(BiasMetricsError) {
    attributes = []
    self.ratioTolerance = ratioTolerance
    var all: [RankedLists] = []
    (lists, self.permutations, self.seed) = (max(1, table.lists.count), permutations, seed)
    missing = table.groups.reduce(0) { $0 + $1.rows.count { $0.prediction.isNaN } }
    guard missing == 0 || missingLabels == .exclude else {
      throw BiasMetricsError(
        .missingLabels, "\(missing) rows have no rank",
        hint: "mend the table, or leave them out, counted, with --missing-labels exclude")
    }
    for (place, name) in table.attributes.enumerated() {
      let parts = table.rows(by: place)
      guard parts.count > 1 else {
        throw BiasMetricsError(
          .singleGroup, "column '\(name)' has a single group, \(parts.first?.value ?? "none")",
          hint: "parity is between groups: name a column with at least two")
      }
      let ranked = RankedLists(parts.map(\.rows), lists: lists, higherIsBetter: higherIsBetter)
      all.append(ranked)
      attributes.append(
        ranked.attribute(
          name, parts.map(\.value), minimumCount: minimumCount, permutations: permutations,
          seed: seed &+ UInt64(place)))
    }
    judge(all, tau: ratioTolerance, alpha: alpha, minimumCount: minimumCount)
  }
}
