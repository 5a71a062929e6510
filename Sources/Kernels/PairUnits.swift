import CKernels

/// The units that a mark in a text is counted over: the seeds of contexts of one token, and each pair of seed and token once.
///
/// Equal at every ``CPULevel``. Cost: 0.1 to 1 ns a seed; 2 ns a pair of records of some hundred tokens with AVX-512, 4 without.
public struct PairUnits: Sendable {
  private let kernels: cm_unit_kernels
  private var table: [UInt32] = []
  private static let shortRecord = 1 << 16

  /// Chooses a level.
  public init(level: CPULevel = .active) {
    let table = cm_unit_kernels_at(level.index)
    kernels = table.distinct_pairs == nil ? cm_unit_kernels_at(CPULevel.base.index) : table
  }

  /// The largest of some words; 0 for none.
  public func largest(of words: [UInt32]) -> UInt32 { kernels.largest_word!(words, words.count) }

  /// Appends the low half of each of some words' product with a factor, modulo 2⁶⁴ − 1 and taken as never negative, to `seeds`.
  ///
  /// - Parameter range: which of the words.
  public func appendSeeds(
    of words: [UInt32], _ range: Range<Int>, magnitude: UInt64, isNegative: Bool, to seeds: inout [UInt32]
  ) {
    precondition(range.lowerBound >= 0 && range.upperBound <= words.count, "the range lies within the words")
    let before = seeds.count
    seeds.append(contentsOf: repeatElement(0, count: range.count))
    guard !range.isEmpty else { return }
    words.withUnsafeBufferPointer { words in
      seeds.withUnsafeMutableBufferPointer { seeds in
        kernels.product_seeds!(
          words.baseAddress! + range.lowerBound, range.count, magnitude, isNegative ? 1 : 0,
          seeds.baseAddress! + before)
      }
    }
  }

  /// Keeps the first of each distinct pair (`first[k]`, `second[k]`), in order; the others are taken out of both.
  ///
  /// - Parameters:
  ///   - offset: what is added to the indices; it and their number make no more than 2³².
  ///   - kept: becomes the indices of the pairs that are kept.
  ///   - repeated: becomes those of the others.
  public mutating func keepDistinct(
    _ first: inout [UInt32], _ second: inout [UInt32], offset: UInt32 = 0, kept: inout [UInt32],
    repeated: inout [UInt32]
  ) {
    precondition(first.count == second.count, "pairs have two parts")
    let count = first.count
    precondition(count <= Int(UInt32.max) - Int(offset), "indices have 32 bits")
    var size = 64
    // Long records would pay for the room with cache misses, and memory is bounded.
    let places = count < Self.shortRecord ? 8 : 2
    while size < count * places { size *= 2 }
    if table.count < size { table = [UInt32](repeating: 0, count: size) }
    kept.resize(to: count, with: 0)
    repeated.resize(to: count, with: 0)
    guard count > 0 else { return }
    let found = first.withUnsafeMutableBufferPointer { first in
      second.withUnsafeMutableBufferPointer { second in
        kernels.distinct_pairs!(
          first.baseAddress, second.baseAddress, count, &table, size, offset, &kept, &repeated)
      }
    }
    first.removeLast(count - found)
    second.removeLast(count - found)
    kept.removeLast(count - found)
    repeated.removeLast(found)
  }
}

/// The same in plain Swift, to test the kernels against.
public enum PairUnitsReference {
  /// One seed of ``PairUnits/appendSeeds(of:_:magnitude:isNegative:to:)``.
  public static func seed(of word: UInt32, magnitude: UInt64, isNegative: Bool) -> UInt32 {
    let residue = UInt64(UInt128(magnitude) * UInt128(word) % UInt128(UInt64.max))
    return UInt32(truncatingIfNeeded: isNegative && residue > 0 ? UInt64.max - residue : residue)
  }

  /// The indices that ``PairUnits/keepDistinct(_:_:)`` keeps, and the others.
  public static func distinct(_ first: [UInt32], _ second: [UInt32]) -> (kept: [UInt32], repeated: [UInt32]) {
    var seen: Set<UInt64> = []
    var (kept, repeated): ([UInt32], [UInt32]) = ([], [])
    for (index, pair) in zip(first, second).enumerated() {
      if seen.insert(UInt64(pair.0) << 32 | UInt64(pair.1)).inserted {
        kept.append(UInt32(index))
      } else {
        repeated.append(UInt32(index))
      }
    }
    return (kept, repeated)
  }
}
