#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A distribution on the real line whose tails are known in log space.
///
/// Logarithms are natural unless a name says `log10`. For a continuous variable P(X ≥ x) and P(X > x) are the same.
public protocol ContinuousDistribution: Sendable {
  /// Returns ln f(x); −∞ outside the support. Throws when `x` is NaN.
  func logDensity(at x: Double) throws(StatisticsError) -> Double
  /// Returns ln P(X ≤ x). Throws when `x` is NaN.
  func logLowerTail(below x: Double) throws(StatisticsError) -> Double
  /// Returns ln P(X ≥ x). Throws when `x` is NaN.
  func logUpperTail(above x: Double) throws(StatisticsError) -> Double
  /// Returns the x with ln P(X ≤ x) = `logP`. Throws unless `logP` is at most 0.
  func quantile(logLowerTail logP: Double) throws(StatisticsError) -> Double
  /// Returns the x with ln P(X ≥ x) = `logP`. Throws unless `logP` is at most 0.
  func quantile(logUpperTail logP: Double) throws(StatisticsError) -> Double
}

extension ContinuousDistribution {
  /// Returns P(X ≤ x); 0 where it underflows.
  public func lowerTail(below x: Double) throws(StatisticsError) -> Double { exp(try logLowerTail(below: x)) }

  /// Returns P(X ≥ x); 0 where it underflows.
  public func upperTail(above x: Double) throws(StatisticsError) -> Double { exp(try logUpperTail(above: x)) }

  /// Returns log10 P(X ≤ x).
  public func log10LowerTail(below x: Double) throws(StatisticsError) -> Double {
    LogProbability.decimal(try logLowerTail(below: x))
  }

  /// Returns log10 P(X ≥ x).
  public func log10UpperTail(above x: Double) throws(StatisticsError) -> Double {
    LogProbability.decimal(try logUpperTail(above: x))
  }
}
