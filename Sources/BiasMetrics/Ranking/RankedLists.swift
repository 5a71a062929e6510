import Statistics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Lists in the order of their ranks: the group of each row, and what its place is worth.
struct RankedLists {
  private struct Entry {
    var group: Int32
    var exposure: Double
  }
  /// The rows of each list, first places first; rows of one rank stand together and have one exposure.
  private var lists: [[Entry]]
  private let groupCount: Int

  init(_ groups: [[NumericTable.Row]], lists count: Int, higherIsBetter: Bool) {
    groupCount = groups.count
    var keyed = Array(repeating: [(rank: Double, group: Int32)](), count: count)
    for (group, rows) in groups.enumerated() {
      for row in rows where !row.prediction.isNaN {
        keyed[row.list].append((higherIsBetter ? -row.prediction : row.prediction, Int32(group)))
      }
    }
    lists = keyed.map { rows in
      let sorted = rows.sorted { ($0.rank, $0.group) < ($1.rank, $1.group) }
      var entries: [Entry] = []
      var start = 0
      while start < sorted.count {
        var end = start
        var sum = 0.0
        while end < sorted.count, sorted[end].rank == sorted[start].rank {
          sum += 1 / log2(Double(end + 2))
          end += 1
        }
        for place in start..<end {
          entries.append(Entry(group: sorted[place].group, exposure: sum / Double(end - start)))
        }
        start = end
      }
      return entries
    }
  }

  func attribute(
    _ name: String, _ names: [String], minimumCount: Int, permutations: Int, seed: UInt64
  ) -> RankingParity.Attribute {
    var (rows, exposure) = (
      Array(repeating: 0, count: groupCount), Array(repeating: ExactSum(), count: groupCount)
    )
    var (expected, variance) = (
      Array(repeating: 0.0, count: groupCount), Array(repeating: 0.0, count: groupCount)
    )
    for list in lists where !list.isEmpty {
      let n = Double(list.count)
      let mean = list.reduce(0) { $0 + $1.exposure } / n
      let spread = n > 1 ? list.reduce(0) { $0 + ($1.exposure - mean) * ($1.exposure - mean) } / (n - 1) : 0
      var own = Array(repeating: 0, count: groupCount)
      for entry in list {
        own[Int(entry.group)] += 1
        exposure[Int(entry.group)].add(entry.exposure)
      }
      for group in 0..<groupCount where own[group] > 0 {
        let m = Double(own[group])
        rows[group] += own[group]
        expected[group] += m * mean
        // The variance of a sum of m of n values drawn without replacement.
        variance[group] += m * (n - m) / n * spread
      }
    }
    let totals = exposure.map(\.value)
    let (all, sum) = (Double(max(1, rows.reduce(0, +))), totals.reduce(0, +))
    let scales = variance.map { $0 > 1e-18 ? 1 / $0.squareRoot() : 0 }
    let isJudged = rows.indices.map { rows[$0] >= minimumCount && scales[$0] > 0 }
    let greatest = greatestDeviations(expected, scales, isJudged, permutations, seed)
    let groups = rows.indices.map { group in
      let z = scales[group] > 0 ? (totals[group] - expected[group]) * scales[group] : .nan
      let beyond = isJudged[group] ? greatest.count { $0 >= abs(z) - 1e-9 } : 0
      return RankingParity.Group(
        values: [names[group]], rows: rows[group], share: Double(rows[group]) / all,
        exposureShare: totals[group] / sum, meanExposure: totals[group] / Double(rows[group]), z: z,
        adjustedP: isJudged[group] ? Double(beyond + 1) / Double(permutations + 1) : nil)
    }
    let large = groups.filter { $0.rows >= minimumCount }
    let low = large.min { $0.meanExposure < $1.meanExposure }
    let high = large.max { $0.meanExposure < $1.meanExposure }
    var ratio = Double.nan
    if large.count > 1, let low, let high { ratio = low.meanExposure / high.meanExposure }
    return RankingParity.Attribute(
      name: name, groups: groups, least: low?.values ?? [], greatest: high?.values ?? [],
      exposureRatio: ratio,
      ndkl: ndkl)
  }

  /// The greatest |z| of all judged groups when places are dealt anew within each list.
  private func greatestDeviations(
    _ expected: [Double], _ scales: [Double], _ isJudged: [Bool], _ permutations: Int, _ seed: UInt64
  ) -> [Double] {
    var random = HypergeometricDealer(seed: seed)
    var shuffled = lists.map { $0.map(\.group) }
    var greatest: [Double] = []
    for _ in 0..<permutations {
      var sums = Array(repeating: 0.0, count: groupCount)
      for (place, list) in lists.enumerated() {
        for index in list.indices {
          let other = index + random.next(below: list.count - index)
          shuffled[place].swapAt(index, other)
          sums[Int(shuffled[place][index])] += list[index].exposure
        }
      }
      var most = 0.0
      for group in sums.indices where isJudged[group] {
        most = max(most, abs(sums[group] - expected[group]) * scales[group])
      }
      greatest.append(most)
    }
    return greatest
  }

  /// Σ (1 / log₂(i + 1)) KL(top i ‖ list) / Σ (1 / log₂(i + 1)), the mean over lists.
  ///
  /// A top that ends within rows of one rank takes each of them in part.
  private var ndkl: Double {
    var (sum, count) = (0.0, 0)
    for list in lists where !list.isEmpty {
      var share = Array(repeating: 0.0, count: groupCount)
      for entry in list { share[Int(entry.group)] += 1 / Double(list.count) }
      var (top, total, weight, start) = (Array(repeating: 0.0, count: groupCount), 0.0, 0.0, 0)
      while start < list.count {
        var end = start
        var block = Array(repeating: 0.0, count: groupCount)
        while end < list.count, list[end].exposure == list[start].exposure {
          block[Int(list[end].group)] += 1
          end += 1
        }
        for place in start..<end {
          for group in 0..<groupCount { top[group] += block[group] / Double(end - start) }
          let size = Double(place + 1)
          var divergence = 0.0
          for group in 0..<groupCount where top[group] > 0 {
            divergence += top[group] / size * log(top[group] / size / share[group])
          }
          total += divergence / log2(size + 1)
          weight += 1 / log2(size + 1)
        }
        start = end
      }
      sum += total / weight
      count += 1
    }
    return count > 0 ? sum / Double(count) : .nan
  }
}
