import Statistics

extension RangePermutation {
  /// Clusters times shuffles that are drawn at most: some seconds.
  public static let mostDraws = 1 << 28

  /// Shuffles whole clusters, such as persons with several rows, between the groups of some attributes.
  ///
  /// Where a group is a cluster's own, as a sex is a person's, the hypothesis is that clusters as they are could be of any group; rows
  /// dealt one by one would make chance look smaller than it is. Metrics are taken from the same shuffles. Weights stay with their rows.
  /// Throws when a cluster has rows in several groups or strata, or there are more clusters times shuffles than ``mostDraws``.
  /// Cost: some 5 ns a cluster, metric and shuffle.
  ///
  /// - Parameters:
  ///   - cluster: the place of the clusters' column.
  ///   - controls: places of the columns within whose values clusters are exchanged.
  public init(
    _ table: DecisionTable, by places: [Int], clusters cluster: Int, within controls: [Int] = [],
    metrics: [RateMetric], seed: UInt64, resamples: Int = 2000
  ) throws(BiasMetricsError) {
    guard resamples > 0, (places + controls + [cluster]).allSatisfy(table.dimensions.indices.contains)
    else {
      throw BiasMetricsError(
        .invalidPlan, "\(resamples) shuffles of columns \(places) within \(controls)",
        hint: "ask for at least one, and for columns of the table")
    }
    var units = try Self.units(table, places, cluster, controls)
    guard units.count <= Self.mostDraws / resamples else {
      throw BiasMetricsError(
        .invalidPlan, "\(resamples) shuffles of \(units.count) clusters are too many",
        hint: "draw at most \(Self.mostDraws / max(1, units.count))")
    }
    // In an order that does not depend on that of dictionaries: by stratum, then by cluster.
    units.sort { a, b in
      a.stratum == b.stratum
        ? a.cluster < b.cluster : a.stratum.lexicographicallyPrecedes(b.stratum)
    }
    let grouping = Grouping(units.map(\.group))
    let parts = metrics.map { metric in units.map { metric.parts($0.counts) } }
    var blocks: [Range<Int>] = []
    for place in units.indices {
      if place > 0, units[place].stratum == units[place - 1].stratum {
        blocks[blocks.count - 1] = blocks[blocks.count - 1].lowerBound..<place + 1
      } else {
        blocks.append(place..<place + 1)
      }
    }
    var (above, below) = (
      [Double](repeating: 0, count: grouping.count), [Double](repeating: 0, count: grouping.count)
    )
    func range(_ metric: Int, _ groups: [Int]) -> Double {
      for group in above.indices { (above[group], below[group]) = (0, 0) }
      for (place, part) in parts[metric].enumerated() {
        above[groups[place]] += part.numerator
        below[groups[place]] += part.denominator
      }
      return Self.range(above, below)
    }
    let observed = metrics.indices.map { range($0, grouping.groups) }
    var ranges = [[Double]](repeating: [], count: metrics.count)
    if grouping.count > 1 {
      for resample in 0..<resamples {
        var random = Philox(seed: seed, stream: 1 << 62 | UInt64(resample))
        var groups = grouping.groups
        for block in blocks {
          for place in block.dropLast() {
            let left = block.upperBound - place
            groups.swapAt(place, place + min(left - 1, Int(random.unit() * Double(left))))
          }
        }
        for metric in metrics.indices {
          let drawn = range(metric, groups)
          // A shuffle that leaves no group anything to take the rate of has no range.
          ranges[metric].append(drawn.isNaN ? 0 : drawn)
        }
      }
      for metric in metrics.indices where observed[metric].isNaN { ranges[metric] = [] }
    }
    self.init(metrics, observed, ranges, resamples)
  }

  private struct Unit {
    var stratum: [Int]
    var cluster: Int
    var group: [Int]
    var counts: Confusion
  }

  private static func units(
    _ table: DecisionTable, _ places: [Int], _ cluster: Int, _ controls: [Int]
  ) throws(BiasMetricsError) -> [Unit] {
    var numbers: [Int: Int] = [:]
    var units: [Unit] = []
    for cell in table.cells {
      let (group, stratum) = (places.map { cell.coordinates[$0] }, controls.map { cell.coordinates[$0] })
      let name = cell.coordinates[cluster]
      let place = numbers[name] ?? units.count
      if place == units.count {
        numbers[name] = place
        units.append(Unit(stratum: stratum, cluster: name, group: group, counts: Confusion()))
      }
      guard units[place].group == group, units[place].stratum == stratum else {
        throw BiasMetricsError(
          .invalidPlan, "a cluster has rows in several groups, or in several strata of the controls",
          hint: "shuffles need clusters that are each of one group")
      }
      units[place].counts.add(
        table.isWeighted ? cell.weight : Double(cell.count), label: cell.label, prediction: cell.prediction)
    }
    return units
  }
}
