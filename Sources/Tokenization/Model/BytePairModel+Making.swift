extension BytePairModel {
  /// Makes a model from tiktoken's ranks: two neighbours merge where their bytes together are a token, lowest rank first.
  init(ranks: [(bytes: [UInt8], rank: UInt32)]) throws(TokenizationError) {
    var pieces = PieceTable(capacity: ranks.count)
    var bytes = [[UInt8]?](repeating: nil, count: Int(ranks.map(\.rank).max() ?? 0) + 1)
    for entry in ranks {
      guard bytes[Int(entry.rank)] == nil else { throw .invalid("the rank \(entry.rank) stands twice") }
      guard pieces.insert(entry.bytes, id: entry.rank) else {
        throw .invalid("a token stands twice, again at rank \(entry.rank)")
      }
      bytes[Int(entry.rank)] = entry.bytes
    }
    var pairs = PairTable(capacity: ranks.count * 3)
    for entry in ranks where entry.bytes.count > 1 {
      entry.bytes.withUnsafeBufferPointer { token in
        for cut in 1..<token.count {
          guard let left = pieces.id(of: UnsafeBufferPointer(rebasing: token[..<cut])),
            let right = pieces.id(of: UnsafeBufferPointer(rebasing: token[cut...]))
          else { continue }
          pairs.insert(left, right, rank: entry.rank, result: entry.rank)
        }
      }
    }
    self.init(
      tokenBytes: bytes, idOfByte: Self.singleBytes(pieces), pieces: pieces, takesWholePieces: true,
      pairs: pairs)
  }

  /// Makes a model from a vocabulary and a list of merges in the order of their rank.
  ///
  /// - Parameters:
  ///   - vocabulary: entries in GPT-2's alphabet with their ids.
  ///   - merges: pairs of entries.
  init(
    vocabulary: [(entry: [UInt8], id: UInt32)], merges: [(left: [UInt8], right: [UInt8])],
    takesWholePieces: Bool
  ) throws(TokenizationError) {
    var entries = PieceTable(capacity: vocabulary.count)
    var pieces = PieceTable(capacity: vocabulary.count)
    let highest = vocabulary.map(\.id).max() ?? 0
    guard highest < 1 << 24 else { throw .invalid("the id \(highest) is out of range") }
    var bytes = [[UInt8]?](repeating: nil, count: Int(highest) + 1)
    for (entry, id) in vocabulary {
      guard bytes[Int(id)] == nil else { throw .invalid("the id \(id) stands twice in the vocabulary") }
      guard entries.insert(entry, id: id) else {
        throw .invalid("a token stands twice in the vocabulary, again as \(id)")
      }
      let token = ByteAlphabet.bytes(ofEntry: entry)
      bytes[Int(id)] = token
      // Two entries can stand for the same bytes when one is no byte-level entry; the first one is the piece.
      _ = pieces.insert(token, id: id)
    }
    var pairs = PairTable(capacity: merges.count)
    for (rank, merge) in merges.enumerated() {
      guard let left = entries.id(of: merge.left), let right = entries.id(of: merge.right),
        let result = entries.id(of: merge.left + merge.right)
      else { throw .invalid("merge \(rank) names a token that the vocabulary lacks") }
      pairs.insert(left, right, rank: UInt32(rank), result: result)
    }
    self.init(
      tokenBytes: bytes, idOfByte: Self.singleBytes(pieces), pieces: pieces,
      takesWholePieces: takesWholePieces,
      pairs: pairs)
  }

  private static func singleBytes(_ pieces: PieceTable) -> [UInt32?] {
    (UInt8.min ... .max).map { byte in pieces.id(of: [byte]) }
  }

  /// Tells models apart while both live.
  var identity: Int {
    tokenBytes.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
  }
}
