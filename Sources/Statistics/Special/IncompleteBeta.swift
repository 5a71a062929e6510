#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A point (a, b, x) of the incomplete beta function, with x and y = 1 − x both known to full relative accuracy.
struct BetaArgument {
  var a: Double
  var b: Double
  var x: Double
  var y: Double
  /// (a + b) x − a = b − (a + b) y: the distance from the mean, formed without cancellation.
  var excess: Double

  init(a: Double, b: Double, x: Double) {
    self.init(a: a, b: b, x: x, y: 1 - x)
  }

  /// `x + y` must be 1 up to rounding; the smaller of the two is taken as exact.
  init(a: Double, b: Double, x: Double, y: Double) {
    (self.a, self.b, self.x, self.y) = (a, b, x, y)
    let high = max(a, b)
    let low = min(a, b)
    let n = high + low
    let rest = low - (n - high)
    excess = x <= y ? (-a).addingProduct(n, x) + rest * x : -((-b).addingProduct(n, y) + rest * y)
  }

  private init(a: Double, b: Double, x: Double, y: Double, excess: Double) {
    (self.a, self.b, self.x, self.y, self.excess) = (a, b, x, y, excess)
  }

  var exchanged: BetaArgument { BetaArgument(a: b, b: a, x: y, y: x, excess: -excess) }

  /// ln(x^a y^b / B(a, b)), from the deviances of both sides, so that no digits go with growing a and b.
  var logTerm: Double {
    let n = a + b
    let deviance =
      Special.deviance(a, mean: n * x, excess: excess) + Special.deviance(b, mean: n * y, excess: -excess)
    let errors = Special.stirlingError(n) - Special.stirlingError(a) - Special.stirlingError(b)
    return errors - deviance + 0.5 * log(a / n * b) - Special.halfLogTwoPi
  }
}

extension Special {
  /// Returns the logs of I_x(a, b) and of 1 − I_x(a, b), a and b > 0.
  ///
  /// The tail away from the mean comes from the continued fraction of Didonato and Morris (1992, ACM TOMS 18:360, eq. 9), which
  /// ends by itself for integers; a parameter below 1 near its end of the interval takes a power series that yields the
  /// complement without subtraction from 1. Cost O(√min(a, b)) near the mean, O(1) far from it.
  static func incompleteBeta(_ argument: BetaArgument) -> Tails {
    if argument.x <= 0 { return Tails(logLower: -.infinity) }
    if argument.y <= 0 { return Tails(logUpper: -.infinity) }
    let (a, b) = (argument.a, argument.b)
    if a >= 1 && b >= 1 {
      return argument.excess <= 0 ? fractionTails(argument) : fractionTails(argument.exchanged).exchanged
    }
    if a < 1 && (b >= 1 || argument.x <= 0.5) { return smallTails(argument) }
    return smallTails(argument.exchanged).exchanged
  }

  private static func fractionTails(_ argument: BetaArgument) -> Tails {
    Tails(logLower: argument.logTerm - log(betaFraction(argument)))
  }

  /// a < 1: I_x grows fast at 0, so the complement may be the small one.
  private static func smallTails(_ argument: BetaArgument) -> Tails {
    let (a, b, x) = (argument.a, argument.b, argument.x)
    if b >= 1 && (b * x > 0.7 || x > 0.7) { return fractionTails(argument.exchanged).exchanged }
    let leading = a * log(x) - (logGamma1p(a) - logGammaRatio(b, plus: a))
    var term = 1.0
    var sum = 0.0
    var k = 0.0
    repeat {
      k += 1
      term *= (k - b) * x / k
      sum += term / (a + k)
    } while abs(term) > 1e-18 * abs(sum) && k < 1000
    let logLower = leading + log1p(a * sum)
    if logLower < -0.6931471805599453 { return Tails(logLower: logLower) }
    return Tails(logLower: logLower, logUpper: log(-expm1(leading) - exp(leading) * a * sum))
  }

  /// Returns the fraction F with I_x = x^a y^b / (B(a, b) F), by the modified Lentz method.
  private static func betaFraction(_ argument: BetaArgument) -> Double {
    let (a, b, x) = (argument.a, argument.b, argument.x)
    let n = a + b
    let lambda = 1 - argument.excess
    let slope = 1 + argument.y
    var inverse = 1 / (a + 1)
    var f = guarded(a * lambda * inverse)
    var c = f
    var d = 0.0
    var m = 0.0
    while m < iterationLimit {
      m += 1
      let half = m * (b - m) * x * inverse
      let numerator = half * x * (a + m - 1) * (n + m - 1) * inverse
      inverse = 1 / (a + 2 * m + 1)
      let denominator = m + half + (a + m) * (lambda + m * slope) * inverse
      d = 1 / guarded(denominator + numerator * d)
      c = guarded(denominator + numerator / c)
      let ratio = c * d
      f *= ratio
      if abs(ratio - 1) < 3e-16 { break }
    }
    return f
  }
}
