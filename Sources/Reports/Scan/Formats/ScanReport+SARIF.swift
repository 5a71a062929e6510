import Randomness
import Scan

extension ScanReport {
  /// Writes SARIF 2.1.0 (OASIS): a run for each file, a rule for each scheme, a result for each mark that was detected.
  ///
  /// Records that failed or were skipped are notifications of the run's invocation. A text file that is one record has its spans as
  /// regions, in Unicode code points; a record within a file is named as a logical location, its spans standing in its properties.
  public func writeSARIF(
    to write: ([UInt8]) throws(ReportsError) -> Void
  ) throws(ReportsError) {
    try write(
      Array(
        "{\"$schema\":\"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":["
          .utf8))
    let rules = Self.rules(targets)
    var notes = [[[UInt8]]](repeating: [], count: runs.count)
    var run = -1
    var isFirst = true
    func endRun() throws(ReportsError) {
      try write(Array("],\"invocations\":[".utf8) + invocation(run, notes[run]) + Array("]}".utf8))
      notes[run] = []
    }
    func begin() throws(ReportsError) {
      if run >= 0 { try endRun() }
      run += 1
      isFirst = true
      try write((run > 0 ? Array(",".utf8) : []) + head(run, rules) + Array(",\"results\":[".utf8))
    }
    try forEachRecord { record throws(ReportsError) in
      while run < record.run { try begin() }
      for problem in record.problems { notes[run].append(note(problem, of: record)) }
      for finding in record.findings where finding.isDetected {
        try write((isFirst ? [] : Array(",".utf8)) + result(finding, of: record, rules: rules))
        isFirst = false
      }
    }
    while run < runs.count - 1 { try begin() }
    if run >= 0 { try endRun() }
    try write(Array("]}\n".utf8))
  }

  private static func rules(_ targets: [ScanTarget]) -> [String] {
    var rules: [String] = []
    for target in targets where !rules.contains(target.scheme) { rules.append(target.scheme) }
    return rules
  }

  /// A run up to its results.
  private func head(_ run: Int, _ rules: [String]) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.object("tool") { json in
        json.object("driver") { json in
          json.string("name", "countermark")
          json.string("version", runs[run].version)
          json.array("rules") { json in
            for rule in rules {
              json.object { json in
                json.string("id", rule)
                json.object("shortDescription") {
                  $0.string("text", "A mark of the scheme \(rule) was detected.")
                }
                json.object("fullDescription") {
                  $0.string(
                    "text",
                    "The statistic of \(rule) is beyond what content without its mark reaches by chance. It does not say who made the content."
                  )
                }
                json.object("defaultConfiguration") { $0.string("level", "warning") }
              }
            }
          }
        }
      }
      json.string("columnKind", "unicodeCodePoints")
    }
    // The object stays open for results and invocations.
    return Array(json.bytes.dropLast())
  }

  private func result(_ finding: ScanFinding, of record: ScanRecord, rules: [String]) -> [UInt8] {
    let target = targets[finding.target]
    var json = JSONWriter()
    json.object { json in
      json.string("ruleId", target.scheme)
      json.integer("ruleIndex", rules.firstIndex(of: target.scheme) ?? 0)
      json.string("level", "warning")
      json.object("message") { $0.string("text", printableText("\(record.id): \(sentence(finding))")) }
      json.array("locations") { json in
        let isWhole = record.id == record.source
        let spans = isWhole ? finding.spans.filter { $0.unit == "character" } : []
        if spans.isEmpty { location(of: record, span: nil, to: &json) }
        for span in spans { location(of: record, span: span, to: &json) }
      }
      json.object("partialFingerprints") { json in
        json.string(
          "countermarkResult/v1",
          fingerprint([record.source, record.id, target.profile, target.scheme, target.keyID ?? ""]))
      }
      json.object("properties") { json in
        json.number("log10_p", finding.log10P)
        json.number("adjusted_log10_p", finding.adjustedLog10P)
        json.number("log10_q", rounded(finding.log10Q, 12))
        if let power = finding.power { json.number("power", power) }
        json.string("profile", target.profile)
        if let key = target.keyID { json.string("key_id", key) }
        if let message = finding.message { json.string("message", message) }
        if !finding.spans.isEmpty {
          json.array("spans") { json in
            for span in finding.spans {
              json.object { json in
                json.integer("start", span.start)
                json.integer("end", span.end)
                json.string("unit", span.unit)
                json.number("log10_p", span.log10P)
              }
            }
          }
        }
      }
    }
    return json.bytes
  }

  private func fingerprint(_ parts: [String]) -> String {
    String(
      ContentDigest.of(Array(parts.joined(separator: "\u{1f}").utf8)).dropFirst("sha256:".count).prefix(32))
  }

  private func location(of record: ScanRecord, span: ScanFinding.Span?, to json: inout JSONWriter) {
    json.object { json in
      json.object("physicalLocation") { json in
        json.object("artifactLocation") { $0.string("uri", Self.uri(record.source)) }
        if let span {
          json.object("region") { json in
            json.integer("charOffset", span.start)
            json.integer("charLength", span.end - span.start)
          }
        }
      }
      if record.id != record.source {
        json.array("logicalLocations") { json in
          json.object { json in
            json.string("name", record.id)
            json.string("kind", "element")
          }
        }
      }
    }
  }

  private func invocation(_ run: Int, _ notes: [[UInt8]]) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.bool("executionSuccessful", runs[run].ending == .complete && runs[run].counts.failed == 0)
      json.object("properties") { json in
        json.integer("seen", runs[run].counts.seen)
        json.integer("scanned", runs[run].counts.scanned)
        json.integer("skipped", runs[run].counts.skipped)
        json.integer("failed", runs[run].counts.failed)
        json.integer("flagged", runs[run].counts.flagged)
        json.number(
          "expected_false_positives", rounded(runs[run].alpha * Double(runs[run].counts.scanned), 12))
        json.bool("complete", runs[run].ending == .complete)
      }
    }
    var bytes = Array(json.bytes.dropLast()) + Array(",\"toolExecutionNotifications\":[".utf8)
    var isFirst = true
    for note in notes + (runs[run].ending == .complete ? [] : [incompleteNote(run)]) {
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      bytes += note
    }
    return bytes + Array("]}".utf8)
  }

  private func incompleteNote(_ run: Int) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.object("descriptor") { $0.string("id", "incomplete-results") }
      json.string("level", "error")
      json.object("message") {
        $0.string("text", printableText(runs[run].incompleteness ?? ""))
      }
    }
    return json.bytes
  }

  private func note(_ problem: ScanProblem, of record: ScanRecord) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.object("descriptor") { $0.string("id", problem.code) }
      json.string("level", problem.isSkipped ? "warning" : "error")
      json.object("message") {
        $0.string(
          "text",
          printableText(
            "\(record.id): \(problem.isSkipped ? "skipped" : "failed"): \(problem.message). \(problem.hint)"))
      }
      json.array("locations") { json in
        json.object { json in
          json.object("physicalLocation") { json in
            json.object("artifactLocation") { $0.string("uri", Self.uri(record.source)) }
            if let line = problem.record, line > 0 { json.object("region") { $0.integer("startLine", line) } }
          }
        }
      }
    }
    return json.bytes
  }

  /// A path as a relative reference of RFC 3986.
  static func uri(_ path: String) -> String {
    let hex = Array("0123456789ABCDEF")
    var out = ""
    for byte in SourcePlace.bytes(ofDisplay: path) {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"), UInt8(ascii: "/"):
        out.unicodeScalars.append(UnicodeScalar(byte))
      default: out += "%" + String(hex[Int(byte >> 4)]) + String(hex[Int(byte & 15)])
      }
    }
    return out.hasPrefix("//") ? "/." + out : out
  }
}
