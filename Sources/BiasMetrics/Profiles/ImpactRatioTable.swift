import Statistics

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
    /// Those who score above the median of all, among those of the category that have a score; NaN without scores.
    public var scoringRate: Double
    /// How many have no score: they are in no scoring rate, since nothing says on which side of the median they are.
    public var unscored: Int
    /// The selection rate over the highest.
    public var selectionImpactRatio: Double
    /// The scoring rate over the highest.
    public var scoringImpactRatio: Double
    /// The same where categories under two per cent are left out; NaN for those.
    public var selectionImpactRatioWithoutSmall: Double
    /// The same for scoring rates.
    public var scoringImpactRatioWithoutSmall: Double
    /// Between which the selection rate lies where rows of the category were taken out as small counts; nil where none were.
    public var selectionRateBounds: ConfidenceInterval?
    /// Between which the impact ratio lies where rows that matter to it were taken out; nil where it stands.
    public var selectionImpactRatioBounds: ConfidenceInterval?
  }

  /// The attributes that make the categories.
  public var attributes: [String] = []
  /// The categories, in the order of the groups.
  public var categories: [Category]
  /// People assessed whose category is unknown: they are in no category, and their number must be stated.
  public var unknown = 0
  /// The median score of all people, those of unknown category included.
  public var medianScore: Double
  /// People that were taken out of saved counts, as small counts.
  ///
  /// Where there are any, shares and ratios without small categories cannot be told and are NaN, and so are rates of categories that lack
  /// people, which have bounds instead.
  public var lacking = 0

  /// Makes the table of some attributes of a table; rows without a value of one of them are counted as unknown.
  ///
  /// - Parameter cube: the counts that the table was made of, which say whether small ones were taken out.
  public init(_ table: DecisionTable, by places: [Int], cube: CountingCube? = nil) {
    let groups = table.groups(by: places, keepsScores: true)
    var known = groups.filter { !$0.values.contains(DecisionTable.missingName) }
    let lacking = LackingRows(cube, by: places)
    known += lacking?.gone(from: known) ?? []
    self.init(known, median: Self.median(groups.flatMap(\.scores)))
    attributes = places.map { table.dimensions[$0].name }
    unknown = groups.reduce(0) { $0 + $1.rows } - known.reduce(0) { $0 + $1.rows }
    if let lacking { bound(known, lacking) }
  }

  /// Puts bounds in the place of figures that do not stand without the rows that are lacking.
  private mutating func bound(_ groups: [GroupCounts], _ lacking: LackingRows) {
    self.lacking = lacking.rows
    let rates = groups.map { lacking.rate($0) }
    for (place, group) in groups.enumerated() {
      let others = rates.indices.filter { $0 != place }.map { rates[$0] }
      let ratio = LackingRows.ratio(
        rates[place], certain: others, possible: others, countsItself: true)
      let isWhole = lacking.most[group.values] == nil
      categories[place].share = .nan
      (categories[place].scoringRate, categories[place].scoringImpactRatio) = (.nan, .nan)
      categories[place].selectionImpactRatioWithoutSmall = .nan
      categories[place].scoringImpactRatioWithoutSmall = .nan
      if !isWhole {
        categories[place].selectionRate = .nan
        categories[place].selectionRateBounds = rates[place]
      }
      categories[place].selectionImpactRatio = ratio.lower == ratio.upper ? ratio.lower : .nan
      if ratio.lower < ratio.upper { categories[place].selectionImpactRatioBounds = ratio }
    }
  }

  /// Makes the table of groups that keep their scores.
  ///
  /// - Parameter median: the median score of all assessed, where some are in none of the groups.
  public init(_ groups: [GroupCounts], median: Double? = nil) {
    let total = groups.reduce(0) { $0 + $1.rows }
    let median = median ?? Self.median(groups.flatMap(\.scores))
    medianScore = median
    var categories = groups.map { group in
      let above = group.scores.reduce(0) { $0 + ($1.score > median ? $1.count : 0) }
      let scored = group.scores.reduce(0) { $0 + ($1.score.isNaN ? 0 : $1.count) }
      return Category(
        name: group.name, rows: group.rows, share: Double(group.rows) / Double(total),
        selectionRate: RateMetric.selectionRate.value(group.counts),
        scoringRate: scored == 0 ? .nan : Double(above) / Double(scored),
        unscored: group.scores.isEmpty ? 0 : group.rows - scored, selectionImpactRatio: .nan,
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
    CountingCube.median(scores.map { ($0.score, $0.count) })
  }
}
