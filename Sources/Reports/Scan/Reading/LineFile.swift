import Randomness

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file of lines, read piece by piece, with the digest of what was read.
///
/// Memory is one piece and one line, whatever the size of the file.
final class LineFile {
  /// A longer line is no result of a scan.
  static let longestLine = 64 << 20

  private let path: String
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var start = 0
  private var hasEnded = false
  private var digest = ContentDigest()
  /// The lines handed out so far.
  private(set) var lineNumber = 0
  /// Whether the last line ended with a line feed.
  private(set) var wasTerminated = true

  init(_ path: String) throws(ReportsError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure(path) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// The next line without its line feed; nil at the end.
  func next() throws(ReportsError) -> [UInt8]? {
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: 0x0a) {
        let line = Array(buffer[start..<end])
        start = end + 1
        lineNumber += 1
        return line
      }
      searched = buffer.count - start
      buffer.removeFirst(start)
      start = 0
      guard buffer.count <= Self.longestLine else {
        throw ReportsError(
          .damagedResults, "\(path), line \(lineNumber + 1): it is longer than \(Self.longestLine >> 20) MiB",
          hint: "check that this is a file that 'countermark scan' wrote")
      }
      if hasEnded {
        guard !buffer.isEmpty else { return nil }
        wasTerminated = false
        lineNumber += 1
        defer { buffer = [] }
        return buffer
      }
      try refill()
    }
  }

  /// Adds a line to the digest of everything before the summary.
  func count(_ line: [UInt8]) { digest.update(line + [0x0a]) }

  /// The digest of the lines counted so far.
  var digestText: String { digest.text() }

  private func refill() throws(ReportsError) {
    let old = buffer.count
    let size = 1 << 18
    buffer.append(contentsOf: repeatElement(0, count: size))
    var got = 0
    repeat {
      got = buffer[old...].withUnsafeMutableBytes { readBytes(descriptor, $0) }
    } while got < 0 && errno == EINTR
    buffer.removeLast(size - max(got, 0))
    guard got >= 0 else { throw Self.failure(path) }
    hasEnded = got == 0
  }

  private static func failure(_ path: String) -> ReportsError {
    ReportsError(
      .unreadableResults, "\(path): \(String(cString: strerror(errno)))",
      hint: "check the path and its permissions")
  }
}

/// `read(2)`, under a name of its own.
private func readBytes(_ descriptor: Int32, _ bytes: UnsafeMutableRawBufferPointer) -> Int {
  read(descriptor, bytes.baseAddress, bytes.count)
}
