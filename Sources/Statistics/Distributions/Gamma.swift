#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The gamma distribution on (0, ∞), by shape and rate.
///
/// Sums of exponential scores (Gumbel-type marks) have it as their null, with the number of tokens as shape.
public struct Gamma: ContinuousDistribution, Hashable {
  /// The shape a, 1e-100…1e12.
  public let shape: Double
  /// The rate: the inverse of the scale; the mean is shape / rate.
  public let rate: Double

  /// Makes a distribution; throws when a parameter is outside its domain or NaN.
  public init(shape: Double, rate: Double = 1) throws(StatisticsError) {
    guard shape >= Special.smallestParameter, shape <= Special.largestParameter else {
      throw .parameter("a gamma shape of \(shape)", hint: "use 1e-100 to 1e12")
    }
    guard rate >= 1e-100, rate <= 1e100 else {
      throw .parameter("a gamma rate of \(rate)", hint: "use 1e-100 to 1e100")
    }
    (self.shape, self.rate) = (shape, rate)
  }

  /// Returns ln f(x); −∞ below 0, and +∞ at 0 for a shape below 1.
  public func logDensity(at x: Double) throws(StatisticsError) -> Double {
    if x.isNaN { throw .notANumber("x") }
    if x < 0 || x == .infinity { return -.infinity }
    let scaled = x * rate
    if scaled == 0 { return shape == 1 ? log(rate) : (shape < 1 ? .infinity : -.infinity) }
    if scaled == .infinity { return -.infinity }
    return Special.logGammaTerm(shape, scaled) + log(shape) - log(scaled) + log(rate)
  }

  /// Returns ln P(X ≤ x) = ln P(a, rate · x), the regularised lower incomplete gamma function.
  public func logLowerTail(below x: Double) throws(StatisticsError) -> Double { try tails(x).logLower }

  /// Returns ln P(X ≥ x) = ln Q(a, rate · x), the regularised upper incomplete gamma function.
  public func logUpperTail(above x: Double) throws(StatisticsError) -> Double { try tails(x).logUpper }

  /// Returns the x with ln P(X ≤ x) = `logP`; 0 where x underflows, +∞ for a `logP` of 0.
  public func quantile(logLowerTail logP: Double) throws(StatisticsError) -> Double {
    try LogProbability.check(logP)
    if logP > -0.6931471805599453 { return quantile(smaller: LogProbability.complement(logP), lower: false) }
    return quantile(smaller: logP, lower: true)
  }

  /// Returns the x with ln P(X ≥ x) = `logP`; +∞ for −∞.
  public func quantile(logUpperTail logP: Double) throws(StatisticsError) -> Double {
    try LogProbability.check(logP)
    if logP > -0.6931471805599453 { return quantile(smaller: LogProbability.complement(logP), lower: true) }
    return quantile(smaller: logP, lower: false)
  }

  private func tails(_ x: Double) throws(StatisticsError) -> Tails {
    if x.isNaN { throw .notANumber("x") }
    return Special.incompleteGamma(shape, x * rate)
  }
}

extension Gamma {
  /// Solves for ln x, where a shape of 1e-3 and one of 1e8 look alike, then refines x itself once.
  private func quantile(smaller target: Double, lower: Bool) -> Double {
    if target == -.infinity { return lower ? 0 : .infinity }
    let z = Special.normalUpperQuantile(target) * (lower ? -1 : 1)
    let root = 1 - 1 / (9 * shape) + z / (3 * shape.squareRoot())
    var start = (target + Special.logGamma1p(shape)) / shape
    if shape >= 1 && root > 0.1 {
      start = log(shape) + 3 * log(root)
    } else if !lower {
      start = log(shape - target)
    }
    let (low, high) = (-740.0, 709.0)
    let u = MonotoneRoot.solve(
      target: target, start: min(max(start, low), high), low: low, high: high,
      evaluate: { at(exp($0), lower: lower) }, increasing: lower)
    if u <= low + 1 { return 0 }
    let x = exp(u)
    let (value, slope) = at(x, lower: lower)
    let correction = (target - value) / slope
    return (abs(correction) < 1e-6 ? x + x * correction : x) / rate
  }

  private func at(_ x: Double, lower: Bool) -> (value: Double, slope: Double) {
    let tails = Special.incompleteGamma(shape, x)
    let value = lower ? tails.logLower : tails.logUpper
    let slope = exp(Special.logGammaTerm(shape, x) + log(shape) - value)
    return (value, lower ? slope : -slope)
  }
}
