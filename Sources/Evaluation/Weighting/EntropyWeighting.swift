import Statistics
import TextMarking

/// How tokens count in a test that has the model at hand.
///
/// Where a model had no choice a mark could not be written, and such tokens only dilute the count. Weights depend on the text alone,
/// never on the key, so the null model stays: each token is green with the list's chance, and the weighted sum has an exact tail.
///
/// Sources: Lee et al., "Who Wrote this Code?" (SWEET), ACL 2024; Lu et al., "An Entropy-based Text Watermarking Detection Method"
/// (EWD), ACL 2024. Their z-scores are replaced by exact tails.
public enum EntropyWeighting: Hashable, Sendable {
  /// Each token once: what a detector without the model does.
  case plain
  /// Tokens whose entropy is above a threshold in nats count once, others not at all.
  case threshold(nats: Double)
  /// Each token by its spike entropy above the least possible one.
  case spike

  /// SWEET with a threshold in the middle of those that its authors use.
  public static let sweet = EntropyWeighting.threshold(nats: 0.9)

  /// The usual three.
  public static let all: [EntropyWeighting] = [.plain, .sweet, .spike]

  /// The name in tables.
  public var name: String {
    switch self {
    case .plain: "plain"
    case .threshold: "sweet"
    case .spike: "ewd"
    }
  }

  /// The steps of spike entropy between the least and the greatest: weights are whole numbers, so that the tail is exact.
  public static let steps = 63

  /// The weight of a token.
  public func weight(_ step: MarkingStep, modulus: Double) -> Int {
    switch self {
    case .plain: return 1
    case .threshold(let nats): return step.entropy > nats ? 1 : 0
    case .spike:
      let least = 1 / (1 + modulus)
      guard least < 1 else { return 1 }
      let share = (step.spikeEntropy - least) / (1 - least)
      return Int((min(1, max(0, share)) * Double(Self.steps)).rounded())
    }
  }

  /// ln P(weighted green sum as large as this) for text that does not depend on the key.
  ///
  /// - Parameters:
  ///   - outcomes: whether each counted token is green.
  ///   - weights: one each.
  ///   - rate: the chance of green.
  public static func logPValue(
    outcomes: [Bool], weights: [Int], rate: Double
  ) throws(StatisticsError) -> Double {
    var sum = 0
    for (isGreen, weight) in zip(outcomes, weights) where isGreen { sum += weight }
    if weights.allSatisfy({ $0 <= 1 }) {
      return try Binomial(trials: weights.reduce(0, +), probability: rate).logUpperTail(atLeast: sum)
    }
    return try WeightedBernoulliSum(weights: weights, probability: rate).logUpperTail(atLeast: sum)
  }
}
