extension DecisionTable {
  /// Makes a table of counts that are known already, such as those of a published report, one attribute or intersection a group.
  ///
  /// Throws when there is no column, a group's values are not one a column, or counts are negative or not whole.
  ///
  /// - Parameters:
  ///   - groups: the columns that make groups.
  ///   - controls: the columns within whose strata groups are compared.
  ///   - counts: the values of groups and controls, and what was true and decided; rows of equal values add up.
  ///   - hasLabels: whether counts tell what was true; without, only those selected or not are looked at.
  public init(
    groups: [String], controls: [String] = [], counts: [(values: [String], counts: Confusion)],
    hasLabels: Bool = true
  ) throws(BiasMetricsError) {
    let names = groups + controls
    guard !groups.isEmpty else {
      throw BiasMetricsError(.invalidPlan, "there is no column of groups", hint: "name at least one")
    }
    var labels: [Set<String>] = names.map { _ in [] }
    for (values, confusion) in counts {
      let parts = [
        confusion.truePositives, confusion.falsePositives, confusion.trueNegatives, confusion.falseNegatives,
      ]
      guard values.count == names.count,
        parts.allSatisfy({ $0 >= 0 && $0 == $0.rounded() && $0 < 0x1p52 })
      else {
        throw BiasMetricsError(
          .incompatible, "\(values.joined(separator: "|")) has counts of \(parts)",
          hint: "give a value for each of \(names.joined(separator: ", ")), and whole counts from 0")
      }
      for (place, value) in values.enumerated() { labels[place].insert(value) }
    }
    let dimensions = zip(names, labels).map { name, labels in
      CountingCube.Dimension(name: name, labels: labels.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }
    var sums: [[Int]: Confusion] = [:]
    for (values, confusion) in counts {
      let key = values.enumerated().map { (dimensions[$0].labels.firstIndex(of: $1) ?? -1) + 1 }
      sums[key] = (sums[key] ?? Confusion()) + confusion
    }
    var cells: [Cell] = []
    for (key, sum) in sums.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      for (label, prediction, count) in [
        (false, false, sum.trueNegatives), (false, true, sum.falsePositives),
        (true, false, sum.falseNegatives), (true, true, sum.truePositives),
      ] where count > 0 {
        cells.append(
          Cell(
            coordinates: key, label: label, prediction: prediction, count: Int(count), weight: count,
            squaredWeight: count, scores: []))
      }
    }
    let total = cells.reduce(0) { $0 + $1.weight }
    guard total > 0, total < 0x1p52 else {
      throw BiasMetricsError(.noRows, "the counts add up to \(total)", hint: "give 1 to 2^52 rows in all")
    }
    self.init(
      dimensions: dimensions, groupDimensions: groups.count, cells: cells, hasLabels: hasLabels,
      isWeighted: false, hasScores: false, positiveLabel: "1", positivePrediction: "1", undecided: [:])
  }
}
