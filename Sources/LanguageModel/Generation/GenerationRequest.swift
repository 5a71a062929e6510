/// What to write: a prompt, how to draw, when to stop, and how a mark is put in.
public struct GenerationRequest: Sendable {
  /// The prompt's ids.
  public var prompt: [UInt32]
  /// How tokens are drawn.
  public var sampling: SamplingOptions
  /// The seed; with the same stream it gives the same draws, marked or not.
  public var seed: UInt64
  /// Which of the seed's streams: one a prompt.
  public var stream: UInt64
  /// How many tokens to write at most.
  public var maximumTokens: Int
  /// Stop tokens cannot be drawn before so many tokens are written.
  public var minimumTokens: Int
  /// Ids that end the text and are no part of it; nil takes the model's own.
  public var stopTokens: Set<UInt32>?
  /// Changes logits before the draw.
  public var processor: (any LogitsProcessor)?
  /// Draws in place of ``MultinomialSampler``.
  public var sampler: (any TokenSampler)?
  /// Whether each token comes with ``TokenStatistics``: 0.4 ms a token more.
  public var wantsStatistics: Bool

  /// Makes a request.
  public init(
    prompt: [UInt32], sampling: SamplingOptions = SamplingOptions(), seed: UInt64, stream: UInt64 = 0,
    maximumTokens: Int, minimumTokens: Int = 0, stopTokens: Set<UInt32>? = nil,
    processor: (any LogitsProcessor)? = nil, sampler: (any TokenSampler)? = nil,
    wantsStatistics: Bool = false
  ) {
    (self.prompt, self.sampling, self.seed, self.stream) = (prompt, sampling, seed, stream)
    (self.maximumTokens, self.minimumTokens, self.stopTokens) = (maximumTokens, minimumTokens, stopTokens)
    (self.processor, self.sampler, self.wantsStatistics) = (processor, sampler, wantsStatistics)
  }
}

/// A token that was written.
public struct GeneratedToken: Hashable, Sendable {
  /// The id.
  public let id: UInt32
  /// What the unmarked, untempered model says of it, where asked for.
  public let statistics: TokenStatistics?
}

/// Why a text ended.
public enum FinishReason: String, Hashable, Sendable {
  /// A stop token was drawn.
  case stopToken = "stop-token"
  /// As many tokens as were asked for.
  case length
  /// The model's context is full.
  case context
}

/// A text that was written.
public struct GeneratedText: Hashable, Sendable {
  /// Its tokens, without the prompt and without the stop token.
  public var tokens: [GeneratedToken]
  /// Why it ended.
  public var finish: FinishReason

  /// The ids.
  public var ids: [UInt32] { tokens.map(\.id) }
}
