import Kernels

/// The lines of some bytes.
public enum ByteLines {
  /// Hands each line, without its line feed, and the place where it begins to `body`; the last may lack its line feed.
  public static func forEach(
    in bytes: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>, Int) -> Void
  ) {
    var start = 0
    while start < bytes.count {
      let end = ByteSearch.first(UInt8(ascii: "\n"), in: bytes, start..<bytes.count)
      body(UnsafeBufferPointer(rebasing: bytes[start..<end]), start)
      start = end + 1
    }
  }
}
