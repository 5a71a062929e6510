import CKernels
import Synchronization

/// Bitsets of one size under 32-bit names, which any number of tasks read while some add to them.
///
/// A cache of green lists is filled once for all workers. Readers take no lock and write nothing that others read: a batch of
/// questions is asked again when a bitset was replaced meanwhile (a sequence lock). Whoever adds holds a
/// lock for the microsecond that copying takes. When all room is used, a bitset that was not read for longest, about, makes way (the
/// clock algorithm).
///
/// Memory: reserved at once, filled in by the system as it is touched; at most the bound plus 40 bytes a bitset. Nothing is ever moved.
/// Cost of a question: 3 ns where the bitsets fit the cache, 6 ns for 3,600 lists of 6 KB.
public final class SharedBitsets: @unchecked Sendable {
  /// The number of bitsets that fit.
  public let slotCount: Int
  /// The number of 64-bit words of each.
  public let wordsPerSlot: Int
  private let sets: cm_bitsets
  private let memory: ReservedMemory?
  private let adding = Mutex(Adding())

  /// What only those that add look at.
  private struct Adding {
    /// The name in each slot; those used so far.
    var names: [UInt32] = []
    var hand = 0
  }

  private static let lineBytes = 64

  /// Reserves room for as many bitsets of `wordsPerSlot` words as `byteLimit` allows; none if it allows none.
  public init(wordsPerSlot: Int, byteLimit: Int) {
    let size = max(wordsPerSlot, 1)
    let wanted = min(max(byteLimit, 0) / 8 / size, Int(UInt32.max) - 1)
    var places = 16
    while places < wanted * 2 { places *= 2 }
    // One block: words, places, use of the slots, and on lines of their own the version and whether all room is used.
    let wordBytes = Self.rounded(wanted * size * 8)
    let placeBytes = Self.rounded(places * 8)
    let usedBytes = Self.rounded(wanted)
    let total = wordBytes + placeBytes + usedBytes + 2 * Self.lineBytes
    // For the words in large pages, since bits are asked for all over them.
    memory = wanted > 0 ? ReservedMemory(total, inLargePages: wordBytes) : nil
    self.wordsPerSlot = size
    slotCount = memory == nil ? 0 : wanted
    var sets = cm_bitsets()
    if let block = memory?.start {
      sets.words = block.assumingMemoryBound(to: UInt64.self)
      sets.places = (block + wordBytes).assumingMemoryBound(to: UInt64.self)
      sets.used = (block + wordBytes + placeBytes).assumingMemoryBound(to: UInt8.self)
      sets.version = (block + wordBytes + placeBytes + usedBytes).assumingMemoryBound(to: UInt64.self)
      sets.isFull = (block + total - Self.lineBytes).assumingMemoryBound(to: UInt8.self)
      (sets.placeCount, sets.stride, sets.slotCount) = (places, size, wanted)
    }
    self.sets = sets
  }

  /// Whether all room is used, so that a bitset that comes takes another one's.
  public var isFull: Bool { slotCount > 0 && withUnsafePointer(to: sets) { cm_bitsets_is_full($0) } }

  private static func rounded(_ bytes: Int) -> Int { (bytes + lineBytes - 1) / lineBytes * lineBytes }

  /// Sets `found[k]` to whether bit `bits[k]` is set under `names[k]`, for all k, and `missing` to the indices whose name is not there.
  ///
  /// False where the name is missing or the bit not below `limit`; `limit` must fit the bitsets.
  ///
  /// - Returns: how many are set.
  public func answer(
    _ bits: [UInt32], limit: UInt32, under names: [UInt32], into found: inout [Bool],
    missing: inout [UInt32]
  ) -> Int {
    precondition(bits.count == names.count && Int(limit) <= wordsPerSlot * 64, "bits and names fit")
    found.resize(to: bits.count, with: false)
    missing.resize(to: bits.count, with: 0)
    guard !bits.isEmpty else { return 0 }
    var absent = 0
    let set = found.withUnsafeMutableBufferPointer { found in
      missing.withUnsafeMutableBufferPointer { missing in
        withUnsafePointer(to: sets) {
          cm_bitsets_answer(
            $0, names, bits, bits.count, limit, found.baseAddress, missing.baseAddress, &absent)
        }
      }
    }
    missing.removeLast(bits.count - absent)
    return set
  }

  /// Adds a bitset, unless one of its name is there already.
  ///
  /// - Parameter words: ``wordsPerSlot`` words.
  public func keep(_ words: [UInt64], under name: UInt32) {
    precondition(words.count == wordsPerSlot, "a bitset has \(wordsPerSlot) words")
    guard slotCount > 0 else { return }
    withUnsafePointer(to: sets) { sets in
      adding.withLock { adding in
        if cm_bitsets_has(sets, name) { return }
        if adding.names.count < slotCount {
          adding.names.append(name)
          cm_bitsets_put(sets, name, adding.names.count - 1, words)
          if adding.names.count == slotCount { cm_bitsets_full(sets) }
          return
        }
        // Twice round at most: others go on reading while the hand passes.
        var steps = 0
        while steps < 2 * slotCount, cm_bitsets_pass(sets, adding.hand) {
          adding.hand = (adding.hand + 1) % slotCount
          steps += 1
        }
        cm_bitsets_replace(sets, adding.names[adding.hand], name, adding.hand, words)
        adding.names[adding.hand] = name
        adding.hand = (adding.hand + 1) % slotCount
      }
    }
  }
}
