#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Seeded hypergeometric numbers, by inversion from the mode outwards.
///
/// Steps grow with the standard deviation, not with the counts. Source: Devroye, "Non-Uniform Random Variate Generation", 1986, III.2;
/// SplitMix64 of Steele, Lea and Flood, OOPSLA 2014.
struct HypergeometricDealer {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  private mutating func uniform() -> Double {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return Double((z ^ (z >> 31)) >> 11) / 9_007_199_254_740_992
  }

  /// A whole number from 0 up to a bound; the bias of so many bits is below 2⁻³³ for lists of a million rows.
  mutating func next(below bound: Int) -> Int { min(bound - 1, Int(uniform() * Double(bound))) }

  /// How many successes a sample without replacement holds.
  mutating func next(sample: Int, successes: Int, of population: Int) -> Int {
    let least = max(0, sample - (population - successes))
    let most = min(sample, successes)
    guard least < most else { return least }
    if sample <= 16 {
      // Few rows: deal them one by one.
      var (left, rows) = (successes, population)
      for _ in 0..<sample {
        if uniform() * Double(rows) < Double(left) { left -= 1 }
        rows -= 1
      }
      return successes - left
    }
    let (n, k, all) = (Double(sample), Double(successes), Double(population))
    let mode = min(max(Int((n + 1) * (k + 1) / (all + 2)), least), most)
    func choose(_ n: Double, _ k: Double) -> Double { lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) }
    let m = Double(mode)
    var (up, down) = (mode, mode)
    var above = exp(choose(k, m) + choose(all - k, n - m) - choose(all, n))
    var below = above
    var rest = uniform() - above
    if rest < 0 { return mode }
    while up < most || down > least {
      if up < most {
        let x = Double(up)
        above *= (k - x) * (n - x) / ((x + 1) * (all - k - n + x + 1))
        up += 1
        rest -= above
        if rest < 0 { return up }
      }
      if down > least {
        let x = Double(down)
        below *= x * (all - k - n + x) / ((k - x + 1) * (n - x + 1))
        down -= 1
        rest -= below
        if rest < 0 { return down }
      }
    }
    // Rounding left a hair of the whole.
    return mode
  }
}
