import Statistics

/// All scores of an axis, sorted once, against which each group's are compared with those of all others.
///
/// What a group's scores and the rest have in common follows from the pool: the rest's ranks, moments and distribution are the pool's less
/// the group's. So many descriptors cost one sort, and not one each.
struct PooledScores {
  /// How many scores.
  let count: Int
  /// The distinct scores, ascending.
  private let scores: [Double]
  /// How many scores lie at or below each.
  private let atMost: [Int]
  /// ∫ F from the least score to each.
  private let areas: [Double]
  /// Σ (t³ − t) over scores that t rows share.
  private let ties: Double
  private let mean: Double
  private let squares: Double

  init(_ groups: [[Double]]) {
    let sorted = groups.joined().sorted()
    count = sorted.count
    var (scores, atMost, areas): ([Double], [Int], [Double]) = ([], [], [])
    var (ties, area) = (0.0, 0.0)
    var start = 0
    while start < sorted.count {
      var end = start
      while end < sorted.count, sorted[end] == sorted[start] { end += 1 }
      if let last = scores.last { area += (sorted[start] - last) * Double(start) / Double(sorted.count) }
      scores.append(sorted[start])
      atMost.append(end)
      areas.append(area)
      let tied = Double(end - start)
      ties += tied * tied * tied - tied
      start = end
    }
    (self.scores, self.atMost, self.areas, self.ties) = (scores, atMost, areas, ties)
    mean = ExactSum(sorted).value / Double(max(1, sorted.count))
    let middle = mean
    squares = ExactSum(sorted.map { ($0 - middle) * ($0 - middle) }).value
  }

  /// What a comparison of a group with all others comes to.
  struct Found {
    var difference: Double
    var interval: ConfidenceInterval?
    var wasserstein: Double
    var superiority: Double
    var p: Double?
  }

  /// Compares scores that are in the pool with all others of it.
  func compare(_ own: [Double], _ level: Double) -> Found {
    let (n, m) = (own.count, count - own.count)
    guard n > 0, m > 0 else {
      return Found(difference: .nan, interval: nil, wasserstein: .nan, superiority: .nan, p: nil)
    }
    let sorted = own.sorted()
    let moments = Moments(sorted)
    let shift = ExactSum(sorted.map { $0 - mean }).value
    let restShift = -shift / Double(m)
    let around = ExactSum(sorted.map { ($0 - mean) * ($0 - mean) }).value
    let restSquares = max(0, squares - around - Double(m) * restShift * restShift)
    // The sum of squares of equal scores is rounding alone.
    let isStill = restSquares <= 1e-12 * squares
    let rest = (
      mean: mean + restShift, variance: m > 1 ? (isStill ? 0 : restSquares / Double(m - 1)) : nil, count: m
    )
    let superiority = superiority(sorted, m)
    return Found(
      difference: moments.mean - rest.mean,
      interval: ScoreGroups.welch((moments.mean, moments.variance, n), rest, level),
      wasserstein: wasserstein(sorted) * Double(count) / Double(m), superiority: superiority,
      p: n > 1 && m > 1 ? mannWhitneyP(superiority, Double(n), Double(m)) : nil)
  }

  /// The place of a score of the pool.
  private func place(_ score: Double) -> Int {
    var (low, high) = (0, scores.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if scores[middle] < score { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The chance that a score of the group is above one of the rest, ties counting half, from the ranks in the pool.
  private func superiority(_ sorted: [Double], _ m: Int) -> Double {
    var doubled = 0
    for score in sorted {
      let place = place(score)
      doubled += (place > 0 ? atMost[place - 1] : 0) + atMost[place] + 1
    }
    let n = sorted.count
    return (Double(doubled) / 2 - Double(n) * Double(n + 1) / 2) / (Double(n) * Double(m))
  }

  private func mannWhitneyP(_ superiority: Double, _ n: Double, _ m: Double) -> Double {
    let all = n + m
    let u = superiority * n * m
    let variance = n * m / 12 * (all + 1 - ties / (all * (all - 1)))
    guard variance > 0 else { return 1 }
    let z = (max(u, n * m - u) - n * m / 2 - 0.5) / variance.squareRoot()
    return z > 0 ? TwoProportions.twoSidedP(z) : 1
  }

  /// ∫ |F₁ − F| for the group's distribution F₁ and the pool's: between two scores of the group the one is constant, and the other rises.
  private func wasserstein(_ sorted: [Double]) -> Double {
    let all = Double(count)
    /// ∫ F from the least score of the pool to a score of it.
    func area(_ place: Int) -> Double { areas[place] }
    var sum = 0.0
    // Left of the group's least score F₁ is 0, right of its greatest 1.
    sum += area(place(sorted[0]))
    let last = place(sorted[sorted.count - 1])
    sum += (scores[scores.count - 1] - scores[last]) - (areas[scores.count - 1] - area(last))
    for (index, (left, right)) in zip(sorted, sorted.dropFirst()).enumerated() where left < right {
      let level = Double(index + 1) / Double(sorted.count)
      let (a, b) = (place(left), place(right))
      // The first place from which F is at least the level.
      var (low, high) = (a, b)
      while low < high {
        let middle = (low + high) / 2
        if Double(atMost[middle]) < level * all { low = middle + 1 } else { high = middle }
      }
      let below = level * (scores[low] - scores[a]) - (area(low) - area(a))
      let above = (area(b) - area(low)) - level * (scores[b] - scores[low])
      sum += max(0, below) + max(0, above)
    }
    return sum
  }
}
