import Scan

extension ScanReport {
  /// Writes one line a result and one a problem, in the order of the files, under a header (RFC 4180).
  ///
  /// Texts that a spreadsheet would take for a formula get an apostrophe before them, as their ids come from inputs that anybody may
  /// have made. p-values are decimal logarithms: themselves they may be too small for a double. A file that does not hold all of its run
  /// has a last line that says so, its outcome `incomplete`.
  public func writeCSV(
    to write: ([UInt8]) throws(ReportsError) -> Void
  ) throws(ReportsError) {
    try write(
      Array(
        "file,outcome,source,id,record,kind,profile,scheme,key_id,evidence,scored,statistic,value,log10_p,adjusted_log10_p,log10_q,power,verdict,message,spans,code,reason\r\n"
          .utf8))
    try forEachRecord { record throws(ReportsError) in
      for finding in record.findings { try write(line(finding, of: record)) }
      for problem in record.problems { try write(line(problem, of: record)) }
    }
    for run in runs {
      guard let lack = run.incompleteness else { continue }
      let blank = [String](repeating: "", count: 18)
      try write(
        Self.line([Self.cell(run.path), "incomplete"] + blank + ["incomplete-results", Self.cell(lack)]))
    }
  }

  private func line(_ finding: ScanFinding, of record: ScanRecord) -> [UInt8] {
    let target = targets[finding.target]
    let spans = finding.spans.map { "\($0.unit) \($0.start)-\($0.end)" }.joined(separator: "; ")
    return Self.line([
      Self.cell(runs[record.run].path), record.outcome.rawValue, Self.cell(record.source),
      Self.cell(record.id), "",
      target.kind, Self.cell(target.profile), Self.cell(target.scheme), Self.cell(target.keyID ?? ""),
      Self.cell(finding.evidence ?? ""), Self.number(finding.scored), Self.cell(finding.statistic ?? ""),
      Self.number(finding.value), "\(finding.log10P)", "\(finding.adjustedLog10P)",
      "\(rounded(finding.log10Q, 12))",
      finding.power.map { "\($0)" } ?? "", finding.verdict, Self.cell(finding.message ?? ""),
      Self.cell(spans), "", "",
    ])
  }

  private func line(_ problem: ScanProblem, of record: ScanRecord) -> [UInt8] {
    Self.line([
      Self.cell(runs[record.run].path), problem.isSkipped ? "skipped" : "failed", Self.cell(record.source),
      Self.cell(record.id), Self.number(problem.record), record.kind ?? "", Self.cell(problem.profile ?? ""),
      "", "", "",
      "", "", "", "", "", "", "", "", "", "", Self.cell(problem.code), Self.cell(problem.message),
    ])
  }

  private static func line(_ cells: [String]) -> [UInt8] {
    Array(cells.joined(separator: ",").utf8) + [0x0d, 0x0a]
  }

  private static func number(_ value: Int?) -> String { value.map { "\($0)" } ?? "" }

  /// A text as a cell: no formula, no control characters, quoted where it must be.
  static func cell(_ text: String) -> String {
    var text = printableText(text)
    if let first = text.unicodeScalars.first, "=+-@\t\r\u{fffd}＝＋－＠".unicodeScalars.contains(first) {
      text = "'" + text
    }
    guard text.utf8.contains(where: { $0 == 0x2c || $0 == 0x22 || $0 == 0x0a || $0 == 0x0d }) else {
      return text
    }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }
}
