import Statistics

/// How groups' scores differ: how well they rank and foretell within each group, and how far two groups' scores lie apart.
///
/// An audit of decisions sees one cut. Scores that rank one group badly, or are too high for it, do harm at every cut. Weights are
/// not looked at.
public struct ScoreParity: Hashable, Sendable {
  /// One group's scores.
  public struct Group: Hashable, Sendable {
    /// The group.
    public var values: [String]
    /// Rows that have a score.
    public var rows: Int
    /// Rows without one.
    public var missing: Int
    /// The mean score.
    public var mean: Double
    /// The chance that a positive's score is above a negative's; NaN unless both labels occur.
    public var areaUnderCurve: Double
    /// The mean of (score − label)².
    public var brier: Double
    /// Expected calibration error over ten bins of equal width.
    public var expectedCalibrationError: Double
    /// Mean score minus mean label.
    public var calibrationInTheLarge: Double
    /// The slope of labels on log-odds of scores; nil where it cannot be fitted.
    public var calibration: CalibrationLine?
  }

  /// Two groups' scores side by side.
  public struct Pair: Hashable, Sendable {
    /// The one group.
    public var first: [String]
    /// The other.
    public var second: [String]
    /// The greatest difference of the distributions.
    public var kolmogorovSmirnov: Double
    /// Its p-value; nil where a group is too small to be judged, and with weights or clusters.
    public var p: Double?
    /// The same by Holm over all pairs of the attribute.
    public var adjustedP: Double?
    /// How far scores must move on average to make the groups alike.
    public var wasserstein: Double
    /// The chance that a score of the first is above one of the second, ties counting half.
    public var superiority: Double
    /// The chance that a positive of the first is ranked above a negative of the second; NaN where one has none.
    public var crossArea: Double
    /// The chance that a positive of the second is ranked above a negative of the first.
    public var crossAreaReversed: Double
    /// ∫ |ROC₁ − ROC₂|; NaN where a group lacks a label.
    public var absoluteArea: Double
  }

  /// The attributes.
  public var attributes: [String]
  /// Whether there are labels, so that ranking and calibration can be told.
  public var hasLabels: Bool
  /// Whether all scores lie within 0 and 1, so that they can be read as chances.
  public var areChances: Bool
  /// Whether pairs of groups that are large enough are tested.
  public var isTested: Bool
  /// The groups.
  public var groups: [Group]
  /// All pairs of groups that have scores; against the largest group only where there are more than ``mostGroups``.
  public var pairs: [Pair]
  /// How many groups are compared each with each.
  public static let mostGroups = 12

  /// Compares groups that keep their scores.
  ///
  /// - Parameter isTested: whether each row is evidence of its own; with weights or clusters it is not, and there is no p-value.
  public init(
    _ counts: [GroupCounts], attributes: [String], hasLabels: Bool, minimumCount: Int = 30,
    isTested: Bool = true
  ) {
    self.attributes = attributes
    self.isTested = isTested
    self.hasLabels = hasLabels
    let known = counts.flatMap(\.scores).map(\.score).filter { !$0.isNaN }
    let areChances = known.allSatisfy { $0 >= 0 && $0 <= 1 }
    self.areChances = areChances
    groups = counts.map { group in
      let summary = ScoreSummary(group, isWeighted: false)
      let missing = group.scores.reduce(0) { $0 + ($1.score.isNaN ? $1.count : 0) }
      let isJudged = hasLabels && areChances
      return Group(
        values: group.values, rows: group.rows - missing, missing: missing, mean: summary.mean,
        areaUnderCurve: hasLabels ? summary.areaUnderCurve : .nan, brier: isJudged ? summary.brier : .nan,
        expectedCalibrationError: isJudged ? summary.expectedCalibrationError() : .nan,
        calibrationInTheLarge: isJudged ? summary.calibrationInTheLarge : .nan,
        calibration: isJudged ? CalibrationLine(group) : nil)
    }
    pairs = []
    let rows = groups.map(\.rows)
    let scored = counts.indices.filter { rows[$0] > 0 }
    let largest = scored.max { (rows[$0], -$0) < (rows[$1], -$1) }
    for second in scored {
      for first in scored where first < second {
        guard scored.count <= Self.mostGroups || first == largest || second == largest else { continue }
        pairs.append(
          Self.pair(
            counts[first], counts[second], hasLabels: hasLabels,
            isLargeEnough: isTested && min(rows[first], rows[second]) >= minimumCount))
      }
    }
    let tested = pairs.indices.filter { pairs[$0].p != nil }
    if let adjusted = try? Multiplicity.holm.adjust(tested.compactMap { pairs[$0].p }) {
      for (place, value) in zip(tested, adjusted) { pairs[place].adjustedP = value }
    }
  }

  private static func pair(
    _ first: GroupCounts, _ second: GroupCounts, hasLabels: Bool, isLargeEnough: Bool
  ) -> Pair {
    let all = ScoreComparison(first, second)
    func only(_ label: Bool, _ group: GroupCounts) -> GroupCounts {
      var part = group
      part.scores = group.scores.filter { $0.label == label }
      return part
    }
    func cross(_ a: GroupCounts, _ b: GroupCounts) -> Double {
      hasLabels ? ScoreComparison(only(true, a), only(false, b)).superiority : .nan
    }
    let curves = hasLabels ? (RankingCurve(first), RankingCurve(second)) : (nil, nil)
    var area = Double.nan
    if let a = curves.0, let b = curves.1 { area = a.absoluteArea(to: b) }
    return Pair(
      first: first.values, second: second.values, kolmogorovSmirnov: all.kolmogorovSmirnov,
      p: isLargeEnough ? all.kolmogorovSmirnovP : nil, wasserstein: all.wasserstein,
      superiority: all.superiority, crossArea: cross(first, second), crossAreaReversed: cross(second, first),
      absoluteArea: area)
  }
}
