import BiasMetrics
import FoundationEssentials
import Tabular
import TestSupport
import Testing

@Suite("Damaged files of outputs")
struct OutputsCorpusTests {
  private static let folder = Golden.packageRoot + "/Tests/BiasMetricsTests/OutputsCorpus"

  /// What the fuzzer asks of every input.
  private func look(_ path: String) -> Bool {
    let columns = OutputColumns(groups: ["group"], flags: ["refused"], scores: ["score"], labels: ["label"])
    guard let reading = try? columns.read([path]) else { return false }
    #expect(reading.outputs.count + reading.failed == reading.rowsRead)
    #expect(reading.outputs.allSatisfy { $0.scores[0].map(\.isFinite) ?? true })
    guard reading.outputs.count <= 40 else { return true }
    var audit = GeneratedAudit(
      GeneratedPlan(
        attributes: ["group"], flags: ["refused"], scores: ["score"], scoreTolerance: 0.1, minimumCount: 1,
        bootstrap: ClusterBootstrap(resamples: 100)))
    (audit.labels, audit.reference) = (["label"], .equal)
    if let lexicon = try? Lexicon(named: "gender-en") { audit.groups = [lexicon] }
    guard let result = try? audit.run(kind: "generated-text", reading) else { return true }
    for figure in result.sections.flatMap(\.figures) {
      #expect(figure.value.map(\.isFinite) ?? (figure.reason != nil), "\(figure.measure)")
      for p in [figure.p, figure.adjustedP] { #expect(p.map { $0 >= 0 && $0 <= 1 } ?? true) }
      if let interval = figure.interval { #expect(interval.lower <= interval.upper, "\(figure.measure)") }
    }
    return true
  }

  @Test("Every file of the fuzzer's corpus is read or refused")
  func corpus() throws {
    var read = 0
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder).sorted()
    for name in names { read += look(Self.folder + "/" + name) ? 1 : 0 }
    #expect(names.count >= 7 && read >= 4, "\(read) of \(names.count)")
  }

  @Test(
    "Bytes changed, cut or doubled anywhere are read or refused, and never stop the program", arguments: 0..<3
  )
  func mutations(_ seed: UInt64) async throws {
    var random = SplitMix64(seed: seed)
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder).sorted().map {
      Array(try Data(contentsOf: URL(filePath: Self.folder + "/" + $0)))
    }
    let path = FileManager.default.temporaryDirectory.appending(
      path: "outputs-\(UInt64.random(in: 0 ... .max))")
    defer { try? FileManager.default.removeItem(at: path) }
    var read = 0
    for _ in 0..<150 {
      let bytes = random.damage(files[Int(random.next() % UInt64(files.count))], changes: 3)
      try Data(bytes).write(to: path)
      read += look(path.path) ? 1 : 0
    }
    #expect(read > 20, "\(read)")
  }
  @Test("Results of scans are a table of decisions with each record and each problem once")
  func results() throws {
    let folder = Golden.packageRoot + "/Tests/ScanTests/ResultsCorpus/"
    let path = FileManager.default.temporaryDirectory.appending(
      path: "labels-\(UInt64.random(in: 0 ... .max)).csv")
    defer { try? FileManager.default.removeItem(at: path) }
    try Data("id,language,marked\nsea,en,true\nland,de,false\n".utf8).write(to: path)
    let schema = CubeSchema(
      groups: [TableColumn("language")], label: TableColumn("marked"), prediction: TableColumn("detected"),
      score: "evidence")
    // Records that have a result and no label are left out and counted, as problems are.
    for (name, rows, failed, labelled) in [
      ("whole.jsonl", 5, 1, 2), ("open.jsonl", 5, 1, 2), ("shard.jsonl", 5, 1, 2), ("two.jsonl", 4, 1, 2),
    ] {
      let results = try ScanResults(paths: [folder + name])
      #expect(results.failed == failed, "\(name)")
      let cube = try results.counting(labels: [path.path], schema: schema, missing: [])
      #expect(cube.rowsRead == rows && cube.rows == labelled, "\(name)")
    }
    #expect(throws: TabularError.self) { try ScanResults(paths: [folder + "limits.jsonl"]) }
    #expect(throws: TabularError.self) { try ScanResults(paths: [folder + "checkpoint.json"]) }
  }
}
