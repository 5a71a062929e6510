#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The same subjects under two conditions, with or without a property: one prompt asked about two groups, say.
public struct PairedProportions: Hashable, Sendable {
  /// Pairs where both have the property.
  public let both: Int
  /// Pairs where only the first has it.
  public let onlyFirst: Int
  /// Pairs where only the second has it.
  public let onlySecond: Int
  /// Pairs where neither has it.
  public let neither: Int

  /// Checks and takes the counts; throws when one is negative, all are 0, or they are too large to add up.
  public init(both: Int, onlyFirst: Int, onlySecond: Int, neither: Int) throws(StatisticsError) {
    let counts = [both, onlyFirst, onlySecond, neither]
    guard counts.allSatisfy({ $0 >= 0 && $0 < 1 << 50 }), counts.contains(where: { $0 > 0 }) else {
      throw StatisticsError(
        code: .invalidSample, message: "pairs of \(counts)", hint: "give counts from 0, at least one above it"
      )
    }
    (self.both, self.onlyFirst, self.onlySecond, self.neither) = (both, onlyFirst, onlySecond, neither)
  }

  /// Counts pairs of answers.
  public init(_ pairs: some Sequence<(Bool, Bool)>) throws(StatisticsError) {
    var counts = [0, 0, 0, 0]
    for (first, second) in pairs { counts[(first ? 0 : 2) + (second ? 0 : 1)] += 1 }
    try self.init(both: counts[0], onlyFirst: counts[1], onlySecond: counts[2], neither: counts[3])
  }

  /// All pairs.
  public var count: Int { both + onlyFirst + onlySecond + neither }
  /// The share with the property under the first condition.
  public var first: Double { Double(both + onlyFirst) / Double(count) }
  /// The share with it under the second.
  public var second: Double { Double(both + onlySecond) / Double(count) }
  /// First minus second.
  public var difference: Double { Double(onlyFirst - onlySecond) / Double(count) }

  /// McNemar's exact two-sided p-value of "the property is as frequent under both".
  public var mcNemarP: Double {
    (try? PairedTest.mcNemarP(onlyFirst: onlyFirst, onlySecond: onlySecond)) ?? 1
  }

  /// Newcombe's interval of the difference: both Wilson intervals, and how the answers go together.
  ///
  /// Source: Newcombe, Statistics in Medicine 17 (1998), 2635–2650, method 10.
  public func newcombeDifference(level: Double = 0.95) throws(StatisticsError) -> ConfidenceInterval {
    let a = try ProportionInterval.wilson(successes: both + onlyFirst, trials: count, level: level)
    let b = try ProportionInterval.wilson(successes: both + onlySecond, trials: count, level: level)
    let (down1, up1, down2, up2) = (first - a.lower, a.upper - first, second - b.lower, b.upper - second)
    let phi = correlation
    func reach(_ x: Double, _ y: Double) -> Double { max(0, x * x - 2 * phi * x * y + y * y).squareRoot() }
    return ConfidenceInterval(difference - reach(down1, up2), difference + reach(down2, up1))
  }

  /// The correlation of the answers, drawn towards 0 for continuity where it is positive; 0 where one of them never varies.
  private var correlation: Double {
    let (a, b, c, d) = (Double(both), Double(onlyFirst), Double(onlySecond), Double(neither))
    let spread = ((a + b) * (c + d)).squareRoot() * ((a + c) * (b + d)).squareRoot()
    let gap = a * d - b * c
    guard spread > 0 else { return 0 }
    return (gap > 0 ? max(gap - Double(count) / 2, 0) : gap) / spread
  }
}
