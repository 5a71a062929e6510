import Foundation
import Scan
import Testing
import TextWatermark

/// What many short records yield, piece by piece.
@Suite("Pieces of short records")
struct ShortRecordTests {
  private func batches(
    _ path: String, _ fields: RecordFields = .init(), from position: ScanPosition = .init(), workers: Int = 1
  ) async throws -> [ScanRun.Batch] {
    let rule = try DecisionRule()
    var run = ScanRun(
      plan: ScanPlan(
        text: TextScanPlan(targets: [], tokenizers: [], rule: rule),
        images: ImageScanPlan(lattices: [], rule: rule)))
    run.fields = fields
    run.workers = workers
    var batches: [ScanRun.Batch] = []
    try await run.execute(InputDiscovery.sources(for: [path]), from: position, writesJSON: true) {
      batch throws(ScanError) in
      batches.append(batch)
    }
    return batches
  }

  @Test(
    "a piece yields a bounded number of lines, the same for any number of workers, and a run goes on behind each",
    arguments: ["jsonl", "csv", "chat.jsonl"])
  func pieces(kind: String) async throws {
    let path = NSTemporaryDirectory() + "/countermark-short-\(UUID().uuidString).\(kind)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let turns = String(repeating: #"{"role":"assistant","content":""},"#, count: 70)
    let text =
      switch kind {
      case "csv": "id,ids\n" + (0..<60_000).map { "\"\($0)\n\",[1]\n" }.joined()
      case "jsonl": (0..<60_000).map { _ in "{\"ids\":[1]}\n" }.joined() + "{\"ids\":[2]}"
      default:
        (0..<600).map { _ in "{\"messages\":[\(turns){\"role\":\"assistant\",\"content\":\"\"}]}\n" }.joined()
      }
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    let fields = kind == "chat.jsonl" ? RecordPreset.chat.fields : RecordFields()
    let whole = try await batches(path, fields)
    let bytes = whole.flatMap(\.json)
    let seen = whole.reduce(0) { $0 + $1.tally.seen }
    #expect(seen == (kind == "jsonl" ? 60_001 : kind == "csv" ? 60_000 : 600 * 71))
    #expect(whole.count >= 10 && whole.allSatisfy { $0.tally.seen <= 4_096 })
    #expect(try await batches(path, fields, workers: 4).flatMap(\.json) == bytes)
    var length = 0
    for (index, batch) in whole.enumerated() {
      length += batch.json.count
      guard index % 5 == 2 || index > whole.count - 3 else { continue }
      let rest = try await batches(path, fields, from: batch.end).flatMap(\.json)
      #expect(rest == Array(bytes[length...]), "behind piece \(index)")
    }
  }
}
