/// How a context of token ids becomes one integer, which then seeds the green list.
///
/// The eleven functions of lm-watermarking, and the two of transformers. Products and sums of ids wrap modulo 2⁶⁴ as torch's
/// int64 tensors do, except where the makers leave torch and multiply Python integers, which never wrap.
///
/// Source: lm-watermarking fb602de `alternative_prf_schemes.py`; transformers 5.23 `WatermarkLogitsProcessor.set_seed`;
/// Kirchenbauer et al., "On the Reliability of Watermarks for Large Language Models", arXiv 2306.04634.
public enum PseudoRandomFunction: String, CaseIterable, Sendable {
  /// Product of the ids and the key.
  case multiplicative = "multiplicative_prf"
  /// Sum of the ids times the key (left hash when the context is one token).
  case additive = "additive_prf"
  /// Smallest id times the key.
  case minimum = "minfunc_prf"
  /// Product of the hashes of every other id.
  case simpleSkip = "simple_skip_prf"
  /// Hash of the first id alone.
  case skipgram = "skipgram_prf"
  /// Hash of the first id times hash of the last.
  case anchoredSkipgram = "anchored_skipgram_prf"
  /// Smallest hash.
  case minimumHash = "minhash_prf"
  /// Smallest product of a hash and the last id's hash; the self-hash of both makers.
  case anchoredMinimumHash = "anchored_minhash_prf"
  /// Smallest product over pairs of hashes.
  case minimumSkipgram = "minskipgram_prf"
  /// A chain of hashes that depends on the order.
  case noncommutative = "noncomm_prf"
  /// Sum of ids, each times its place.
  case position = "position_prf"
}

extension PseudoRandomFunction {
  /// The functions that multiply Python integers and so take keys beyond int64.
  var takesUnboundedKey: Bool { self == .additive }

  /// Whether ids go through the hash table.
  var hashesIDs: Bool {
    switch self {
    case .multiplicative, .additive, .minimum, .position: false
    default: true
    }
  }

  /// The integer for the context `ids[range]`, whose first id is the oldest.
  ///
  /// - Parameters:
  ///   - key: the maker's `hash_key`; it fits int64 unless ``takesUnboundedKey``.
  ///   - range: not empty and inside `ids`.
  func evaluate(
    _ ids: UnsafeBufferPointer<UInt32>, _ range: Range<Int>, key: Int128, hash: HashPermutation
  ) -> Int128 {
    let wrapped = Int64(truncatingIfNeeded: key)
    func id(_ index: Int) -> Int64 { Int64(ids[index]) }
    func keyedHash(_ index: Int) -> Int64 { hash(wrapped &* id(index)) }
    let first = range.lowerBound
    let last = range.upperBound - 1
    switch self {
    case .multiplicative:
      return key * Int128(range.reduce(Int64(1)) { $0 &* id($1) })
    case .additive:
      return key * Int128(range.reduce(Int64(0)) { $0 &+ id($1) })
    case .minimum:
      return key * Int128(range.reduce(Int64.max) { min($0, id($1)) })
    case .simpleSkip:
      return Int128(stride(from: first, to: range.upperBound, by: 2).reduce(Int64(1)) { $0 &* keyedHash($1) })
    case .skipgram:
      return Int128(keyedHash(first))
    case .anchoredSkipgram:
      return Int128(keyedHash(first) &* keyedHash(last))
    case .minimumHash:
      return Int128(range.reduce(Int64.max) { min($0, keyedHash($1)) })
    case .anchoredMinimumHash:
      let anchor = hash(id(last))
      return Int128(range.reduce(Int64.max) { min($0, wrapped &* hash(id($1)) &* anchor) })
    case .minimumSkipgram:
      var smallest = Int64.max
      for left in range {
        for right in (left + 1)..<max(range.upperBound, left + 1) {
          smallest = min(smallest, keyedHash(left) &* keyedHash(right))
        }
      }
      return Int128(smallest)
    case .noncommutative:
      var chained = wrapped
      for index in range {
        let mixed = chained &* hash(chained &* id(index))
        chained = Int64(UInt32(truncatingIfNeeded: mixed))
      }
      return Int128(chained)
    case .position:
      return Int128(range.reduce(Int64(0)) { $0 &+ wrapped &* id($1) &* Int64($1 - first + 1) })
    }
  }
}
