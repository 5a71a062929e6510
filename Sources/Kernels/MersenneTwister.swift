import CKernels

/// MT19937 a block of 624 words at a time.
///
/// The recurrence is vectorised across the block; callers take words from the block in order. Seeding is the standard
/// `init_genrand`, which torch and C++'s `std::mt19937` share.
///
/// Source: Matsumoto and Nishimura, "Mersenne Twister", ACM TOMACS 8 (1998).
public struct MersenneTwisterBlock: Sendable {
  /// The number of 32-bit words in the state and in a block.
  public static let wordCount = 624

  /// The state the next block is made from.
  public private(set) var state: [UInt32]
  private let level: CPULevel

  /// Seeds the generator.
  public init(seed: UInt32, level: CPULevel = .active) {
    state = [UInt32](repeating: 0, count: Self.wordCount)
    state[0] = seed
    for index in 1..<Self.wordCount {
      let previous = state[index - 1]
      state[index] = 1_812_433_253 &* (previous ^ (previous >> 30)) &+ UInt32(index)
    }
    self.level = level
  }

  /// Replaces `block` by the next 624 words.
  ///
  /// About half a microsecond.
  public mutating func next(into block: inout [UInt32]) {
    if block.count != Self.wordCount { block = [UInt32](repeating: 0, count: Self.wordCount) }
    let kernel = level.table.mt19937_block!
    state.withUnsafeMutableBufferPointer { state in
      block.withUnsafeMutableBufferPointer { block in kernel(state.baseAddress!, block.baseAddress!) }
    }
  }

  /// The plain Swift form of ``next(into:)``, which the C levels must equal.
  public mutating func referenceNext(into block: inout [UInt32]) {
    let count = Self.wordCount
    for index in 0..<count {
      let mixed = (state[index] & 0x8000_0000) | (state[(index + 1) % count] & 0x7fff_ffff)
      let far = state[(index + 397) % count]
      state[index] = far ^ (mixed >> 1) ^ (mixed & 1 == 1 ? 0x9908_b0df : 0)
    }
    block = state.map { word in
      var tempered = word
      tempered ^= tempered >> 11
      tempered ^= (tempered << 7) & 0x9d2c_5680
      tempered ^= (tempered << 15) & 0xefc6_0000
      return tempered ^ (tempered >> 18)
    }
  }
}
