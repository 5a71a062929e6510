#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The normal distribution, with tails in log space at any distance.
public struct Normal: ContinuousDistribution, Hashable {
  /// The mean.
  public let mean: Double
  /// The standard deviation, above 0.
  public let standardDeviation: Double

  /// Mean 0, standard deviation 1: the null of z-scores.
  public static let standard = Normal(uncheckedMean: 0, 1)

  /// Makes a distribution; throws unless both parameters are finite and the deviation is above 0.
  public init(mean: Double, standardDeviation: Double) throws(StatisticsError) {
    guard mean.isFinite, standardDeviation > 0, standardDeviation.isFinite else {
      throw .parameter(
        "a normal of mean \(mean) and standard deviation \(standardDeviation)",
        hint: "use finite numbers and a standard deviation above 0")
    }
    self.init(uncheckedMean: mean, standardDeviation)
  }

  private init(uncheckedMean mean: Double, _ deviation: Double) {
    (self.mean, standardDeviation) = (mean, deviation)
  }

  /// Returns ln f(x).
  public func logDensity(at x: Double) throws(StatisticsError) -> Double {
    let z = try standardise(x)
    return -0.5 * z * z - Special.halfLogTwoPi - log(standardDeviation)
  }

  /// Returns ln P(X ≤ x).
  public func logLowerTail(below x: Double) throws(StatisticsError) -> Double {
    Special.logNormalUpper(-(try standardise(x)))
  }

  /// Returns ln P(X ≥ x).
  public func logUpperTail(above x: Double) throws(StatisticsError) -> Double {
    Special.logNormalUpper(try standardise(x))
  }

  /// Returns the x with ln P(X ≤ x) = `logP`; ∓∞ for −∞ and 0.
  public func quantile(logLowerTail logP: Double) throws(StatisticsError) -> Double {
    mean - standardDeviation * (try Self.upperZ(logP))
  }

  /// Returns the x with ln P(X ≥ x) = `logP`; ±∞ for −∞ and 0.
  public func quantile(logUpperTail logP: Double) throws(StatisticsError) -> Double {
    mean + standardDeviation * (try Self.upperZ(logP))
  }

  private static func upperZ(_ logP: Double) throws(StatisticsError) -> Double {
    try LogProbability.check(logP)
    if logP > -0.6931471805599453 { return -Special.normalUpperQuantile(LogProbability.complement(logP)) }
    return Special.normalUpperQuantile(logP)
  }

  private func standardise(_ x: Double) throws(StatisticsError) -> Double {
    if x.isNaN { throw .notANumber("x") }
    return (x - mean) / standardDeviation
  }
}
