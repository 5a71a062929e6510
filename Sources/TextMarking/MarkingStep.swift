#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What a mark could do where one token was drawn: how free the model was, and what the mark made of it.
///
/// Of the distribution that the processor met: after temperature and truncation where it comes last, else before them.
public struct MarkingStep: Hashable, Sendable {
  /// The entropy of the unmarked distribution in nats.
  public var entropy: Double
  /// Kirchenbauer's spike entropy Σ p ⁄ (1 + z p) of the unmarked distribution, with the mark's modulus z.
  public var spikeEntropy: Double
  /// The chance that the marked distribution draws a token whose logit was raised; 0 without a mark.
  public var greenChance: Double
  /// The divergence of the marked from the unmarked distribution in nats: the most evidence that a step can leave, on average.
  public var divergence: Double

  /// Measures a step.
  ///
  /// - Parameters:
  ///   - before: logits that the mark met; minus infinity cannot be drawn.
  ///   - after: the same with the mark's bias, or none.
  ///   - modulus: z of the spike entropy.
  public init(before: [Float], after: [Float]? = nil, modulus: Double) {
    (entropy, spikeEntropy, greenChance, divergence) = (0, 0, 0, 0)
    guard let peak = before.max(), peak.isFinite else { return }
    var (sum, weighted) = (0.0, 0.0)
    // Below this a weight adds nothing to the sums in double precision.
    let floor = peak - 60
    var kept: [(weight: Double, place: Int)] = []
    for (place, logit) in before.enumerated() where logit > floor {
      let below = Double(logit) - Double(peak)
      let weight = exp(below)
      sum += weight
      weighted += weight * below
      kept.append((weight, place))
    }
    entropy = max(0, log(sum) - weighted / sum)
    for (weight, _) in kept {
      let p = weight / sum
      spikeEntropy += p / (1 + modulus * p)
    }
    guard let after else { return }
    // All raised tokens are raised alike, but rounding to Float makes each rise its own: take each as it is.
    var (marked, raised, gain) = (0.0, 0.0, 0.0)
    for (weight, place) in kept {
      let rise = Double(after[place]) - Double(before[place])
      let changed = weight * exp(rise)
      marked += changed
      if rise != 0 {
        raised += changed
        gain += changed * rise
      }
    }
    greenChance = raised / marked
    divergence = max(0, gain / marked - log(marked / sum))
  }
}
