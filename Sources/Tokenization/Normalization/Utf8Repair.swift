import Kernels

/// Well-formed UTF-8 out of any bytes: each maximal part of a broken sequence becomes one U+FFFD, as Python's
/// `errors="replace"` and the WHATWG decoder have it (Unicode 15, section 3.9, substitution of maximal subparts).
enum Utf8Repair {
  /// The length of the well-formed sequence at `index`, or minus the number of bytes to replace by one U+FFFD.
  @inline(__always)
  static func step(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
    let first = bytes[index]
    if first < 0x80 { return 1 }
    var low: UInt8 = 0x80
    var high: UInt8 = 0xbf
    let length: Int
    switch first {
    case 0xc2...0xdf: length = 2
    case 0xe0: (length, low) = (3, 0xa0)
    case 0xed: (length, high) = (3, 0x9f)
    case 0xe1...0xef: length = 3
    case 0xf0: (length, low) = (4, 0x90)
    case 0xf4: (length, high) = (4, 0x8f)
    case 0xf1...0xf3: length = 4
    default: return -1
    }
    for offset in 1..<length {
      guard index + offset < bytes.count, bytes[index + offset] >= low, bytes[index + offset] <= high else {
        return -offset
      }
      (low, high) = (0x80, 0xbf)
    }
    return length
  }

  /// The first place that is not well-formed, or nil.
  static func firstProblem(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    let raw = UnsafeRawBufferPointer(bytes)
    var index = UTF8Kernel.active.wellFormedPrefix(bytes)
    while index < raw.count {
      while index + 8 <= raw.count,
        raw.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
      {
        index += 8
      }
      guard index < raw.count else { return nil }
      let length = step(bytes, at: index)
      guard length > 0 else { return index }
      index += length
    }
    return nil
  }

  /// The text with its broken parts replaced.
  static func repaired(_ bytes: [UInt8]) -> MappedText {
    let source = MappedText(bytes)
    return bytes.withUnsafeBufferPointer { buffer in
      guard firstProblem(buffer) != nil else { return source }
      var builder = MappedTextBuilder(from: source)
      var index = 0
      while index < buffer.count {
        let length = step(buffer, at: index)
        if length > 0 {
          builder.copy(index..<(index + length))
          index += length
        } else {
          builder.replace(index..<(index - length), by: [0xef, 0xbf, 0xbd])
          index -= length
        }
      }
      return builder.text
    }
  }
}
