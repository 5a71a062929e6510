import Kernels

/// Whether bytes are UTF-8, by the rules of Unicode 15, table 3-7.
public enum UTF8Check {
  /// Throws the offset of the first byte that is not part of a well-formed sequence.
  public static func check(_ bytes: UnsafeBufferPointer<UInt8>) throws(TabularError) {
    let raw = UnsafeRawBufferPointer(bytes)
    var index = UTF8Kernel.active.wellFormedPrefix(bytes)
    while index < raw.count {
      while index + 8 <= raw.count,
        raw.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
      { index += 8 }
      guard index < raw.count else { return }
      // Runs of letters beyond ASCII, four bytes at a time; what is rarer or wrong is told apart below.
      while index + 4 <= raw.count {
        let word = UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt32.self))
        if word & 0x80 == 0 {
          index += 1
        } else if word & 0xc0e0 == 0x80c0, word & 0xff >= 0xc2 {
          index += 2
        } else if word & 0x00c0_c0f0 == 0x0080_80e0, word & 0x200f != 0, word & 0x200f != 0x200d {
          index += 3
        } else {
          break
        }
        if word & 0x8080_8080 == 0 { break }
      }
      guard index < raw.count else { return }
      guard let length = sequenceLength(raw, at: index) else {
        throw TabularError(
          code: .invalidUTF8, message: "byte 0x\(String(raw[index], radix: 16)) is not UTF-8 here",
          hint: "convert the input to UTF-8", offset: index)
      }
      index += length
    }
  }

  /// The length of the well-formed sequence at `index`, or nil.
  static func sequenceLength(_ bytes: UnsafeRawBufferPointer, at index: Int) -> Int? {
    let first = bytes[index]
    let length: Int
    var low: UInt8 = 0x80
    var high: UInt8 = 0xbf
    switch first {
    case 0..<0x80: return 1
    case 0xc2...0xdf: length = 2
    case 0xe0: (length, low) = (3, 0xa0)
    case 0xed: (length, high) = (3, 0x9f)
    case 0xe1...0xef: length = 3
    case 0xf0: (length, low) = (4, 0x90)
    case 0xf1...0xf3: length = 4
    case 0xf4: (length, high) = (4, 0x8f)
    default: return nil
    }
    guard index + length <= bytes.count, bytes[index + 1] >= low, bytes[index + 1] <= high else { return nil }
    for offset in 2..<max(length, 2) where bytes[index + offset] & 0xc0 != 0x80 { return nil }
    return length
  }
}
