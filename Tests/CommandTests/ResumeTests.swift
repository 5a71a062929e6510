import Foundation
import TestSupport
import Testing

/// Runs over mixed inputs that are killed, and go on.
@Suite("Runs that are stopped, and shards")
struct ResumeTests {
  /// A ring, profiles and a folder with texts, ids, a table, pictures and archives.
  private struct Mixed {
    let bench: Bench
    let folder: String
    var known: [String]

    init(seed: UInt64) throws {
      bench = try Bench(tokenizer: true)
      folder = bench.scratch.path + "/in"
      var random = SplitMix64(seed: seed)
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let rows = (0..<3_000).map { row in
        let ids = (0..<40).map { _ in Int.random(in: 0..<400, using: &random) }
        return row % 97 == 5
          ? "{\"id\": \"bad-\(row)\", \"ids\": [1, " : "{\"id\": \"r\(row)\", \"ids\": \(ids)}"
      }
      try bench.scratch.file("in/ids.jsonl", rows.joined(separator: "\n") + "\n")
      let texts = (0..<60).map {
        "{\"id\": \"t\($0)\", \"output\": \"\(String(repeating: "Some words number \($0). ", count: 8))\"}\n"
      }
      try bench.scratch.file("in/texts.jsonl", texts.joined())
      try bench.scratch.file(
        "in/table.csv", "id,output\n" + (0..<200).map { "c\($0),\"some, text \($0)\"\n" }.joined())
      try bench.scratch.file("in/page.txt", "A page of text.\n")
      try bench.scratch.file("in/empty.bin", Data([0, 1, 2]))
      for name in ["two.tar", "nested.zip", "lines.jsonl.zst", "deep.zip"] {
        try FileManager.default.copyItem(
          atPath: Golden.packageRoot + "/Tests/ScanTests/FuzzCorpus/" + name, toPath: folder + "/" + name)
      }
      let photos = Bench.corpora + "/photos/unmarked"
      for name in try FileManager.default.contentsOfDirectory(atPath: photos).sorted().prefix(2) {
        try FileManager.default.copyItem(atPath: photos + "/" + name, toPath: folder + "/" + name)
      }
      // Compressed lines that end too early: records, and then a problem of the input.
      let lines = try bench.scratch.file("cut.jsonl", rows.prefix(900).joined(separator: "\n") + "\n")
      _ = try Tool.launch("/bin/gzip", ["-n", lines])
      let packed = try Data(contentsOf: URL(fileURLWithPath: lines + ".gz"))
      try bench.scratch.file("in/cut.jsonl.gz", packed.prefix(packed.count * 2 / 3))
      known = bench.known
    }

    func scan(_ output: String, _ more: [String] = []) throws -> Tool.Run {
      try Tool.run(["scan", folder, "-o", bench.scratch.path + "/" + output, "-j", "2"] + known + more)
    }

    func bytes(_ output: String) throws -> Data {
      try Data(contentsOf: URL(fileURLWithPath: bench.scratch.path + "/" + output))
    }

    /// The command with a checkpoint after each piece, ready to be started.
    func process(_ output: String) -> Process {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: Tool.path)
      process.arguments =
        ["scan", folder, "-o", bench.scratch.path + "/" + output, "-j", "2", "--checkpoint"]
        + [bench.scratch.path + "/" + output + ".state", "--checkpoint-interval", "0"] + known
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      return process
    }
  }

  /// `COUNTERMARK_KILLS` makes it longer; every kill is at another instant of the run's length.
  @Test("kill -9 at any instant: the same command ends with the bytes of a run that was never stopped")
  func kills() throws {
    let mixed = try Mixed(seed: 41)
    let wholeStart = Date()
    #expect(try mixed.scan("whole.jsonl").status == 3)
    let length = Date().timeIntervalSince(wholeStart)
    let whole = try mixed.bytes("whole.jsonl")
    let wanted = Int(ProcessInfo.processInfo.environment["COUNTERMARK_KILLS"] ?? "") ?? 8
    var random = SplitMix64(seed: 7)
    var (kills, round) = (0, 0)
    while kills < wanted {
      round += 1
      let output = "out-\(round).jsonl"
      var isDone = false
      // Some rounds are killed again and again before they end.
      for attempt in 0..<40 where !isDone {
        let process = mixed.process(output)
        try process.run()
        if attempt < 39, kills < wanted {
          usleep(UInt32(Double.random(in: 0.001...max(0.02, length * 1.1), using: &random) * 1e6))
          if process.isRunning {
            kill(process.processIdentifier, SIGKILL)
            kills += 1
          }
        }
        process.waitUntilExit()
        isDone = process.terminationReason == .exit
        if isDone { #expect(process.terminationStatus == 3) }
      }
      #expect(isDone)
      #expect(try mixed.bytes(output) == whole, "round \(round)")
      let left = try FileManager.default.contentsOfDirectory(atPath: mixed.bench.scratch.path)
      #expect(left.filter { $0.hasPrefix(output) } == [output], "\(left)")
    }
  }

  @Test(
    "while a run lasts, another one on its results or its checkpoint is refused; after kill -9 it goes on")
  func twoRuns() throws {
    let mixed = try Mixed(seed: 45)
    _ = try mixed.scan("whole.jsonl")
    let folder = mixed.bench.scratch.path
    let first = mixed.process("out.jsonl")
    try first.run()
    for _ in 0..<10_000 where !FileManager.default.fileExists(atPath: folder + "/out.jsonl.state") {
      usleep(500)
    }
    kill(first.processIdentifier, SIGSTOP)
    try #require(first.isRunning, "the run ended before it could be stopped")
    let partial = try mixed.bytes("out.jsonl.partial")
    let same = ["--checkpoint", folder + "/out.jsonl.state"]
    for (output, more) in [("out.jsonl", same), ("out.jsonl", []), ("other.jsonl", same)] {
      let second = try mixed.scan(output, more)
      #expect(second.status == 2 && second.errors.contains("another run"), "\(second.errors)")
    }
    #expect(try mixed.bytes("out.jsonl.partial") == partial)
    kill(first.processIdentifier, SIGKILL)
    first.waitUntilExit()
    #expect(try mixed.scan("out.jsonl", same).status == 3)
    #expect(try mixed.bytes("out.jsonl") == mixed.bytes("whole.jsonl"))
  }

  @Test("a checkpoint of other inputs, settings or results is refused, and the difference named")
  func refusals() throws {
    let mixed = try Mixed(seed: 42)
    let state = mixed.bench.scratch.path + "/out.jsonl.state"
    let process = mixed.process("out.jsonl")
    try process.run()
    for _ in 0..<10_000 where !FileManager.default.fileExists(atPath: state) { usleep(500) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    try #require(FileManager.default.fileExists(atPath: state), "the run ended before it could be killed")
    func again(_ more: [String]) throws -> Tool.Run {
      try mixed.scan("out.jsonl", ["--checkpoint", state, "--checkpoint-interval", "0"] + more)
    }
    let alpha = try again(["--alpha", "1e-3"])
    #expect(alpha.status == 2 && alpha.errors.contains("alpha was 1e-06 and is 0.001"), "\(alpha.errors)")
    let page = mixed.folder + "/page.txt"
    let kept = mixed.bench.scratch.path + "/kept.txt"
    _ = try Tool.launch("/bin/cp", ["-p", page, kept])
    try "Another page.\n".write(toFile: page, atomically: false, encoding: .utf8)
    let changed = try again([])
    #expect(
      changed.status == 2 && changed.errors.contains("page.txt had 16 bytes and has 14"), "\(changed.errors)")
    try "A page of text.\n".write(toFile: page, atomically: false, encoding: .utf8)
    #expect(try again([]).errors.contains("page.txt was changed since"))
    _ = try Tool.launch("/bin/cp", ["-p", kept, page])
    try mixed.bench.scratch.file("in/zz.txt", "new")
    #expect(try again([]).errors.contains("zz.txt is a new input"))
    try FileManager.default.removeItem(atPath: mixed.folder + "/zz.txt")
    let partial = mixed.bench.scratch.path + "/out.jsonl.partial"
    var damaged = try Data(contentsOf: URL(fileURLWithPath: partial))
    damaged[10] ^= 1
    try damaged.write(to: URL(fileURLWithPath: partial))
    #expect(try again([]).errors.contains("is not what its checkpoint says"))
    #expect(
      try Tool.run(["scan", "-", "-o", partial + "2", "--checkpoint", state + "2"] + mixed.known).status == 2)
    #expect(try Tool.run(["scan", mixed.folder, "--checkpoint", state] + mixed.known).status == 2)
  }

  @Test(
    "merged shards have the bytes of the whole run, whatever their order; what does not fit is refused by name"
  )
  func shards() throws {
    let mixed = try Mixed(seed: 43)
    #expect(try mixed.scan("whole.jsonl").status == 3)
    let parts = try (1...3).map { index -> String in
      let status = try mixed.scan("part-\(index)", ["--shard", "\(index)/3"]).status
      #expect(status == 0 || status == 3)
      return mixed.bench.scratch.path + "/part-\(index)"
    }
    func merge(_ parts: [String]) throws -> Tool.Run { try Tool.run(["merge"] + parts) }
    let whole = try mixed.bytes("whole.jsonl")
    let merged = try merge([parts[2], parts[0], parts[1]])
    #expect(merged.status == 3 && Data(merged.output.utf8) == whole)
    #expect(try merge([parts[0], parts[2]]).errors.contains("missing: 2"))
    #expect(try merge([parts[0], parts[0], parts[2]]).errors.contains("are both shard 1 of 3"))
    #expect(
      try merge([mixed.bench.scratch.path + "/whole.jsonl"]).errors.contains("no shard but a whole run"))
    _ = try mixed.scan("other", ["--shard", "2/3", "--alpha", "1e-4"])
    let other = try merge([parts[0], mixed.bench.scratch.path + "/other", parts[2]])
    #expect(other.status == 2 && other.errors.contains("alpha was 1e-06 and is 0.0001"), "\(other.errors)")
    let text = try String(contentsOfFile: parts[1], encoding: .utf8)
    let edited = try mixed.bench.scratch.file(
      "edited",
      text.replacingOccurrences(of: "\"verdict\":\"insufficient\"", with: "\"verdict\":\"detected\""))
    let changed = try merge([parts[0], edited, parts[2]])
    #expect(changed.errors.contains("digest"), "\(changed.errors)")
    let cut = try mixed.bench.scratch.file(
      "cut", text.split(separator: "\n").dropLast().joined(separator: "\n") + "\n")
    #expect(try merge([parts[0], cut, parts[2]]).errors.contains("no summary"))
    let torn = try mixed.bench.scratch.file("torn", String(text.dropLast(600)))
    let refused = try merge([parts[0], torn, parts[2]])
    #expect(refused.status == 2 && refused.errors.contains("are missing their end"), "\(refused.errors)")
    #expect(refused.errors.contains("run the same scan again to its end"))
    // The other reader of results says the same of the same files.
    let report = try Tool.run(["report", torn])
    #expect(report.status == 3 && report.output.contains("INCOMPLETE"))
    #expect(report.errors.contains("are missing their end"))
    for part in parts { #expect(try Tool.run(["report", part]).status == 0) }
    let placeless = try mixed.bench.scratch.file(
      "placeless", text.replacing(try Regex(#""order":\[[0-9,]*\],"#), with: ""))
    for run in try [merge([parts[0], placeless, parts[2]]), Tool.run(["report", placeless])] {
      #expect(run.status == 2 && run.errors.contains("it lacks its place in the run"), "\(run.errors)")
    }
  }

  @Test("parts read by other fields beside a preset, or by a tokenizer that was changed, are of other runs")
  func fieldsAndTokenizers() throws {
    let bench = try Bench()
    let tokenizer = bench.scratch.path + "/tokenizer.json"
    try FileManager.default.copyItem(atPath: Bench.corpora + "/smollm2/tokenizer.json", toPath: tokenizer)
    let profile = try bench.scratch.file(
      "text.json",
      #"{"name": "p", "scheme": "kgw-transformers", "key": "k", "vocabulary_size": 49152, "tokenizer": "tokenizer.json"}"#
    )
    let lines = (0..<20).map {
      #"{"id": "a\#($0)", "k": "b\#($0)", "messages": [{"role": "assistant", "content": "\#($0)."}]}"# + "\n"
    }
    let input = try bench.scratch.file("in.jsonl", lines.joined())
    func part(_ index: Int, _ more: [String] = []) throws -> String {
      let output = bench.scratch.path + "/part-\(index)"
      let run = try Tool.run(
        ["scan", input, "--preset", "chat", "--keys", bench.keys, "--profile", profile, "-o", output]
          + ["--shard", "\(index)/2"] + more)
      #expect(run.status == 0, "\(run.errors)")
      return output
    }
    let first = try part(1)
    #expect(try Tool.run(["merge", first, part(2)]).status == 0)
    let fields = try Tool.run(["merge", first, part(2, ["--id-field", "k"])])
    #expect(
      fields.status == 2 && fields.errors.contains("fields.id[0] was id and is k"), "\(fields.errors)")
    let handle = try #require(FileHandle(forWritingAtPath: tokenizer))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("\n".utf8))
    try handle.close()
    let changed = try Tool.run(["merge", first, part(2)])
    #expect(
      changed.status == 2 && changed.errors.contains("profiles[0].tokenizer_digest was sha256:"),
      "\(changed.errors)")
  }

  @Test("the same bytes for any number of workers and with little memory for lists")
  func workers() throws {
    let mixed = try Mixed(seed: 44)
    _ = try mixed.scan("a.jsonl")
    let whole = try mixed.bytes("a.jsonl")
    for (index, more) in [["-j", "1"], ["-j", "8"], ["--list-memory", "0"]].enumerated() {
      let arguments =
        ["scan", mixed.folder, "-o", mixed.bench.scratch.path + "/b\(index)"] + mixed.known + more
      #expect(try Tool.run(arguments).status == 3)
      #expect(try mixed.bytes("b\(index)") == whole, "\(more)")
    }
    // What a bound on memory keeps out follows from the bound, not from how many share it.
    try mixed.bench.scratch.file("in/long.txt", String(repeating: "Some words. ", count: 120_000))
    let runs = try ["1", "3", "16"].map {
      try Tool.run(["scan", mixed.folder, "--memory", "128", "--json", "-j", $0] + mixed.known)
    }
    #expect(runs[0].count("seen") > 3_000 && Set(runs.map(\.output)).count == 1)
    let bounded = try Tool.run(["scan", mixed.folder, "--memory", "64", "--json"] + mixed.known)
    #expect(
      bounded.lines("error").count >= 3
        && bounded.count("seen") == bounded.count("scanned") + bounded.count("skipped")
          + bounded.count("failed")
    )
  }
}
