#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Room for many bitsets of one size, in one block of memory that the system fills in only as it is touched.
///
/// A cache of green lists reserves its whole bound at once and pays only for the slots it uses; nothing is ever moved. Not
/// synchronised: hand an arena to one task at a time.
public final class BitsetArena: @unchecked Sendable {
  /// The number of bitsets that fit.
  public let slotCount: Int
  /// The number of 64-bit words of each.
  public let wordsPerSlot: Int
  private let words: UnsafeMutablePointer<UInt64>

  /// Reserves room for as many bitsets of `wordsPerSlot` words as `byteLimit` allows; none if it allows none.
  public init(wordsPerSlot: Int, byteLimit: Int) {
    let size = max(wordsPerSlot, 1)
    let wanted = max(byteLimit, 0) / 8 / size
    let memory = wanted > 0 ? calloc(wanted * size, 8) : nil
    self.wordsPerSlot = size
    slotCount = memory == nil ? 0 : wanted
    words =
      memory.map { $0.assumingMemoryBound(to: UInt64.self) } ?? UnsafeMutablePointer.allocate(capacity: 1)
    ownsPlaceholder = memory == nil
  }

  private let ownsPlaceholder: Bool

  deinit {
    if ownsPlaceholder { words.deallocate() } else { free(words) }
  }

  /// The words of one slot.
  @inlinable
  public func contains(_ bit: UInt32, inSlot slot: Int) -> Bool {
    (word(Int(bit >> 6), ofSlot: slot) >> UInt64(bit & 63)) & 1 == 1
  }

  /// One word of one slot; the indices are checked.
  @usableFromInline
  func word(_ index: Int, ofSlot slot: Int) -> UInt64 {
    precondition(slot >= 0 && slot < slotCount && index >= 0 && index < wordsPerSlot, "outside the arena")
    return words[slot * wordsPerSlot + index]
  }

  /// Gives the words of one slot to `body`, to fill them in.
  public func withSlot<Result>(_ slot: Int, _ body: (UnsafeMutableBufferPointer<UInt64>) -> Result) -> Result
  {
    precondition(slot >= 0 && slot < slotCount, "outside the arena")
    return body(UnsafeMutableBufferPointer(start: words + slot * wordsPerSlot, count: wordsPerSlot))
  }
}
