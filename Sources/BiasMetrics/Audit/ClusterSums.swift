import Statistics

/// Each group's counts by cluster, in the order of the clusters, so that sums of them are the same in every run.
struct ClusterSums {
  private(set) var sums: [[String]: [(cluster: Int, counts: Confusion)]] = [:]
  /// Whether a cluster has rows in several groups, such as a prompt that is asked about each.
  private(set) var spans = false

  init(_ table: DecisionTable, _ places: [Int], _ cluster: Int) {
    var byGroup: [[Int]: [Int: Confusion]] = [:]
    for cell in table.cells {
      byGroup[places.map { cell.coordinates[$0] }, default: [:]][
        cell.coordinates[cluster], default: Confusion()
      ].add(
        table.isWeighted ? cell.weight : Double(cell.count), label: cell.label, prediction: cell.prediction)
    }
    var seen: Set<Int> = []
    for (key, clusters) in byGroup {
      for cluster in clusters.keys where !seen.insert(cluster).inserted { spans = true }
      sums[zip(places, key).map { table.text($0, $1) }] = clusters.sorted { $0.key < $1.key }
        .map { (cluster: $0.key, counts: $0.value) }
    }
  }

  /// How two groups' rates vary together.
  func comparison(_ metric: RateMetric, _ low: [String], _ high: [String]) -> ClusterComparison {
    ClusterComparison(residuals(metric, low), residuals(metric, high), isSpanning: spans)
  }

  /// How a group's errors in two rates go together over its clusters; 0 where either does not vary.
  func correlation(_ first: RateMetric, _ second: RateMetric, _ group: [String]) -> Double {
    let (a, b) = (residuals(first, group).errors, residuals(second, group).errors)
    let others = Dictionary(b.map { ($0.cluster, $0.error) }, uniquingKeysWith: { first, _ in first })
    let products = CompensatedSum(a.map { $0.error * (others[$0.cluster] ?? 0) }).value
    let squares =
      CompensatedSum(a.map { $0.error * $0.error }).value
      * CompensatedSum(b.map { $0.error * $0.error }).value
    guard squares > 0 else { return 0 }
    return min(1, max(-1, products / squares.squareRoot()))
  }

  /// What each cluster adds to the error of a group's rate, by Taylor's linearisation.
  private func residuals(_ metric: RateMetric, _ group: [String]) -> ClusterComparison.Group {
    let parts = (sums[group] ?? []).map { (cluster: $0.cluster, part: metric.parts($0.counts)) }
      .filter { $0.part.denominator > 0 }
    let below = CompensatedSum(parts.map(\.part.denominator)).value
    let rate = below > 0 ? CompensatedSum(parts.map(\.part.numerator)).value / below : 0
    return ClusterComparison.Group(
      rate: rate,
      errors: parts.map {
        (cluster: $0.cluster, error: ($0.part.numerator - rate * $0.part.denominator) / below)
      })
  }
}

/// How much more, or less, two groups' rates differ by chance than if no cluster had rows in both.
///
/// Rows of one cluster in both groups, such as a list with a place for each, go together: where one is selected instead of the other, the
/// difference varies twice as much as for independent groups. The variance is that of the clusters' errors in both rates together.
struct ClusterComparison {
  /// A group's rate and each cluster's part in its error, in the order of the clusters.
  struct Group {
    var rate: Double
    var errors: [(cluster: Int, error: Double)]
  }

  /// Whether clusters have rows in both groups.
  var spans = false
  /// Degrees of freedom of the variance: those of the group with fewer clusters.
  var freedom: Int
  /// By what effective rows are to be multiplied for the difference.
  var differenceScale = 1.0
  /// The same for the logarithm of the ratio.
  var ratioScale = 1.0

  init(_ low: Group, _ high: Group, isSpanning: Bool) {
    freedom = min(low.errors.count, high.errors.count) - 1
    guard isSpanning else { return }
    var (apart, products) = (CompensatedSum(), CompensatedSum())
    var (logApart, logProducts) = (CompensatedSum(), CompensatedSum())
    let (r1, r2) = (low.rate > 0 ? low.rate : 1, high.rate > 0 ? high.rate : 1)
    for entry in low.errors {
      apart.add(entry.error * entry.error)
      logApart.add(entry.error * entry.error / (r1 * r1))
    }
    for entry in high.errors {
      apart.add(entry.error * entry.error)
      logApart.add(entry.error * entry.error / (r2 * r2))
    }
    var next = 0
    for entry in low.errors {
      while next < high.errors.count, high.errors[next].cluster < entry.cluster { next += 1 }
      guard next < high.errors.count, high.errors[next].cluster == entry.cluster else { continue }
      spans = true
      products.add(entry.error * high.errors[next].error)
      logProducts.add(entry.error * high.errors[next].error / (r1 * r2))
    }
    guard spans else { return }
    differenceScale = Self.scale(apart.value, products.value)
    ratioScale =
      low.rate > 0 && high.rate > 0 ? Self.scale(logApart.value, logProducts.value) : differenceScale
  }

  /// The variance of independent groups over that of these.
  private static func scale(_ apart: Double, _ products: Double) -> Double {
    guard apart > 0 else { return 1 }
    let together = apart - 2 * products
    // Clusters that agree throughout leave no spread; rows bound what they are worth.
    return together > apart * 1e-12 ? apart / together : 1e12
  }
}

extension Audit {
  /// What a pair is compared by.
  enum Contrast { case difference, ratio }

  /// A pair's counts, or with weights and clusters its effective ones at a level.
  func proportions(_ pair: Pair, _ level: Double, _ contrast: Contrast) -> TwoProportions? {
    func whole(_ rate: GroupRate, _ rows: Int) -> (Int, Int)? {
      var n = rate.denominator
      var above = rate.numerator
      if let clusters = pair.clusters {
        n = min(n * (contrast == .difference ? clusters.differenceScale : clusters.ratioScale), Double(rows))
        n *= EffectiveCount.scale(clusters: clusters.freedom + 1, level: level)
        above = rate.value * n
      }
      guard n < 0x1p60 else { return nil }
      let trials = max(1, Int(n.rounded()))
      return (min(trials, Int(above.rounded())), trials)
    }
    guard let (x1, n1) = whole(pair.lowRate, pair.low.rows),
      let (x2, n2) = whole(pair.highRate, pair.high.rows)
    else { return nil }
    return try? TwoProportions(x1, of: n1, versus: x2, of: n2)
  }

  /// The pooled test's p-value at effective rows, by Student's t.
  func clusteredP(_ pair: Pair, _ clusters: ClusterComparison) -> Double? {
    func rows(_ rate: GroupRate, _ rows: Int) -> Double {
      min(rate.denominator * clusters.differenceScale, Double(rows))
    }
    let (n1, n2) = (rows(pair.lowRate, pair.low.rows), rows(pair.highRate, pair.high.rows))
    let (p1, p2) = (pair.lowRate.value, pair.highRate.value)
    let common = (p1 * n1 + p2 * n2) / (n1 + n2)
    let variance = common * (1 - common) * (1 / n1 + 1 / n2)
    guard variance > 0 else { return 1 }
    return StudentT.twoSidedP((p2 - p1) / variance.squareRoot(), freedom: Double(clusters.freedom))
  }
}
