import CKernels

/// Strings of JSON, searched and copied 64 bytes at a time.
///
/// Text that has to be tokenised is most of all bytes of its line, with an escape about every sixty of them, or an escape a character where
/// all but ASCII is escaped. It is passed over once to find its end and once to resolve its escapes. Equal at every ``CPULevel``.
public struct JSONStringKernel: Sendable {
  private let searching: @convention(c) (UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<Int>?) -> Int
  private let copying:
    @convention(c) (UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<Int>?) ->
      Int

  /// Chooses a level.
  public init(level: CPULevel = .active) {
    let table = cm_list_kernels_at(level.index)
    let base = cm_list_kernels_at(CPULevel.base.index)
    searching = table.string_front ?? base.string_front!
    copying = table.unescape ?? base.unescape!
  }

  /// The kernel of the active level.
  public static let active = JSONStringKernel()

  /// The length of a front of the bytes from `start` on that has no quote, control character or backslash but those of escapes, and how
  /// many escapes it has.
  ///
  /// It ends before the first such byte, or within the last 64 bytes.
  @inline(__always)
  public func front(of bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> (length: Int, escapes: Int) {
    precondition(start >= 0 && start <= bytes.count, "the string begins within the bytes")
    guard let base = bytes.baseAddress else { return (0, 0) }
    var escapes = 0
    let length = searching(base + start, bytes.count - start, &escapes)
    return (length, escapes)
  }

  /// Copies the bytes of a range, with what escapes stand for, to `target` from `place` on, up to the first backslash that begins none;
  /// returns how many bytes were read and written.
  ///
  /// Half a pair of UTF-16 units, which stands for no character, becomes U+FFFD.
  ///
  /// - Parameter target: has room for the whole range from `place` on, all of which may be written to.
  public func unescape(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, to target: UnsafeMutableBufferPointer<UInt8>,
    at place: Int
  ) -> (read: Int, written: Int) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "the range lies within the bytes")
    precondition(place >= 0 && range.count <= target.count - place, "the target has room")
    guard !range.isEmpty, let base = bytes.baseAddress, let out = target.baseAddress else { return (0, 0) }
    var written = 0
    let read = copying(base + range.lowerBound, range.count, out + place, &written)
    return (read, written)
  }
}

/// The same in plain Swift, byte by byte, to test the kernel against.
public enum JSONStringReference {
  /// What ``JSONStringKernel/front(of:from:)`` gives.
  public static func front(of bytes: [UInt8], from start: Int) -> (length: Int, escapes: Int) {
    var (index, escapes) = (start, 0)
    // A block is begun where 64 bytes are left, anew after each escape.
    var block = start
    while bytes.count - block >= 64 {
      if index == block + 64 {
        block = index
      } else if let escape = escape(bytes[index...]) {
        (index, escapes) = (index + escape.length, escapes + 1)
        block = index
      } else if bytes[index] < 0x20 || bytes[index] == 0x22 || bytes[index] == 0x5c {
        break
      } else {
        index += 1
      }
    }
    return (index - start, escapes)
  }

  /// The bytes that ``JSONStringKernel/unescape(_:_:to:at:)`` reads, counted, and writes.
  public static func unescaped(_ bytes: [UInt8], _ range: Range<Int>) -> (read: Int, written: [UInt8]) {
    var (rest, written) = (bytes[range], [UInt8]())
    while let byte = rest.first {
      if byte != 0x5c {
        written.append(byte)
        rest = rest.dropFirst()
        continue
      }
      guard let escape = escape(rest) else { break }
      rest = rest.dropFirst(escape.length)
      var scalar = UnicodeScalar(escape.unit) ?? "\u{fffd}"
      if 0xd800..<0xdc00 ~= escape.unit, let low = self.escape(rest), 0xdc00..<0xe000 ~= low.unit {
        scalar = UnicodeScalar(0x10000 + (escape.unit - 0xd800) << 10 + (low.unit - 0xdc00))!
        rest = rest.dropFirst(low.length)
      }
      written += Array(UTF8.encode(scalar)!)
    }
    return (range.count - rest.count, written)
  }

  /// The length of the escape that the bytes begin with, and the UTF-16 unit it stands for; nil if they begin with none.
  private static func escape(_ bytes: ArraySlice<UInt8>) -> (length: Int, unit: UInt32)? {
    let bytes = Array(bytes.prefix(6))
    guard bytes.count > 1, bytes[0] == 0x5c else { return nil }
    switch bytes[1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return (2, UInt32(bytes[1]))
    case UInt8(ascii: "b"): return (2, 0x08)
    case UInt8(ascii: "f"): return (2, 0x0c)
    case UInt8(ascii: "n"): return (2, 0x0a)
    case UInt8(ascii: "r"): return (2, 0x0d)
    case UInt8(ascii: "t"): return (2, 0x09)
    case UInt8(ascii: "u"):
      let digits = bytes[2...].compactMap { Character(UnicodeScalar($0)).hexDigitValue }
      return digits.count == 4 ? (6, digits.reduce(0) { $0 << 4 | UInt32($1) }) : nil
    default: return nil
    }
  }
}
