import Kernels

/// Answers "is this token green?" for many tokens of one scheme, remembering whole lists within a memory bound.
///
/// A list costs about three single questions to make, so it is made when its seed has been asked for before or is shared by
/// many tokens of one call; other tokens are answered one pass a seed, without a list. Text repeats its contexts, so with one
/// token of context nearly all answers become a bit test; with wide contexts hardly any list is ever made.
///
/// The answers are pure functions of seed and token: the bound changes the speed, never a result. One cache serves one scheme
/// and one task at a time. Memory: at most the bound plus 1 MB.
public final class GreenListCache: @unchecked Sendable {
  /// The scheme whose lists these are.
  public let scheme: GreenListScheme
  /// How many questions were answered from a list that was there already.
  public private(set) var hits = 0
  /// How many were answered otherwise.
  public private(set) var misses = 0

  /// Up to this many tokens of one seed are cheaper to follow through the permutation than to answer from a new list.
  private static let fewTokens = 16
  private static let absent: Int32 = -1

  private let arena: BitsetArena
  private var scratch = PermutationKernel.Scratch()
  /// Open addressing from seed to slot; twice as many places as slots, a power of two.
  private var places: [Int32]
  private var seedOfSlot: [UInt32] = []
  private var wasUsed: [Bool] = []
  private var hand = 0
  /// The last seed that asked at each hash value, to see who comes a second time.
  private var doorkeeper: [UInt32]
  private var waiting: [Int32] = []
  private var slots: [Int32] = []

  /// Makes an empty cache of at most `byteLimit` bytes of lists; 0 keeps no list at all.
  public init(scheme: GreenListScheme, byteLimit: Int = 64 << 20) {
    self.scheme = scheme
    arena = BitsetArena(wordsPerSlot: scheme.bitsetWordCount, byteLimit: byteLimit)
    var size = 16
    while size < arena.slotCount * 2 { size *= 2 }
    places = [Int32](repeating: Self.absent, count: size)
    doorkeeper = [UInt32](repeating: 0, count: 1 << 16)
  }

  /// The number of lists that fit in the bound.
  public var capacity: Int { arena.slotCount }

  /// Sets `green[k]` to whether `tokens[k]` is green in the list of `seeds[k]`, for all k.
  ///
  /// A token outside the vocabulary is never green.
  public func answer(seeds: [UInt32], tokens: [UInt32], green: inout [Bool]) {
    waiting.removeAll(keepingCapacity: true)
    // Slots first, then all words at once: the words lie far apart, and the machine fetches many of them side by side.
    var slots = self.slots
    self.slots = []
    slots.removeAll(keepingCapacity: true)
    findSlots(of: seeds, into: &slots)
    arena.answer(tokens, limit: UInt32(scheme.vocabularySize), inSlots: slots, into: &green)
    for index in slots.indices where slots[index] < 0 { waiting.append(Int32(index)) }
    self.slots = slots
    hits += seeds.count - waiting.count
    misses += waiting.count
    if !waiting.isEmpty { answerWaiting(seeds: seeds, tokens: tokens, green: &green) }
  }

  /// Looks each seed up; −1 where it has no list.
  private func findSlots(of seeds: [UInt32], into slots: inout [Int32]) {
    // Local names, so that no access to a member is checked a token.
    let (places, seedOfSlot, mask) = (self.places, self.seedOfSlot, self.places.count - 1)
    var wasUsed = self.wasUsed
    self.wasUsed = []
    for seed in seeds {
      var place = Self.hash(seed) & mask
      var slot = places[place]
      while slot != Self.absent, seedOfSlot[Int(slot)] != seed {
        place = (place + 1) & mask
        slot = places[place]
      }
      if slot != Self.absent { wasUsed[Int(slot)] = true }
      slots.append(slot)
    }
    self.wasUsed = wasUsed
  }

  private func answerWaiting(seeds: [UInt32], tokens: [UInt32], green: inout [Bool]) {
    waiting.sort { (seeds[Int($0)], $0) < (seeds[Int($1)], $1) }
    var start = 0
    while start < waiting.count {
      let seed = seeds[Int(waiting[start])]
      var end = start + 1
      while end < waiting.count, seeds[Int(waiting[end])] == seed { end += 1 }
      let door = Int((seed &* 0x9e37_79b1) >> 16)
      // Zero is the empty mark, so the seed zero never counts as seen; it is answered all the same.
      let cameBefore = doorkeeper[door] == seed && seed != 0
      doorkeeper[door] = seed
      if arena.slotCount > 0, cameBefore || end - start > Self.fewTokens {
        let slot = makeList(seed: seed)
        for position in start..<end {
          let index = Int(waiting[position])
          green[index] =
            tokens[index] < UInt32(scheme.vocabularySize) && arena.contains(tokens[index], inSlot: slot)
        }
      } else if end - start == 1 {
        let index = Int(waiting[start])
        green[index] = scheme.isGreen(tokens[index], listSeed: seed)
      } else {
        let indices = waiting[start..<end].map(Int.init)
        for (index, isGreen) in zip(indices, scheme.areGreen(indices.map { tokens[$0] }, listSeed: seed)) {
          green[index] = isGreen
        }
      }
      start = end
    }
  }

  // MARK: - Slots

  @inline(__always)
  private func home(of seed: UInt32) -> Int { Self.hash(seed) & (places.count - 1) }

  @inline(__always)
  private static func hash(_ seed: UInt32) -> Int {
    Int(truncatingIfNeeded: (UInt64(seed) &* 0x9e37_79b9_7f4a_7c15) >> 32)
  }

  private func makeList(seed: UInt32) -> Int {
    let slot: Int
    if seedOfSlot.count < arena.slotCount {
      slot = seedOfSlot.count
      seedOfSlot.append(seed)
      wasUsed.append(true)
    } else {
      slot = victim()
      forget(seedOfSlot[slot])
      seedOfSlot[slot] = seed
      wasUsed[slot] = true
    }
    arena.withSlot(slot) { scheme.fill($0, listSeed: seed, scratch: &scratch) }
    var place = home(of: seed)
    while places[place] != Self.absent { place = (place + 1) & (places.count - 1) }
    places[place] = Int32(slot)
    return slot
  }

  /// The next slot that was not used since the hand last passed it (the clock algorithm).
  private func victim() -> Int {
    while wasUsed[hand] {
      wasUsed[hand] = false
      hand = (hand + 1) % arena.slotCount
    }
    defer { hand = (hand + 1) % arena.slotCount }
    return hand
  }

  /// Takes a seed out of the open-addressing table and closes the gap, so that no tombstones build up.
  private func forget(_ seed: UInt32) {
    let mask = places.count - 1
    var gap = home(of: seed)
    while seedOfSlot[Int(places[gap])] != seed { gap = (gap + 1) & mask }
    var next = (gap + 1) & mask
    while places[next] != Self.absent {
      let wanted = home(of: seedOfSlot[Int(places[next])])
      // Move an entry into the gap unless its home lies after the gap on the way to where it stands.
      if (next - wanted) & mask >= (next - gap) & mask {
        places[gap] = places[next]
        gap = next
      }
      next = (next + 1) & mask
    }
    places[gap] = Self.absent
  }
}
