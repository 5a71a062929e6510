import CKernels

/// Questions about the front of `torch.randperm(n)` for a 32-bit seed: who is in it, and in which order.
///
/// A green list is such a front. Asking whether *one* token is in it needs no permutation: the token's place is followed
/// through the swaps, and it moves only when its own step comes. That is several times cheaper than shuffling an array.
///
/// All functions are pure, and equal bit for bit at every ``CPULevel``. Cost at n = 50,257 and a quarter of it as steps, one
/// core of a 2020s server: about 7 µs a membership question, 20 µs a whole list.
public struct PermutationKernel: Sendable {
  /// The remainders; its element count is n.
  public let table: ReciprocalTable
  /// The level that runs.
  public let level: CPULevel

  /// Prepares questions about permutations of `elementCount` elements, of which the first `steps` places matter.
  public init(elementCount: UInt32, steps: UInt32, level: CPULevel = .active) {
    table = ReciprocalTable(elementCount: elementCount, steps: steps)
    self.level = level
  }

  /// The number of elements.
  public var elementCount: UInt32 { table.elementCount }

  /// The place of `element` among the first ``ReciprocalTable/steps`` places, or nil when it is not there.
  ///
  /// An element that is not below n is never there.
  public func rank(of element: UInt32, seed: UInt32) -> Int? {
    guard element < elementCount else { return nil }
    let rank = table.reciprocals.withUnsafeBufferPointer { reciprocals -> Int32 in
      guard let base = reciprocals.baseAddress else { return -1 }
      return level.table.permutation_rank!(seed, elementCount, table.steps, base, element)
    }
    return rank < 0 ? nil : Int(rank)
  }

  /// The places of several elements under one seed, in one pass over its words; −1 where an element is not there.
  public func ranks(of elements: [UInt32], seed: UInt32) -> [Int32] {
    var ranks = [Int32](repeating: -1, count: elements.count)
    guard !elements.isEmpty, table.steps > 0 else { return ranks }
    var places = [UInt32](repeating: 0, count: elements.count)
    // The kernel follows places below n only; others are answered here.
    let inside = elements.map { $0 < elementCount ? $0 : 0 }
    level.table.permutation_ranks!(
      seed, elementCount, table.steps, table.reciprocals, inside, inside.count, &places, &ranks)
    for index in elements.indices where elements[index] >= elementCount { ranks[index] = -1 }
    return ranks
  }

  /// The first ``ReciprocalTable/steps`` places in order.
  public func prefix(seed: UInt32) -> [UInt32] {
    var permutation = [UInt32](repeating: 0, count: Int(elementCount))
    guard elementCount > 0 else { return [] }
    guard table.steps > 0 else { return [] }
    level.table.permutation_prefix_u32!(seed, elementCount, table.steps, table.reciprocals, &permutation)
    permutation.removeLast(Int(elementCount - table.steps))
    return permutation
  }

  /// All n places in order.
  ///
  /// Needs a table of n − 1 steps; fewer leave the rest in the order the swaps made.
  public func permutation(seed: UInt32) -> [UInt32] {
    guard elementCount > 0 else { return [] }
    var permutation = [UInt32](0..<elementCount)
    guard table.steps > 0 else { return permutation }
    level.table.permutation_prefix_u32!(seed, elementCount, table.steps, table.reciprocals, &permutation)
    return permutation
  }
}

extension PermutationKernel {
  /// Reusable memory for ``setBits(seed:in:scratch:)``: one permutation of the vocabulary.
  public struct Scratch: Sendable {
    var narrow: [UInt16] = []
    var wide: [UInt32] = []

    /// Empty scratch; it grows on first use to 2 bytes (n ≤ 65,536) or 4 bytes an element.
    public init() {}
  }

  /// The number of 64-bit words a list of n bits takes.
  public var bitsetWordCount: Int { (Int(elementCount) + 63) / 64 }

  /// Sets bit t of `words` for each element t among the first places, and clears the others.
  ///
  /// - Parameter words: exactly ``bitsetWordCount`` words; bit t is bit t mod 64 of word t ⁄ 64.
  public func setBits(seed: UInt32, in words: UnsafeMutableBufferPointer<UInt64>, scratch: inout Scratch) {
    precondition(
      words.count == bitsetWordCount, "a bitset of \(elementCount) elements has \(bitsetWordCount) words")
    words.update(repeating: 0)
    guard table.steps > 0 else { return }
    let steps = Int(table.steps)
    if elementCount <= 1 << 16 {
      if scratch.narrow.count < Int(elementCount) {
        scratch.narrow = .init(repeating: 0, count: Int(elementCount))
      }
      scratch.narrow.withUnsafeMutableBufferPointer { permutation in
        level.table.permutation_prefix_u16!(
          seed, elementCount, table.steps, table.reciprocals, permutation.baseAddress!)
        for index in 0..<steps {
          let element = Int(permutation[index])
          words[element >> 6] |= 1 << UInt64(element & 63)
        }
      }
    } else {
      if scratch.wide.count < Int(elementCount) {
        scratch.wide = .init(repeating: 0, count: Int(elementCount))
      }
      scratch.wide.withUnsafeMutableBufferPointer { permutation in
        level.table.permutation_prefix_u32!(
          seed, elementCount, table.steps, table.reciprocals, permutation.baseAddress!)
        for index in 0..<steps {
          let element = Int(permutation[index])
          words[element >> 6] |= 1 << UInt64(element & 63)
        }
      }
    }
  }

  /// Raises the logits of the elements whose bit is set.
  ///
  /// The others keep their bits, −0 and NaN included.
  public func addBias(_ bias: Float, toLogits logits: inout [Float], whereSet words: [UInt64]) {
    precondition(words.count * 64 >= logits.count, "one bit a logit")
    logits.withUnsafeMutableBufferPointer { logits in
      guard let base = logits.baseAddress else { return }
      level.table.add_bias_where_set!(base, logits.count, words, bias)
    }
  }
}
