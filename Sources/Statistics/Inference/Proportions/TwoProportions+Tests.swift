#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension TwoProportions {
  /// Fisher's exact test, two-sided: the chance of tables no likelier than this one, its margins given.
  ///
  /// Tables within a relative 1e-7 of this one's chance count as no likelier, as in R and scipy. Each tail is added up from its likeliest
  /// table on until what is left is rounding. Cost: some standard deviations of tables, not all of them.
  public var fisherP: Double {
    let (n, k) = (n1 + n2, x1 + x2)
    let (low, high) = (max(0, k - n2), min(k, n1))
    func choose(_ n: Int, _ k: Int) -> Double {
      lgamma(Double(n) + 1) - lgamma(Double(k) + 1) - lgamma(Double(n - k) + 1)
    }
    let whole = choose(n, k)
    func logMass(_ x: Int) -> Double { choose(n1, x) + choose(n2, k - x) - whole }
    let bound = logMass(x1) + 1e-7
    let mode = min(
      high, max(low, Int((Double(n1) + 1) * (Double(k) + 1) / (Double(n) + 2))))
    guard logMass(mode) > bound else { return 1 }
    // Masses fall from the mode on either side: the first table of each tail is found by halving.
    func first(_ step: Int, _ end: Int) -> Int {
      var (near, far) = (0, (end - mode) * step + 1)
      while far - near > 1 {
        let middle = near + (far - near) / 2
        if logMass(mode + step * middle) <= bound { far = middle } else { near = middle }
      }
      return mode + step * far
    }
    // Each term is made anew: a recurrence over thousands of tables would drift.
    func tail(_ step: Int, _ end: Int) -> Double {
      var (x, total) = (first(step, end), 0.0)
      while (end - x) * step >= 0 {
        let mass = exp(logMass(x))
        total += mass
        if mass <= total * 1e-18 { break }
        x += step
      }
      return total
    }
    return min(1, tail(-1, low) + tail(1, high))
  }

  /// The z of the pooled test, whose square is Pearson's chi-square; NaN where all or none succeed.
  public var pooledZ: Double {
    let p = Double(x1 + x2) / Double(n1 + n2)
    return difference / (p * (1 - p) * (1 / Double(n1) + 1 / Double(n2))).squareRoot()
  }

  /// The two-sided p-value of a standard normal statistic.
  public static func twoSidedP(_ z: Double) -> Double {
    guard !z.isNaN, let tail = try? Normal.standard.logUpperTail(above: abs(z)) else { return 1 }
    return min(1, 2 * exp(tail))
  }

  /// The p-value of the pooled test; 1 where nothing varies.
  public var pooledP: Double { Self.twoSidedP(pooledZ) }

  /// The one-sided p-value of "the ratio is at least r" by the score test: small where the ratio is below; NaN where nobody succeeds.
  public func ratioBelowP(_ ratio: Double) -> Double {
    let z = scoreOfRatio(ratio)
    if z.isNaN { return .nan }
    guard z.isFinite, let tail = try? Normal.standard.logLowerTail(below: z) else { return z < 0 ? 0 : 1 }
    return exp(tail)
  }

  /// Barnard's unconditional exact test: the greatest chance, over a common proportion, of a pooled |z| as large as this one's.
  ///
  /// Cost: O(n₁ n₂) and a search over 300 proportions; for groups of some hundred together.
  public var barnardP: Double {
    let own = abs(pooledZ)
    guard !own.isNaN else { return 1 }
    return unconditionalP { other in
      let z = abs(other.pooledZ)
      return !z.isNaN && z >= own - 1e-9
    }
  }

  /// Boschloo's: Fisher's p-value as the statistic, twice the better side's as scipy does it; never weaker than Fisher's test.
  public var boschlooP: Double {
    func tails(_ t: TwoProportions) -> (Double, Double) {
      let (n, k) = (t.n1 + t.n2, t.x1 + t.x2)
      func choose(_ n: Int, _ k: Int) -> Double {
        lgamma(Double(n) + 1) - lgamma(Double(k) + 1) - lgamma(Double(n - k) + 1)
      }
      let whole = choose(n, k)
      let (low, high) = (max(0, k - t.n2), min(k, t.n1))
      var (lower, upper) = (0.0, 0.0)
      for x in low...high {
        let mass = exp(choose(t.n1, x) + choose(t.n2, k - x) - whole)
        if x <= t.x1 { lower += mass }
        if x >= t.x1 { upper += mass }
      }
      return (lower, upper)
    }
    let own = tails(self)
    let less = unconditionalP { tails($0).0 <= own.0 * (1 + 1e-9) + 1e-13 }
    let more = unconditionalP { tails($0).1 <= own.1 * (1 + 1e-9) + 1e-13 }
    return min(1, 2 * min(less, more))
  }

  /// The greatest chance of the tables that a rule calls extreme, over a common proportion.
  private func unconditionalP(_ isExtreme: (TwoProportions) -> Bool) -> Double {
    let logs1 = (0...n1).map { lgamma(Double(n1) + 1) - lgamma(Double($0) + 1) - lgamma(Double(n1 - $0) + 1) }
    let logs2 = (0...n2).map { lgamma(Double(n2) + 1) - lgamma(Double($0) + 1) - lgamma(Double(n2 - $0) + 1) }
    // By the number of successes in all, since the chance depends on the proportion through it alone.
    var terms = [Double](repeating: 0, count: n1 + n2 + 1)
    let shift = Double(n1 + n2) * 0.6931471805599453
    for a in 0...n1 {
      for b in 0...n2 {
        guard let other = try? TwoProportions(a, of: n1, versus: b, of: n2), isExtreme(other) else {
          continue
        }
        terms[a + b] += exp(logs1[a] + logs2[b] - shift)
      }
    }
    func chance(_ p: Double) -> Double {
      guard p > 0, p < 1 else { return p <= 0 ? terms[0] * exp(shift) : terms[n1 + n2] * exp(shift) }
      var sum = 0.0
      for (k, term) in terms.enumerated() where term > 0 {
        sum += exp(log(term) + shift + Double(k) * log(p) + Double(n1 + n2 - k) * log1p(-p))
      }
      return sum
    }
    var best = (p: 0.5, value: 0.0)
    let steps = 300
    for step in 0...steps {
      let p = Double(step) / Double(steps)
      let value = chance(p)
      if value > best.value { best = (p, value) }
    }
    // Golden-section search around the best of the grid.
    var (low, high) = (max(0, best.p - 1 / Double(steps)), min(1, best.p + 1 / Double(steps)))
    for _ in 0..<60 {
      let (a, b) = (high - (high - low) * 0.618033988749895, low + (high - low) * 0.618033988749895)
      let (fa, fb) = (chance(a), chance(b))
      best.value = max(best.value, fa, fb)
      if fa > fb { high = b } else { low = a }
    }
    return min(1, best.value)
  }
}

/// Tests of whether success depends on the group, over any number of groups.
public enum ContingencyTest {
  /// A statistic with its degrees of freedom and p-value.
  public struct Result: Hashable, Sendable {
    /// The statistic.
    public let statistic: Double
    /// Its degrees of freedom.
    public let degreesOfFreedom: Int
    /// Its p-value.
    public let p: Double
  }

  /// Which statistic.
  public enum Kind: Sendable {
    /// Pearson's Σ (o − e)² / e.
    case pearson
    /// Pearson's with Yates' correction of one half towards e, for two groups.
    case yates
    /// 2 Σ o ln(o / e).
    case likelihoodRatio
  }

  /// Tests groups of successes and trials; nil where all or none succeed, which leaves nothing to test.
  public static func test(_ groups: [(successes: Int, trials: Int)], _ kind: Kind = .pearson) -> Result? {
    let kept = groups.filter { $0.trials > 0 }
    let successes = kept.reduce(0) { $0 + $1.successes }
    let trials = kept.reduce(0) { $0 + $1.trials }
    guard kept.count > 1, successes > 0, successes < trials else { return nil }
    let rate = Double(successes) / Double(trials)
    var statistic = 0.0
    for group in kept {
      for (observed, share) in [(group.successes, rate), (group.trials - group.successes, 1 - rate)] {
        let (o, e) = (Double(observed), Double(group.trials) * share)
        switch kind {
        case .pearson: statistic += (o - e) * (o - e) / e
        case .yates:
          let gap = max(0, abs(o - e) - 0.5)
          statistic += gap * gap / e
        case .likelihoodRatio: statistic += o == 0 ? 0 : 2 * o * log(o / e)
        }
      }
    }
    let freedom = kept.count - 1
    let tail = (try? ChiSquare(degreesOfFreedom: Double(freedom)))
      .flatMap { try? $0.logUpperTail(above: max(0, statistic)) }
    return Result(statistic: statistic, degreesOfFreedom: freedom, p: tail.map { exp($0) } ?? .nan)
  }
}
