import CKernels

/// Strings of JSON, searched and copied 64 bytes at a time.
///
/// Text that has to be tokenised is most of all bytes of its line, with an escape about every sixty of them. It is passed over once to find
/// its end and once to resolve its escapes. Equal at every ``CPULevel``.
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

  /// The length of a front of the bytes from `start` on that has no quote, control character or backslash, but for escapes of two bytes,
  /// and how many of these it has.
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

  /// Copies the bytes of a range, with what its escapes of two bytes stand for, to `target` from `place` on, up to the first other
  /// backslash; returns how many bytes were read and written.
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
      } else if bytes[index] == 0x5c, index + 1 < bytes.count, meaning(of: bytes[index + 1]) != nil {
        (index, escapes) = (index + 2, escapes + 1)
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
    var (index, written) = (range.lowerBound, [UInt8]())
    while index < range.upperBound {
      if bytes[index] != 0x5c {
        written.append(bytes[index])
        index += 1
      } else if index + 1 < range.upperBound, let byte = meaning(of: bytes[index + 1]) {
        written.append(byte)
        index += 2
      } else {
        break
      }
    }
    return (index - range.lowerBound, written)
  }

  /// What the byte after a backslash stands for.
  private static func meaning(of byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0c
    case UInt8(ascii: "n"): 0x0a
    case UInt8(ascii: "r"): 0x0d
    case UInt8(ascii: "t"): 0x09
    default: nil
    }
  }
}
