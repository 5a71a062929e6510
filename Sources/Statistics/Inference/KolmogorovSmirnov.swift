#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The one-sample test of Kolmogorov and Smirnov against the uniform distribution on [0, 1].
///
/// The check of every null model here: p-values of unmarked records must be uniform.
public struct KolmogorovSmirnov: Hashable, Sendable {
  /// The number of values.
  public let count: Int
  /// The largest distance between the empirical distribution and the uniform one.
  public let statistic: Double
  /// ln P(D ≥ statistic).
  public let logP: Double

  /// P(D ≥ statistic).
  public var p: Double { exp(logP) }

  /// Tests values; throws when there are none or one is NaN or outside [0, 1].
  ///
  /// Cost O(n log n).
  public init(uniform values: [Double]) throws(StatisticsError) {
    for (index, value) in values.enumerated() where !(value >= 0 && value <= 1) {
      throw StatisticsError(
        code: value.isNaN ? .notANumber : .invalidProbability, message: "value \(index) is \(value)",
        hint: "pass values from 0 to 1", offset: index)
    }
    let n = Double(values.count)
    var statistic = 0.0
    for (index, value) in values.sorted().enumerated() {
      statistic = max(statistic, Double(index + 1) / n - value, value - Double(index) / n)
    }
    try self.init(statistic: statistic, count: values.count)
  }

  /// Gives the p-value of a statistic; throws when it is outside [0, 1] or there are no values.
  ///
  /// Far out (D > ½, where it is exact, or n D² ≥ 4, from n = 501 on 2), twice the one-sided tail of Birnbaum and Tingey (1951): an
  /// upper bound that is off by about e^(−6 n D²) relatively. Nearer, Durbin's matrix (1973) for n ≤ 500: at least 9 digits; for larger
  /// n Kolmogorov's series at the corrected statistic of Vrbik (2018): 1e-3 relative or better. Beyond n = 1e5 the
  /// one-sided tail is Smirnov's limit with the same correction. Cost: up to 10 ms.
  public init(statistic: Double, count: Int) throws(StatisticsError) {
    guard count > 0, statistic >= 0, statistic <= 1 else {
      throw StatisticsError(
        code: .invalidSample, message: "a statistic of \(statistic) for \(count) values",
        hint: "give at least one value, and a statistic from 0 to 1")
    }
    (self.count, self.statistic) = (count, statistic)
    let n = Double(count)
    if n * statistic <= 0.5 {
      logP = 0
    } else if statistic > 0.5 || n * statistic * statistic >= (count <= 500 ? 4 : 2) {
      let oneSided =
        count <= 100_000
        ? Self.logOneSided(n, statistic) : -2 * Self.corrected(n, statistic) * Self.corrected(n, statistic)
      logP = min(0, 0.6931471805599453 + oneSided)
    } else if count <= 500 {
      logP = log1p(-min(Self.durbin(count, statistic), 1))
    } else {
      logP = min(0, log(Self.kolmogorov(Self.corrected(n, statistic))))
    }
  }
}

extension KolmogorovSmirnov {
  private static func corrected(_ n: Double, _ d: Double) -> Double {
    let root = n.squareRoot()
    return d * root + 1 / (6 * root) + (d * root - 1) / (4 * n)
  }

  /// 2 Σ (−1)^(k−1) e^(−2 k² t²).
  private static func kolmogorov(_ t: Double) -> Double {
    if t < 0.2 { return 1 }
    var sum = 0.0
    var sign = 1.0
    for k in 1...60 {
      let term = exp(-2 * Double(k * k) * t * t)
      sum += sign * term
      if term < 1e-18 { break }
      sign = -sign
    }
    return min(1, max(2 * sum, 0))
  }

  /// ln P(D⁺ ≥ d) = ln d Σ_j C(n, j) (d + j/n)^(j−1) (1 − d − j/n)^(n−j), all terms positive.
  private static func logOneSided(_ n: Double, _ d: Double) -> Double {
    var total = -Double.infinity
    var j = 0.0
    while j <= n * (1 - d) {
      let x = d + j / n
      let rest = 1 - x
      if rest <= 0 && j < n { break }
      let choose: Double
      if j == 0 || j == n {
        choose = 0
      } else {
        let half = 0.5 * log(n / j / (n - j)) - Special.halfLogTwoPi
        let errors = Special.stirlingError(n) - Special.stirlingError(j) - Special.stirlingError(n - j)
        choose = half + errors - j * log(j / n) - (n - j) * log1p(-j / n)
      }
      let power = j == n ? 0 : (n - j) * log1p(-x)
      total = LogProbability.sum(total, choose + (j - 1) * log(x) + power)
      j += 1
    }
    return log(d) + total
  }

  /// P(D < d) by Durbin's matrix: n!/n^n times one entry of H^n, with H of size 2⌈n d⌉ − 1.
  private static func durbin(_ n: Int, _ d: Double) -> Double {
    let product = Double(n) * d
    let k = Int(product.rounded(.up))
    let h = Double(k) - product
    let size = 2 * k - 1
    var power = SquareMatrix(durbinSize: size, h: h)
    var result = SquareMatrix(identity: size)
    var exponent = n
    var scale = 0
    var powerScale = 0
    while exponent > 0 {
      if exponent & 1 == 1 {
        result = result * power
        scale += powerScale + result.rescale()
      }
      exponent >>= 1
      if exponent > 0 {
        power = power * power
        powerScale = 2 * powerScale + power.rescale()
      }
    }
    let entry = result[k - 1, k - 1]
    if entry <= 0 { return 0 }
    let logFactorial = Special.logGamma(Double(n) + 1) - Double(n) * log(Double(n))
    return exp(logFactorial + log(entry) + Double(scale) * 0.6931471805599453)
  }
}
