import Foundation
import Randomness
import Scan
import TestSupport
import Testing
import TextWatermark

@Suite("Damaged files of results")
struct ResultReaderTests {
  private static let corpus = Golden.packageRoot + "/Tests/ScanTests/ResultsCorpus/"
  private let folder: String

  init() throws {
    folder =
      FileManager.default.temporaryDirectory.appending(
        path: "results-\(UInt64.random(in: 0 ... .max))"
      ).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private static func corpusBytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: corpus + name)))
  }

  @discardableResult
  private func write(_ bytes: [UInt8], _ name: String) throws -> String {
    let path = folder + "/" + name
    try Data(bytes).write(to: URL(filePath: path))
    return path
  }

  /// A file as far as it is read.
  private struct Reading {
    var account: ScanRunAccount?
    var records: [ScanRecord] = []
    var error: ScanError?
    var tests: Int { records.reduce(0) { $0 + $1.findings.count } }
  }

  private func read(_ path: String) -> Reading {
    func fill(_ reading: inout Reading) throws(ScanError) {
      let reader = try ResultReader(path)
      defer { reading.account = reader.account }
      while let record = try reader.next() { reading.records.append(record) }
    }
    var reading = Reading()
    do throws(ScanError) { try fill(&reading) } catch { reading.error = error }
    return reading
  }

  /// What the fuzzer asks of every file that is read.
  private func look(_ reading: Reading, _ comment: Comment) {
    guard reading.error == nil, let account = reading.account else {
      #expect(reading.error?.hint.isEmpty == false, comment)
      return
    }
    let counts = account.counts
    #expect(counts.seen == reading.records.count, comment)
    #expect(counts.seen == counts.scanned + counts.skipped + counts.failed, comment)
    #expect(counts.flagged == reading.records.count { $0.outcome == .detected }, comment)
    #expect((account.ending == .complete) == (account.incompleteness == nil), comment)
    #expect(
      reading.records.flatMap(\.findings).allSatisfy { $0.log10P <= 0 && $0.adjustedLog10P <= 0 }, comment)
  }

  /// The file with the digest that its lines have.
  private func mended(_ bytes: [UInt8]) -> [UInt8] {
    let lines = bytes.split(separator: 0x0a)
    guard let last = lines.last else { return bytes }
    let digest = ContentDigest.of(Array(bytes[..<last.startIndex]))
    let text = String(decoding: last, as: UTF8.self)
    guard let place = text.range(of: #""digest":"sha256:"#) else { return bytes }
    return Array(bytes[..<last.startIndex])
      + Array((text[..<place.lowerBound] + #""digest":""# + digest + "\"}\n").utf8)
  }

  private static let results = [
    "whole.jsonl", "cut.jsonl", "open.jsonl", "maps.jsonl", "shard.jsonl", "two.jsonl", "limits.jsonl",
  ]

  @Test("Files of the fuzzer's corpus are read as what they are, and every beginning of them as incomplete")
  func corpus() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.corpus).sorted()
    #expect(names == (Self.results + ["checkpoint.json", "parts.jsonl"]).sorted())
    for name in Self.results {
      let bytes = try Self.corpusBytes(name)
      let whole = read(Self.corpus + name)
      look(whole, "\(name)")
      #expect(whole.error == nil, "\(name)")
      #expect((whole.account?.ending == .complete) == !["cut.jsonl", "open.jsonl"].contains(name), "\(name)")
      #expect((whole.account?.cutLine != nil) == (name == "cut.jsonl"), "\(name)")
      for end in stride(from: 0, to: bytes.count - 1, by: 7) {
        let path = try write(Array(bytes[..<end]), "cut")
        let cut = read(path)
        look(cut, "\(name), \(end) bytes")
        #expect(cut.error != nil || cut.account?.ending == .missing, "\(name), \(end) bytes")
        // A first line that is cut says nothing of the run.
        if bytes[..<end].contains(0x0a) { #expect(cut.error == nil, "\(name), \(end) bytes") }
      }
    }
    #expect(read(Self.corpus + "maps.jsonl").records.contains { $0.findings.contains { $0.map != nil } })
    #expect(read(Self.corpus + "whole.jsonl").records.contains { $0.findings.contains { !$0.spans.isEmpty } })
    let problems = read(Self.corpus + "limits.jsonl").records.flatMap(\.problems)
    #expect(problems.contains(where: \.isSkipped) && problems.contains { !$0.isSkipped })
    #expect(read(Self.corpus + "parts.jsonl").error?.code == .damagedResults)
  }

  @Test(
    "Bytes changed, cut or doubled anywhere are read or refused, also where the digest is that of the bytes")
  func mutations() throws {
    var random = SplitMix64(seed: 3)
    let files = try Self.results.map(Self.corpusBytes)
    var read = 0
    for round in 0..<1_500 {
      let bytes = random.damage(files[Int(random.next() % UInt64(files.count))], changes: 2)
      let reading = self.read(try write(mended(bytes), "changed"))
      look(reading, "round \(round)")
      read += reading.error == nil ? 1 : 0
      _ = try? ShardMerge([folder + "/changed"]).run(output: folder + "/merged")
    }
    #expect(read > 300, "\(read)")
  }

  @Test("Parts give the bytes of the whole, one part and two")
  func merging() throws {
    let whole = try Self.corpusBytes("whole.jsonl")
    let both = String(decoding: try Self.corpusBytes("parts.jsonl"), as: UTF8.self)
    let border = try #require(both.range(of: #"{"type":"run""#, options: .backwards)?.lowerBound)
    let parts = [
      try write(Array(both[..<border].utf8), "part-1"), try write(Array(both[border...].utf8), "part-2"),
    ]
    for paths in [[Self.corpus + "shard.jsonl"], parts, parts.reversed()] {
      _ = try ShardMerge(paths).run(output: folder + "/merged")
      #expect(Array(try Data(contentsOf: URL(filePath: folder + "/merged"))) == whole)
    }
    // Counts that a summary need not have are those of the lines.
    let lines = both[..<border].replacing(
      try Regex(#""retokenized":.*"detected_by_profile":\[[0-9,]*\],"#), with: "")
    #expect(lines.count < both[..<border].count)
    try write(mended(Array(lines.utf8)), "part-1")
    _ = try ShardMerge(parts).run(output: folder + "/merged")
    let merged = read(folder + "/merged")
    #expect(
      merged.error == nil && merged.account?.counts == read(Self.corpus + "whole.jsonl").account?.counts)
  }

  @Test("Counts that no run reaches are refused, and their sums never stop the program")
  func counts() throws {
    let whole = String(decoding: try Self.corpusBytes("whole.jsonl"), as: UTF8.self)
    for (said, large) in [
      (#""skipped":0"#, #""skipped":9223372036854775807"#),
      (#""tokens_differing":0"#, #""tokens_differing":9223372036854775807"#),
      (#""tests":6"#, #""tests":9223372036854775807"#),
    ] {
      #expect(whole.contains(said), "\(said)")
      let path = try write(mended(Array(whole.replacing(said, with: large).utf8)), "large")
      let error = try #require(read(path).error, "\(said)")
      #expect(error.code == .damagedResults && error.message.contains("is no count"), "\(error.message)")
    }
  }

  private func run() throws -> ScanRun {
    let rule = try DecisionRule()
    return ScanRun(
      plan: ScanPlan(
        text: TextScanPlan(targets: [], tokenizers: [], rule: rule),
        images: ImageScanPlan(lattices: [], rule: rule)))
  }

  @Test("A run goes on behind whole records with every test that is in them")
  func goingOn() throws {
    var header = JSONWriter()
    RunHeader(version: "test", run: try run()).write(to: &header)
    let line = String(decoding: header.bytes.dropLast(), as: UTF8.self)
    let (inventory, checkpoints) = (InputInventory([]), CheckpointFile(folder + "/state"))
    for name in ["whole.jsonl", "open.jsonl", "shard.jsonl", "two.jsonl", "limits.jsonl"] {
      let bytes = try Self.corpusBytes(name)
      let before = read(Self.corpus + name)
      let counts = try #require(before.account).counts
      try write(bytes, "out.partial")
      try checkpoints.begin(inventory)
      try checkpoints.write(
        ScanCheckpoint(
          header: line, position: ScanPosition(), tally: counts, outputBytes: bytes.count,
          outputDigest: ContentDigest.of(bytes), isComplete: false))
      var stream = try ResultStream(
        header: RunHeader(version: "test", run: try run()), output: folder + "/out", checkpoints: checkpoints,
        inventory: inventory)
      #expect(stream.finishedSummary.discoveries.tests == before.tests, "\(name)")
      guard before.account?.ending == .missing else { continue }
      _ = try stream.finish(isInterrupted: false)
      let after = read(folder + "/out")
      #expect(after.error == nil && after.account?.ending == .complete, "\(name)")
      #expect(after.records == before.records && after.account?.counts == counts, "\(name)")
    }
  }

  @Test(
    "A checkpoint comes back from its own text; one with numbers that no run can count on from is refused")
  func checkpoint() throws {
    let text = String(decoding: try Self.corpusBytes("checkpoint.json"), as: UTF8.self)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let header = try #require(object["run"] as? String)
    let (inventory, file) = (InputInventory([]), CheckpointFile(folder + "/state"))
    try file.begin(inventory)
    try write(Array(text.utf8), "state")
    let read = try #require(try file.read(header: header, inventory: inventory))
    try file.write(read)
    #expect(try String(contentsOfFile: folder + "/state", encoding: .utf8) == text)
    for (said, large) in [
      (#""line":1"#, #""line":9223372036854775807"#), (#""seen":2"#, #""seen":9223372036854775807"#),
      (#""detected_by_profile":[0"#, #""detected_by_profile":[9223372036854775807"#),
    ] {
      #expect(text.contains(said))
      try write(Array(text.replacing(said, with: large).utf8), "state")
      let error = #expect(throws: ScanError.self) { try file.read(header: header, inventory: inventory) }
      #expect(error?.code == .damagedCheckpoint)
    }
    // What no run counts on from is refused even where somebody put the digest right.
    let open = try #require(text.range(of: #","digest":"#)).lowerBound
    let body = text[..<open].replacing(#""line":1"#, with: #""line":9223372036854775807"#)
    let digest = ContentDigest.of(Array((body + "}").utf8))
    try write(Array((body + #","digest":"\#(digest)"}"# + "\n").utf8), "state")
    let error = #expect(throws: ScanError.self) { try file.read(header: header, inventory: inventory) }
    #expect(error?.code == .damagedCheckpoint && error?.message.contains("out of range") == true)
  }

  @Test("a checkpoint of which any byte was changed is refused: it could go on from another place")
  func changedCheckpoint() throws {
    let bytes = try Self.corpusBytes("checkpoint.json")
    let text = String(decoding: bytes, as: UTF8.self)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    let header = try #require(object["run"] as? String)
    let (inventory, file) = (InputInventory([]), CheckpointFile(folder + "/state"))
    try file.begin(inventory)
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 1
      try write(changed, "state")
      #expect(throws: ScanError.self, "byte \(place)") {
        try file.read(header: header, inventory: inventory)
      }
    }
    let moved = text.replacing(#""line":1"#, with: #""line":2"#)
    #expect(moved != text)
    for (content, said) in [(moved, "is damaged"), ("an input of somebody\n", "checkpoint")] {
      try write(Array(content.utf8), "state")
      let error = #expect(throws: ScanError.self) { try file.read(header: header, inventory: inventory) }
      #expect(error?.code == .damagedCheckpoint && error?.message.contains(said) == true)
      #expect(error?.hint.contains("remove it to start over") == true)
    }
  }
}
