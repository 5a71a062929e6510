import Statistics

/// The quantities by which the four-fifths rule is applied in practice.
///
/// It computes them; it does not say that anything complies. A group's ratio is its selection rate over the highest rate among
/// groups of at least two per cent of the pool. A ratio below 0.8 counts for little where numbers are small: beside it stand the
/// z of the pooled test ("two standard deviations"), Fisher's exact test, and whether one person selected instead of another would
/// lift the ratio to 0.8. Source: 29 CFR § 1607.4 (D), and questions 20 to 22 of its clarification (44 FR 11996, 1979).
public struct FourFifthsTable: Hashable, Sendable {
  /// A group's row.
  public struct Group: Hashable, Sendable {
    /// The group.
    public var values: [String]
    /// People of the group.
    public var rows: Int
    /// Their share of the pool.
    public var share: Double
    /// How many were selected.
    public var selected: Int
    /// The selected among the group.
    public var rate: Double
    /// The rate over the highest; NaN where nobody is selected.
    public var ratio: Double
    /// Whether the group has at least two per cent of the pool.
    public var isLargeEnough: Bool
    /// The z of the pooled test against the group of the highest rate; NaN for that group itself, and with weights or clusters.
    public var z: Double
    /// Fisher's two-sided p-value against it; NaN for that group itself, and with weights or clusters.
    public var fisherP: Double
    /// Whether the ratio is below four fifths.
    public var isBelow: Bool
    /// Whether it would not be, had one person of this group been selected instead of one of the other.
    public var oneMoreWouldLiftIt: Bool
  }

  /// The share of the pool below which groups are shown and not compared with.
  public static let leastShare = 0.02
  /// The least ratio.
  public static let leastRatio = 0.8

  /// The attributes.
  public var attributes: [String]
  /// The groups.
  public var groups: [Group]
  /// The group with the highest rate among those that are large enough.
  public var highest: [String]
  /// People whose group is unknown.
  public var unknown: Int

  /// Makes the table of some attributes, rows counted without weights; nil where no group is large enough.
  ///
  /// - Parameter isTested: whether each row is a person drawn on their own, as z and Fisher's test take it; without, both are NaN.
  public init?(_ table: DecisionTable, by places: [Int], isTested: Bool = true) {
    let all = table.groups(by: places)
    let known = all.filter { !$0.values.contains(DecisionTable.missingName) }
    let pool = Double(known.reduce(0) { $0 + $1.rows })
    func isLarge(_ group: GroupCounts) -> Bool { Double(group.rows) >= Self.leastShare * pool }
    func rate(_ group: GroupCounts) -> Double { group.counts.selected / group.counts.total }
    guard let best = known.filter(isLarge).max(by: { (rate($0), $0.rows) < (rate($1), $1.rows) }) else {
      return nil
    }
    attributes = places.map { table.dimensions[$0].name }
    highest = best.values
    unknown = all.reduce(0) { $0 + $1.rows } - known.reduce(0) { $0 + $1.rows }
    groups = known.map { group in
      let (x, n) = (Int(group.counts.selected), group.rows)
      let (y, m) = (Int(best.counts.selected), best.rows)
      let isBest = group.values == best.values
      let two = isBest || !isTested ? nil : try? TwoProportions(x, of: n, versus: y, of: m)
      let ratio = rate(group) / rate(best)
      // Compared as whole numbers: x/n against four fifths of y/m must not hang on rounding.
      func isBelow(_ x: Int, _ y: Int) -> Bool { 5 * Double(x) * Double(m) < 4 * Double(y) * Double(n) }
      return Group(
        values: group.values, rows: n, share: Double(n) / pool, selected: x, rate: rate(group), ratio: ratio,
        isLargeEnough: isLarge(group), z: two?.pooledZ ?? .nan,
        fisherP: two.map { min(x + y, n + m - x - y) <= 20_000 ? $0.fisherP : $0.pooledP } ?? .nan,
        isBelow: isBelow(x, y),
        oneMoreWouldLiftIt: isBelow(x, y) && x < n && y > 0 && !isBelow(x + 1, y - 1))
    }
  }
}
