import LanguageModel
import TestSupport
import TextWatermark
import Tokenization

/// A model of 256 bytes whose logits are a fixed function of the last three: it writes words of small letters.
struct ToyWriter: CausalLanguageModel {
  final class Cache: SequenceCache {
    var tokens: [UInt32] = []
    func fork() throws(LanguageModelError) -> Cache {
      let copy = Cache()
      copy.tokens = tokens
      return copy
    }
    func truncate(to count: Int) { tokens.removeLast(max(tokens.count - count, 0)) }
  }

  let vocabularySize = 256
  let contextLength = 4096
  let endOfTextTokens: Set<UInt32> = [0]
  /// How far logits lie apart; 0 leaves all letters alike.
  var spread: Float = 2
  /// Every n-th place has no choice at all; 0 for none.
  var fixedEvery = 0

  func makeCache(capacity: Int) throws(LanguageModelError) -> Cache { Cache() }

  private func logits(after tokens: ArraySlice<UInt32>) -> [Float] {
    let state = tokens.suffix(3).reduce(UInt64(7)) { ($0 &* 31 &+ UInt64($1)) &* 0x9e37_79b9_7f4a_7c15 }
    var row = [Float](repeating: -100, count: vocabularySize)
    for id in [32] + Array(97...122) {
      let mixed = (state ^ UInt64(id) &* 0xff51_afd7_ed55_8ccd) &* 0xc4ce_b9fe_1a85_ec53
      row[id] = Float(mixed >> 40) * 0x1p-24 * 2 * spread - spread
    }
    row[32] += 1
    if fixedEvery > 0, tokens.count % fixedEvery != 0 { row[97 + Int(state % 26)] += 40 }
    return row
  }

  func evaluate(
    _ tokens: [UInt32], cache: Cache, positions: LogitPositions
  ) throws(LanguageModelError) -> [[Float]] {
    let all = cache.tokens + tokens
    var rows: [[Float]] = []
    for end in (cache.tokens.count + 1)...all.count where positions == .all || end == all.count {
      rows.append(logits(after: all[..<end]))
    }
    cache.tokens = all
    return rows
  }

  func evaluateNext(_ tokens: [UInt32], caches: [Cache]) throws(LanguageModelError) -> [[Float]] {
    zip(tokens, caches).map { token, cache in
      cache.tokens.append(token)
      return logits(after: cache.tokens[...])
    }
  }

  /// One token a byte.
  static func tokenizer() throws -> Tokenizer {
    var next: UInt32 = 256
    var entries: [String] = []
    for byte in UInt32(0)...255 {
      let isPlain = (33...126).contains(byte) || (161...172).contains(byte) || byte >= 174
      let scalar = isPlain ? byte : next
      if !isPlain { next += 1 }
      entries.append("\"\\u" + String(0x10000 + scalar, radix: 16).dropFirst() + "\": \(byte)")
    }
    let json =
      #"{"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false}, "model": {"type": "BPE", "vocab": {"#
      + entries.joined(separator: ",") + #"}, "merges": []}}"#
    return try Tokenizer(huggingFaceJSON: Array(json.utf8))
  }

  /// A profile over the toy's vocabulary.
  static func profile(_ rest: String = "") throws -> WatermarkProfile {
    try WatermarkProfile(
      json: Array(
        #"{"name": "toy", "scheme": "kgw-transformers", "key": "k", "vocabulary_size": 256, "context_width": 1\#(rest)}"#
          .utf8),
      place: "toy")
  }

  static func keys(_ integer: Int = 15_485_863) throws -> KeyRing {
    try KeyRing(json: Array(#"{"keys": [{"id": "k", "integer": "\#(integer)"}]}"#.utf8), place: "ring")
  }
}
