import LanguageModel

/// A model whose logits are a fixed function of the last two tokens, to test what drives a model.
struct ToyModel: CausalLanguageModel {
  final class Cache: SequenceCache {
    var tokens: [UInt32] = []
    func fork() throws(LanguageModelError) -> Cache {
      let copy = Cache()
      copy.tokens = tokens
      return copy
    }
    func truncate(to count: Int) { tokens.removeLast(max(tokens.count - count, 0)) }
  }

  var vocabularySize = 50
  var contextLength = 64
  var endOfTextTokens: Set<UInt32> = [0]
  /// After this token all logits are NaN.
  var poison: UInt32?

  func makeCache(capacity: Int) throws(LanguageModelError) -> Cache { Cache() }

  private func logits(after tokens: ArraySlice<UInt32>) throws(LanguageModelError) -> [Float] {
    if let poison, tokens.last == poison {
      throw LanguageModelError(code: .invalidLogits, message: "NaN", hint: "none")
    }
    let state = tokens.suffix(2).reduce(UInt64(7)) { ($0 &* 31 &+ UInt64($1)) &* 0x9e37_79b9_7f4a_7c15 }
    return (0..<UInt64(vocabularySize)).map { id in
      let mixed = (state ^ id &* 0xff51_afd7_ed55_8ccd) &* 0xc4ce_b9fe_1a85_ec53
      return Float(mixed >> 40) * 0x1p-24 * 6 - 3
    }
  }

  func evaluate(
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

  func evaluateNext(_ tokens: [UInt32], caches: [Cache]) throws(LanguageModelError) -> [[Float]] {
    var rows: [[Float]] = []
    for (token, cache) in zip(tokens, caches) {
      rows.append(try logits(after: (cache.tokens + [token])[...]))
    }
    for (token, cache) in zip(tokens, caches) { cache.tokens.append(token) }
    return rows
  }
}
