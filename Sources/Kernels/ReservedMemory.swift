#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Zeroed memory that the system provides as it is touched, and takes back when this is forgotten.
final class ReservedMemory: @unchecked Sendable {
  let start: UnsafeMutableRawPointer
  private let bytes: Int

  /// Reserves memory; nil where the system refuses.
  ///
  /// - Parameter front: how many of the first bytes shall lie in large pages, which are looked up with fewer steps.
  init?(_ bytes: Int, inLargePages front: Int) {
    guard let block = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0),
      block != UnsafeMutableRawPointer(bitPattern: -1)
    else { return nil }
    #if os(Linux)
    if front >= 4 << 20 { madvise(block, front, MADV_HUGEPAGE) }
    #endif
    (start, self.bytes) = (block, bytes)
  }

  deinit { munmap(start, bytes) }
}
