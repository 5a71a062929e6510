import Kernels
import Synchronization

/// The green lists of one scheme that were made so far, for all tasks that look for its mark.
///
/// Filled once however many workers there are, and read without locks (``SharedBitsets``). A list is kept when its seed has been
/// asked for before; which lists are there changes the speed, never an answer. Memory: at most the bound,
/// 40 bytes a list and 0.3 MB.
public final class GreenListStore: Sendable {
  /// The scheme whose lists these are.
  public let scheme: GreenListScheme
  let lists: SharedBitsets
  /// The last seed that asked at each hash value, to see who comes a second time.
  private let doorkeeper = Mutex([UInt32](repeating: 0, count: 1 << 16))

  /// Makes an empty store of at most `byteLimit` bytes of lists; 0 keeps no list at all.
  public init(scheme: GreenListScheme, byteLimit: Int = 64 << 20) {
    self.scheme = scheme
    lists = SharedBitsets(wordsPerSlot: scheme.bitsetWordCount, byteLimit: byteLimit)
  }

  /// The number of lists that fit in the bound.
  public var capacity: Int { lists.slotCount }

  /// Whether a seed was asked for lately; it is from now on.
  func cameBefore(_ seed: UInt32) -> Bool {
    let door = Int((seed &* 0x9e37_79b1) >> 16)
    return doorkeeper.withLock { seeds in
      defer { seeds[door] = seed }
      // Zero is the empty mark, so the seed zero never counts as seen; it is answered all the same.
      return seeds[door] == seed && seed != 0
    }
  }
}
