/// From the bytes of a token to its id.
///
/// Open addressing over one block of bytes; nothing is allocated per token.
struct PieceTable: Sendable {
  private var bytes: [UInt8] = []
  private var ranges: [(start: UInt32, length: UInt32, id: UInt32)] = []
  private var places: [UInt32]

  init(capacity: Int) {
    var size = 64
    while size < capacity * 2 { size *= 2 }
    places = [UInt32](repeating: .max, count: size)
    ranges.reserveCapacity(capacity)
  }

  /// The id of some bytes.
  func id(of piece: UnsafeBufferPointer<UInt8>) -> UInt32? {
    var place = Int(truncatingIfNeeded: Self.hash(piece)) & (places.count - 1)
    while places[place] != .max {
      let entry = ranges[Int(places[place])]
      if Int(entry.length) == piece.count, isEqual(entry.start, piece) { return entry.id }
      place = (place + 1) & (places.count - 1)
    }
    return nil
  }

  func id(of piece: [UInt8]) -> UInt32? { piece.withUnsafeBufferPointer { id(of: $0) } }

  private func isEqual(_ start: UInt32, _ piece: UnsafeBufferPointer<UInt8>) -> Bool {
    bytes.withUnsafeBufferPointer { bytes in
      for offset in piece.indices where bytes[Int(start) + offset] != piece[offset] { return false }
      return true
    }
  }

  /// Adds a token; false if its bytes are there already.
  mutating func insert(_ piece: [UInt8], id: UInt32) -> Bool {
    guard self.id(of: piece) == nil else { return false }
    if ranges.count * 2 >= places.count { grow() }
    let hash = piece.withUnsafeBufferPointer(Self.hash)
    ranges.append((UInt32(bytes.count), UInt32(piece.count), id))
    bytes.append(contentsOf: piece)
    place(UInt32(ranges.count - 1), hash: hash)
    return true
  }

  private mutating func place(_ index: UInt32, hash: UInt64) {
    var place = Int(truncatingIfNeeded: hash) & (places.count - 1)
    while places[place] != .max { place = (place + 1) & (places.count - 1) }
    places[place] = index
  }

  private mutating func grow() {
    places = [UInt32](repeating: .max, count: places.count * 2)
    for (index, entry) in ranges.enumerated() {
      let hash = bytes[Int(entry.start)..<Int(entry.start + entry.length)].withUnsafeBufferPointer(Self.hash)
      place(UInt32(index), hash: hash)
    }
  }

  /// A multiplicative hash of eight bytes at a time.
  @inline(__always)
  private static func hash(_ piece: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash = UInt64(piece.count) &* 0x9e37_79b9_7f4a_7c15
    let raw = UnsafeRawBufferPointer(piece)
    var index = 0
    while index + 8 <= raw.count {
      hash = (hash ^ raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)) &* 0xff51_afd7_ed55_8ccd
      hash ^= hash >> 32
      index += 8
    }
    var tail: UInt64 = 0
    while index < raw.count {
      tail = tail << 8 | UInt64(raw[index])
      index += 1
    }
    hash = (hash ^ tail) &* 0xc4ce_b9fe_1a85_ec53
    return hash ^ (hash >> 29)
  }
}
