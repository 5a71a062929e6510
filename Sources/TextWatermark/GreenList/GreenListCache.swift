import Kernels

/// Answers "is this token green?" for many tokens of one scheme, with the lists of a ``GreenListStore``.
///
/// A list costs about three single questions to make, so it is made when its store admits it or it is shared by
/// many tokens of one call; other tokens are answered one pass a seed, without a list, and the answers kept. Text repeats its contexts,
/// so with one token of context nearly all answers become a bit test; with wide contexts hardly any list is ever made.
///
/// The answers are pure functions of seed and token: neither the bound nor other workers change a result. One cache serves one task
/// at a time; several may share a store.
public final class GreenListCache: @unchecked Sendable {
  /// The lists.
  public let store: GreenListStore
  /// The scheme whose lists these are.
  public let scheme: GreenListScheme
  /// How many questions were answered from what was there already: a list, or the same question's answer.
  public private(set) var hits = 0
  /// How many were answered otherwise.
  public private(set) var misses = 0

  /// Up to this many tokens of one seed are cheaper to follow through the permutation than to answer from a new list.
  private static let fewTokens = 16

  private var scratch = PermutationKernel.Scratch()
  private var words: [UInt64] = []
  private var waiting: [UInt32] = []
  private var kept = 0

  /// Makes a cache with a store of its own, of at most `byteLimit` bytes of lists; 0 keeps no list at all.
  public convenience init(scheme: GreenListScheme, byteLimit: Int = 64 << 20) {
    self.init(sharing: GreenListStore(scheme: scheme, byteLimit: byteLimit))
  }

  /// Makes a cache for one of the tasks that share a store.
  public init(sharing store: GreenListStore) {
    self.store = store
    scheme = store.scheme
  }

  /// The number of lists that fit in the bound.
  public var capacity: Int { store.capacity }

  /// Sets `green[k]` to whether `tokens[k]` is green in the list of `seeds[k]`, for all k; returns how many are.
  ///
  /// A token outside the vocabulary is never green.
  @discardableResult
  public func answer(seeds: [UInt32], tokens: [UInt32], green: inout [Bool]) -> Int {
    var count = store.lists.answer(
      tokens, limit: UInt32(scheme.vocabularySize), under: seeds, into: &green, missing: &waiting)
    // While there is room a list is the better answer: it answers what comes after the same context next time, too.
    if !waiting.isEmpty, store.isFull {
      count += store.answers.answer(
        tokens, limit: UInt32(scheme.vocabularySize), under: seeds, into: &green, waiting: &waiting)
    }
    hits += seeds.count - waiting.count
    misses += waiting.count
    if !waiting.isEmpty { count += answerWaiting(seeds: seeds, tokens: tokens, green: &green) }
    return count
  }

  private func answerWaiting(seeds: [UInt32], tokens: [UInt32], green: inout [Bool]) -> Int {
    waiting.sort { (seeds[Int($0)], $0) < (seeds[Int($1)], $1) }
    var count = 0
    var start = 0
    while start < waiting.count {
      let seed = seeds[Int(waiting[start])]
      var end = start + 1
      while end < waiting.count, seeds[Int(waiting[end])] == seed { end += 1 }
      if store.capacity > 0, end - start > Self.fewTokens || store.admits(seed) {
        makeList(seed: seed)
        for position in start..<end {
          let index = Int(waiting[position])
          let token = tokens[index]
          green[index] =
            token < UInt32(scheme.vocabularySize) && words[Int(token >> 6)] >> UInt64(token & 63) & 1 == 1
        }
      } else if end - start == 1 {
        let index = Int(waiting[start])
        green[index] = scheme.isGreen(tokens[index], listSeed: seed)
        keep(green[index], to: tokens[index], seed: seed)
      } else {
        let indices = waiting[start..<end].map(Int.init)
        for (index, isGreen) in zip(indices, scheme.areGreen(indices.map { tokens[$0] }, listSeed: seed)) {
          green[index] = isGreen
          keep(isGreen, to: tokens[index], seed: seed)
        }
      }
      for position in start..<end where green[Int(waiting[position])] { count += 1 }
      start = end
    }
    return count
  }

  private func keep(_ isGreen: Bool, to token: UInt32, seed: UInt32) {
    guard token < UInt32(scheme.vocabularySize) else { return }
    kept &+= 1
    store.answers.keep(isGreen, to: token, under: seed, turn: kept)
  }

  /// Makes a list, in ``words`` and for all that come after.
  private func makeList(seed: UInt32) {
    if words.isEmpty { words = [UInt64](repeating: 0, count: scheme.bitsetWordCount) }
    words.withUnsafeMutableBufferPointer { scheme.fill($0, listSeed: seed, scratch: &scratch) }
    store.lists.keep(words, under: seed)
  }
}
