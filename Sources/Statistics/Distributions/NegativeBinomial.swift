#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The negative binomial distribution: the number of failures before the r-th success, for any real r > 0.
///
/// It is the null model of a count until a fixed number of hits, and the over-dispersed model of token counts. Tails come from
/// the incomplete beta function: P(X ≤ k) = I_q(r, k + 1).
public struct NegativeBinomial: DiscreteDistribution, Hashable {
  /// The number of successes r to wait for, above 0 and up to 1e12; it need not be whole.
  public let successes: Double
  /// The probability q of a success, above 0 and up to 1.
  public let probability: Double

  /// Makes a distribution; throws when a parameter is outside its domain or NaN.
  public init(successes: Double, probability: Double) throws(StatisticsError) {
    guard successes >= Special.smallestParameter, successes <= Special.largestParameter else {
      throw .parameter("a negative binomial of \(successes) successes", hint: "use 1e-100 to 1e12 successes")
    }
    guard probability > 0, probability <= 1 else {
      throw .parameter("a success probability of \(probability)", hint: "use a probability above 0, up to 1")
    }
    (self.successes, self.probability) = (successes, probability)
  }

  /// None: the support has no end.
  public var largestValue: Int? { nil }

  /// r (1 − q) / q.
  public var mean: Double { successes * (1 - probability) / probability }

  /// √(r (1 − q)) / q.
  public var standardDeviation: Double { (successes * (1 - probability)).squareRoot() / probability }

  /// Returns ln P(X = k); −∞ below 0.
  public func logMass(at k: Int) -> Double {
    if k < 0 { return -.infinity }
    if k == 0 { return successes * Special.logOfProbability(probability) }
    if probability == 1 { return -.infinity }
    let b = Double(k)
    return min(0, BetaArgument(a: successes, b: b, x: probability).logTerm - log(b))
  }

  /// Returns ln P(X ≤ k), inclusive: −∞ for k < 0.
  public func logLowerTail(atMost k: Int) -> Double {
    if k < 0 { return -.infinity }
    return k == 0 ? logMass(at: 0) : tails(b: Double(k) + 1).logLower
  }

  /// Returns ln P(X ≥ k), inclusive: 0 for k ≤ 0.
  public func logUpperTail(atLeast k: Int) -> Double {
    if k <= 0 { return 0 }
    return tails(b: Double(k)).logUpper
  }

  private func tails(b: Double) -> Tails {
    Special.incompleteBeta(BetaArgument(a: successes, b: b, x: probability))
  }
}
