extension ByteCursor {
  /// The most bytes that a text takes as a JSON string.
  static func quotedSize(_ text: String) -> Int {
    var text = text
    return text.withUTF8 { bytes in
      var special = 0
      for byte in bytes where byte < 0x20 || byte == 0x7f || byte == 0x22 || byte == 0x5c { special += 1 }
      return bytes.count + 2 + special * 5
    }
  }

  /// Writes a text as a JSON string.
  ///
  /// - Parameter size: its ``quotedSize(_:)``.
  mutating func quote(_ text: String, size: Int) {
    var text = text
    write(UInt8(ascii: "\""))
    text.withUTF8 { bytes in
      // Nearly every string stands in JSON as it is.
      if size == bytes.count + 2 { write(bytes) } else { for byte in bytes { escape(byte) } }
    }
    write(UInt8(ascii: "\""))
  }

  private mutating func escape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      write(UInt8(ascii: "\\"))
      write(byte)
    case UInt8(ascii: "\n"): write("\\n")
    case UInt8(ascii: "\t"): write("\\t")
    case 0..<0x20, 0x7f:
      write("\\u00")
      write(Self.hexDigit(byte >> 4))
      write(Self.hexDigit(byte & 15))
    default: write(byte)
    }
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
}
