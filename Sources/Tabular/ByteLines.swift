#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The lines of some bytes.
public enum ByteLines {
  /// Hands each line, without its line feed, and the place where it begins to `body`; the last may lack its line feed.
  public static func forEach(
    in bytes: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>, Int) -> Void
  ) {
    guard let base = bytes.baseAddress else { return }
    var start = 0
    while start < bytes.count {
      let found = memchr(base + start, 0x0a, bytes.count - start)
      let end = found.map { UnsafeRawPointer($0) - UnsafeRawPointer(base) } ?? bytes.count
      body(UnsafeBufferPointer(rebasing: bytes[start..<end]), start)
      start = end + 1
    }
  }
}
