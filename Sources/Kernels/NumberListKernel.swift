import CKernels

/// Lists of whole numbers in JSON, as token ids are written, checked 64 bytes at a time.
///
/// Rows of ids are most of all bytes that a scan of logged outputs reads; everything else is left to a parser. Equal at every
/// ``CPULevel``. Cost: 5 to 20 gigabytes a second.
public struct NumberListKernel: Sendable {
  private let function: @convention(c) (UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<Int>?) -> Int
  private let counting: @convention(c) (UnsafePointer<UInt8>?, Int, UInt8) -> Int

  /// Chooses a level.
  public init(level: CPULevel = .active) {
    let table = cm_list_kernels_at(level.index)
    let base = cm_list_kernels_at(CPULevel.base.index)
    function = table.number_list ?? base.number_list!
    counting = table.count_byte ?? base.count_byte!
  }

  /// The kernel of the active level.
  public static let active = NumberListKernel()

  /// The bytes from `start` on that are whole numbers without sign, each with the comma behind it and at most one blank, and how
  /// many numbers they are.
  ///
  /// A number that another kind of byte follows is not among them, nor one with a leading zero.
  @inline(__always)
  public func prefix(
    of bytes: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> (length: Int, numbers: Int) {
    precondition(start >= 0 && start <= bytes.count, "the list begins within the bytes")
    guard let base = bytes.baseAddress else { return (0, 0) }
    var numbers = 0
    let length = function(base + start, bytes.count - start, &numbers)
    return (length, numbers)
  }

  /// How often a byte occurs.
  public func count(of byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
    guard let base = bytes.baseAddress else { return 0 }
    return counting(base, bytes.count, byte)
  }
}

/// The same in plain Swift, byte by byte, to test the kernel against.
public enum NumberListReference {
  /// The length and count of ``NumberListKernel/prefix(of:from:)``.
  public static func prefix(of bytes: [UInt8], from start: Int) -> (length: Int, numbers: Int) {
    var (end, numbers) = (start, 0)
    while true {
      var index = end
      while index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 { index += 1 }
      let digits = index - end
      guard digits > 0, digits == 1 || bytes[end] != 0x30, index < bytes.count,
        bytes[index] == UInt8(ascii: ",")
      else { return (end - start, numbers) }
      index += 1
      if index < bytes.count, bytes[index] == 0x20 { index += 1 }
      (end, numbers) = (index, numbers + 1)
    }
  }
}
