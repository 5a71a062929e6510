import LanguageModel

/// A model whose logits are a fixed function of the last few tokens, to test what drives a model.
public struct ToyModel: CausalLanguageModel {
  /// The tokens so far.
  public final class Cache: SequenceCache {
    /// These.
    public fileprivate(set) var tokens: [UInt32] = []
    /// No tokens.
    public init() {}
    /// A copy.
    public func fork() throws(LanguageModelError) -> Cache {
      let copy = Cache()
      copy.tokens = tokens
      return copy
    }
    /// Forgets what follows.
    public func truncate(to count: Int) { tokens.removeLast(max(tokens.count - count, 0)) }
  }

  /// Tokens that there are.
  public var vocabularySize = 50
  /// Tokens that a text has at most.
  public var contextLength = 64
  /// Tokens that end a text.
  public var endOfTextTokens: Set<UInt32> = [0]
  /// How many of the last tokens logits depend on.
  public var memory = 2
  /// How far logits lie apart; 0 leaves all tokens alike.
  public var spread: Float = 3
  /// After this token all logits are NaN.
  public var poison: UInt32?
  /// Whether nothing but small letters and spaces comes, of a vocabulary of bytes.
  public var writesWords = false
  /// All places but every n-th have no choice at all; 0 for none.
  public var fixedEvery = 0

  /// A model of 50 tokens, all of which may come.
  public init(poison: UInt32? = nil) { self.poison = poison }

  /// A model of 256 bytes that writes words of small letters.
  public static func writer(fixedEvery: Int = 0) -> ToyModel {
    var model = ToyModel()
    (model.vocabularySize, model.contextLength, model.memory, model.spread) = (256, 4096, 3, 2)
    (model.writesWords, model.fixedEvery) = (true, fixedEvery)
    return model
  }

  /// An empty text.
  public func makeCache(capacity: Int) throws(LanguageModelError) -> Cache { Cache() }

  private func logits(after tokens: ArraySlice<UInt32>) throws(LanguageModelError) -> [Float] {
    if let poison, tokens.last == poison {
      throw LanguageModelError(code: .invalidLogits, message: "NaN", hint: "none")
    }
    let state = tokens.suffix(memory).reduce(UInt64(7)) {
      ($0 &* 31 &+ UInt64($1)) &* 0x9e37_79b9_7f4a_7c15
    }
    var row = [Float](repeating: -100, count: vocabularySize)
    for id in writesWords ? [32] + Array(97...122) : Array(0..<vocabularySize) {
      let mixed = (state ^ UInt64(id) &* 0xff51_afd7_ed55_8ccd) &* 0xc4ce_b9fe_1a85_ec53
      row[id] = Float(mixed >> 40) * 0x1p-24 * 2 * spread - spread
    }
    if writesWords { row[32] += 1 }
    if fixedEvery > 0, tokens.count % fixedEvery != 0 { row[97 + Int(state % 26)] += 40 }
    return row
  }

  /// Logits after each of some tokens, or after the last.
  public func evaluate(
    _ tokens: [UInt32], cache: Cache, positions: LogitPositions
  ) throws(LanguageModelError) -> [[Float]] {
    var rows: [[Float]] = []
    let all = cache.tokens + tokens
    for end in (cache.tokens.count + 1)...all.count where positions == .all || end == all.count {
      rows.append(try logits(after: all[..<end]))
    }
    cache.tokens = all
    return rows
  }

  /// Logits of several texts, after one more token each.
  public func evaluateNext(_ tokens: [UInt32], caches: [Cache]) throws(LanguageModelError) -> [[Float]] {
    var rows: [[Float]] = []
    for (token, cache) in zip(tokens, caches) {
      rows.append(try logits(after: (cache.tokens + [token])[...]))
    }
    for (token, cache) in zip(tokens, caches) { cache.tokens.append(token) }
    return rows
  }
}
