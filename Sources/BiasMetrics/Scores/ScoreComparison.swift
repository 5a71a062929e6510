import Statistics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Two groups' distributions of scores, compared exactly; weights are not looked at.
public struct ScoreComparison: Sendable {
  private struct Step {
    var score: Double
    var first: Double
    var second: Double
  }
  private let steps: [Step]
  private let n1: Double
  private let n2: Double

  /// Takes two groups; missing scores are left out.
  public init(_ first: GroupCounts, _ second: GroupCounts) {
    var sums: [Double: (Double, Double)] = [:]
    for entry in first.scores where !entry.score.isNaN {
      sums[entry.score, default: (0, 0)].0 += Double(entry.count)
    }
    for entry in second.scores where !entry.score.isNaN {
      sums[entry.score, default: (0, 0)].1 += Double(entry.count)
    }
    steps = sums.map { Step(score: $0.key, first: $0.value.0, second: $0.value.1) }.sorted {
      $0.score < $1.score
    }
    n1 = steps.reduce(0) { $0 + $1.first }
    n2 = steps.reduce(0) { $0 + $1.second }
  }

  /// How many scores each group has.
  var sizes: (Int, Int) { (Int(n1), Int(n2)) }

  /// The greatest |i m − j n| over all scores, where i and j scores of the groups are at or below: the statistic times n m.
  var reach: Int {
    let (n, m) = sizes
    var (i, j, greatest) = (0, 0, 0)
    for step in steps {
      i += Int(step.first)
      j += Int(step.second)
      greatest = max(greatest, abs(i * m - j * n))
    }
    return greatest
  }

  /// ∫ f(F₁ − F₂) over the scores.
  private func integral(_ f: (Double) -> Double) -> Double {
    var (below1, below2, sum) = (0.0, 0.0, 0.0)
    for (step, next) in zip(steps, steps.dropFirst()) {
      below1 += step.first
      below2 += step.second
      sum += f(below1 / n1 - below2 / n2) * (next.score - step.score)
    }
    return sum
  }

  /// ∫ |F₁ − F₂|: how far scores must move on average to make the groups alike.
  public var wasserstein: Double { integral { abs($0) } }
  /// √(2 ∫ (F₁ − F₂)²), scipy's energy distance.
  public var energyDistance: Double { (2 * integral { $0 * $0 }).squareRoot() }

  /// The greatest |F₁ − F₂|.
  public var kolmogorovSmirnov: Double {
    var (below1, below2, greatest) = (0.0, 0.0, 0.0)
    for step in steps {
      below1 += step.first
      below2 += step.second
      greatest = max(greatest, abs(below1 / n1 - below2 / n2))
    }
    return greatest
  }

  /// The chance that a score of the first group is above one of the second, ties counting half.
  public var superiority: Double {
    var (below, wins) = (0.0, 0.0)
    for step in steps {
      wins += step.first * (below + step.second / 2)
      below += step.second
    }
    return wins / (n1 * n2)
  }

  /// Mann and Whitney's two-sided p-value, normal with corrections for ties and continuity.
  public var mannWhitneyP: Double {
    let n = n1 + n2
    let u = superiority * n1 * n2
    let ties = steps.reduce(0.0) { sum, step in
      let t = step.first + step.second
      return sum + (t * t * t - t)
    }
    let variance = n1 * n2 / 12 * (n + 1 - ties / (n * (n - 1)))
    guard variance > 0 else { return 1 }
    let z = (max(u, n1 * n2 - u) - n1 * n2 / 2 - 0.5) / variance.squareRoot()
    guard z > 0, let tail = try? Normal.standard.logUpperTail(above: z) else { return 1 }
    return min(1, 2 * exp(tail))
  }

  /// The means' difference over the pooled standard deviation.
  public var cohensD: Double {
    let (a, b) = moments
    return (a.mean - b.mean) / ((a.squares + b.squares) / (n1 + n2 - 2)).squareRoot()
  }

  /// Welch's two-sided p-value for the means; NaN where a group has fewer than two scores.
  public var welchP: Double {
    let (a, b) = moments
    guard n1 > 1, n2 > 1 else { return .nan }
    let (v1, v2) = (a.squares / (n1 - 1) / n1, b.squares / (n2 - 1) / n2)
    let t = (a.mean - b.mean) / (v1 + v2).squareRoot()
    let freedom = (v1 + v2) * (v1 + v2) / (v1 * v1 / (n1 - 1) + v2 * v2 / (n2 - 1))
    // The two tails of Student's t are a lower tail of the beta distribution.
    guard let beta = try? Beta(alpha: freedom / 2, beta: 0.5),
      let tail = try? beta.logLowerTail(below: freedom / (freedom + t * t))
    else { return .nan }
    return exp(tail)
  }

  private var moments: ((mean: Double, squares: Double), (mean: Double, squares: Double)) {
    let m1 = steps.reduce(0) { $0 + $1.first * $1.score } / n1
    let m2 = steps.reduce(0) { $0 + $1.second * $1.score } / n2
    let s1 = steps.reduce(0) { $0 + $1.first * ($1.score - m1) * ($1.score - m1) }
    let s2 = steps.reduce(0) { $0 + $1.second * ($1.score - m2) * ($1.score - m2) }
    return ((m1, s1), (m2, s2))
  }
}
