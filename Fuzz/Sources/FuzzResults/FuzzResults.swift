import Countermark
import FoundationEssentials

/// Reads bytes as results of scans: strictly as merging and reports do, in passing as a run that goes on does, and as a table of decisions.
///
/// A line of a run begins another file, so that one input can hold all parts of a run. Where only the digest of a file is wrong it is
/// put right: no change of bytes would come past it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzResults(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let bench = Bench.shared
  bench.readCheckpoint(bytes)
  var files: [ResultFile] = []
  for (place, part) in bench.parts(of: bytes).enumerated() {
    let path = bench.folder + "/part-\(place)"
    bench.write(part, to: path)
    var file = ResultFile(path, part)
    if let mended = file.mended {
      bench.write(mended, to: path)
      file = ResultFile(path, mended)
    }
    file.check()
    bench.resume(file)
    bench.audit(file)
    files.append(file)
  }
  bench.merge(files)
  bench.report(files.filter { $0.error == nil })
  return 0
}

/// One file and all that was read of it.
struct ResultFile {
  let path: String
  let bytes: [UInt8]
  var account: ScanRunAccount?
  var records: [ScanRecord] = []
  var targets: [ScanTarget] = []
  var error: ScanError?

  init(_ path: String, _ bytes: [UInt8]) {
    (self.path, self.bytes) = (path, bytes)
    do throws(ScanError) { try read() } catch { self.error = error }
  }

  private mutating func read() throws(ScanError) {
    let reader = try ResultReader(path)
    defer { (account, targets) = (reader.account, reader.targets) }
    while let record = try reader.next() { records.append(record) }
  }

  var lines: [ArraySlice<UInt8>] { bytes.split(separator: 0x0a) }

  /// The lines between the first and the last, without the places that lines of parts have.
  var body: [[UInt8]] {
    lines.dropFirst().dropLast().map { line in
      guard line.starts(with: #"{"order":["#.utf8), let close = line.firstIndex(of: UInt8(ascii: "]")) else {
        return Array(line)
      }
      return [UInt8(ascii: "{")] + line[(close + 2)...]
    }
  }

  /// The bytes with the digest that they have; nil where something else is wrong with them.
  var mended: [UInt8]? {
    guard let error, error.message.contains("SHA-256"), let digest = account?.digest,
      let last = lines.last
    else { return nil }
    let name = Array(#""digest":""#.utf8)
    guard let place = last.indices.dropLast(name.count).last(where: { last[$0...].starts(with: name) }),
      let end = last[(place + name.count)...].firstIndex(of: UInt8(ascii: "\""))
    else { return nil }
    return Array(bytes[..<(place + name.count)]) + digest.utf8 + Array(bytes[end...])
  }

  /// Whether the last record may lack lines.
  var isCut: Bool {
    account?.cutLine != nil || bytes.last != 0x0a
      || records.last?.problems.contains { $0.code == "incomplete-record" } ?? false
  }

  var problems: Int { records.reduce(0) { $0 + $1.problems.count } }

  /// What holds of every file that is read.
  func check() {
    guard error == nil, let account else { return }
    let counts = account.counts
    precondition(counts.seen == records.count && records.indices.allSatisfy { records[$0].index == $0 })
    precondition(counts.seen == counts.scanned + counts.skipped + counts.failed, "each record once")
    precondition(counts.flagged == records.count { $0.outcome == .detected }, "flagged is detected")
    precondition(counts.images + counts.insufficient <= 2 * counts.scanned)
    precondition((account.ending == .complete) == (account.incompleteness == nil))
    for finding in records.flatMap(\.findings) {
      precondition(targets.indices.contains(finding.target), "a finding has its target")
      precondition(finding.log10P <= 0 && finding.adjustedLog10P <= 0 && finding.log10P.isFinite)
      precondition(finding.power.map { $0 >= 0 && $0 <= 1 } ?? true, "power is a probability")
      precondition(finding.map.map { $0.log10P.count == $0.columns * $0.rows } ?? true, "a map is full")
    }
  }
}

/// Where files lie, and what stands beside them; made once.
struct Bench: @unchecked Sendable {
  static let shared = Bench()
  let folder: String
  private let run: ScanRun
  private let header: String
  private let inventory = InputInventory([])

  /// Files in memory are written faster, and never wait for a disk.
  private init() {
    let root = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : "/tmp"
    folder = "\(root)/countermark-fuzz-results-\(ProcessInfo.processInfo.processIdentifier)"
    guard
      (try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)) != nil,
      let rule = try? DecisionRule()
    else { preconditionFailure("a folder can be made") }
    run = ScanRun(
      plan: ScanPlan(
        text: TextScanPlan(targets: [], tokenizers: [], rule: rule),
        images: ImageScanPlan(lattices: [], rule: rule)))
    var json = JSONWriter()
    RunHeader(version: "fuzz", run: run).write(to: &json)
    header = String(decoding: json.bytes.dropLast(), as: UTF8.self)
    write(
      Array("id,language,marked\nsea,en,true\nland,de,false\n,de,true\n".utf8), to: folder + "/labels.csv")
    let line = "{\"id\": \"sea\", \"output\": \"\(String(repeating: "Sea and sand \u{e9}. ", count: 80))\"}\n"
    write(Array(line.utf8), to: folder + "/in.jsonl")
  }

  func write(_ bytes: [UInt8], to path: String) {
    precondition((try? Data(bytes).write(to: URL(filePath: path))) != nil, "a file can be written")
  }

  private func bytes(of path: String) -> [UInt8] {
    (try? Array(Data(contentsOf: URL(filePath: path)))) ?? []
  }

  /// The files in an input, at most four.
  func parts(of bytes: [UInt8]) -> [[UInt8]] {
    let mark = Array(#"{"type":"run","#.utf8)
    var parts: [[UInt8]] = []
    var begin = 0
    for place in bytes.indices.dropFirst()
    where bytes[place - 1] == 0x0a && bytes[place...].starts(with: mark) && parts.count < 3 {
      parts.append(Array(bytes[begin..<place]))
      begin = place
    }
    return parts + [Array(bytes[begin...])]
  }

  /// A checkpoint that is read and written reads the same.
  func readCheckpoint(_ bytes: [UInt8]) {
    guard let value = try? JSONValue(parsing: bytes), case .object(let members) = value,
      members.contains(where: { $0.name == "checkpoint" }),
      case .string(let header)? = members.first(where: { $0.name == "run" })?.value
    else { return }
    let file = CheckpointFile(folder + "/checkpoint")
    defer { file.remove() }
    guard (try? file.begin(inventory)) != nil else { return }
    write(bytes, to: file.path)
    _ = try? file.read(header: self.header, inventory: inventory)
    // The digest put right, or nothing behind it would ever be met.
    let mark = Array(#","digest":"#.utf8)
    if let place = bytes.indices.last(where: { bytes[$0...].starts(with: mark) }) {
      let body = Array(bytes[..<place])
      write(
        body + mark + Array("\"\(ContentDigest.of(body + [UInt8(ascii: "}")]))\"}\n".utf8), to: file.path)
    }
    _ = try? file.read(header: self.header, inventory: inventory)
    guard let read = try? file.read(header: header, inventory: inventory) else { return }
    precondition((try? file.write(read)) != nil)
    let first = self.bytes(of: file.path)
    guard let again = try? file.read(header: header, inventory: inventory) else {
      preconditionFailure("a checkpoint is read again")
    }
    precondition((try? file.write(again)) != nil)
    precondition(first == self.bytes(of: file.path), "a checkpoint comes back from its own text")
  }

  /// A run goes on behind results with the tests that are in them, and its end makes one account with them.
  func resume(_ file: ResultFile) {
    let (output, checkpoints) = (folder + "/results", CheckpointFile(folder + "/state"))
    write(file.bytes, to: output + ".partial")
    let counts = file.account?.counts ?? ScanTally()
    guard (try? checkpoints.begin(inventory)) != nil,
      (try? checkpoints.write(
        ScanCheckpoint(
          header: header, position: ScanPosition(), tally: counts, outputBytes: file.bytes.count,
          outputDigest: ContentDigest.of(file.bytes), isComplete: false))) != nil,
      var stream = try? ResultStream(
        header: RunHeader(version: "fuzz", run: run), output: output, checkpoints: checkpoints,
        inventory: inventory)
    else { preconditionFailure("a run goes on") }
    guard file.error == nil, !file.isCut else { return }
    var discoveries = DiscoveryCount()
    for finding in file.records.flatMap(\.findings) { discoveries.add(log10PValue: finding.log10P) }
    let seen = stream.finishedSummary.discoveries
    precondition(seen.tests == discoveries.tests, "each test is seen")
    precondition(
      seen.result()?.rejected == discoveries.result()?.rejected
        && seen.result()?.log10Threshold == discoveries.result()?.log10Threshold, "the same are rejected")
    guard let account = file.account, account.ending == .missing,
      account.alpha == run.plan.text.rule.alpha
    else { return }
    precondition((try? stream.finish(isInterrupted: false)) != nil)
    let whole = ResultFile(output, bytes(of: output))
    precondition(
      whole.error == nil && whole.account?.ending == .complete && whole.account?.counts == counts
        && whole.records == file.records, "what goes on behind a whole record ends whole")
  }

  /// As a table of decisions, each record is once in the account, and each problem.
  func audit(_ file: ResultFile) {
    guard let results = try? ScanResults(paths: [file.path]) else { return }
    let schema = CubeSchema(
      groups: [TableColumn("language")], label: TableColumn("marked"), prediction: TableColumn("detected"),
      score: "evidence")
    let cube = try? results.counting(labels: [folder + "/labels.csv"], schema: schema, missing: [])
    guard file.error == nil, !file.isCut else { return }
    let findings = file.records.flatMap(\.findings)
    let failed = file.problems + findings.count { $0.verdict == "invalid" || $0.verdict == "error" }
    precondition(results.failed == failed, "each problem is counted")
    guard let cube else { return }
    let judged = file.records.filter { record in
      record.findings.contains { $0.verdict != "invalid" && $0.verdict != "error" }
    }
    let names = Set(judged.map { $0.source + "\u{1f}" + $0.id })
    precondition(cube.rowsRead == names.count + failed, "each record is counted")
  }

  /// Parts that are put together are a whole run with the lines of its parts.
  func merge(_ files: [ResultFile]) {
    let output = folder + "/merged"
    guard (try? ShardMerge(files.map(\.path)).run(output: output)) != nil else { return }
    precondition(files.allSatisfy { $0.error == nil && $0.account?.ending == .complete })
    let whole = ResultFile(output, bytes(of: output))
    guard whole.error == nil, let account = whole.account else {
      preconditionFailure("what was merged is read: \(whole.error?.message ?? "")")
    }
    precondition(account.ending == .complete && account.shard == nil, "a whole run")
    precondition(account.counts.seen == files.reduce(0) { $0 + $1.records.count }, "each record once")
    let lines = files.flatMap(\.body)
    precondition(
      files.count == 1
        ? whole.body == lines
        : Set(whole.body) == Set(lines) && whole.body.count == lines.count, "all lines and no other")
    whole.check()
  }

  /// Reports are made of what is read, and are what they should be.
  func report(_ files: [ResultFile]) {
    guard !files.isEmpty, files.reduce(0, { $0 + $1.records.count }) <= 64,
      let report = try? ScanReport(paths: files.map(\.path), version: "fuzz")
    else { return }
    precondition(report.counts.seen == files.reduce(0) { $0 + $1.records.count }, "each record is counted")
    precondition(report.outcomes.values.reduce(0, +) == report.counts.seen, "each has one outcome")
    var table: [UInt8] = []
    var log: [UInt8] = []
    precondition((try? report.writeCSV { table += $0 }) != nil && table.starts(with: "file,".utf8))
    precondition((try? report.writeSARIF { log += $0 }) != nil && (try? JSONValue(parsing: log)) != nil)
    precondition((try? report.writeJUnit { _ in }) != nil && (try? report.markdown()) != nil)
    guard let cards = try? report.cards() else { preconditionFailure("cards are read") }
    let evidence = ScanEvidenceReader(folder: folder).evidence(for: cards, of: report)
    precondition(evidence.count == cards.count, "evidence is there or absent")
    precondition((try? report.html(cards: cards, evidence: evidence)) != nil)
  }
}
