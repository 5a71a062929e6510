/// How a token is drawn from a model's logits.
///
/// In this order, as transformers and llama.cpp do: repetition penalty; processors, unless they come last; temperature; top-k; top-p;
/// min-p; the draw. The defaults change nothing: tokens are drawn from the model's own distribution.
///
/// Sources: Keskar et al. 2019 (repetition penalty), Fan et al. 2018 (top-k), Holtzman et al. 2020 (top-p), Nguyen et al. 2024 (min-p).
public struct SamplingOptions: Hashable, Sendable {
  /// Logits are divided by it; 0 takes the likeliest token always.
  public var temperature: Double
  /// Keeps the `topK` likeliest tokens; nil or 0 keeps all.
  public var topK: Int?
  /// Keeps the likeliest tokens whose probabilities reach this sum; 1 keeps all.
  public var topP: Double
  /// Keeps tokens at least this many times as likely as the likeliest; 0 keeps all.
  public var minP: Double
  /// Divides positive logits of tokens seen before, and multiplies negative ones; 1 changes nothing.
  public var repetitionPenalty: Double
  /// How many of the last tokens count as seen before; nil counts all.
  public var repetitionWindow: Int?
  /// Where a ``LogitsProcessor`` stands.
  public var processorOrder: ProcessorOrder

  /// Where a ``LogitsProcessor`` stands in the chain.
  public enum ProcessorOrder: String, Hashable, Sendable, CaseIterable {
    /// Before temperature and truncation: lm-watermarking, vLLM, transformers until 4.45.
    case first
    /// After them: transformers since 4.46. What was cut off has minus infinity.
    case last
  }

  /// Makes options; the defaults draw from the model's own distribution.
  public init(
    temperature: Double = 1, topK: Int? = nil, topP: Double = 1, minP: Double = 0,
    repetitionPenalty: Double = 1, repetitionWindow: Int? = nil, processorOrder: ProcessorOrder = .first
  ) {
    (self.temperature, self.topK, self.topP, self.minP) = (temperature, topK, topP, minP)
    (self.repetitionPenalty, self.repetitionWindow) = (repetitionPenalty, repetitionWindow)
    self.processorOrder = processorOrder
  }

  /// Takes the likeliest token always.
  public static let greedy = SamplingOptions(temperature: 0)

  /// Throws what is wrong with a value.
  public func validate() throws(LanguageModelError) {
    func check(
      _ isRight: Bool, _ name: String, _ value: some Any, _ allowed: String
    ) throws(LanguageModelError) {
      guard !isRight else { return }
      throw LanguageModelError(
        code: .invalidOption, message: "\(name) is \(value)", hint: "it takes \(allowed)")
    }
    try check(temperature >= 0 && temperature <= 1000, "the temperature", temperature, "0 to 1000")
    try check((topK ?? 0) >= 0, "top-k", topK ?? 0, "a whole number from 0, where 0 keeps all")
    try check(topP > 0 && topP <= 1, "top-p", topP, "more than 0, up to 1")
    try check(minP >= 0 && minP <= 1, "min-p", minP, "0 to 1")
    try check(
      repetitionPenalty > 0 && repetitionPenalty <= 1000, "the repetition penalty", repetitionPenalty,
      "more than 0, up to 1000; 1 changes nothing")
    try check((repetitionWindow ?? 0) >= 0, "the repetition window", repetitionWindow ?? 0, "0 or more")
  }
}
