/// The quantities of New York City's Local Law 144 rules: selection or scoring rates by category, and impact ratios.
///
/// It computes them; it does not say that anything complies. A category's impact ratio is its rate over the highest rate of the
/// table. Categories under two per cent of the rows may be left out of the ratios with a justification, and must be shown: both
/// ways are given. Source: 6 RCNY § 5-300 to 5-304.
public struct ImpactRatioTable: Hashable, Sendable {
  /// A row of the table.
  public struct Category: Hashable, Sendable {
    /// The category, its values joined by `|`.
    public var name: String
    /// How many people.
    public var rows: Int
    /// Their share of all.
    public var share: Double
    /// The selected, among all of the category.
    public var selectionRate: Double
    /// Those who score above the median of all, among all of the category; NaN without scores.
    public var scoringRate: Double
    /// The selection rate over the highest.
    public var selectionImpactRatio: Double
    /// The scoring rate over the highest.
    public var scoringImpactRatio: Double
    /// The same where categories under two per cent are left out; NaN for those.
    public var selectionImpactRatioWithoutSmall: Double
    /// The same for scoring rates.
    public var scoringImpactRatioWithoutSmall: Double
  }

  /// The categories, in the order of the groups.
  public var categories: [Category]
  /// The median score of all people.
  public var medianScore: Double

  /// Makes the table of groups that keep their scores.
  public init(_ groups: [GroupCounts]) {
    let total = groups.reduce(0) { $0 + $1.rows }
    let median = Self.median(groups.flatMap(\.scores))
    medianScore = median
    var categories = groups.map { group in
      let above = group.scores.reduce(0) { $0 + ($1.score > median ? $1.count : 0) }
      return Category(
        name: group.name, rows: group.rows, share: Double(group.rows) / Double(total),
        selectionRate: RateMetric.selectionRate.value(group.counts),
        scoringRate: group.scores.isEmpty ? .nan : Double(above) / Double(group.rows),
        selectionImpactRatio: .nan,
        scoringImpactRatio: .nan, selectionImpactRatioWithoutSmall: .nan, scoringImpactRatioWithoutSmall: .nan
      )
    }
    func highest(_ rate: KeyPath<Category, Double>, _ isCounted: (Category) -> Bool) -> Double {
      categories.filter(isCounted).map { $0[keyPath: rate] }.filter { !$0.isNaN }.max() ?? .nan
    }
    func isLarge(_ category: Category) -> Bool { category.share >= 0.02 }
    let (selection, scoring) = (highest(\.selectionRate) { _ in true }, highest(\.scoringRate) { _ in true })
    let (large, largeScoring) = (highest(\.selectionRate, isLarge), highest(\.scoringRate, isLarge))
    for index in categories.indices {
      categories[index].selectionImpactRatio = categories[index].selectionRate / selection
      categories[index].scoringImpactRatio = categories[index].scoringRate / scoring
      guard isLarge(categories[index]) else { continue }
      categories[index].selectionImpactRatioWithoutSmall = categories[index].selectionRate / large
      categories[index].scoringImpactRatioWithoutSmall = categories[index].scoringRate / largeScoring
    }
    self.categories = categories
  }

  /// The middle score, or the mean of the two in the middle.
  static func median(_ scores: [GroupCounts.LabelledScore]) -> Double {
    let sorted = scores.filter { !$0.score.isNaN }.sorted { $0.score < $1.score }
    let count = sorted.reduce(0) { $0 + $1.count }
    guard count > 0 else { return .nan }
    func at(_ place: Int) -> Double {
      var seen = 0
      for entry in sorted {
        seen += entry.count
        if seen > place { return entry.score }
      }
      return .nan
    }
    return (at((count - 1) / 2) + at(count / 2)) / 2
  }
}
