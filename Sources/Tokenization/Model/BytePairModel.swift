/// Byte-pair encoding: the vocabulary, and the merges that make tokens out of bytes.
///
/// Pairs are merged in the order of their rank, leftmost first among equals, until none is left. Both makers do so; they differ in
/// whether a piece that is a token as a whole is taken without merging.
struct BytePairModel: Sendable {
  /// The bytes of each token by id; nil where an id is not used.
  let tokenBytes: [[UInt8]?]
  /// The id of each byte as a token of its own; nil where the vocabulary lacks it.
  let idOfByte: [UInt32?]
  /// Whole pieces to ids.
  let pieces: PieceTable
  /// Whether a piece that is a token is taken whole (tiktoken; tokenizers with `ignore_merges`).
  let takesWholePieces: Bool
  let pairs: PairTable

  /// No token: a byte that the vocabulary lacks.
  static let none = UInt32.max

  /// Pieces up to this many bytes are merged by looking for the best pair again and again; longer ones with a heap.
  private static let shortPiece = 64

  /// Encodes one piece, appending ids.
  ///
  /// `scratch` is reused.
  func encode(_ piece: UnsafeBufferPointer<UInt8>, scratch: inout MergeScratch, into ids: inout [UInt32]) {
    if takesWholePieces, let id = pieces.id(of: piece) {
      ids.append(id)
      return
    }
    scratch.symbols.removeAll(keepingCapacity: true)
    for byte in piece {
      // tokenizers drops what its vocabulary cannot spell.
      if let id = idOfByte[Int(byte)] { scratch.symbols.append(id) }
    }
    guard scratch.symbols.count > 1 else {
      ids.append(contentsOf: scratch.symbols)
      return
    }
    if scratch.symbols.count <= Self.shortPiece {
      mergeShort(&scratch, into: &ids)
    } else {
      mergeLong(&scratch, into: &ids)
    }
  }

  private func mergeShort(_ scratch: inout MergeScratch, into ids: inout [UInt32]) {
    var count = scratch.symbols.count
    if scratch.merges.count < count { scratch.merges = [UInt64](repeating: .max, count: Self.shortPiece) }
    pairs.withReader { reader in
      scratch.symbols.withUnsafeMutableBufferPointer { symbols in
        scratch.merges.withUnsafeMutableBufferPointer { merges in
          for index in 0..<(count - 1) { merges[index] = reader.merge(symbols[index], symbols[index + 1]) }
          while count > 1 {
            var best = UInt64.max
            var place = -1
            for index in 0..<(count - 1) where merges[index] < best { (best, place) = (merges[index], index) }
            guard place >= 0 else { break }
            symbols[place] = UInt32(truncatingIfNeeded: best)
            count -= 1
            for index in (place + 1)..<max(count, place + 1) { symbols[index] = symbols[index + 1] }
            for index in (place + 1)..<max(count - 1, place + 1) { merges[index] = merges[index + 1] }
            if place + 1 < count { merges[place] = reader.merge(symbols[place], symbols[place + 1]) }
            if place > 0 { merges[place - 1] = reader.merge(symbols[place - 1], symbols[place]) }
          }
        }
      }
    }
    ids.append(contentsOf: scratch.symbols[..<count])
  }

  /// A linked list of symbols and a heap of pairs: n log n, for pieces such as a megabyte of one letter.
  private func mergeLong(_ scratch: inout MergeScratch, into ids: inout [UInt32]) {
    let count = scratch.symbols.count
    var next = [Int32](unsafeUninitializedCapacity: count) { buffer, used in
      for index in 0..<count { buffer[index] = Int32(index + 1) }
      used = count
    }
    var previous = [Int32](unsafeUninitializedCapacity: count) { buffer, used in
      for index in 0..<count { buffer[index] = Int32(index - 1) }
      used = count
    }
    var heap = MergeHeap()
    pairs.withReader { reader in
      func push(_ left: Int) {
        let right = Int(next[left])
        guard right < count else { return }
        let merge = reader.merge(scratch.symbols[left], scratch.symbols[right])
        if merge != .max {
          heap.push(
            .init(
              rank: UInt32(merge >> 32), place: UInt32(left), left: scratch.symbols[left],
              right: scratch.symbols[right], result: UInt32(truncatingIfNeeded: merge)))
        }
      }
      for index in 0..<(count - 1) { push(index) }
      while let entry = heap.pop() {
        let left = Int(entry.place)
        // An entry is stale once either symbol was merged away or changed.
        guard scratch.symbols[left] == entry.left, next[left] < count, previous[left] != -2,
          scratch.symbols[Int(next[left])] == entry.right
        else { continue }
        let right = Int(next[left])
        scratch.symbols[left] = entry.result
        let after = next[right]
        next[left] = after
        previous[right] = -2
        if after < count { previous[Int(after)] = Int32(left) }
        push(left)
        if previous[left] >= 0 { push(Int(previous[left])) }
      }
    }
    var index = 0
    while index < count {
      ids.append(scratch.symbols[index])
      index = Int(next[index])
    }
  }
}

/// Buffers of one encoding, used again from piece to piece.
struct MergeScratch {
  var symbols: [UInt32] = []
  var merges: [UInt64] = []
}

/// A binary heap of pairs, lowest rank first and then leftmost.
struct MergeHeap {
  struct Entry {
    var rank: UInt32
    var place: UInt32
    var left: UInt32
    var right: UInt32
    var result: UInt32

    var order: UInt64 { UInt64(rank) << 32 | UInt64(place) }
  }

  private var entries: [Entry] = []

  mutating func push(_ entry: Entry) {
    entries.append(entry)
    var child = entries.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard entries[child].order < entries[parent].order else { return }
      entries.swapAt(child, parent)
      child = parent
    }
  }

  mutating func pop() -> Entry? {
    guard let first = entries.first else { return nil }
    let last = entries.removeLast()
    guard !entries.isEmpty else { return first }
    entries[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < entries.count && entries[child].order < entries[least].order {
        least = child
      }
      guard least != parent else { return first }
      entries.swapAt(parent, least)
      parent = least
    }
  }
}
