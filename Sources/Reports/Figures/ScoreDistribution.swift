import BiasMetrics

/// A group's scores in ascending order with what lies at or below each.
struct ScoreDistribution {
  let name: String
  /// Rows with a score, or their weights' sum.
  let total: Double
  let rows: Int
  private let scores: [Double]
  private let cumulated: [Double]

  /// nil where no row has a score.
  init?(_ group: GroupCounts, name: String, isWeighted: Bool) {
    let sorted = group.scores.filter { $0.score.isFinite }.sorted { $0.score < $1.score }
    var (scores, sums): ([Double], [Double]) = ([], [])
    var (sum, rows) = (0.0, 0)
    for entry in sorted {
      sum += isWeighted ? entry.weight * Double(entry.count) : Double(entry.count)
      rows += entry.count
      if scores.last == entry.score {
        sums[sums.count - 1] = sum
      } else {
        scores.append(entry.score)
        sums.append(sum)
      }
    }
    guard sum > 0, let _ = scores.first else { return nil }
    (self.name, self.total, self.rows) = (name, sum, rows)
    (self.scores, cumulated) = (scores, sums)
  }

  var least: Double { scores[0] }
  var greatest: Double { scores[scores.count - 1] }

  /// The share of rows whose score is at most this.
  func share(atMost score: Double) -> Double {
    var (low, high) = (0, scores.count)
    while low < high {
      let middle = (low + high) / 2
      if scores[middle] <= score { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? 0 : cumulated[low - 1] / total
  }

  /// The least score that at least this share of rows does not exceed.
  func quantile(_ share: Double) -> Double {
    let wanted = share * total
    var (low, high) = (0, scores.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if cumulated[middle] >= wanted * (1 - 1e-12) { high = middle } else { low = middle + 1 }
    }
    return scores[low]
  }
}
