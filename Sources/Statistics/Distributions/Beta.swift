#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The beta distribution on (0, 1).
///
/// It gives exact binomial intervals and Bayesian rates. Near 1 a Double cannot hold 1 − x: there, use the mirrored distribution
/// (exchange `alpha` and `beta`), whose variable is 1 − X.
public struct Beta: ContinuousDistribution, Hashable {
  /// The exponent at 0, 1e-100…1e12.
  public let alpha: Double
  /// The exponent at 1, 1e-100…1e12.
  public let beta: Double

  /// Makes a distribution; throws when a parameter is outside its domain or NaN.
  public init(alpha: Double, beta: Double) throws(StatisticsError) {
    for parameter in [alpha, beta] {
      guard parameter >= Special.smallestParameter, parameter <= Special.largestParameter else {
        throw .parameter("a beta parameter of \(parameter)", hint: "use 1e-100 to 1e12")
      }
    }
    (self.alpha, self.beta) = (alpha, beta)
  }

  /// Returns ln f(x); −∞ outside [0, 1], and +∞ at an end whose exponent is below 1.
  public func logDensity(at x: Double) throws(StatisticsError) -> Double {
    if x.isNaN { throw .notANumber("x") }
    if x < 0 || x > 1 { return -.infinity }
    if x == 0 { return endDensity(exponent: alpha, other: beta) }
    if x == 1 { return endDensity(exponent: beta, other: alpha) }
    return BetaArgument(a: alpha, b: beta, x: x).logTerm - log(x) - log1p(-x)
  }

  /// Returns ln P(X ≤ x) = ln I_x(α, β).
  public func logLowerTail(below x: Double) throws(StatisticsError) -> Double { try tails(x).logLower }

  /// Returns ln P(X ≥ x) = ln (1 − I_x(α, β)).
  public func logUpperTail(above x: Double) throws(StatisticsError) -> Double { try tails(x).logUpper }

  /// Returns the x with ln P(X ≤ x) = `logP`; 0 where x underflows.
  public func quantile(logLowerTail logP: Double) throws(StatisticsError) -> Double {
    try LogProbability.check(logP)
    if logP > -0.6931471805599453 { return quantile(smaller: LogProbability.complement(logP), lower: false) }
    return quantile(smaller: logP, lower: true)
  }

  /// Returns the x with ln P(X ≥ x) = `logP`.
  public func quantile(logUpperTail logP: Double) throws(StatisticsError) -> Double {
    try LogProbability.check(logP)
    if logP > -0.6931471805599453 { return quantile(smaller: LogProbability.complement(logP), lower: true) }
    return quantile(smaller: logP, lower: false)
  }

  private func endDensity(exponent: Double, other: Double) -> Double {
    if exponent == 1 { return log(other) }
    return exponent < 1 ? .infinity : -.infinity
  }

  private func tails(_ x: Double) throws(StatisticsError) -> Tails {
    if x.isNaN { throw .notANumber("x") }
    return Special.incompleteBeta(BetaArgument(a: alpha, b: beta, x: min(max(x, 0), 1)))
  }
}

extension Beta {
  /// Solves on the logit scale, where both ends of the interval keep their digits, then refines x itself once.
  private func quantile(smaller target: Double, lower: Bool) -> Double {
    if target == -.infinity { return lower ? 0 : 1 }
    let z = Special.normalUpperQuantile(target)
    let spread = (1 / alpha + 1 / beta).squareRoot()
    var start = log(alpha / beta) + (lower ? -z : z) * spread
    if lower && alpha < 1 {
      start = (target + Special.logGamma1p(alpha) - Special.logGammaRatio(beta, plus: alpha)) / alpha
    } else if !lower && beta < 1 {
      start = -(target + Special.logGamma1p(beta) - Special.logGammaRatio(alpha, plus: beta)) / beta
    }
    let limit = 744.0
    let u = MonotoneRoot.solve(
      target: target, start: min(max(start, -limit), limit), low: -limit, high: limit,
      evaluate: { at(logit: $0, lower: lower) }, increasing: lower)
    let x = 1 / (1 + exp(-u))
    if x == 0 || x == 1 || u <= -limit + 1 { return u < 0 && x < 1e-300 ? 0 : x }
    let (value, slope) = at(logit: u, lower: lower)
    let correction = (target - value) / slope * (1 / (1 + exp(u)))
    return abs(correction) < 1e-6 ? min(x + x * correction, 1) : x
  }

  private func at(logit u: Double, lower: Bool) -> (value: Double, slope: Double) {
    let argument = BetaArgument(a: alpha, b: beta, x: 1 / (1 + exp(-u)), y: 1 / (1 + exp(u)))
    let tails = Special.incompleteBeta(argument)
    let value = lower ? tails.logLower : tails.logUpper
    let slope = exp(argument.logTerm - value)
    return (value, lower ? slope : -slope)
  }
}
