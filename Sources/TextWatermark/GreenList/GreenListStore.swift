import Kernels
import Synchronization

/// The green lists of one scheme that were made so far, for all tasks that look for its mark.
///
/// Filled once however many workers there are, and read without locks (``SharedBitsets``). A list is kept when its seed has been
/// asked for before; once all room is used, one in 16 of those is, so that frequent contexts stay and come in. Of other contexts the
/// answers are kept (``SharedAnswers``), eight bytes each: they are rare ones, with few tokens after each, and where vocabularies are
/// large or contexts wide there are many. What is there changes the speed, never an answer. Memory: at most the bound, 40
/// bytes a list and 0.3 MB.
public final class GreenListStore: Sendable {
  /// The scheme whose lists these are.
  public let scheme: GreenListScheme
  let lists: SharedBitsets
  let answers: SharedAnswers
  private let doorkeeper = Mutex(Doorkeeper())

  /// Up to an eighth of the memory goes to answers; of less than this much none.
  private static let leastForAnswers = 512 << 10

  /// Makes an empty store of at most `byteLimit` bytes of lists and answers; 0 keeps nothing at all.
  public init(scheme: GreenListScheme, byteLimit: Int = 64 << 20) {
    self.scheme = scheme
    answers = SharedAnswers(byteLimit: byteLimit < Self.leastForAnswers ? 0 : byteLimit / 8)
    lists = SharedBitsets(
      wordsPerSlot: scheme.bitsetWordCount, byteLimit: byteLimit - answers.byteCount)
  }

  /// The number of lists that fit in the bound.
  public var capacity: Int { lists.slotCount }

  /// Whether a list can be kept only where another makes way; also where no list fits.
  var isFull: Bool { lists.isFull || capacity == 0 }

  /// Whether a list shall be made for a seed that has none, for those who ask after this.
  func admits(_ seed: UInt32) -> Bool {
    let isFull = lists.isFull
    return doorkeeper.withLock { $0.cameBefore(seed) && (!isFull || $0.drawsLot()) }
  }
}

/// Remembers who asked once, to tell who comes a second time: a bit for a hash of each seed, all forgotten when too many are set.
///
/// Two seeds of one bit make a list a question too early, which costs time only. A table of the last seed at each hash would
/// forget two that come in turns for ever: rare contexts of ordinary text do so, and each of their tokens cost as much as a third
/// of a list.
private struct Doorkeeper {
  private var bits = [UInt64](repeating: 0, count: 1 << 15)
  private var count = 0
  /// One bit in 16 at most: up to so many seeds between two questions are remembered.
  private static let most = 1 << 17
  private var state: UInt64 = 0

  /// One time in 16, by a linear congruential generator, so that no order of contexts keeps the same ones out.
  ///
  /// A list costs three questions: made for each context that comes twice, and lost before the next, all would cost three times as much.
  mutating func drawsLot() -> Bool {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 60 == 0
  }

  /// Whether a seed came before; it has from now on.
  mutating func cameBefore(_ seed: UInt32) -> Bool {
    let hash = (seed &* 0x9e37_79b1) >> 11
    let (word, bit) = (Int(hash >> 6), UInt64(1) << UInt64(hash & 63))
    if bits[word] & bit != 0 { return true }
    if count == Self.most {
      for index in bits.indices { bits[index] = 0 }
      count = 0
    }
    bits[word] |= bit
    count += 1
    return false
  }
}
