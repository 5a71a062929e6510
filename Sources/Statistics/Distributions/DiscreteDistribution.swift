#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A distribution on the integers 0, 1, 2, … whose tails are exact and known in log space.
///
/// Both tails include their bound, as the names say: P(X ≥ k) and P(X ≤ k) add up to 1 + P(X = k). A p-value of a count k is
/// P(X ≥ k); the strict tail is that of k + 1. Logarithms are natural unless a name says `log10`.
public protocol DiscreteDistribution: Sendable {
  /// The largest value of the support, or `nil` where there is none.
  var largestValue: Int? { get }
  /// The mean; it starts the searches of the inverses.
  var mean: Double { get }
  /// The standard deviation.
  var standardDeviation: Double { get }
  /// Returns ln P(X = k); −∞ outside the support.
  func logMass(at k: Int) -> Double
  /// Returns ln P(X ≤ k), inclusive.
  func logLowerTail(atMost k: Int) -> Double
  /// Returns ln P(X ≥ k), inclusive.
  func logUpperTail(atLeast k: Int) -> Double
}

extension DiscreteDistribution {
  /// Returns P(X = k); 0 where it underflows.
  public func mass(at k: Int) -> Double { exp(logMass(at: k)) }

  /// Returns P(X ≤ k), inclusive; 0 where it underflows.
  public func lowerTail(atMost k: Int) -> Double { exp(logLowerTail(atMost: k)) }

  /// Returns P(X ≥ k), inclusive; 0 where it underflows.
  public func upperTail(atLeast k: Int) -> Double { exp(logUpperTail(atLeast: k)) }

  /// Returns log10 P(X ≤ k), inclusive.
  public func log10LowerTail(atMost k: Int) -> Double { LogProbability.decimal(logLowerTail(atMost: k)) }

  /// Returns log10 P(X ≥ k), inclusive.
  public func log10UpperTail(atLeast k: Int) -> Double { LogProbability.decimal(logUpperTail(atLeast: k)) }
}
