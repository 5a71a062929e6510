#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Two groups' successes and trials, to be compared by difference, ratio, odds ratio and tests.
///
/// The first group is compared with the second: difference p₁ − p₂, ratio p₁ / p₂.
public struct TwoProportions: Hashable, Sendable {
  /// Successes of the first group.
  public let x1: Int
  /// Trials of the first group, at least 1.
  public let n1: Int
  /// Successes of the second.
  public let x2: Int
  /// Trials of the second.
  public let n2: Int

  /// Checks and takes the counts.
  public init(_ x1: Int, of n1: Int, versus x2: Int, of n2: Int) throws(StatisticsError) {
    guard n1 > 0, n2 > 0, x1 >= 0, x2 >= 0, x1 <= n1, x2 <= n2, n1 < 1 << 52, n2 < 1 << 52 else {
      throw StatisticsError(
        code: .invalidSample, message: "\(x1) of \(n1) versus \(x2) of \(n2)",
        hint: "each group needs a trial, and 0 to n successes")
    }
    (self.x1, self.n1, self.x2, self.n2) = (x1, n1, x2, n2)
  }

  var p1: Double { Double(x1) / Double(n1) }
  var p2: Double { Double(x2) / Double(n2) }
  /// p₁ − p₂.
  public var difference: Double { p1 - p2 }
  /// p₁ / p₂; NaN for 0/0.
  public var ratio: Double { p1 / p2 }

  static func z(_ level: Double) throws(StatisticsError) -> Double {
    guard level > 0, level < 1 else {
      throw StatisticsError(
        code: .invalidProbability, message: "a level of \(level)", hint: "between 0 and 1")
    }
    return try Normal.standard.quantile(logUpperTail: log((1 - level) / 2))
  }
}

/// A lower and an upper bound.
public struct ConfidenceInterval: Hashable, Sendable {
  /// The lower bound.
  public let lower: Double
  /// The upper bound.
  public let upper: Double
  /// Makes one.
  public init(_ lower: Double, _ upper: Double) { (self.lower, self.upper) = (lower, upper) }
}
