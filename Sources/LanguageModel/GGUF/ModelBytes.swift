#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The bytes of a model's file: mapped, so that weights are read from the page cache and shared among processes, or in memory.
///
/// Immutable, and kept alive by whatever reads weights from it. A mapped file must not be shortened while it is in use.
final class ModelBytes: @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer
  private let isMapped: Bool

  /// Maps a file.
  init(contentsOfFile path: String) throws(LanguageModelError) {
    func unreadable(_ reason: String) -> LanguageModelError {
      LanguageModelError(
        code: .unreadableFile, message: "the model \(path): \(reason)",
        hint: "give the path of a GGUF file; 'make model' fetches a small one")
    }
    func lastError() -> String { String(cString: strerror(errno)) }
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw unreadable(lastError()) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw unreadable(lastError()) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw unreadable("it is no file") }
    guard status.st_size > 0 else { throw unreadable("it is empty") }
    let size = Int(status.st_size)
    guard let memory = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), memory != MAP_FAILED else {
      throw unreadable(lastError())
    }
    bytes = UnsafeRawBufferPointer(start: memory, count: size)
    isMapped = true
  }

  /// Copies bytes.
  init(_ source: [UInt8]) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(source.count, 1), alignment: 64)
    memory.copyBytes(from: source)
    bytes = UnsafeRawBufferPointer(rebasing: memory[..<source.count])
    isMapped = false
  }

  deinit {
    if isMapped {
      munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    } else {
      bytes.deallocate()
    }
  }
}
