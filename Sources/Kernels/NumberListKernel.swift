import CKernels

/// Lists of whole numbers in JSON, as token ids are written, checked 64 bytes at a time.
///
/// Rows of ids are most of all bytes that a scan of logged outputs reads; everything else is left to a parser. Equal at every
/// ``CPULevel``. Cost: 5 to 20 gigabytes a second.
public struct NumberListKernel: Sendable {
  private let function: @convention(c) (UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<Int>?) -> Int
  private let counting: @convention(c) (UnsafePointer<UInt8>?, Int, UInt8) -> Int
  private let valuing:
    @convention(c) (
      UnsafePointer<UInt8>?, Int, Int, UnsafeMutablePointer<UInt32>?, Int, UnsafeMutablePointer<Int>?
    ) -> Int

  /// Chooses a level.
  public init(level: CPULevel = .active) {
    let table = cm_list_kernels_at(level.index)
    let base = cm_list_kernels_at(CPULevel.base.index)
    function = table.number_list ?? base.number_list!
    counting = table.count_byte ?? base.count_byte!
    valuing = table.number_values ?? base.number_values!
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

  /// Appends the values of the numbers that ``prefix(of:from:)`` counts, up to the first of more than eight digits.
  ///
  /// Cost: 2 ns a number.
  ///
  /// - Returns: where the next number would begin.
  public func appendValues(
    of bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, to values: inout [UInt32]
  ) -> Int {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "the list lies within the bytes")
    guard let base = bytes.baseAddress else { return range.lowerBound }
    var start = range.lowerBound
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Self.batch) { buffer in
      while true {
        var end = start
        let found = valuing(base, start, range.upperBound, buffer.baseAddress, buffer.count, &end)
        values.append(contentsOf: buffer[..<found])
        start = end
        if found < buffer.count { return }
      }
    }
    return start
  }

  private static let batch = 512

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

  /// The values and end of ``NumberListKernel/appendValues(of:_:to:)``.
  public static func values(of bytes: [UInt8], _ range: Range<Int>) -> (values: [UInt32], end: Int) {
    let front = Array(bytes[..<range.upperBound])
    let length = prefix(of: front, from: range.lowerBound).length
    var (values, end): ([UInt32], Int) = ([], range.lowerBound)
    while end < range.lowerBound + length {
      let comma = front[end...].firstIndex(of: UInt8(ascii: ",")) ?? front.count
      guard comma - end <= 8, let value = UInt32(String(decoding: front[end..<comma], as: UTF8.self)) else {
        break
      }
      values.append(value)
      end = comma + 1
      if end < front.count, front[end] == 0x20 { end += 1 }
    }
    return (values, end)
  }
}
