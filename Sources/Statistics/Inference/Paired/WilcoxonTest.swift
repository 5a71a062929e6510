#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Wilcoxon's signed-rank test of paired differences, two-sided: whether the larger differences go one way.
///
/// Differences of 0 are left out and counted. Up to 50 others the p-value is exact, ties included; beyond, normal with the
/// correction for ties and none for continuity, as scipy's default has it. It asks for a common shift, not for the mean.
///
/// Source: Wilcoxon, Biometrics Bulletin 1 (1945).
public struct WilcoxonTest: Hashable, Sendable {
  /// The sum of the ranks of positive differences.
  public let positiveRanks: Double
  /// The sum of the ranks of negative ones.
  public let negativeRanks: Double
  /// Differences of 0.
  public let zeros: Int
  /// The two-sided p-value; 1 where all differences are 0.
  public let p: Double
  /// Whether all signs were counted.
  public let isExact: Bool

  /// Tests differences; throws when there is none or one is not finite, naming it.
  ///
  /// Cost: O(n log n), and some 100,000 steps where it is exact.
  public init(_ differences: [Double]) throws(StatisticsError) {
    guard !differences.isEmpty else {
      throw StatisticsError(
        code: .invalidSample, message: "no differences", hint: "give at least one pair")
    }
    for (index, value) in differences.enumerated() where !value.isFinite {
      throw StatisticsError(
        code: .notANumber, message: "difference \(index) is \(value)",
        hint: "leave out pairs that lack a score, and count them", offset: index)
    }
    let kept = differences.filter { $0 != 0 }.sorted { abs($0) < abs($1) }
    zeros = differences.count - kept.count
    // Twice the ranks are whole, whatever ties.
    var doubled = [Int](repeating: 0, count: kept.count)
    var (start, ties) = (0, 0.0)
    while start < kept.count {
      var end = start
      while end < kept.count, abs(kept[end]) == abs(kept[start]) { end += 1 }
      for place in start..<end { doubled[place] = start + end + 1 }
      let tied = Double(end - start)
      ties += tied * tied * tied - tied
      start = end
    }
    var (positive, negative) = (0, 0)
    for (value, rank) in zip(kept, doubled) {
      if value > 0 { positive += rank } else { negative += rank }
    }
    (positiveRanks, negativeRanks) = (Double(positive) / 2, Double(negative) / 2)
    isExact = kept.count <= 50
    if kept.isEmpty {
      p = 1
    } else if isExact {
      p = Self.exactP(doubled, least: min(positive, negative))
    } else {
      let n = Double(kept.count)
      let variance = (n * (n + 1) * (2 * n + 1) - ties / 2) / 24
      p = TwoProportions.twoSidedP((positiveRanks - n * (n + 1) / 4) / variance.squareRoot())
    }
  }

  /// Twice the chance of so small a sum of ranks, by adding one rank after the other.
  private static func exactP(_ ranks: [Int], least: Int) -> Double {
    let total = ranks.reduce(0, +)
    var chances = [Double](repeating: 0, count: total + 1)
    chances[0] = 1
    var reach = 0
    for rank in ranks {
      reach += rank
      for sum in stride(from: reach, through: 0, by: -1) {
        chances[sum] = 0.5 * (chances[sum] + (sum >= rank ? chances[sum - rank] : 0))
      }
    }
    return min(1, 2 * chances[...least].reduce(0, +))
  }
}
