/// GPT-2's printable stand-ins for bytes, in which byte-level vocabularies are written.
///
/// Printable Latin-1 characters stand for their own bytes, the other 68 bytes in order for the code points from U+0100 on.
enum ByteAlphabet {
  private static let byteOfPoint: [UInt32: UInt8] = {
    var table: [UInt32: UInt8] = [:]
    var next: UInt32 = 0x100
    for byte in UInt8.min ... .max {
      switch byte {
      case 0x21...0x7e, 0xa1...0xac, 0xae...0xff: table[UInt32(byte)] = byte
      default:
        table[next] = byte
        next += 1
      }
    }
    return table
  }()

  /// The bytes that a vocabulary entry stands for; an entry in other characters (an added token) stands for itself.
  static func bytes(ofEntry entry: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(entry.count)
    for scalar in String(decoding: entry, as: UTF8.self).unicodeScalars {
      guard let byte = byteOfPoint[scalar.value] else { return entry }
      bytes.append(byte)
    }
    return bytes
  }
}
