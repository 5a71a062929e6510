import Foundation
import Randomness
import TestSupport

/// A file of results as `countermark scan` writes one, with what a test wants in it.
struct ScanSample {
  /// What is looked for in texts.
  var profiles = ["left", "self"]
  private(set) var lines: [String] = []
  private var counts = (seen: 0, scanned: 0, skipped: 0, failed: 0, images: 0, flagged: 0, insufficient: 0)

  static func quoted(_ text: String) -> String {
    let data = try? JSONSerialization.data(withJSONObject: [text], options: [.withoutEscapingSlashes])
    return String(decoding: data ?? Data(), as: UTF8.self).dropFirst().dropLast().description
  }

  /// A text with log₁₀ p under each profile; at or below −6 it is detected.
  mutating func text(
    _ id: String, in source: String = "in.jsonl", _ log10P: [Double], spans: [(Int, Int)] = [],
    verdict: String = "not-detected", failing: Int? = nil
  ) {
    for (place, value) in log10P.enumerated() {
      if place == failing {
        lines.append(
          "{\"type\":\"error\",\"outcome\":\"failed\",\"source\":\(Self.quoted(source)),\"id\":\(Self.quoted(id)),\"record\":7,\"profile\":\"\(profiles[place])\",\"code\":\"no-evidence\",\"message\":\"the record has no text\",\"hint\":\"name the field\"}"
        )
        continue
      }
      let isDetected = value <= -6
      let shown =
        isDetected
        ? spans.map { "{\"start\":\($0.0),\"end\":\($0.1),\"unit\":\"character\",\"log10_p\":-9.5}" } : []
      lines.append(
        "{\"type\":\"result\",\"id\":\(Self.quoted(id)),\"source\":\(Self.quoted(source)),\"kind\":\"text\",\"profile\":\"\(profiles[place])\",\"scheme\":\"kgw-transformers\",\"key_id\":\"k\",\"evidence\":\"token_ids\",\"tokens\":220,\"scored\":200,\"statistic\":{\"name\":\"green_count\",\"value\":60,\"null_rate\":0.25},\"z\":1.0,\"p_value\":0.1,\"log10_p\":\(value),\"adjusted_log10_p\":\(min(0, value + 0.301029995664)),\"power\":0.9,\"verdict\":\"\(isDetected ? "detected" : verdict)\",\"spans\":[\(shown.joined(separator: ","))]}"
      )
    }
    if verdict == "insufficient", failing == nil { counts.insufficient += 1 }
    count(
      isFlagged: log10P.enumerated().contains { $0.element <= -6 && $0.offset != failing },
      hasFailed: failing != nil)
  }

  private mutating func count(isFlagged: Bool, hasFailed: Bool = false, isImage: Bool = false) {
    counts.seen += 1
    if hasFailed { counts.failed += 1 } else { counts.scanned += 1 }
    if isFlagged { counts.flagged += 1 }
    if isImage { counts.images += 1 }
  }

  /// A picture.
  mutating func picture(
    _ source: String, log10P: Double, map: (columns: Int, rows: Int, log10P: [Double])? = nil
  ) {
    let isDetected = log10P <= -6
    lines.append(
      "{\"type\":\"result\",\"id\":\(Self.quoted(source)),\"source\":\(Self.quoted(source)),\"kind\":\"image\",\"profile\":\"lattice\",\"scheme\":\"lattice-1\",\"key_id\":\"i\",\"width\":64,\"height\":48,\"payload\":\"00000000000004d2\",\"statistic\":{\"name\":\"lattice_bound\",\"geometries_decoded\":3},\"log10_p\":\(log10P),\"adjusted_log10_p\":\(log10P),\"verdict\":\"\(isDetected ? "detected" : "not-detected")\""
        + (isDetected
          ? ",\"geometry\":{\"rotation_degrees\":4.98,\"scale\":0.5,\"mirrored\":true,\"tile_side\":21.5}"
          : "")
        + (map.map {
          ",\"map\":{\"columns\":\($0.columns),\"rows\":\($0.rows),\"log10_p\":\($0.log10P)}"
        } ?? "") + "}")
    count(isFlagged: isDetected, isImage: true)
  }

  /// An input or record that could not be examined at all.
  mutating func problem(_ source: String, outcome: String, code: String) {
    lines.append(
      "{\"type\":\"error\",\"outcome\":\"\(outcome)\",\"source\":\(Self.quoted(source)),\"record\":3,\"offset\":120,\"code\":\"\(code)\",\"message\":\"it is \(code)\",\"hint\":\"mend it\"}"
    )
    counts.seen += 1
    if outcome == "failed" { counts.failed += 1 } else { counts.skipped += 1 }
  }

  private var header: String {
    let all = profiles.map {
      "{\"name\":\"\($0)\",\"scheme\":\"kgw-transformers\",\"key_id\":\"k\",\"digest\":\"sha256:ab\",\"null_rate\":0.25,\"reference_rate\":0.43}"
    }
    return
      "{\"type\":\"run\",\"tool\":\"countermark\",\"version\":\"0.1.0\",\"schema\":1,\"profiles\":[\(all.joined(separator: ",")),{\"name\":\"lattice\",\"scheme\":\"lattice-1\",\"key_id\":\"i\",\"effort\":\"full\"}],\"alpha\":1e-06,\"tests_per_record\":2}"
  }

  /// The file's text.
  func file(hasSummary: Bool = true, interrupted: Bool = false, moreSeen: Int = 0) -> String {
    let body = ([header] + lines).map { $0 + "\n" }.joined()
    guard hasSummary else { return body }
    let digest = ContentDigest.of(Array(body.utf8))
    return body
      + "{\"type\":\"summary\",\"seen\":\(counts.seen + moreSeen),\"scanned\":\(counts.scanned + moreSeen),\"skipped\":\(counts.skipped),\"failed\":\(counts.failed),\"images\":\(counts.images),\"flagged\":\(counts.flagged),\"insufficient\":\(counts.insufficient)\(interrupted ? ",\"interrupted\":true" : ""),\"digest\":\"\(digest)\"}\n"
  }

  /// Some of everything: uniform p-values, detected texts and pictures, errors, skips and an id made to break things.
  static func mixed(records: Int = 60, seed: UInt64 = 5) -> ScanSample {
    var sample = ScanSample()
    var random = SplitMix64(seed: seed)
    func uniform() -> Double { Double.random(in: 1e-4..<1, using: &random) }
    for record in 0..<records { sample.text("r\(record)", [log10(uniform()), log10(uniform())]) }
    sample.text("</script><script>alert(1)</script>", [-12.5, -0.2], spans: [(2, 9)])
    sample.text("=HYPERLINK(\"x\")", in: "b.jsonl", [-7, -30.25])
    sample.text("half", in: "b.jsonl", [-0.5, 0], failing: 1)
    sample.text("short", in: "b.jsonl", [-0.1, -0.2], verdict: "insufficient")
    sample.problem("b.jsonl", outcome: "failed", code: "invalid-json")
    sample.problem("big.txt", outcome: "skipped", code: "file-too-large")
    sample.picture("a&b.png", log10P: -41.2)
    sample.picture("plain.png", log10P: 0)
    return sample
  }
}

/// A folder that goes when the test ends.
final class ScanFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/countermark-report-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    let file = path + "/" + name
    try Data(Array(bytes)).write(to: URL(fileURLWithPath: file))
    return file
  }

  func write(_ name: String, _ text: String) throws -> String { try write(name, text.utf8) }
}
