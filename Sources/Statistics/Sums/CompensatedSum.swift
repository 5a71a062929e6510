/// A running sum that carries its own rounding error (Neumaier 1974).
///
/// Twice the working precision for the price of four additions. Partial sums merge, but the last bit may depend on how a stream
/// was cut: merge in input order for equal bytes, or use ``ExactSum``, which does not care.
public struct CompensatedSum: Hashable, Sendable {
  private var sum = 0.0
  private var compensation = 0.0

  /// Makes an empty sum.
  public init() {}

  /// Makes the sum of a sequence.
  public init(_ values: some Sequence<Double>) {
    for value in values { add(value) }
  }

  /// Adds one value.
  public mutating func add(_ value: Double) {
    let total = sum + value
    if abs(sum) >= abs(value) {
      compensation += (sum - total) + value
    } else {
      compensation += (value - total) + sum
    }
    sum = total
  }

  /// Adds another partial sum.
  public mutating func merge(_ other: CompensatedSum) {
    add(other.sum)
    compensation += other.compensation
  }

  /// Returns this sum with another partial sum added.
  public func merging(_ other: CompensatedSum) -> CompensatedSum {
    var merged = self
    merged.merge(other)
    return merged
  }

  /// The sum; an overflow or an infinity stays visible as such, a NaN as NaN.
  public var value: Double { sum.isFinite ? sum + compensation : sum }
}
