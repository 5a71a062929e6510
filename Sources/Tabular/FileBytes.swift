#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Small files, read whole.
public enum FileBytes {
  /// The bytes of a file of at most `limit` bytes.
  public static func read(_ path: String, limit: Int) throws(TabularError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let got = chunk.withUnsafeMutableBytes { readBytes(descriptor, $0.baseAddress, $0.count) }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw failure(path) }
      guard got > 0 else { return bytes }
      bytes += chunk[..<got]
      guard bytes.count <= limit else {
        throw TabularError(
          code: .fileTooLarge, message: "\(path): it is larger than \(limit >> 20) MiB",
          hint: "check that this is the file you mean", offset: limit)
      }
    }
  }

  /// The first bytes of a regular file; empty where there are none, or where reading would use a pipe up.
  public static func head(_ path: String, count: Int) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return [] }
    var bytes = [UInt8](repeating: 0, count: max(0, count))
    let got = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    return Array(bytes[..<max(0, got)])
  }

  private static func failure(_ path: String) -> TabularError {
    TabularError(
      code: .unreadable, message: "\(path): \(String(cString: strerror(errno)))",
      hint: "check the path and its permissions", offset: 0)
  }
}

/// `read(2)`, under a name that ``FileBytes/read(_:limit:)`` does not hide.
private func readBytes(_ descriptor: Int32, _ start: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(descriptor, start, count)
}
