#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Count, mean and variance of a stream in one pass (Welford 1962), mergeable (Chan, Golub and LeVeque 1983).
///
/// No catastrophic cancellation for data far from 0. Merging is not associative in the last bits: merge in input order for equal bytes.
public struct Moments: Hashable, Sendable {
  /// The number of values.
  public private(set) var count = 0
  /// The mean; 0 when there are no values.
  public private(set) var mean = 0.0
  /// The sum of squared deviations from the mean.
  public private(set) var squaredDeviations = 0.0

  /// Makes empty moments.
  public init() {}

  /// Makes the moments of a sequence.
  public init(_ values: some Sequence<Double>) {
    for value in values { add(value) }
  }

  /// Adds one value.
  public mutating func add(_ value: Double) {
    count += 1
    let delta = value - mean
    mean += delta / Double(count)
    squaredDeviations += delta * (value - mean)
  }

  /// Adds the values of another part of the stream.
  public mutating func merge(_ other: Moments) {
    if other.count == 0 { return }
    if count == 0 {
      self = other
      return
    }
    let total = Double(count + other.count)
    let delta = other.mean - mean
    let share = Double(other.count) / total
    squaredDeviations += other.squaredDeviations + delta * delta * Double(count) * share
    mean += delta * share
    count += other.count
  }

  /// Returns these moments with another part's added.
  public func merging(_ other: Moments) -> Moments {
    var merged = self
    merged.merge(other)
    return merged
  }

  /// The unbiased variance (divisor n − 1), or `nil` below two values.
  public var variance: Double? { count > 1 ? squaredDeviations / Double(count - 1) : nil }

  /// The variance of the values themselves (divisor n), or `nil` when there are none.
  public var populationVariance: Double? { count > 0 ? squaredDeviations / Double(count) : nil }

  /// The square root of the unbiased variance, or `nil` below two values.
  public var standardDeviation: Double? { variance?.squareRoot() }
}
