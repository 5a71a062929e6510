#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Draws how many of each group are among so many taken without putting back, as labels of groups fall when they are shuffled.
///
/// One hypergeometric number a group. Cost: 30 to 100 ns a group.
///
/// Source: Stadlober, Journal of Computational and Applied Mathematics 31 (1990), for the ratio of uniforms.
public struct HypergeometricSampler: Hashable, Sendable {
  /// The groups' sizes.
  public let sizes: [Int]
  /// How large all are together.
  public let total: Int

  /// Takes the sizes; throws when one is negative or all together are 2⁵² or more.
  public init(sizes: [Int]) throws(StatisticsError) {
    var total = 0
    for (index, size) in sizes.enumerated() {
      guard size >= 0, size < 1 << 52, total + size < 1 << 52 else {
        throw StatisticsError(
          code: .invalidSample, message: "group \(index) has a size of \(size)",
          hint: "use sizes from 0, below 2^52 in all", offset: index)
      }
      total += size
    }
    (self.sizes, self.total) = (sizes, total)
  }

  /// Draws so many of all, at most ``total``, into one count a group.
  public func draw(_ taken: Int, into counts: inout [Int], using random: inout Philox) {
    precondition(counts.count == sizes.count, "one count a group")
    var (left, rest) = (min(max(0, taken), total), total)
    for index in sizes.indices {
      let size = sizes[index]
      let count = left == 0 ? 0 : Self.sample(size, rest - size, left, using: &random)
      counts[index] = count
      left -= count
      rest -= size
    }
  }

  /// How many of `marked` are among `taken` of `total`, at most 2⁵² and all of them from 0; none where the numbers do not fit.
  public static func draw(_ taken: Int, of marked: Int, among total: Int, using random: inout Philox) -> Int {
    guard taken > 0, marked > 0, taken <= total, marked <= total, total < 1 << 52 else { return 0 }
    return sample(marked, total - marked, taken, using: &random)
  }

  /// How many of `good` are among `taken` of `good + bad`; exactly distributed up to rounding.
  static func sample(_ good: Int, _ bad: Int, _ taken: Int, using random: inout Philox) -> Int {
    let total = good + bad
    if good == 0 || taken == 0 { return 0 }
    if bad == 0 || taken == total { return bad == 0 ? taken : good }
    // The smaller sides make the shortest walk; both mirror images are the same law.
    if good > bad { return taken - sample(bad, good, taken, using: &random) }
    if taken > total - taken { return good - sample(good, bad, total - taken, using: &random) }
    let (k, n, m) = (Double(good), Double(total), Double(taken))
    let mean = m * k / n
    let variance = mean * (1 - k / n) * (n - m) / (n - 1)
    return variance < 30
      ? walk(good, bad, taken, &random) : ratio(k, n - k, m, mean, variance, &random)
  }

  /// Inversion from the mode outwards: the masses nearest to it come first, so that few are needed.
  private static func walk(_ good: Int, _ bad: Int, _ taken: Int, _ random: inout Philox) -> Int {
    let (k, rest, m) = (Double(good), Double(bad), Double(taken))
    let (low, high) = (max(0, m - rest), min(k, m))
    let mode = ((m + 1) * (k + 1) / (k + rest + 2)).rounded(.down)
    let center = logMass(mode, k, rest, m)
    while true {
      var left = random.unit()
      var (down, up) = (mode, mode)
      var (below, above) = (exp(center), exp(center))
      left -= below
      if left <= 0 { return Int(mode) }
      while down > low || up < high {
        if up < high {
          above *= (k - up) * (m - up) / ((up + 1) * (rest - m + up + 1))
          up += 1
          left -= above
          if left <= 0 { return Int(up) }
        }
        if down > low {
          below *= down * (rest - m + down) / ((k - down + 1) * (m - down + 1))
          down -= 1
          left -= below
          if left <= 0 { return Int(down) }
        }
        // What is left is rounding.
        if above < 1e-18, below < 1e-18 { break }
      }
    }
  }

  /// ln P(x): two binomial masses over a third, at the common rate.
  private static func logMass(_ x: Double, _ good: Double, _ bad: Double, _ taken: Double) -> Double {
    let n = good + bad
    func choose(_ n: Double, _ k: Double) -> Double {
      Special.logFactorial(n) - Special.logFactorial(k) - Special.logFactorial(n - k)
    }
    if n < 1e6 { return choose(good, x) + choose(bad, taken - x) - choose(n, taken) }
    let p = taken / n
    func binomial(_ n: Double, _ k: Double) -> Double {
      if k == 0 { return n * log1p(-p) }
      if k == n { return n * log(p) }
      let errors = Special.stirlingError(n) - Special.stirlingError(k) - Special.stirlingError(n - k)
      let deviance =
        Special.deviance(k, mean: n * p, excess: n * p - k)
        + Special.deviance(n - k, mean: n * (1 - p), excess: k - n * p)
      return errors - deviance - 0.5 * log(k * (n - k) / n) - Special.halfLogTwoPi
    }
    return binomial(good, x) + binomial(bad, taken - x) - binomial(n, taken)
  }

  /// A point under the square root of the masses, in a box that holds it; kept where it lies below.
  private static func ratio(
    _ good: Double, _ bad: Double, _ taken: Double, _ mean: Double, _ variance: Double, _ random: inout Philox
  ) -> Int {
    let mode = ((taken + 1) * (good + 1) / (good + bad + 2)).rounded(.down)
    let center = mean + 0.5
    // 2 √(2/e) and 3 − 2 √(3/e).
    let width = 1.7155277699214135 * (variance + 0.5).squareRoot() + 0.8989161620588988
    let (low, high) = (max(0, taken - bad), min(good, taken))
    while true {
      let u = random.unit()
      let v = random.unit()
      let x = (center + width * (v - 0.5) / u).rounded(.down)
      guard x >= low, x <= high else { continue }
      let chance =
        Special.logFactorialRatio(mode, over: x)
        + Special.logFactorialRatio(good - mode, over: good - x)
        + Special.logFactorialRatio(taken - mode, over: taken - x)
        + Special.logFactorialRatio(bad - taken + mode, over: bad - taken + x)
      // Two bounds of the logarithm save it mostly.
      if u * (4 - u) - 3 <= chance { return Int(x) }
      if u * (u - chance) >= 1 { continue }
      if 2 * log(u) <= chance { return Int(x) }
    }
  }
}
