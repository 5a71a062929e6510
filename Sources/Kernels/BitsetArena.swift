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

  /// Sets `found[k]` to whether `bits[k]` is in slot `slots[k]`, for all k.
  ///
  /// False where the slot is negative or the bit not below `limit`; `limit` must fit the slots.
  public func answer(_ bits: [UInt32], limit: UInt32, inSlots slots: [Int32], into found: inout [Bool]) {
    precondition(bits.count == slots.count && Int(limit) <= wordsPerSlot * 64, "bits and slots fit")
    if found.count > bits.count { found.removeLast(found.count - bits.count) }
    if found.count < bits.count {
      found.append(contentsOf: repeatElement(false, count: bits.count - found.count))
    }
    let (words, stride, count) = (words, wordsPerSlot, slotCount)
    found.withUnsafeMutableBufferPointer { found in
      for index in bits.indices {
        let (bit, slot) = (bits[index], Int(slots[index]))
        guard slot >= 0, slot < count, bit < limit else {
          found[index] = false
          continue
        }
        found[index] = words[slot &* stride &+ Int(bit >> 6)] >> UInt64(bit & 63) & 1 == 1
      }
    }
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
