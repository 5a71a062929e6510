import Statistics

/// The tokens of a sequence so far, and which of them the model wrote.
public struct TokenHistory: Hashable, Sendable {
  /// All ids, prompt first.
  public internal(set) var tokens: [UInt32]
  /// How many of them are the prompt.
  public let promptCount: Int

  /// A history of a prompt, and of what followed it.
  public init(prompt: [UInt32], generated: [UInt32] = []) {
    tokens = prompt + generated
    promptCount = prompt.count
  }

  /// What the model wrote.
  public var generated: ArraySlice<UInt32> { tokens[promptCount...] }
}

/// Changes logits before a token is drawn: where a green-list mark is written.
///
/// One a sequence: it may keep state and memory between steps.
public protocol LogitsProcessor: Sendable {
  /// Changes logits, one a vocabulary entry; those at minus infinity cannot be drawn.
  mutating func process(_ logits: inout [Float], history: TokenHistory)
}

/// Draws the token in place of the usual draw: where a mark replaces the sampler (Gumbel) or reweights candidates (tournament).
///
/// One a sequence: it may keep state and memory between steps.
public protocol TokenSampler: Sendable {
  /// Chooses one of the candidates.
  ///
  /// - Parameter random: the sequence's own generator; a sampler whose randomness is its key leaves it alone.
  mutating func sample(_ candidates: Candidates, history: TokenHistory, random: inout Philox) -> UInt32
}

/// The usual draw, each candidate with its probability.
public struct MultinomialSampler: TokenSampler {
  /// Makes it.
  public init() {}

  /// Draws a candidate with one number of the generator.
  public mutating func sample(
    _ candidates: Candidates, history: TokenHistory, random: inout Philox
  ) -> UInt32 {
    candidates.draw(using: &random)
  }
}
