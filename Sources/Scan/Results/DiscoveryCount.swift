#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Benjamini and Hochberg's step-up rule over all tests of a run, while the tests stream by.
///
/// A run writes its lines long before the number of tests is known, so the rule comes as a threshold in the summary: the tests with
/// log₁₀ p at or below it are those that the rule rejects, exactly. Only p-values at or below the rate can be rejected, so
/// only those are kept (8 bytes each), and those so small that no run could be long enough to save them are merely counted.
///
/// Source: Benjamini and Hochberg (1995), J. R. Statist. Soc. B 57.
public struct DiscoveryCount: Sendable {
  /// The false discovery rate that is held to, for independent or positively dependent tests.
  public let rate: Double
  /// The number of tests.
  public private(set) var tests = 0
  private var kept: [Double] = []
  /// Rejected whatever comes: how many, and the largest log₁₀ p among them.
  private var certain = 0
  private var certainLimit = -Double.infinity
  private var nextCompaction: Int

  /// No run has more tests than this.
  static let mostTests = 1e13

  /// A count of no tests.
  public init(rate: Double = 0.05) { self.init(rate: rate, compactsAt: 1 << 20) }

  init(rate: Double, compactsAt count: Int) {
    self.rate = rate
    nextCompaction = count
  }

  /// Adds a test.
  public mutating func add(log10PValue: Double) {
    tests += 1
    guard log10PValue <= log10(rate) else { return }
    kept.append(log10PValue)
    if kept.count >= nextCompaction { compact() }
  }

  private mutating func compact() {
    kept.sort()
    if let last = Self.lastRejected(kept, before: certain, tests: Self.mostTests, rate: rate) {
      certain += last + 1
      certainLimit = max(certainLimit, kept[last])
      kept.removeFirst(last + 1)
    }
    nextCompaction = max(nextCompaction, kept.count * 2)
  }

  /// The largest rank whose p-value is within its share of the rate.
  private static func lastRejected(_ sorted: [Double], before: Int, tests: Double, rate: Double) -> Int? {
    sorted.indices.last { sorted[$0] <= log10(rate * Double(before + $0 + 1) / tests) }
  }

  /// The tests that the rule rejects, and the largest log₁₀ p among them; nil where it rejects none.
  public func result() -> (rejected: Int, log10Threshold: Double)? {
    let sorted = kept.sorted()
    if let last = Self.lastRejected(sorted, before: certain, tests: Double(tests), rate: rate) {
      return (certain + last + 1, max(certainLimit, sorted[last]))
    }
    return certain > 0 ? (certain, certainLimit) : nil
  }

  /// The adjusted values of some tests: the smallest rates at which the rule would reject each.
  ///
  /// - Returns: log₁₀ of the adjusted values, in the order given.
  public static func adjusted(log10PValues: [Double], tests: Int? = nil) -> [Double] {
    let count = Double(max(tests ?? log10PValues.count, log10PValues.count, 1))
    let order = log10PValues.indices.sorted { log10PValues[$0] < log10PValues[$1] }
    var adjusted = log10PValues
    var least = 0.0
    for (rank, index) in order.enumerated().reversed() {
      least = min(least, log10PValues[index] + log10(count / Double(rank + 1)))
      adjusted[index] = least
    }
    return adjusted
  }
}
