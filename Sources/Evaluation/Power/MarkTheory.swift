import Statistics
import TextMarking

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What theory promises of a green-list mark's power, from the entropies that were measured.
///
/// Two lines: one that a count of green tokens should not fall below, and one that no test of the same texts can rise above on average.
public enum MarkTheory {
  /// A lower line of the chance to detect: Kirchenbauer's theorem for the mean spike entropy, with a normal sum.
  ///
  /// In T tokens of mean spike entropy S* at least γ e^δ S* T ⁄ (1 + (e^δ − 1) γ) green tokens are expected, with the variance of as
  /// many draws at that rate or less. The theorem bounds the mean; that the sum is normal is an approximation, and so is taking the
  /// mean entropy for that of every text. T is the number of tokens that are scored.
  ///
  /// Source: Kirchenbauer et al., ICML 2023, theorem 4.2.
  public static func leastPower(
    tokens: Int, spikeEntropy: Double, ratio: Double, bias: Double, nullRate: Double,
    logFalsePositiveRate: Double
  ) throws(StatisticsError) -> Double {
    guard tokens > 0 else { return 0 }
    let critical = try Binomial(trials: tokens, probability: nullRate).smallestCount(
      logUpperTailAtMost: logFalsePositiveRate)
    guard critical <= tokens else { return 0 }
    let rate = min(1, max(ratio, ratio * exp(bias) / (1 + expm1(bias) * ratio) * spikeEntropy))
    let deviation = (Double(tokens) * rate * (1 - rate)).squareRoot()
    guard deviation > 0 else { return Double(critical) <= Double(tokens) * rate ? 1 : 0 }
    // Half a token of continuity.
    return 0.5 * erfc((Double(critical) - 0.5 - Double(tokens) * rate) / deviation / 2.0.squareRoot())
  }

  /// The most that any test at this rate of false positives can detect of such texts, on average.
  ///
  /// A test turns text and key into one bit, which cannot diverge further than the texts do: β ln(β/α) + (1 − β) ln((1 − β)/(1 − α))
  /// is at most the sum of the steps' divergences.
  ///
  /// - Parameter divergence: the sum over a text's tokens, in nats, on average over texts.
  public static func greatestPower(divergence: Double, logFalsePositiveRate: Double) -> Double {
    let alpha = exp(logFalsePositiveRate)
    func excess(_ beta: Double) -> Double {
      let hit = beta > 0 ? beta * (log(beta) - logFalsePositiveRate) : 0
      let miss = beta < 1 ? (1 - beta) * (log1p(-beta) - log1p(-alpha)) : 0
      return hit + miss - divergence
    }
    if excess(1) <= 0 { return 1 }
    var (low, high) = (alpha, 1.0)
    for _ in 0..<200 {
      let middle = 0.5 * (low + high)
      if excess(middle) <= 0 { low = middle } else { high = middle }
    }
    return high
  }
}
