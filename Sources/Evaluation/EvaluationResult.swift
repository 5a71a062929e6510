import Statistics

/// What an evaluation found.
public struct EvaluationResult: Sendable {
  /// The share of texts in which the mark is found.
  public struct Power: Hashable, Sendable {
    /// Texts in which it was found.
    public var found: Int
    /// Texts looked at.
    public var texts: Int
    /// The exact interval of Clopper and Pearson; texts of one prompt are taken as independent.
    public var interval: ProportionInterval

    /// found ⁄ texts; NaN without texts.
    public var share: Double { Double(found) / Double(texts) }
  }

  /// The power at one strength, length, weighting and rate of false positives.
  public struct PowerRow: Sendable {
    /// The strength of the mark.
    public var strength: EvaluationPlan.Strength
    /// The tokens that texts are cut to.
    public var length: Int
    /// How tokens count.
    public var weighting: EntropyWeighting
    /// The rate of false positives.
    public var falsePositiveRate: Double
    /// How often the mark is found.
    public var power: Power
    /// The median of log₁₀ p.
    public var medianLog10P: Double
    /// What Kirchenbauer's theorem promises for the mean spike entropy; for plain counts.
    public var leastPower: Double?
    /// What no test can exceed on average, for the divergence that was measured.
    public var greatestPower: Double?
  }

  /// What the mark did to the text at one strength; without a strength the unmarked twins.
  public struct QualityRow: Sendable {
    /// The strength of the mark.
    public var strength: EvaluationPlan.Strength?
    /// The number of texts.
    public var texts: Int
    /// The mean number of tokens.
    public var meanTokens: Double
    /// exp of the mean surprise over texts.
    public var perplexity: Double
    /// Perplexity over the twins', with an interval that resamples prompts; nil for the twins.
    public var perplexityRatio: (value: Double, lower: Double, upper: Double)?
    /// The mean share of 4-grams that stood in the text before.
    public var repetition: Double
    /// Means of distinct 1-, 2- and 3-grams over all.
    public var distinct: [Double]
    /// Nats a step, of the distribution that tokens were drawn from, without the mark.
    public var meanEntropy: Double
    /// The mean spike entropy of the same distributions.
    public var meanSpikeEntropy: Double
    /// Nats a step that the mark leaves at most.
    public var meanDivergence: Double
  }

  /// What unmarked twins look like to a detector: its p-values must be uniform.
  public struct NullRow: Sendable {
    /// The strength of the mark.
    public var strength: EvaluationPlan.Strength
    /// The number of texts.
    public var texts: Int
    /// Keys that were drawn for each text.
    public var keysPerText: Int
    /// Kolmogorov and Smirnov's p that p-values are uniform, each twin under keys drawn for it: whether the null model holds.
    public var uniformity: Double
    /// The same under the profile's own key.
    ///
    /// Texts share pairs of tokens, so under one key their p-values hang together, and this
    /// may be small though each of them is right.
    public var uniformityOfKey: Double
    /// The smallest log₁₀ p, as a detector would print it.
    public var smallestLog10P: Double
  }

  /// The power after an edit.
  public struct AttackRow: Sendable {
    /// The edit.
    public var attack: TextAttack
    /// Whether disguises were undone before the text was tokenised.
    public var isRepaired: Bool
    /// The strength of the mark.
    public var strength: EvaluationPlan.Strength
    /// The rate of false positives.
    public var falsePositiveRate: Double
    /// From all tokens.
    public var whole: Power
    /// From the best window, all windows counted.
    public var window: Power
    /// The median of log₁₀ p from all tokens.
    public var medianLog10P: Double
    /// The mean number of scored tokens.
    public var meanScored: Double
  }

  /// All texts that could not be written, with the reason.
  public struct Failure: Hashable, Sendable {
    /// The prompt's id.
    public var prompt: String
    /// The seed.
    public var seed: UInt64
    /// What happened.
    public var message: String
    /// What to do.
    public var hint: String
  }

  /// Power at each strength, length, weighting and rate.
  public var power: [PowerRow] = []
  /// What the mark did to texts.
  public var quality: [QualityRow] = []
  /// What unmarked twins look like.
  public var null: [NullRow] = []
  /// Power after edits.
  public var attacks: [AttackRow] = []
  /// Texts that could not be written.
  public var failures: [Failure] = []
  /// The number of prompts.
  public var prompts = 0
  /// The number of seeds.
  public var seeds = 0
  /// Tokens written in all.
  public var tokensWritten = 0
}
