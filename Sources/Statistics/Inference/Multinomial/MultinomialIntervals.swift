#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Intervals of several shares that hold together: with the level's chance all of them cover, not each.
///
/// So that "this group is represented less" can be said of any of them after looking.
public enum MultinomialIntervals {
  /// Goodman's: score intervals, Bonferroni's correction over the categories.
  ///
  /// Good where each category has about five; n = 0 gives all of 0…1. Throws when there are fewer than two categories, a count is
  /// negative or too large, or the level is not between 0 and 1.
  ///
  /// Source: Goodman, Technometrics 7 (1965).
  public static func goodman(
    _ counts: [Int], level: Double = 0.95
  ) throws(StatisticsError) -> [ProportionInterval] {
    let total = try check(counts, level)
    var intervals: [ProportionInterval] = []
    for count in counts {
      let each = try ProportionInterval.wilson(
        successes: count, trials: total, level: 1 - (1 - level) / Double(counts.count))
      intervals.append(ProportionInterval(lower: each.lower, upper: each.upper, level: level))
    }
    return intervals
  }

  /// Sison and Glaz's: all of one width, narrower where categories are many and their counts alike.
  ///
  /// An approximation that may cover a point or so less than the level where shares differ much; Goodman's does not. Throws as goodman(_:level:) does. Cost: √n steps of some microseconds a category, few beyond n = 10,000.
  ///
  /// Source: Sison and Glaz, Journal of the American Statistical Association 90 (1995).
  public static func sisonGlaz(
    _ counts: [Int], level: Double = 0.95
  ) throws(StatisticsError) -> [ProportionInterval] {
    let total = try check(counts, level)
    guard total > 0 else {
      return counts.map { _ in ProportionInterval(lower: 0, upper: 1, level: level) }
    }
    let box = SisonGlazBox(counts: counts.map { Double($0) }, total: Double(total))
    let (width, below, above) = box.width(level)
    let share = (level - below) / (above - below)
    let n = Double(total)
    return counts.map { count in
      ProportionInterval(
        lower: max((Double(count) - width) / n, 0), upper: min((Double(count) + width + 2 * share) / n, 1),
        level: level)
    }
  }

  private static func check(_ counts: [Int], _ level: Double) throws(StatisticsError) -> Int {
    for (index, count) in counts.enumerated() where count < 0 || count > 1_000_000_000_000 / counts.count {
      throw StatisticsError(
        code: .invalidSample, message: "category \(index) has a count of \(count)",
        hint: "use counts from 0, below 1e12 in all", offset: index)
    }
    guard counts.count > 1 else {
      throw StatisticsError(
        code: .invalidSample, message: "\(counts.count) categories", hint: "give at least two")
    }
    guard level > 0, level < 1 else {
      throw .parameter(
        "a confidence level of \(level)", hint: "use a level between 0 and 1, for example 0.95")
    }
    return counts.reduce(0, +)
  }
}

/// The chance that all counts of a multinomial lie within a distance of those seen.
private struct SisonGlazBox {
  let counts: [Double]
  let total: Double

  /// The distance c at which the chance passes the level, and the chances at c and c + 1.
  func width(_ level: Double) -> (width: Double, below: Double, above: Double) {
    func at(_ width: Double) -> Double { width <= 0 ? 0 : width < total ? chance(width) : 1 }
    var (low, high) = (0.0, 1.0)
    if total > 10_000 {
      // The expansion may fall back a little where counts are small; among so many it rises.
      while at(high) <= level { (low, high) = (high, 2 * high) }
      while high - low > 1 {
        let middle = ((low + high) / 2).rounded(.down)
        if at(middle) <= level { low = middle } else { high = middle }
      }
      return (low, at(low), at(high))
    }
    var (below, above) = (0.0, at(1))
    while !(below <= level && level < above) {
      low += 1
      (below, above) = (above, at(low + 1))
    }
    return (low, below, above)
  }

  private static func cumulative(_ k: Double, _ mean: Double) -> Double {
    if k < 0 { return 0 }
    return mean == 0 ? 1 : exp(Special.incompleteGamma(k + 1, mean).logUpper)
  }

  private static func between(_ low: Double, _ high: Double, _ mean: Double) -> Double {
    cumulative(high, mean) - cumulative(low - 1, mean)
  }

  /// Poisson counts truncated to the box, given their sum: its chance by an Edgeworth expansion to the fourth moment.
  private func chance(_ width: Double) -> Double {
    var logBox = 0.0
    var (mean, second, third, excess) = (0.0, 0.0, 0.0, 0.0)
    for count in counts {
      let (low, high) = (max(count - width, 0), min(count + width, total))
      let inside = Self.between(low, high, count)
      logBox += log(inside)
      func factorial(_ r: Double) -> Double {
        let edge = Self.between(high - r + 1, high, count) - Self.between(low - r, low - 1, count)
        return pow(count, r) * (1 - edge / inside)
      }
      let m = factorial(1)
      let (f2, f3, f4) = (factorial(2), factorial(3), factorial(4))
      // Central moments from factorial ones.
      let v = f2 + m - m * m
      let t = f3 + f2 * (3 - 3 * m) + m - 3 * m * m + 2 * m * m * m
      let raw = f4 + f3 * (6 - 4 * m) + f2 * (7 - 12 * m + 6 * m * m)
      let q = raw + m - 4 * m * m + 6 * m * m * m - 3 * m * m * m * m
      mean += m
      second += v
      // Among a million these are rounding, and their terms of the expansion nothing.
      if count < 1e6 {
        third += t
        excess += q - 3 * v * v
      }
    }
    let deviation = second.squareRoot()
    let (skew, kurtosis) = (third / (second * deviation), excess / (second * second))
    let x = (total - mean) / deviation
    let x2 = x * x
    let h3 = x * x2 - 3 * x
    let h4 = x2 * x2 - 6 * x2 + 3
    let h6 = x2 * x2 * x2 - 15 * x2 * x2 + 45 * x2 - 15
    let expansion = 1 + skew * h3 / 6 + kurtosis * h4 / 24 + skew * skew * h6 / 72
    let density = exp(-0.5 * x2 - Special.halfLogTwoPi) * expansion / deviation
    let logSum = -Special.stirlingError(total) - 0.5 * log(total) - Special.halfLogTwoPi
    let chance = exp(logBox + log(density) - logSum)
    return chance.isNaN ? 0 : chance
  }
}
