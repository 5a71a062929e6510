extension SplitMix64 {
  /// Bytes of JSON and tables changed, cut or doubled in one to `changes` places.
  public mutating func damage(_ bytes: [UInt8], changes: UInt64) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<(1 + next() % changes) where !bytes.isEmpty {
      let place = Int(next() % UInt64(bytes.count))
      switch next() % 4 {
      case 0: bytes[place] = UInt8(truncatingIfNeeded: next())
      case 1: bytes[place] = Array("0123456789-[]{},\":.e\n".utf8)[Int(next() % 21)]
      case 2: bytes.remove(at: place)
      default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 8)], at: place)
      }
    }
    return bytes
  }
}
