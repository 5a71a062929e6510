import Foundation
import Scan
import TestSupport
import Testing

@Suite("Reading and cutting inputs")
struct RecordReaderTests {
  /// A file that goes when the test ends.
  private final class TemporaryFile {
    private(set) var path = NSTemporaryDirectory() + "/countermark-reader-\(UUID().uuidString)."

    init(_ bytes: [UInt8], suffix: String = "jsonl") throws {
      path += suffix
      try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  private func chunks(_ bytes: [UInt8], limits: InputLimits = .init()) throws -> [RecordChunk] {
    let file = try TemporaryFile(bytes)
    let reader = RecordReader(InputDiscovery.sources(for: [file.path]), limits: limits)
    var chunks: [RecordChunk] = []
    while let chunk = reader.next() { chunks.append(chunk) }
    return chunks
  }

  @Test(
    "lines come whole, once, in order and with their number and offset, wherever blocks end", arguments: 1...6
  )
  func lines(seed: Int) throws {
    var generator = SplitMix64(seed: UInt64(seed))
    var bytes: [UInt8] = []
    var lines: [[UInt8]] = []
    // From empty lines to lines of several blocks.
    for _ in 0..<400 {
      let length =
        seed == 1
        ? Int.random(in: 0...40, using: &generator) : Int(expOf(Double.random(in: 0...14, using: &generator)))
      let line = [UInt8](
        repeating: UInt8.random(in: 33...126, using: &generator), count: min(length, 900_000))
      lines.append(line)
      bytes += line + [UInt8(ascii: "\n")]
      if bytes.count > 12_000_000 { break }
    }
    let endsWithNewline = seed % 2 == 0
    if !endsWithNewline { bytes.removeLast() }
    var seen: [[UInt8]] = []
    for chunk in try chunks([UInt8(ascii: "{")] + bytes) {
      guard case .lines(let part, let first, let offset) = chunk.content else {
        Issue.record("something else than lines")
        continue
      }
      #expect(first == seen.count + 1)
      #expect(offset == seen.reduce(0) { $0 + $1.count + 1 })
      var cut = part.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
      if part.last == UInt8(ascii: "\n") { cut.removeLast() }
      seen += cut
    }
    lines[0].insert(UInt8(ascii: "{"), at: 0)
    if !endsWithNewline, lines.last?.isEmpty == true { lines.removeLast() }
    #expect(seen == lines)
  }

  @Test("a line over the limit is reported at its place, and its neighbours are read")
  func longLines() throws {
    var limits = InputLimits()
    limits.lineBytes = 1_000
    let long = String(repeating: "x", count: 700_000)
    let seen = try chunks(Array("{\"a\": 1}\n\(long)\n{\"a\": 2}\n\(long)".utf8), limits: limits)
    var problems: [Int] = []
    var text = ""
    for chunk in seen {
      switch chunk.content {
      case .problem(let line):
        problems.append(line.record ?? -1)
        #expect(line.outcome == .skipped && line.code == "line-too-long")
      case .lines(let part, _, _): text += String(decoding: part, as: UTF8.self)
      case .rows, .text, .image: Issue.record("no lines")
      }
    }
    #expect(problems == [2, 4])
    #expect(text.contains("{\"a\": 1}") && text.contains("{\"a\": 2}") && !text.contains("xx"))
  }

  @Test("a row over the limit ends its table at the same place, wherever blocks end", arguments: [0, 7, 40])
  func longRows(rowsBefore: Int) throws {
    let short = "id,text,more\n" + String(repeating: "r,\"a, b\",c\n", count: rowsBefore)
    let long = "r," + String(repeating: "x", count: 1_000) + ",c"
    for ending in ["", "\n", "\nr,after,c\n", "\n" + String(repeating: "r,after,c\n", count: 300)] {
      for (row, isOver) in [(long, true), (String(long.dropFirst(4)), false)] {
        var ends: [String] = []
        for block in [16, 100, 1_000, 1 << 19] {
          var limits = InputLimits()
          (limits.lineBytes, limits.blockBytes) = (1_000, block)
          var (text, problems): (String, [String]) = ("", [])
          let file = try TemporaryFile(Array((short + row + ending).utf8), suffix: "csv")
          let reader = RecordReader(InputDiscovery.sources(for: [file.path]), limits: limits)
          while let chunk = reader.next() {
            switch chunk.content {
            case .rows(let bytes, _, _, _): text += String(decoding: bytes, as: UTF8.self)
            case .problem(let line): problems.append("\(line.code) \(line.record ?? 0) \(line.offset ?? 0)")
            case .lines, .text, .image: Issue.record("no rows")
            }
          }
          #expect(problems == (isOver ? ["line-too-long \(rowsBefore + 2) \(short.utf8.count)"] : []))
          #expect(text == String(short.drop { $0 != "\n" }.dropFirst()) + (isOver ? "" : row + ending))
          ends.append(text)
        }
        #expect(Set(ends).count == 1)
      }
    }
  }

  @Test("what fuzzing replays: every prefix of an input is read or refused, under small limits")
  func fuzzCorpus() throws {
    let folder = Golden.packageRoot + "/Tests/ScanTests/FuzzCorpus"
    var limits = InputLimits()
    limits.lineBytes = 256
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(names.count >= 4)
    for name in names {
      let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
      for end in 0...bytes.count {
        let isCut = name.hasSuffix(".gz") && end > 2 && end < bytes.count
        let seen = try chunks(Array(bytes[..<end]), limits: limits)
        // A gzip file that stops inside a member, or goes on after it, is never silently whole.
        let isReported = seen.contains { if case .problem = $0.content { true } else { false } }
        if isCut, name == "lines.gz" { #expect(isReported, "\(name), \(end) bytes") }
      }
    }
  }
}
