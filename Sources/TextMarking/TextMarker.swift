import LanguageModel
import TextWatermark
import Tokenization

/// Writes marked text with a model, and looks for the mark in what it wrote, as anyone would who has only the text.
///
/// Immutable; one may serve several tasks.
public struct TextMarker<Model: CausalLanguageModel>: Sendable {
  /// The model that writes.
  public let model: Model
  /// The model's tokenizer.
  public let tokenizer: Tokenizer
  /// What looks for the mark.
  public let detector: TextDetector
  /// What writes the mark.
  public let processor: GreenListProcessor
  /// When a text counts as marked.
  public let rule: DecisionRule
  /// How tokens are drawn.
  public var sampling = SamplingOptions()

  /// Checks that model, tokenizer and profile speak of the same vocabulary.
  ///
  /// A list that is drawn over another vocabulary than the model's is another list: detectors would find nothing.
  public init(
    model: Model, tokenizer: Tokenizer, profile: WatermarkProfile, keys: KeyRing, keyID: String? = nil,
    rule: DecisionRule
  ) throws {
    guard profile.parameters.vocabularySize == model.vocabularySize else {
      throw LanguageModelError(
        code: .vocabularyMismatch,
        message:
          "the profile '\(profile.name)' is for \(profile.parameters.vocabularySize) tokens, the model has \(model.vocabularySize)",
        hint: "set vocabulary_size to the model's, or take the profile of this model")
    }
    guard tokenizer.vocabularySize <= model.vocabularySize else {
      throw LanguageModelError(
        code: .vocabularyMismatch,
        message:
          "the tokenizer has ids up to \(tokenizer.vocabularySize - 1), the model only \(model.vocabularySize) logits",
        hint: "take the tokenizer of this model")
    }
    (self.model, self.tokenizer, self.rule) = (model, tokenizer, rule)
    detector = try profile.detector(keys: keys, keyID: keyID)
    processor = try profile.processor(keys: keys, keyID: keyID)
  }

  /// A request for one text, marked or not; the same seed and stream draw alike.
  public func request(
    prompt: [UInt32], tokens: Int, seed: UInt64, stream: UInt64, isMarked: Bool,
    measuring record: MeasuredMarking.Record? = nil
  ) -> GenerationRequest {
    let marking = isMarked ? GreenListMarking(processor) : nil
    var request = GenerationRequest(
      prompt: prompt, sampling: sampling, seed: seed, stream: stream, maximumTokens: tokens,
      wantsStatistics: true)
    if let record {
      request.processor = MeasuredMarking(marking, modulus: modulus, record: record)
    } else {
      request.processor = marking
    }
    return request
  }

  /// z of the spike entropy at this mark's strength.
  public var modulus: Double {
    MeasuredMarking.spikeModulus(
      ratio: detector.profile.parameters.ratio, bias: detector.profile.parameters.bias)
  }

  /// Looks for the mark in what was written: in its tokens, and in its text tokenised anew.
  ///
  /// The prompt is not used, since whoever finds the text does not have it.
  public func check(
    _ ids: [UInt32], workspace: TextDetector.Workspace
  ) throws(TextWatermarkError) -> MarkCheck {
    let fromIDs = try detector.detect(ids, workspace: workspace)
    let verdict = try detector.verdict(fromIDs, rule: rule, workspace: workspace)
    let power = try detector.power(scored: workspace.trace.scored, rule: rule, workspace: workspace)
    let text = tokenizer.decode(ids)
    let normalized = TextNormalizer.apply(detector.profile.parameters.normalizers, to: text)
    let reread = tokenizer.encode(normalized).ids
    let fromText = try detector.detect(reread, workspace: workspace)
    let textVerdict = try detector.verdict(fromText, rule: rule, workspace: workspace)
    return MarkCheck(
      text: text, fromIDs: .init(detection: fromIDs, verdict: verdict),
      fromText: .init(detection: fromText, verdict: textVerdict), isReadAlike: reread == ids, power: power)
  }
}

/// What the detector makes of a text that was just written.
public struct MarkCheck: Sendable {
  /// A detection with its verdict.
  public struct Reading: Sendable {
    /// The figures.
    public var detection: TextDetection
    /// What they say at the rule's level.
    public var verdict: Verdict
  }

  /// The text in UTF-8.
  public var text: [UInt8]
  /// From the tokens as they were drawn.
  public var fromIDs: Reading
  /// From the text, tokenised anew.
  public var fromText: Reading
  /// Whether tokenising anew gave the same tokens.
  public var isReadAlike: Bool
  /// The chance that a mark of usual strength is found in so many tokens.
  public var power: Double

  /// Whether the text may be called marked: both readings find the mark.
  public var isMarked: Bool { fromIDs.verdict == .detected && fromText.verdict == .detected }

  /// Why the text may not be called marked; nil where it may.
  ///
  /// - Parameter entropy: the mean entropy of its steps in nats, where it was measured.
  public func reason(entropy: Double?) -> Reason? {
    if isMarked { return nil }
    if fromIDs.verdict == .detected {
      return Reason(
        code: "reads-otherwise",
        message: "the mark is in the tokens, but the text is tokenised otherwise and does not show it",
        hint: "write more tokens")
    }
    let scored = fromIDs.detection.scored
    if power < 0.5 {
      return Reason(
        code: "too-short",
        message:
          "\(scored) scored tokens are too few: a mark of usual strength would be found in \(percent(power)) of such texts",
        hint: "write more tokens, raise the bias, or raise alpha")
    }
    let freedom = entropy.map { ": its steps have a mean entropy of \(hundredths($0)) nats" } ?? ""
    return Reason(
      code: "low-entropy", message: "the model had too little choice\(freedom)",
      hint: "raise the bias or the temperature, write more tokens, or ask for something more open")
  }

  /// Why a text may not be called marked.
  public struct Reason: Hashable, Sendable {
    /// A stable name.
    public var code: String
    /// What is the matter.
    public var message: String
    /// What to do.
    public var hint: String
  }

  private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
  private func hundredths(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
}
