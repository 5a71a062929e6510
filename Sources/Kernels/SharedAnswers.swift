import CKernels

/// Answers of yes or no to pairs of a 32-bit name and a number, which any number of tasks ask for and keep.
///
/// Nobody waits: an answer and its pair are one word. Eight pairs share a cache line; where more come, one makes way.
///
/// Memory: reserved at once, filled in by the system as it is touched; at most the bound. Cost of a question: a cache miss, and those of
/// a batch wait for theirs at once.
public final class SharedAnswers: Sendable {
  /// The bytes of memory that are reserved.
  public let byteCount: Int
  private let memory: ReservedMemory?

  private static let lineBytes = 64
  private var table: cm_answers {
    cm_answers(
      words: memory?.start.assumingMemoryBound(to: UInt64.self), lineCount: byteCount / Self.lineBytes)
  }

  /// Reserves as many lines as fit in `byteLimit`, a power of two; none if none fits.
  public init(byteLimit: Int) {
    var bytes = byteLimit < Self.lineBytes ? 0 : Self.lineBytes
    while bytes > 0, bytes <= byteLimit / 2 { bytes *= 2 }
    memory = bytes > 0 ? ReservedMemory(bytes, inLargePages: 0) : nil
    byteCount = memory == nil ? 0 : bytes
  }

  /// Sets `found[k]` to what was kept of the pair (`names[k]`, `bits[k]`), for each k of `waiting`, and takes those k out of it.
  ///
  /// - Parameter limit: bits from here on are not looked for.
  /// - Returns: how many are set.
  public func answer(
    _ bits: [UInt32], limit: UInt32, under names: [UInt32], into found: inout [Bool],
    waiting: inout [UInt32]
  ) -> Int {
    precondition(bits.count == names.count && bits.count == found.count, "bits, names and answers fit")
    precondition(waiting.allSatisfy { $0 < UInt32(clamping: bits.count) }, "what waits is there")
    precondition(limit <= UInt32(Int32.max), "bits have 31 bits")
    guard memory != nil, !waiting.isEmpty else { return 0 }
    var count = waiting.count
    let before = count
    let set = found.withUnsafeMutableBufferPointer { found in
      waiting.withUnsafeMutableBufferPointer { waiting in
        withUnsafePointer(to: table) {
          cm_answers_find($0, names, bits, limit, found.baseAddress, waiting.baseAddress, &count)
        }
      }
    }
    waiting.removeLast(before - count)
    return set
  }

  /// Keeps an answer.
  ///
  /// - Parameters:
  ///   - bit: at most 2³¹ − 2.
  ///   - turn: which of a full line makes way; any number that changes from call to call.
  public func keep(_ answer: Bool, to bit: UInt32, under name: UInt32, turn: Int) {
    precondition(bit < UInt32(Int32.max), "bits have 31 bits")
    guard memory != nil else { return }
    withUnsafePointer(to: table) { cm_answers_keep($0, name, bit, answer, turn) }
  }
}
