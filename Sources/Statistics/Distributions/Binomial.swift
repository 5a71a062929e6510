#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The binomial distribution: the number of successes in n independent trials.
///
/// This is the null model of green-list counts, so its tails run once a record: about a microsecond for hundreds of trials. They
/// come from the incomplete beta function (DLMF 8.17.5) and are exact up to rounding, with no normal approximation at any n.
public struct Binomial: DiscreteDistribution, Hashable {
  /// The number of trials, 0…1e12.
  public let trials: Int
  /// The probability of a success, 0…1.
  public let probability: Double

  /// Makes a distribution; throws when a parameter is outside its domain or NaN.
  public init(trials: Int, probability: Double) throws(StatisticsError) {
    guard trials >= 0, Double(trials) <= Special.largestParameter else {
      throw .parameter("a binomial of \(trials) trials", hint: "use 0 to 1e12 trials")
    }
    guard probability >= 0, probability <= 1 else {
      throw .parameter("a success probability of \(probability)", hint: "use a probability from 0 to 1")
    }
    (self.trials, self.probability) = (trials, probability)
  }

  /// The number of trials.
  public var largestValue: Int? { trials }

  /// n q.
  public var mean: Double { Double(trials) * probability }

  /// √(n q (1 − q)).
  public var standardDeviation: Double { (mean * (1 - probability)).squareRoot() }

  /// Returns ln P(X = k); −∞ outside 0…n.
  public func logMass(at k: Int) -> Double {
    if k < 0 || k > trials { return -.infinity }
    let n = Double(trials)
    if k == 0 { return trials == 0 ? 0 : n * log1p(-probability) }
    if k == trials { return n * Special.logOfProbability(probability) }
    if probability == 0 || probability == 1 { return -.infinity }
    let (a, b) = (Double(k), Double(trials - k))
    return min(0, BetaArgument(a: a, b: b, x: probability).logTerm + log(n / a / b))
  }

  /// Returns ln P(X ≥ k), inclusive: 0 for k ≤ 0, −∞ for k > n.
  public func logUpperTail(atLeast k: Int) -> Double {
    if k <= 0 { return 0 }
    return k > trials ? -.infinity : tails(below: k).logLower
  }

  /// Returns ln P(X ≤ k), inclusive: −∞ for k < 0, 0 for k ≥ n.
  public func logLowerTail(atMost k: Int) -> Double {
    if k >= trials { return 0 }
    return k < 0 ? -.infinity : tails(below: k + 1).logUpper
  }

  /// I_q(k, n − k + 1) = P(X ≥ k) for 1 ≤ k ≤ n, and its complement P(X < k).
  private func tails(below k: Int) -> Tails {
    Special.incompleteBeta(BetaArgument(a: Double(k), b: Double(trials - k + 1), x: probability))
  }
}

extension Special {
  /// Returns ln q without loss next to 1.
  static func logOfProbability(_ q: Double) -> Double { q > 0.5 ? log1p(-(1 - q)) : log(q) }
}
