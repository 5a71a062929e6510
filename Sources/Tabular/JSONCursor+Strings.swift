import Kernels

extension JSONCursor {
  /// Steps over a string, checking its escapes.
  mutating func string() throws(TabularError) -> RawString {
    guard take(UInt8(ascii: "\"")) else { throw unexpected("'\"'") }
    let start = index
    var hasEscapes = false
    // Names and most values end within a few words, sooner than a kernel would be called.
    var isAtSpecial = stopsAtSpecial(before: min(index + 32, bytes.count))
    while true {
      if !isAtSpecial {
        let front = JSONStringKernel.active.front(of: bytes, from: index)
        index += front.length
        if front.escapes > 0 { hasEscapes = true }
        if !stopsAtSpecial(before: bytes.count) { index = bytes.count }
      }
      guard index < bytes.count else { throw unexpected("the end of a string") }
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") {
        index += 1
        return RawString(range: start..<(index - 1), hasEscapes: hasEscapes)
      }
      guard byte == UInt8(ascii: "\\") else { throw invalid("a control character stands in a string") }
      hasEscapes = true
      try escape()
      isAtSpecial = false
    }
  }

  /// Goes on to the next quote, backslash or control character, eight bytes at a time; false if there is none before `end`.
  @inline(__always)
  private mutating func stopsAtSpecial(before end: Int) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let tops: UInt64 = 0x8080_8080_8080_8080
    let raw = UnsafeRawBufferPointer(bytes)
    while index + 8 <= end {
      let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      // A byte of x is zero exactly where the top bit of (x - 1) & ~x is set, lowest such byte first.
      let quote = word ^ (ones &* 0x22)
      let slash = word ^ (ones &* 0x5c)
      let found =
        ((quote &- ones) & ~quote | (slash &- ones) & ~slash | (word &- ones &* 0x20) & ~word) & tops
      if found != 0 {
        index += found.trailingZeroBitCount / 8
        return true
      }
      index += 8
    }
    while index < end {
      if raw[index] < 0x20 || raw[index] == 0x22 || raw[index] == 0x5c { return true }
      index += 1
    }
    return false
  }

  private mutating func escape() throws(TabularError) {
    index += 1
    guard index < bytes.count else { throw unexpected("an escaped character") }
    switch bytes[index] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      index += 1
    case UInt8(ascii: "u"):
      index += 1
      for _ in 0..<4 {
        guard index < bytes.count, JSONField.hexValue(bytes[index]) != nil else {
          throw unexpected("a hex digit")
        }
        index += 1
      }
    default: throw invalid("an escape that JSON does not have")
    }
  }

  /// Whether a string of the text spells `wanted`.
  func isName(_ name: RawString, equalTo wanted: [UInt8]) -> Bool {
    if !name.hasEscapes {
      guard name.range.count == wanted.count else { return false }
      for offset in 0..<wanted.count where bytes[name.range.lowerBound + offset] != wanted[offset] {
        return false
      }
      return true
    }
    return JSONField.unescaped(bytes, name.range) == wanted
  }
}
