/// A model that continues text: tokens in, logits out, with a memory of what it has read.
///
/// Small on purpose, so that another engine can stand in the place of ``LlamaModel``. A model is immutable and may be shared among
/// tasks; a cache belongs to one task at a time. What one sequence gets must not depend on the others of its batch.
public protocol CausalLanguageModel: Sendable {
  /// What the model remembers of one sequence.
  associatedtype Cache: SequenceCache

  /// The number of logits: one for each id from 0.
  var vocabularySize: Int { get }
  /// How many tokens a sequence may have.
  var contextLength: Int { get }
  /// Ids that end a text.
  var endOfTextTokens: Set<UInt32> { get }

  /// An empty cache.
  ///
  /// - Parameter capacity: how many tokens to make room for at once; it grows beyond them up to the context length.
  func makeCache(capacity: Int) throws(LanguageModelError) -> Cache

  /// Reads tokens after those that a cache holds, and returns logits of the token after the last one, or after each one.
  ///
  /// Throws on no tokens, on ids out of range, beyond the context, without memory, and on logits that are no numbers. The cache is
  /// then as it was.
  func evaluate(
    _ tokens: [UInt32], cache: Cache, positions: LogitPositions
  ) throws(LanguageModelError) -> [[Float]]

  /// Reads one more token of each of several sequences, and returns the logits of the tokens after them.
  ///
  /// - Parameters:
  ///   - tokens: one id a sequence.
  ///   - caches: as many caches, no one twice.
  func evaluateNext(_ tokens: [UInt32], caches: [Cache]) throws(LanguageModelError) -> [[Float]]
}

/// For which of the tokens read logits are wanted.
public enum LogitPositions: Hashable, Sendable {
  /// Only after the last one.
  case last
  /// After each one; n times the vocabulary in memory.
  case all
}

/// What a model remembers of one sequence, so that a token more costs one step and not the whole text again.
public protocol SequenceCache: AnyObject {
  /// The tokens read so far.
  var tokens: [UInt32] { get }

  /// A copy that goes its own way.
  ///
  /// Throws where there is no memory for it.
  func fork() throws(LanguageModelError) -> Self

  /// Forgets all but the first `count` tokens.
  func truncate(to count: Int)
}

extension CausalLanguageModel {
  /// The model's view of each token of a text after the first: log-probability, entropy and rank.
  ///
  /// Reads `chunk` tokens at a time, so that memory stays at `chunk` times the vocabulary. Result i is about token i + 1.
  public func statistics(
    of tokens: [UInt32], chunk: Int = 64
  ) throws(LanguageModelError) -> [TokenStatistics] {
    let cache = try makeCache(capacity: tokens.count)
    var statistics: [TokenStatistics] = []
    var start = 0
    while start < tokens.count - 1 {
      let end = min(start + max(chunk, 1), tokens.count - 1)
      let logits = try evaluate(Array(tokens[start..<end]), cache: cache, positions: .all)
      for (offset, row) in logits.enumerated() {
        statistics.append(TokenStatistics(of: tokens[start + offset + 1], logits: row))
      }
      start = end
    }
    return statistics
  }
}
