import CKernels

/// Strings of JSON, searched and copied 64 bytes at a time.
///
/// Text that has to be tokenised is most of all bytes of its line, and is passed over once to find its end and once to resolve its
/// escapes. Equal at every ``CPULevel``.
public struct JSONStringKernel: Sendable {
  private let searching: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int
  private let copying: @convention(c) (UnsafePointer<UInt8>?, Int, UInt8, UnsafeMutablePointer<UInt8>?) -> Int

  /// Chooses a level.
  public init(level: CPULevel = .active) {
    let table = cm_list_kernels_at(level.index)
    let base = cm_list_kernels_at(CPULevel.base.index)
    searching = table.plain_string ?? base.plain_string!
    copying = table.copy_until ?? base.copy_until!
  }

  /// The kernel of the active level.
  public static let active = JSONStringKernel()

  /// The length of a front of the bytes from `start` on that has no quote, backslash or control character.
  ///
  /// It is the longest, if that ends within a whole block of 64 bytes, and else all whole blocks.
  @inline(__always)
  public func plainPrefix(of bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    precondition(start >= 0 && start <= bytes.count, "the string begins within the bytes")
    guard let base = bytes.baseAddress else { return 0 }
    return searching(base + start, bytes.count - start)
  }

  /// Copies the bytes of a range up to the first `wanted` one, to `target` from `place` on; returns how many they are.
  ///
  /// - Parameter target: has room for the whole range from `place` on, all of which may be written to.
  public func copy(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, until wanted: UInt8,
    to target: UnsafeMutableBufferPointer<UInt8>, at place: Int
  ) -> Int {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "the range lies within the bytes")
    precondition(place >= 0 && range.count <= target.count - place, "the target has room")
    guard !range.isEmpty, let base = bytes.baseAddress, let out = target.baseAddress else { return 0 }
    return copying(base + range.lowerBound, range.count, wanted, out + place)
  }
}

/// The same in plain Swift, byte by byte, to test the kernel against.
public enum JSONStringReference {
  /// The length of ``JSONStringKernel/plainPrefix(of:from:)``.
  public static func plainPrefix(of bytes: [UInt8], from start: Int) -> Int {
    let rest = bytes[start...]
    let end = rest.firstIndex { $0 < 0x20 || $0 == 0x22 || $0 == 0x5c } ?? bytes.count
    return min(end - start, rest.count / 64 * 64)
  }

  /// The bytes that ``JSONStringKernel/copy(_:_:until:to:at:)`` copies.
  public static func copied(_ bytes: [UInt8], _ range: Range<Int>, until wanted: UInt8) -> [UInt8] {
    Array(bytes[range].prefix { $0 != wanted })
  }
}
