import Statistics

/// Which groups of some attributes lack rows, since small counts were taken out of a cube, and how many each may lack at most.
///
/// What was taken out is known by its groups and its total. Each combination that is gone held at least one row, so that a group lacks
/// no more than all rows that are gone less one for each combination of other groups.
struct LackingRows {
  /// Rows that were taken out.
  let rows: Int
  /// How many rows a group may lack, by its values; groups that are whole are not listed.
  let most: [[String]: Int]

  /// Nil where nothing was taken out.
  init?(_ cube: CountingCube?, by places: [Int]) {
    guard let suppression = cube?.suppression, suppression.rows > 0, !suppression.combinations.isEmpty else {
      return nil
    }
    rows = suppression.rows
    var counts: [[String]: Int] = [:]
    for combination in suppression.combinations {
      counts[
        places.map { combination[$0].map(DecisionTable.shown) ?? DecisionTable.missingName }, default: 0
      ] += 1
    }
    let (all, rows) = (suppression.combinations.count, suppression.rows)
    most = counts.mapValues { max(1, rows - (all - $0)) }
  }

  /// Groups that are listed nowhere any more, and whose values are known.
  func gone(from groups: [GroupCounts]) -> [GroupCounts] {
    let left = Set(groups.map(\.values))
    return most.keys.filter { !left.contains($0) && !$0.contains(DecisionTable.missingName) }
      .sorted { $0.lexicographicallyPrecedes($1) }.map { GroupCounts(values: $0) }
  }

  /// The least and the greatest selection rate that a group may have had.
  func rate(_ group: GroupCounts) -> ConfidenceInterval {
    let (x, n) = (group.counts.selected, Double(group.rows))
    guard let lacking = most[group.values] else { return ConfidenceInterval(x / n, x / n) }
    let all = n + Double(lacking)
    return ConfidenceInterval(x / all, (x + Double(lacking)) / all)
  }

  /// The least and the greatest ratio of a group's rate to the highest.
  ///
  /// - Parameters:
  ///   - certain: other groups that are among those compared with.
  ///   - possible: these, and others that may be.
  ///   - countsItself: whether the group itself is among those compared with; nil where that cannot be told.
  static func ratio(
    _ own: ConfidenceInterval, certain: [ConfidenceInterval], possible: [ConfidenceInterval],
    countsItself: Bool?
  ) -> ConfidenceInterval {
    let greatest = possible.map(\.upper).max() ?? 0
    let least = certain.map(\.lower).max() ?? 0
    let lower = own.lower / (countsItself == false ? greatest : max(own.lower, greatest))
    let upper = own.upper / (countsItself == true ? max(own.upper, least) : least)
    return ConfidenceInterval(lower.isNaN ? 0 : lower, upper.isNaN ? .infinity : upper)
  }
}
