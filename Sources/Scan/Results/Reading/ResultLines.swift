import Randomness

/// A file of results, line by line, with the digest of what was read.
///
/// Memory is one piece and one line, whatever the size of the file.
final class ResultLines {
  /// A longer line is no result of a scan.
  static let longestLine = 64 << 20

  let path: String
  private let source: FileSource
  private var buffer: [UInt8] = []
  private var start = 0
  private var hasEnded = false
  private var digest = ContentDigest()
  /// The lines handed out so far.
  private(set) var lineNumber = 0
  /// Whether the last line ended with a line feed.
  private(set) var wasTerminated = true

  init(_ path: String) throws(ScanError) {
    self.path = path
    do throws(InputProblem) { source = try FileSource(PathName(path)) } catch {
      throw Self.failure(path, error)
    }
  }

  /// Where the last line stands, for messages.
  var place: String { "\(path), line \(lineNumber)" }

  /// The next line without its line feed; nil at the end.
  func next() throws(ScanError) -> [UInt8]? {
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
        throw ScanError(
          code: .damagedResults,
          message: "\(path), line \(lineNumber + 1): it is longer than \(Self.longestLine >> 20) MiB",
          hint: "check that this is a file that 'countermark scan' wrote")
      }
      if hasEnded {
        guard !buffer.isEmpty else { return nil }
        wasTerminated = false
        lineNumber += 1
        defer { buffer = [] }
        return buffer
      }
      do throws(InputProblem) { hasEnded = try source.read(upTo: 1 << 18, into: &buffer) == 0 } catch {
        throw Self.failure(path, error)
      }
    }
  }

  /// Adds a line to the digest of everything before the summary.
  func count(_ line: [UInt8]) { digest.update(line + [0x0a]) }

  /// The digest of the lines counted so far.
  var digestText: String { digest.text() }

  private static func failure(_ path: String, _ problem: InputProblem) -> ScanError {
    let hint = problem.code == "input-changed" ? "wait until nobody writes to it" : problem.hint
    return ScanError(code: .unreadableResults, message: "\(path): \(problem.message)", hint: hint)
  }
}
