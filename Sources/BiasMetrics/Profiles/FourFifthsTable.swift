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
    /// Their share of the pool; NaN where rows of it were taken out.
    public var share: Double
    /// How many were selected.
    public var selected: Int
    /// The selected among the group; NaN where rows of it were taken out.
    public var rate: Double
    /// The rate over the highest; NaN where nobody is selected, and where rows that matter were taken out.
    public var ratio: Double
    /// Whether the group has at least two per cent of the pool; nil where that cannot be told.
    public var isLargeEnough: Bool?
    /// The z of the pooled test against the group of the highest rate; NaN for that group itself, and with weights or clusters.
    public var z: Double
    /// Fisher's two-sided p-value against it; NaN for that group itself, and with weights or clusters.
    public var fisherP: Double
    /// Whether the ratio is below four fifths; nil where that cannot be told.
    public var isBelow: Bool?
    /// Whether it would not be, had one person of this group been selected instead of one of the other; nil where that cannot be told.
    public var oneMoreWouldLiftIt: Bool?
    /// Between which the rate lies where rows of the group were taken out as small counts; nil where none were.
    public var rateBounds: ConfidenceInterval?
    /// Between which the ratio lies where rows that matter to it were taken out; nil where it stands.
    public var ratioBounds: ConfidenceInterval?
  }

  /// The share of the pool below which groups are shown and not compared with.
  public static let leastShare = 0.02
  /// The least ratio.
  public static let leastRatio = 0.8

  /// The attributes.
  public var attributes: [String]
  /// The groups.
  public var groups: [Group]
  /// The group with the highest rate among those that are large enough; empty where rows that were taken out could change it.
  public var highest: [String]
  /// People that were taken out of saved counts, as small counts.
  public var lacking: Int
  /// People whose group is unknown.
  public var unknown: Int

  /// Makes the table of some attributes, rows counted without weights; nil where no group is large enough.
  ///
  /// - Parameters:
  ///   - isTested: whether each row is a person drawn on their own, as z and Fisher's test take it; without, both are NaN.
  ///   - cube: the counts that the table was made of, which say whether small ones were taken out.
  public init?(
    _ table: DecisionTable, by places: [Int], isTested: Bool = true, cube: CountingCube? = nil
  ) {
    let all = table.groups(by: places)
    var known = all.filter { !$0.values.contains(DecisionTable.missingName) }
    let lacks = LackingRows(cube, by: places)
    known += lacks?.gone(from: known) ?? []
    let pool = Double(known.reduce(0) { $0 + $1.rows })
    lacking = lacks?.rows ?? 0
    let pools = (least: pool, most: pool + Double(lacking))
    func isSurelyLarge(_ group: GroupCounts) -> Bool { Double(group.rows) >= Self.leastShare * pools.most }
    func mayBeLarge(_ group: GroupCounts) -> Bool {
      let most = group.rows + (lacks?.most[group.values] ?? 0)
      return Double(most) >= Self.leastShare * pools.least
    }
    func isWhole(_ group: GroupCounts) -> Bool { lacks?.most[group.values] == nil }
    func rate(_ group: GroupCounts) -> Double { group.counts.selected / group.counts.total }
    let bounds = known.map { group in
      lacks?.rate(group) ?? ConfidenceInterval(rate(group), rate(group))
    }
    let candidates = known.indices.filter { isSurelyLarge(known[$0]) && isWhole(known[$0]) }
    guard known.contains(where: mayBeLarge) else { return nil }
    // The group that others are compared with, where what is lacking could not change it.
    let best = candidates.max { (rate(known[$0]), known[$0].rows) < (rate(known[$1]), known[$1].rows) }
      .flatMap { best in
        known.indices.allSatisfy { other in
          other == best || !mayBeLarge(known[other]) || bounds[other].upper <= rate(known[best])
        } ? known[best] : nil
      }
    attributes = places.map { table.dimensions[$0].name }
    highest = best?.values ?? []
    unknown = all.reduce(0) { $0 + $1.rows } - known.reduce(0) { $0 + $1.rows }
    let isPooled = lacks == nil
    groups = known.indices.map { place in
      let group = known[place]
      let isLarge: Bool? = isSurelyLarge(group) ? true : mayBeLarge(group) ? nil : false
      guard isWhole(group), let best else {
        let others = known.indices.filter { $0 != place && mayBeLarge(known[$0]) }
        let own = bounds[place]
        let ratio = LackingRows.ratio(
          own, certain: others.filter { isSurelyLarge(known[$0]) }.map { bounds[$0] },
          possible: others.map { bounds[$0] }, countsItself: isLarge)
        return Group(
          values: group.values, rows: group.rows, share: .nan, selected: Int(group.counts.selected),
          rate: isWhole(group) ? rate(group) : .nan, ratio: .nan, isLargeEnough: isLarge, z: .nan,
          fisherP: .nan,
          isBelow: ratio.upper < Self.leastRatio ? true : ratio.lower >= Self.leastRatio ? false : nil,
          oneMoreWouldLiftIt: nil, rateBounds: isWhole(group) ? nil : own, ratioBounds: ratio)
      }
      let (x, n) = (Int(group.counts.selected), group.rows)
      let (y, m) = (Int(best.counts.selected), best.rows)
      let isBest = group.values == best.values
      let two = isBest || !isTested ? nil : try? TwoProportions(x, of: n, versus: y, of: m)
      let ratio = rate(group) / rate(best)
      // Compared as whole numbers: x/n against four fifths of y/m must not hang on rounding.
      func isBelow(_ x: Int, _ y: Int) -> Bool { 5 * Double(x) * Double(m) < 4 * Double(y) * Double(n) }
      return Group(
        values: group.values, rows: n, share: isPooled ? Double(n) / pool : .nan, selected: x,
        rate: rate(group), ratio: ratio,
        isLargeEnough: isLarge, z: two?.pooledZ ?? .nan,
        fisherP: two.map { min(x + y, n + m - x - y) <= 20_000 ? $0.fisherP : $0.pooledP } ?? .nan,
        isBelow: isBelow(x, y),
        oneMoreWouldLiftIt: isBelow(x, y) && x < n && y > 0 && !isBelow(x + 1, y - 1))
    }
  }
}
