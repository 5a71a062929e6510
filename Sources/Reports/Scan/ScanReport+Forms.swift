import Scan

extension ScanReport {
  /// Writes one row a line of the results, with a header: RFC 4180.
  public func writeCSV(_ write: ([UInt8]) throws(ScanError) -> Void) throws(ScanError) {
    let names = [
      "id", "source", "record", "kind", "profile", "scheme", "key_id", "evidence", "scored", "value",
      "log10_p",
      "adjusted_log10_p", "log10_q", "power", "verdict", "message", "code", "hint",
    ]
    try write(Array((names.joined(separator: ",") + "\r\n").utf8))
    try forEachRow { row throws(ScanError) in
      func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
      let cells = [
        row.id, row.source, row.record.map(String.init) ?? "", row.kind, row.profile, row.scheme, row.keyID,
        row.evidence, row.scored.map(String.init) ?? "", row.value.map(String.init) ?? "",
        number(row.log10PValue),
        number(row.adjustedLog10PValue), number(row.log10QValue.map { rounded($0, 12) }), number(row.power),
        row.verdict, row.message, row.code, row.hint,
      ]
      try write(Array((cells.map(Self.cell).joined(separator: ",") + "\r\n").utf8))
    }
  }

  /// A cell of a table that spreadsheets do not take for a formula.
  private static func cell(_ text: String) -> String {
    var text = text
    if let first = text.first, "=+@\t\r".contains(first) || (first == "-" && Double(text) == nil) {
      text = "'" + text
    }
    guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x2c || $0 == 0x0a || $0 == 0x0d }) else {
      return text
    }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }

  /// A summary in Markdown: the account, what was looked for, the first flagged records, what was not examined.
  public func markdown(limit: Int = 50) throws(ScanError) -> String {
    var flagged: [ScanRow] = []
    try forEachRow { row throws(ScanError) in
      if row.verdict == "detected", flagged.count < limit { flagged.append(row) }
    }
    var out = "# Scan of \(sources.count) inputs\n\n\(accountSentence)\n\n"
    if let found = discoveries.result() {
      out +=
        "At a false discovery rate of \(discoveries.rate) over the whole run \(found.rejected) of \(discoveries.tests) tests are kept.\n\n"
    }
    out += "| looked for | scheme | key | tests | detected | insufficient |\n|---|---|---|---:|---:|---:|\n"
    for target in targets {
      out +=
        "| \(Self.inline(target.profile)) | \(Self.inline(target.scheme)) | \(Self.inline(target.keyID)) | \(target.tests) | \(target.detected) | \(target.insufficient) |\n"
    }
    let total = targets.reduce(0) { $0 + $1.detected }
    if total > 0 {
      out += "\n## Detected\n\n| record | profile | key | log10 p | log10 q |\n|---|---|---|---:|---:|\n"
      for row in flagged {
        out +=
          "| \(Self.inline(row.id)) | \(Self.inline(row.profile)) | \(Self.inline(row.keyID)) | \(Shown.decimal(row.log10PValue ?? 0, 1)) | \(Shown.decimal(row.log10QValue ?? 0, 1)) |\n"
      }
      if total > flagged.count { out += "\n\(total - flagged.count) more are in the results.\n" }
    }
    if !problems.isEmpty {
      out += "\n## Not examined\n\n| outcome | code | records |\n|---|---|---:|\n"
      for problem in problems {
        out += "| \(problem.outcome) | \(Self.inline(problem.code)) | \(problem.count) |\n"
      }
    }
    out += "\n## What this does not say\n\n" + Self.limits.map { "* \($0)\n" }.joined()
    return out
  }

  /// A text within a cell of Markdown.
  private static func inline(_ text: String) -> String {
    var out = ""
    for character in printableText(text) {
      if "\\`*_[]<>|#".contains(character) { out += "\\" }
      out.append(character)
    }
    return out
  }

  /// Writes one test case a line of the results, for build servers: detected is a failure, what was not examined an error.
  public func writeJUnit(_ write: ([UInt8]) throws(ScanError) -> Void) throws(ScanError) {
    let detected = targets.reduce(0) { $0 + $1.detected }
    let tests = targets.reduce(0) { $0 + $1.tests }
    let failed = problems.reduce(0) { $0 + $1.count }
    let insufficient = targets.reduce(0) { $0 + $1.insufficient }
    let counts = "tests=\"\(tests + failed)\" failures=\"\(detected)\" errors=\"\(failed)\""
    var head =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"countermark scan\" \(counts)>\n"
    head += "<testsuite name=\"countermark scan\" \(counts) skipped=\"\(insufficient)\">\n"
    try write(Array(head.utf8))
    try forEachRow { row throws(ScanError) in
      var line = "<testcase name=\"\(Self.xml(row.id))\" classname=\"\(Self.xml(row.source))"
      if !row.profile.isEmpty { line += " \(Self.xml(row.profile))" }
      line += "\""
      switch row.verdict {
      case "detected":
        let text = "a mark of \(row.profile) under key \(row.keyID), log10 p \(row.log10PValue ?? 0)"
        line += "><failure type=\"detected\" message=\"\(Self.xml(text))\"/></testcase>\n"
      case "insufficient": line += "><skipped message=\"too little to tell\"/></testcase>\n"
      case "failed", "skipped":
        line +=
          "><error type=\"\(Self.xml(row.code))\" message=\"\(Self.xml(row.message + " (" + row.hint + ")"))\"/></testcase>\n"
      default: line += "/>\n"
      }
      try write(Array(line.utf8))
    }
    try write(Array("</testsuite>\n</testsuites>\n".utf8))
  }

  /// A text within an attribute of XML 1.0, which has no control characters.
  private static func xml(_ text: String) -> String {
    var out = ""
    for scalar in printableText(text).unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "\u{fffe}", "\u{ffff}": out += "\u{fffd}"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
