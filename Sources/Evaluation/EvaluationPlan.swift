import LanguageModel

/// What is compared: prompts × seeds × strengths × lengths, at which rates of false positives, after which edits.
public struct EvaluationPlan: Sendable {
  /// A prompt.
  public struct Prompt: Hashable, Sendable {
    /// Its name.
    public var id: String
    /// Its ids, as the model reads them.
    public var ids: [UInt32]
    /// Makes a prompt.
    public init(id: String, ids: [UInt32]) { (self.id, self.ids) = (id, ids) }
  }

  /// A strength of the mark.
  public struct Strength: Hashable, Sendable {
    /// γ.
    public var ratio: Double
    /// δ.
    public var bias: Double
    /// Makes a strength.
    public init(ratio: Double, bias: Double) { (self.ratio, self.bias) = (ratio, bias) }
  }

  /// The prompts.
  public var prompts: [Prompt]
  /// One text of each prompt and strength for each seed.
  public var seeds: [UInt64]
  /// The strengths.
  public var strengths: [Strength]
  /// Texts are cut to so many tokens; the greatest is written.
  public var lengths: [Int]
  /// The rates of false positives at which power is shown.
  public var falsePositiveRates: [Double]
  /// Edits whose effect is shown, at the greatest length.
  public var attacks: [TextAttack]
  /// How tokens are drawn; the mark comes last, so that what is measured is what was drawn from.
  public var sampling: SamplingOptions
  /// Texts by humans, for edits that take words from one.
  public var donor: String
  /// Whether texts may not end before the greatest length: what a model writes after its end is worse, but as long as the others.
  public var isFullLength = false
  /// The level of intervals.
  public var level = 0.95

  /// The rates that are shown unless others are asked for.
  public static let usualRates = [1e-2, 1e-5, 1e-9]

  /// Checks that there is something to do, and that it can be done.
  public init(
    prompts: [Prompt], seeds: [UInt64], strengths: [Strength], lengths: [Int],
    falsePositiveRates: [Double] = usualRates, attacks: [TextAttack] = [],
    sampling: SamplingOptions = .init(),
    donor: String = ""
  ) throws(EvaluationError) {
    func refuse(_ message: String, _ hint: String) -> EvaluationError {
      EvaluationError(code: .invalidPlan, message: message, hint: hint)
    }
    guard !prompts.isEmpty, !seeds.isEmpty, !strengths.isEmpty, !lengths.isEmpty else {
      throw refuse("there is no prompt, seed, strength or length", "give at least one of each")
    }
    guard Set(seeds).count == seeds.count, Set(strengths).count == strengths.count else {
      throw refuse("a seed or a strength stands twice", "the same text twice is no evidence")
    }
    guard Set(prompts.map(\.ids)).count == prompts.count else {
      throw refuse("two prompts are alike", "give each once, and more seeds instead")
    }
    guard lengths.allSatisfy({ $0 > 0 }) else {
      throw refuse("a length is not above 0", "lengths are tokens")
    }
    guard falsePositiveRates.allSatisfy({ $0 > 0 && $0 < 1 }), !falsePositiveRates.isEmpty else {
      throw refuse("a rate of false positives is not between 0 and 1", "give rates such as 1e-5")
    }
    if let needy = attacks.first(where: \.kind.needsDonor), !donor.contains(where: { !$0.isWhitespace }) {
      throw EvaluationError(
        code: .noDonor, message: "the edit '\(needy)' takes words from another text, and there is none",
        hint: "give texts by humans (--human)")
    }
    (self.prompts, self.seeds, self.strengths) = (prompts, seeds, strengths)
    self.lengths = Set(lengths).sorted()
    self.falsePositiveRates = Set(falsePositiveRates).sorted(by: >)
    (self.attacks, self.donor) = (attacks, donor)
    self.sampling = sampling
    self.sampling.processorOrder = .last
  }
}
