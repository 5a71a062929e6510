import Randomness
import Scan

extension ScanReport {
  /// Writes the detected marks as SARIF 2.1.0 results, and what was not examined as notifications of the tool.
  ///
  /// Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0.
  public func writeSARIF(_ write: ([UInt8]) throws(ScanError) -> Void) throws(ScanError) {
    var schemes: [String] = []
    for target in targets where !schemes.contains(target.scheme) { schemes.append(target.scheme) }
    var codes: [String] = []
    for problem in problems where !codes.contains(problem.code) { codes.append(problem.code) }
    var json = JSONWriter()
    // The document streams: each row is written as it comes, between the pieces that open and close it.
    try write(Array(Self.opening.utf8))
    json.object { json in
      json.object("driver") { json in
        json.string("name", "countermark")
        json.string("version", self.headerText("version") ?? "")
        json.array("rules") { json in
          for scheme in schemes {
            Self.describe("watermark/\(scheme)", "A mark of the scheme \(scheme)", &json)
          }
        }
        json.array("notifications") { json in
          for code in codes { Self.describe(code, "A record that was not examined: \(code)", &json) }
        }
      }
    }
    try write(json.bytes)
    try write(Array(",\"columnKind\":\"unicodeCodePoints\",\"results\":[".utf8))
    var isFirst = true
    try forEachRow { row throws(ScanError) in
      guard row.verdict == "detected" else { return }
      json.removeAll()
      Self.result(row, rule: schemes.firstIndex(of: row.scheme) ?? 0, &json)
      try write((isFirst ? [] : [UInt8(ascii: ",")]) + json.bytes)
      isFirst = false
    }
    try write(
      Array(
        "],\"invocations\":[{\"executionSuccessful\":\(!isInterrupted && tally != nil),\"toolExecutionNotifications\":["
          .utf8))
    isFirst = true
    try forEachRow { row throws(ScanError) in
      guard !row.isResult else { return }
      json.removeAll()
      Self.notification(row, &json)
      try write((isFirst ? [] : [UInt8(ascii: ",")]) + json.bytes)
      isFirst = false
    }
    try write(Array("]}]}]}\n".utf8))
  }

  private static let opening =
    "{\"$schema\":\"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\"tool\":"

  private static func describe(_ identity: String, _ words: String, _ json: inout JSONWriter) {
    json.object { json in
      json.string("id", identity)
      json.object("shortDescription") { $0.string("text", words) }
    }
  }

  private static func result(_ row: ScanRow, rule: Int, _ json: inout JSONWriter) {
    json.object { json in
      json.string("ruleId", "watermark/\(row.scheme)")
      json.integer("ruleIndex", rule)
      json.string("level", "warning")
      json.string("kind", "fail")
      json.object("message") { json in
        json.string(
          "text",
          "\(row.id): a mark of \(row.profile) under key \(row.keyID), log10 p \(row.log10PValue ?? 0). This is about a mark, not about an author."
        )
      }
      writeLocation(
        row, spans: row.id == row.source ? row.spans.filter { $0.unit == "character" } : [], &json)
      json.object("partialFingerprints") { json in
        let name = "\(row.source)\u{0}\(row.id)\u{0}\(row.profile)\u{0}\(row.keyID)"
        json.string(
          "countermarkRecord/v1", String(ContentDigest.of(Array(name.utf8)).dropFirst(7).prefix(32)))
      }
      json.object("properties") { json in
        json.string("id", row.id)
        json.string("profile", row.profile)
        json.string("keyId", row.keyID)
        if let value = row.log10PValue { json.number("log10P", value) }
        if let value = row.adjustedLog10PValue { json.number("adjustedLog10P", value) }
        if let value = row.log10QValue { json.number("log10Q", rounded(value, 12)) }
      }
    }
  }

  private static func notification(_ row: ScanRow, _ json: inout JSONWriter) {
    json.object { json in
      json.object("descriptor") { $0.string("id", row.code) }
      json.string("level", row.verdict == "skipped" ? "warning" : "error")
      json.object("message") { $0.string("text", "\(row.id): \(row.message) (\(row.hint))") }
      writeLocation(row, spans: [], &json)
    }
  }

  private static func writeLocation(_ row: ScanRow, spans: [ScanRow.Span], _ json: inout JSONWriter) {
    json.array("locations") { json in
      json.object { json in
        json.object("physicalLocation") { json in
          json.object("artifactLocation") { $0.string("uri", uri(row.source)) }
          if let span = spans.first {
            json.object("region") { json in
              json.integer("charOffset", span.start)
              json.integer("charLength", span.end - span.start)
            }
          } else if let record = row.record, record > 0 {
            json.object("region") { $0.integer("startLine", record) }
          }
        }
      }
    }
  }

  /// A path as a relative reference of RFC 3986: what is not allowed in one is escaped, the colon of a first part too.
  static func uri(_ path: String) -> String {
    let hex = Array("0123456789ABCDEF".utf8)
    var out: [UInt8] = []
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"), UInt8(ascii: "/"), UInt8(ascii: "!"):
        out.append(byte)
      default: out += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
