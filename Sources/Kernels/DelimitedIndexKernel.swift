import CKernels

/// Where the fields and rows of delimited text end: every delimiter and line feed that stands outside double quotes.
///
/// A reader of tables that knows these places looks at no other byte but those of the fields it wants. Equal at every
/// ``CPULevel``. Cost: 3 to 8 gigabytes a second.
public struct DelimitedIndexKernel: Sendable {
  /// The byte between fields; any but the quote, the line feed and zero.
  public let delimiter: UInt8
  private let function: cm_delimited_index

  /// Chooses a delimiter and a level.
  public init(delimiter: UInt8, level: CPULevel = .active) {
    precondition(
      delimiter != 0 && delimiter != 0x22 && delimiter != 0x0a, "the delimiter is a byte of its own")
    self.delimiter = delimiter
    function = cm_delimited_index_at(level.index) ?? cm_delimited_index_at(CPULevel.base.index)!
  }

  /// Writes the places to `positions`, which grows as needed and keeps its memory, and returns how many there are.
  ///
  /// - Parameter bytes: text that begins outside quotes; shorter than 4 GB.
  public func index(_ bytes: UnsafeBufferPointer<UInt8>, into positions: inout [UInt32]) -> Int {
    precondition(bytes.count < Int(UInt32.max), "a piece of text stays below 4 GB")
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return 0 }
    if positions.count < bytes.count { positions = [UInt32](repeating: 0, count: bytes.count) }
    return positions.withUnsafeMutableBufferPointer {
      function(base, bytes.count, delimiter, $0.baseAddress!)
    }
  }
}

/// The same in plain Swift, byte by byte, to test the kernel against.
public enum DelimitedIndexReference {
  /// Returns the places.
  public static func index(_ bytes: [UInt8], delimiter: UInt8) -> [UInt32] {
    var inside = false
    var places: [UInt32] = []
    for (place, byte) in bytes.enumerated() {
      if byte == 0x22 {
        inside.toggle()
      } else if !inside, byte == delimiter || byte == 0x0a {
        places.append(UInt32(place))
      }
    }
    return places
  }
}
