import TestSupport
import TextWatermark
import Tokenization

/// What the toy that writes is tried with.
extension ToyModel {
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
