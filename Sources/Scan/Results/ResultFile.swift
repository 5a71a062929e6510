import Randomness
import Tabular

/// Reads a file of results line by line, with constant memory, and checks its account at the end.
public final class ResultFile {
  /// The path.
  public let path: String
  /// The run's header line.
  public let header: [UInt8]
  /// The shard, where the file is a part.
  public private(set) var shard: ScanShard?
  /// The chance that one unmarked record is flagged.
  public private(set) var alpha = 0.0
  /// The counts of the summary; nil before the end, or where there is none.
  public private(set) var tally: ScanTally?
  /// Whether the run was stopped early.
  public private(set) var isInterrupted = false
  /// Whether the summary's digest is that of the lines before it.
  public private(set) var isIntact = false

  private let source: FileSource
  private var buffer: [UInt8] = []
  private var start = 0
  private var digest = ContentDigest()
  private var hasEnded = false

  /// Opens a file; its first line must be a run's header.
  public init(_ path: String) throws(ScanError) {
    self.path = path
    do throws(InputProblem) {
      source = try FileSource(PathName(path))
    } catch {
      throw ScanError(code: .unreadableResults, message: "\(path): \(error.message)", hint: error.hint)
    }
    var first: [UInt8] = []
    while !first.contains(0x0a), first.count < 64 << 20 {
      guard let got = try? source.read(upTo: 1 << 16, into: &first), got > 0 else { break }
    }
    let end = first.firstIndex(of: 0x0a) ?? first.count
    header = Array(first[..<end])
    buffer = Array(first[min(end + 1, first.count)...])
    digest.update(header + [0x0a])
    do throws(TabularError) {
      let value = try JSONValue(parsing: header)
      guard case .object(let members) = value,
        members.contains(where: { $0.name == "type" && $0.value == .string("run") })
      else { throw TabularError(code: .wrongType, message: "", hint: "", offset: 0) }
      for member in members {
        switch (member.name, member.value) {
        case ("alpha", .number(let value)): alpha = value
        case ("alpha", .integer(let value)): alpha = Double(value)
        case ("shard", .object(let parts)):
          if case .integer(let index)? = parts.first(where: { $0.name == "index" })?.value,
            case .integer(let count)? = parts.first(where: { $0.name == "count" })?.value
          {
            shard = ScanShard(index: index, count: count)
          }
        default: break
        }
      }
    } catch {
      throw ScanError(
        code: .unreadableResults, message: "\(path): its first line is no run of 'countermark scan'",
        hint: "give the JSON lines that scan wrote with -o or --json")
    }
  }

  /// The next result or error line, without its line feed; nil at the end, after which the account is known.
  public func next() throws(ScanError) -> [UInt8]? {
    while !hasEnded {
      if let end = buffer[start...].firstIndex(of: 0x0a) {
        let line = Array(buffer[start..<end])
        start = end + 1
        if line.starts(with: Self.summaryMark) {
          hasEnded = true
          try readSummary(line)
          return nil
        }
        digest.update(line + [0x0a])
        return line
      }
      buffer.removeFirst(start)
      start = 0
      do throws(InputProblem) {
        if try source.read(upTo: 1 << 18, into: &buffer) == 0 { hasEnded = true }
      } catch {
        throw ScanError(code: .unreadableResults, message: "\(path): \(error.message)", hint: error.hint)
      }
    }
    return nil
  }

  private static let summaryMark = Array(#"{"type":"summary","#.utf8)

  private func readSummary(_ line: [UInt8]) throws(ScanError) {
    do throws(TabularError) {
      var reader = try ObjectReader(parsing: line, place: "the summary of \(path)")
      tally = try ScanTally(reading: &reader)
      isInterrupted = try reader.bool("interrupted") ?? false
      isIntact = try reader.string("digest") == digest.text()
    } catch {
      throw ScanError(
        code: .unreadableResults, message: error.message, hint: "write the results again with this version")
    }
  }
}
