/// An exact sum of doubles in fixed point over the whole range of the format (a Kulisch accumulator).
///
/// Adding and merging are associative and commutative to the last bit, so any number of workers, shards and retries gives the same
/// bytes. The result is the exact sum rounded once, to nearest even. 70 words a sum; about 20 ns a value, against 3 for ``CompensatedSum``.
public struct ExactSum: Hashable, Sendable {
  /// Word i holds 32 bits of weight 2^(32 i − 1074), with room above for carries.
  private var words = [Int64](repeating: 0, count: ExactSum.wordCount)
  /// Additions since carries were last spread; each may put 2^32 on a word.
  private var pending: Int32 = 0
  private var positiveInfinities = false
  private var negativeInfinities = false
  private var notANumber = false

  private static let wordCount = 70
  private static let carryLimit: Int32 = 1 << 29

  /// Makes an empty sum.
  public init() {}

  /// Makes the sum of a sequence.
  public init(_ values: some Sequence<Double>) {
    for value in values { add(value) }
  }

  /// Adds one value; infinities and NaN are remembered and decide the result as in ordinary addition.
  public mutating func add(_ value: Double) {
    let exponentBits = Int(value.exponentBitPattern)
    if exponentBits == 2047 {
      if value.isNaN {
        notANumber = true
      } else if value > 0 {
        positiveInfinities = true
      } else {
        negativeInfinities = true
      }
      return
    }
    let significand = exponentBits == 0 ? value.significandBitPattern : value.significandBitPattern | 1 << 52
    let position = exponentBits == 0 ? 0 : exponentBits - 1
    let (word, shift) = (position >> 5, position & 31)
    let low = Int64((significand << UInt64(shift)) & 0xFFFF_FFFF)
    let rest = shift == 0 ? significand >> 32 : significand >> UInt64(32 - shift)
    let middle = Int64(rest & 0xFFFF_FFFF)
    let high = Int64(rest >> 32)
    if value.sign == .minus {
      words[word] -= low
      words[word + 1] -= middle
      words[word + 2] -= high
    } else {
      words[word] += low
      words[word + 1] += middle
      words[word + 2] += high
    }
    pending += 1
    if pending >= ExactSum.carryLimit { spreadCarries() }
  }

  /// Adds another partial sum; the order of merges does not matter.
  public mutating func merge(_ other: ExactSum) {
    var other = other
    spreadCarries()
    other.spreadCarries()
    for index in words.indices { words[index] += other.words[index] }
    positiveInfinities = positiveInfinities || other.positiveInfinities
    negativeInfinities = negativeInfinities || other.negativeInfinities
    notANumber = notANumber || other.notANumber
    spreadCarries()
  }

  /// Returns this sum with another partial sum added.
  public func merging(_ other: ExactSum) -> ExactSum {
    var merged = self
    merged.merge(other)
    return merged
  }

  /// Two sums are equal when the exact sums are, however they were reached.
  public static func == (left: ExactSum, right: ExactSum) -> Bool {
    var (left, right) = (left, right)
    left.spreadCarries()
    right.spreadCarries()
    return left.words == right.words && left.notANumber == right.notANumber
      && left.positiveInfinities == right.positiveInfinities
      && left.negativeInfinities == right.negativeInfinities
  }

  /// Hashes the exact sum.
  public func hash(into hasher: inout Hasher) {
    var copy = self
    copy.spreadCarries()
    hasher.combine(copy.words)
    hasher.combine([notANumber, positiveInfinities, negativeInfinities])
  }

  /// Brings every word but the top one into 0..<2^32; the top word carries the sign.
  private mutating func spreadCarries() {
    var carry: Int64 = 0
    for index in 0..<(ExactSum.wordCount - 1) {
      let total = words[index] + carry
      words[index] = total & 0xFFFF_FFFF
      carry = total >> 32
    }
    words[ExactSum.wordCount - 1] += carry
    pending = 0
  }
}

extension ExactSum {
  /// The exact sum, rounded to the nearest double, ties to even; ±∞ when it is out of range.
  public var value: Double {
    if notANumber || (positiveInfinities && negativeInfinities) { return .nan }
    if positiveInfinities { return .infinity }
    if negativeInfinities { return -.infinity }
    var copy = self
    copy.spreadCarries()
    let negative = copy.words[ExactSum.wordCount - 1] < 0
    if negative {
      for index in copy.words.indices { copy.words[index] = -copy.words[index] }
      copy.spreadCarries()
    }
    return negative ? -copy.magnitude : copy.magnitude
  }

  /// Rounds normalised, non-negative words: the top 64 bits, with everything below them gathered in one sticky bit.
  private var magnitude: Double {
    guard let top = words.lastIndex(where: { $0 != 0 }) else { return 0 }
    if top == ExactSum.wordCount - 1 { return .infinity }
    let word = { (index: Int) -> UInt64 in index >= 0 ? UInt64(truncatingIfNeeded: words[index]) : 0 }
    let zeros = UInt64(word(top).leadingZeroBitCount - 32)
    var bits = (word(top) << 32 | word(top - 1)) << zeros
    if zeros > 0 { bits |= word(top - 2) >> (32 - zeros) }
    var below = (word(top - 2) << zeros) & 0xFFFF_FFFF != 0
    if top > 2 && !below { below = words[0..<(top - 2)].contains { $0 != 0 } }
    // `bits` has its top bit set; its lowest bit weighs 2^exponent.
    let exponent = 32 * (top - 1) - Int(zeros) - 1074
    // Below the normal range fewer bits remain, so rounding happens at 2^-1074 at the earliest.
    let dropped = max(11, -1074 - exponent)
    if dropped >= 64 { return Double(sign: .plus, exponent: exponent, significand: Double(bits)) }
    let unit: UInt64 = 1 << UInt64(dropped)
    let remainder = bits & (unit - 1)
    var kept = bits >> UInt64(dropped)
    let half = unit >> 1
    if remainder > half || (remainder == half && (below || kept & 1 == 1)) { kept += 1 }
    return Double(sign: .plus, exponent: exponent + dropped, significand: Double(kept))
  }
}
