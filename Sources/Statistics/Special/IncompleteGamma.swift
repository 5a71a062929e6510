#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension Special {
  /// Returns ln(x^a e^−x / Γ(a + 1)) for a > 0 and x > 0: the Poisson-like term both tails share.
  static func logGammaTerm(_ a: Double, _ x: Double) -> Double {
    -deviance(a, mean: x, excess: x - a) - stirlingError(a) - 0.5 * log(a) - halfLogTwoPi
  }

  /// Returns the logs of the regularised incomplete gamma functions P(a, x) and Q(a, x).
  ///
  /// Series for P below x = a (DLMF 8.11.4), Legendre's continued fraction for Q above (DLMF 8.9.2); for a < 1 and x ≤ 1 the
  /// alternating series gives P, and Q without forming 1 − P (Gautschi 1979). Cost O(√a) near x = a, O(1) far from it.
  static func incompleteGamma(_ a: Double, _ x: Double) -> Tails {
    if x <= 0 { return Tails(logLower: -.infinity) }
    if x == .infinity { return Tails(logUpper: -.infinity) }
    if a < 1 && x <= 1 { return smallIncompleteGamma(a, x) }
    let term = logGammaTerm(a, x)
    if x < a { return Tails(logLower: term + log(gammaSeries(a, x))) }
    return Tails(logUpper: term + log(a) - log(gammaFraction(a, x)))
  }

  /// Returns Σ x^k / ((a+1)…(a+k)), for x < a or so.
  private static func gammaSeries(_ a: Double, _ x: Double) -> Double {
    var term = 1.0
    var sum = 1.0
    var denominator = a
    while term > sum * 1e-17 {
      denominator += 1
      term *= x / denominator
      sum += term
    }
    return sum
  }

  /// Returns the fraction F with Q = x^a e^−x / (Γ(a) F), by the modified Lentz method.
  private static func gammaFraction(_ a: Double, _ x: Double) -> Double {
    let delta = x - a
    var b = delta + 1
    var f = b
    var c = b
    var d = 0.0
    var k = 0.0
    while k < iterationLimit {
      k += 1
      b += 2
      let numerator = k * (a - k)
      d = 1 / guarded(b + numerator * d)
      c = guarded(b + numerator / c)
      let ratio = c * d
      f *= ratio
      if abs(ratio - 1) < 3e-16 { break }
    }
    return f
  }

  private static func smallIncompleteGamma(_ a: Double, _ x: Double) -> Tails {
    let leading = a * log(x) - logGamma1p(a)
    var term = 1.0
    var sum = 0.0
    var k = 0.0
    repeat {
      k += 1
      term *= -x / k
      sum += term / (a + k)
    } while abs(term) > 1e-18 * abs(sum)
    let logLower = leading + log1p(a * sum)
    if logLower < -0.6931471805599453 { return Tails(logLower: logLower) }
    return Tails(logLower: logLower, logUpper: log(-expm1(leading) - exp(leading) * a * sum))
  }

  static let iterationLimit = 4e7

  /// Keeps a Lentz denominator away from 0 (Thompson and Barnett 1986).
  @inline(__always)
  static func guarded(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }
}
