import Statistics

/// Scores of descriptors in the same templates, compared template by template.
///
/// Templates differ in how they are scored far more than descriptors do; within one, a descriptor stands beside all others of its axis. A
/// template is one witness, whatever its samples.
public struct PairedScores: Sendable {
  private struct Axis {
    var name: String
    /// Each descriptor's mean score by the number of the template.
    var groups: [(name: String, means: [(template: Int, mean: Double)])]
    /// The sum of all descriptors' means in a template, and how many they are.
    var totals: [(sum: CompensatedSum, count: Int)]
  }
  private let axes: [Axis]

  /// Takes scores; nil unless all have a template.
  public init?(_ items: [ScoreGroups.Item]) {
    guard !items.isEmpty, items.allSatisfy({ $0.template != nil }) else { return nil }
    var table: [String: [String: [String: (sum: CompensatedSum, count: Int)]]] = [:]
    for item in items {
      table[item.axis, default: [:]][item.group, default: [:]][
        item.template ?? "", default: (CompensatedSum(), 0)
      ]
      .sum.add(item.score)
      table[item.axis, default: [:]][item.group, default: [:]][
        item.template ?? "", default: (CompensatedSum(), 0)
      ]
      .count += 1
    }
    axes = table.sorted { $0.key < $1.key }.map { axis in
      let names = Set(axis.value.values.flatMap(\.keys)).sorted()
      let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
      var totals = names.map { _ in (sum: CompensatedSum(), count: 0) }
      let groups = axis.value.sorted { $0.key < $1.key }.map { group in
        let means = group.value.compactMap { template, sum in
          numbers[template].map { (template: $0, mean: sum.sum.value / Double(sum.count)) }
        }.sorted { $0.template < $1.template }
        for entry in means {
          totals[entry.template].sum.add(entry.mean)
          totals[entry.template].count += 1
        }
        return (name: group.key, means: means)
      }
      return Axis(name: axis.key, groups: groups, totals: totals)
    }
  }

  /// Each descriptor against the mean of all others of its axis in the same template; p-values corrected by Benjamini and Hochberg.
  ///
  /// Cost: linear in the scores.
  ///
  /// - Parameter level: of each interval.
  public func againstOthers(level: Double = 0.95) -> [ScoreGroups.Comparison] {
    ScoreGroups.adjusted(
      axes.filter { $0.groups.count > 1 }.flatMap { axis in
        axis.groups.map { group in
          let differences = group.means.compactMap { entry -> Double? in
            let (sum, count) = axis.totals[entry.template]
            return count > 1 ? entry.mean - (sum.value - entry.mean) / Double(count - 1) : nil
          }
          let mean = Intervals.clusterMean(differences.map { ($0, 1) }, level)
          let above = differences.reduce(0.0) { $0 + ($1 > 0 ? 1 : $1 == 0 ? 0.5 : 0) }
          var found = ScoreGroups.Comparison(
            axis: axis.name, first: group.name, second: "", counts: [differences.count, differences.count],
            difference: mean.mean, interval: mean.interval, level: level, wasserstein: .nan,
            superiority: above / Double(differences.count),
            p: differences.count >= GeneratedPlan.fewestTemplates ? (try? WilcoxonTest(differences))?.p : nil)
          found.isPaired = true
          return found
        }
      })
  }
}
