import CKernels

/// Tells how much of some bytes is UTF-8, 64 bytes at a time.
///
/// All text that a scan reads is checked before anything else is made of it. The kernel tells only that a front is well-formed, by the
/// rules of Unicode 15, table 3-7; where and what the first mistake is, its caller looks for in the rest. Cost: some 10
/// gigabytes a second of mixed text at the levels with vectors; at the base level only a front of ASCII is told.
public struct UTF8Kernel: Sendable {
  private let function: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int
  /// Whether text beyond ASCII is told too.
  public let isVectorized: Bool

  /// Chooses a level.
  public init(level: CPULevel = .active) {
    let own = level == .base ? nil : cm_utf8_prefix_at(level.index)
    isVectorized = own != nil
    function = own ?? cm_utf8_prefix_at(CPULevel.base.index)!
  }

  /// The kernel of the active level.
  public static let active = UTF8Kernel()

  /// The length of a front that is well-formed and ends with a whole sequence; it need not be the longest.
  @inline(__always)
  public func wellFormedPrefix(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    bytes.isEmpty ? 0 : function(bytes.baseAddress, bytes.count)
  }
}
