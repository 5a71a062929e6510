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
  /// Each list's rows and exposure by group.
  private var sums: [Sums] = []

  private struct Sums {
    var rows: [Double]
    var exposure: [Double]
  }

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
    sums = lists.filter { !$0.isEmpty }.map { list in
      var sum = Sums(
        rows: Array(repeating: 0, count: groupCount), exposure: Array(repeating: 0, count: groupCount))
      for entry in list {
        sum.rows[Int(entry.group)] += 1
        sum.exposure[Int(entry.group)] += entry.exposure
      }
      return sum
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

  /// Compares two groups' mean exposures over lists, which are the independent units.
  ///
  /// The ratio's interval is by Taylor's linearisation of its logarithm, with Student's t of one degree of freedom fewer than lists. Where
  /// all lists treat the groups alike no spread shows: they are then judged as if one list more had them the other way round. Nil where
  /// nothing can be estimated.
  ///
  /// Source: Woodruff, Journal of the American Statistical Association 66 (1971).
  func ratioInterval(_ low: Int, _ high: Int, level: Double) -> ConfidenceInterval? {
    var own = sums.filter { $0.rows[low] > 0 || $0.rows[high] > 0 }.map { list in
      Share(
        rows: (list.rows[low], list.rows[high]), exposure: (list.exposure[low], list.exposure[high]))
    }
    guard own.count > 1, let first = Self.ratio(own) else { return nil }
    var found = first
    if found.error <= 1e-9 {
      let count = Double(own.count)
      let rows = (
        own.reduce(0) { $0 + $1.rows.0 } / count, own.reduce(0) { $0 + $1.rows.1 } / count
      )
      own.append(
        Share(rows: rows, exposure: (rows.0 * found.means.1, rows.1 * found.means.0)))
      guard let more = Self.ratio(own), more.error > 1e-9 else { return nil }
      found = more
    }
    guard let t = StudentT.quantile(upperTail: (1 - level) / 2, freedom: Double(own.count - 1)) else {
      return nil
    }
    let middle = log(found.means.0 / found.means.1)
    return ConfidenceInterval(exp(middle - t * found.error), exp(middle + t * found.error))
  }

  /// Two groups' rows and exposure in a list.
  private struct Share {
    var rows: (Double, Double)
    var exposure: (Double, Double)
  }

  /// Both mean exposures, and the standard error of the logarithm of their ratio; nil where one has no rows.
  private static func ratio(_ lists: [Share]) -> (means: (Double, Double), error: Double)? {
    func total(_ part: (Share) -> Double) -> Double { CompensatedSum(lists.map(part)).value }
    let (rows1, rows2) = (total { $0.rows.0 }, total { $0.rows.1 })
    let (all1, all2) = (total { $0.exposure.0 }, total { $0.exposure.1 })
    guard rows1 > 0, rows2 > 0, all1 > 0, all2 > 0 else { return nil }
    let squares = total { list in
      let error =
        (list.exposure.0 / all1 - list.rows.0 / rows1) - (list.exposure.1 / all2 - list.rows.1 / rows2)
      return error * error
    }
    let count = Double(lists.count)
    return ((all1 / rows1, all2 / rows2), (squares * count / (count - 1)).squareRoot())
  }

  /// How many lists have rows of either group.
  func listCount(_ low: Int, _ high: Int) -> Int { sums.count { $0.rows[low] > 0 || $0.rows[high] > 0 } }

  /// The greatest |z| of all judged groups when places are dealt anew within each list.
  private func greatestDeviations(
    _ expected: [Double], _ scales: [Double], _ isJudged: [Bool], _ permutations: Int, _ seed: UInt64
  ) -> [Double] {
    var random = Philox(seed: seed)
    var shuffled = lists.map { $0.map(\.group) }
    var greatest: [Double] = []
    for _ in 0..<permutations {
      var sums = Array(repeating: 0.0, count: groupCount)
      for (place, list) in lists.enumerated() {
        for index in list.indices {
          let left = list.count - index
          let other = index + min(left - 1, Int(random.unit() * Double(left)))
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
