import Foundation
import Scan
import TestSupport
import Testing

@Suite("Archives and compressed streams")
struct ArchiveTests {
  static let folder = Golden.packageRoot + "/Tests/ScanTests/FuzzCorpus/"

  /// What a reader gave, as text: kind, name and content, each line and row by itself, so that pieces may be cut anywhere.
  static func contents(
    _ paths: [String], limits: InputLimits = .init(), from position: ScanPosition = .init(),
    each: (ScanPosition, Int) -> Void = { _, _ in }
  ) -> [String] {
    let reader = RecordReader(InputDiscovery.sources(for: paths), limits: limits, from: position)
    var seen: [String] = []
    while let chunk = reader.next() {
      let name = chunk.source.split(separator: "/", maxSplits: 1 << 20).last.map(String.init) ?? ""
      let place = chunk.source.contains("!") ? String(chunk.source.drop { $0 != "!" }) : name
      switch chunk.content {
      case .lines(let bytes, let first, let offset):
        var (number, start) = (first, offset)
        for line in bytes.split(separator: 0x0a, omittingEmptySubsequences: false).dropLast(
          bytes.last == 0x0a ? 1 : 0)
        {
          seen.append("line \(place) \(number) \(start) \(String(decoding: line, as: UTF8.self))")
          number += 1
          start += line.count + 1
        }
      case .rows(let bytes, let header, let first, let offset):
        seen.append(
          "rows \(place) \(first) \(offset) \(header.names) \(String(decoding: bytes, as: UTF8.self))")
      case .text(let bytes): seen.append("text \(place) \(String(decoding: bytes, as: UTF8.self))")
      case .image(let bytes): seen.append("image \(place) \(bytes.count)")
      case .problem(let line): seen.append("problem \(place) \(line.code)")
      }
      each(chunk.end, seen.count)
    }
    return seen
  }

  @Test("members are read by their content, hidden ones, links and folders passed over")
  func members() {
    let lines = [
      #"line !a.jsonl 1 0 {"id": "a", "ids": [5, 6, 7, 8]}"#,
      #"line !a.jsonl 2 33 {"id": "b", "ids": [9, 10, 11]}"#,
    ]
    let text = "text !folder/b.txt A text.\n"
    #expect(Self.contents([Self.folder + "two.tar"]) == lines + [text])
    #expect(Self.contents([Self.folder + "two.tar.gz"]) == lines + [text])
    let zip = Self.contents([Self.folder + "two.zip"])
    #expect(zip.count == 4 && Array(zip[..<3]) == lines + [text])
    #expect(zip[3].hasPrefix("rows !c\u{e9}.csv 2 8 [\"id\", \"text\"] t1"), "\(zip)")
    let nested = Self.contents([Self.folder + "nested.zip"])
    #expect(
      nested.map { $0.prefix(20) } == ["line !inner.tar!a.js", "line !inner.tar!a.js", "text !z.txt last\n"],
      "\(nested)")
    #expect(Self.contents([Self.folder + "deep.zip"]).map { $0.suffix(8) } == ["too-deep"])
    #expect(
      Self.contents([Self.folder + "lines.jsonl.zst"]).map { $0.hasPrefix("line lines.jsonl.zst") } == [
        true, true,
      ])
  }

  @Test("an archive or stream that is cut anywhere says so, and what came before the cut is read")
  func cuts() throws {
    let path = NSTemporaryDirectory() + "/countermark-cut-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    for (name, first) in [("two.tar", 512), ("two.zip", 30), ("lines.jsonl.zst", 6), ("two.tar.gz", 20)] {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: Self.folder + name))
      // A tar needs one block of zeros at its end; the second is custom.
      for end in first..<(bytes.count - (name == "two.tar" ? 512 : 0)) {
        try bytes.prefix(end).write(to: URL(fileURLWithPath: path))
        let seen = Self.contents([path])
        #expect(seen.contains { $0.hasPrefix("problem") }, "\(name) cut at \(end): \(seen)")
      }
    }
  }

  @Test("limits on members, ratio and size end an archive with a code")
  func limits() throws {
    var limits = InputLimits()
    for (members, isOver) in [(1, true), (3, true), (4, false)] {
      limits.archiveMembers = members
      let seen = Self.contents([Self.folder + "two.tar"], limits: limits)
      #expect(
        (seen.last?.hasSuffix("too-many-members") == true) == isOver, "four members, \(members) allowed")
    }
    limits = InputLimits()
    limits.decompressedBytes = 20
    let seen = Self.contents([Self.folder + "two.zip"], limits: limits)
    // What stood before the limit is examined, and the limit is told.
    #expect(seen.contains("problem !a.jsonl decompression-limit"), "\(seen)")
    #expect(seen.contains { $0.hasPrefix("text") }, "the limit is each member's own")
  }

  @Test("reading from any position on gives what is left, whatever the block size")
  func positions() throws {
    let names = [
      "two.tar", "lines.jsonl", "nested.zip", "table.csv", "two.zip", "lines.jsonl.zst", "text", "two.tar.gz",
      "damaged.jsonl.gz", "damaged-long.jsonl.gz",
    ]
    let paths = names.map { Self.folder + $0 }
    var limits = InputLimits()
    limits.lineBytes = 256
    for block in [16, 100, 1 << 19] {
      limits.blockBytes = block
      var places: [(ScanPosition, Int)] = []
      let whole = Self.contents(paths, limits: limits) { places.append(($0, $1)) }
      #expect(places.count > 8)
      for (position, count) in places {
        let rest = Self.contents(paths, limits: limits, from: position)
        #expect(rest == Array(whole[count...]), "block \(block), \(position)")
      }
    }
  }

  @Test("nothing, compressed, is nothing and no damage")
  func emptyStreams() throws {
    let folder = NSTemporaryDirectory() + "/countermark-empty-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let streams = [
      "a.jsonl.zst": "KLUv/SQAAQAAmenYUQ==", "b.jsonl.bz2": "QlpoORdyRThQkAAAAAA=",
      "c.jsonl.xz": "/Td6WFoAAATm1rRGAAAAABzfRCEftvN9AQAAAAAEWVo=",
      "d.jsonl.gz": "H4sIAAAAAAAAAwMAAAAAAAAAAAA=",
    ]
    for (name, content) in streams {
      try #require(Data(base64Encoded: content)).write(to: URL(fileURLWithPath: folder + "/" + name))
    }
    #expect(Self.contents([folder]) == [])
  }

  @Test("where a stream is given up does not depend on how it is read")
  func limitsOfStreams() throws {
    let path = NSTemporaryDirectory() + "/countermark-swollen-\(UUID().uuidString).jsonl.gz"
    defer { try? FileManager.default.removeItem(atPath: path) }
    // 40 MB of lines of blanks in 40 KB, by the system's own gzip.
    let gzip = Process()
    gzip.executableURL = URL(fileURLWithPath: "/bin/sh")
    gzip.arguments = ["-c", "yes '{\"text\": \"a a a a a a\"}' | head -c 40000000 | gzip -9 > '\(path)'"]
    try gzip.run()
    gzip.waitUntilExit()
    var seen: [Int] = []
    for block in [1000, 65_536, 300_000, 1 << 19] {
      var limits = InputLimits()
      limits.blockBytes = block
      limits.decompressionRatio = 100
      var (lines, codes): (Int, [String]) = (0, [])
      let reader = RecordReader(InputDiscovery.sources(for: [path]), limits: limits)
      while let chunk = reader.next() {
        switch chunk.content {
        case .lines(let bytes, _, _): lines += bytes.count { $0 == 0x0a }
        case .problem(let line):
          codes.append(line.code)
          #expect(line.message.contains("100 bytes for each") && !line.hint.contains("--expanded-limit"))
        case .rows, .text, .image: Issue.record("no lines")
        }
      }
      #expect(codes == ["decompression-limit"])
      seen.append(lines)
    }
    #expect(Set(seen).count == 1 && seen[0] > 0, "\(seen)")
  }

  @Test("shards share all ids out, each to one, and about evenly")
  func shards() {
    var counts = [Int](repeating: 0, count: 7)
    let shards = (1...7).compactMap { ScanShard(index: $0, count: 7) }
    for number in 0..<7_000 {
      let takers = shards.indices.filter { shards[$0].accepts("record-\(number)") }
      #expect(takers.count == 1)
      counts[takers[0]] += 1
    }
    // Binomial(7000, 1/7): six standard deviations are 176.
    #expect(counts.allSatisfy { abs($0 - 1000) < 176 }, "\(counts)")
    #expect(ScanShard("2/4") == ScanShard(index: 2, count: 4))
    for wrong in ["0/4", "5/4", "1", "a/b", "1/0", "1/4/2"] { #expect(ScanShard(wrong) == nil) }
  }
}
