import Scan

extension ScanReport {
  /// Writes JUnit's XML for continuous integration: a suite for each input, a test for each record.
  ///
  /// A record in which a mark was detected is a failure, one that could not be examined an error, one that a limit kept out is skipped.
  /// A record with too little for a verdict passes, and says so in its output: JUnit has no word for it. A file that does not hold all of its run is an error of its own, so that no build passes on it.
  public func writeJUnit(
    to write: ([UInt8]) throws(ReportsError) -> Void
  ) throws(ReportsError) {
    let lacking = runs.filter { $0.incompleteness != nil }
    let failed = (outcomes[.failed] ?? 0) + lacking.count
    let skipped = outcomes[.skipped] ?? 0
    try write(
      Array(
        ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"countermark\" tests=\"\(counts.seen + lacking.count)\" failures=\"\(outcomes[.detected] ?? 0)\" errors=\"\(failed)\" skipped=\"\(skipped)\">\n")
          .utf8))
    let suites = try stretches()
    var suite = 0
    var left = 0
    try forEachRecord { record throws(ReportsError) in
      if left == 0, suite < suites.count {
        let now = suites[suite]
        left = now.tests
        let (name, tests, failures) = (Self.xml(now.source), now.tests, now.failures)
        try write(
          Array(
            "<testsuite name=\"\(name)\" tests=\"\(tests)\" failures=\"\(failures)\" errors=\"\(now.errors)\" skipped=\"\(now.skipped)\">\n"
              .utf8))
      }
      try write(Array(testCase(record).utf8))
      left -= 1
      if left == 0 {
        suite += 1
        try write(Array("</testsuite>\n".utf8))
      }
    }
    for run in lacking {
      let (name, words) = (Self.xml(run.path), Self.xml(run.incompleteness ?? ""))
      try write(
        Array(
          "<testsuite name=\"\(name)\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\">\n<testcase name=\"the results are those of a whole run\" classname=\"\(name)\"><error type=\"incomplete-results\" message=\"\(words)\"/></testcase>\n</testsuite>\n"
            .utf8))
    }
    try write(Array("</testsuites>\n".utf8))
  }

  /// Records of one input that follow each other.
  private struct Stretch {
    var run: Int
    var source: String
    var tests = 0
    var failures = 0
    var errors = 0
    var skipped = 0
  }

  private func stretches() throws(ReportsError) -> [Stretch] {
    var all: [Stretch] = []
    try forEachRecord { record throws(ReportsError) in
      if all.last?.source != record.source || all.last?.run != record.run {
        all.append(Stretch(run: record.run, source: record.source))
      }
      let last = all.count - 1
      all[last].tests += 1
      switch record.outcome {
      case .detected: all[last].failures += 1
      case .failed: all[last].errors += 1
      case .skipped: all[last].skipped += 1
      case .insufficient, .notDetected: break
      }
    }
    return all
  }

  private func testCase(_ record: ScanRecord) -> String {
    let head = "<testcase name=\"\(Self.xml(record.id))\" classname=\"\(Self.xml(record.source))\">"
    switch record.outcome {
    case .detected:
      let lines = record.findings.filter(\.isDetected).map { sentence($0) }
      return head + "<failure type=\"detected\" message=\"\(Self.xml(lines.first ?? ""))\">"
        + Self.xml(lines.joined(separator: "\n")) + "</failure></testcase>\n"
    case .failed, .skipped:
      let problem = record.problems.first { $0.isSkipped == (record.outcome == .skipped) }
      let message = Self.xml("\(problem?.message ?? ""); \(problem?.hint ?? "")")
      return head
        + (record.outcome == .failed
          ? "<error type=\"\(Self.xml(problem?.code ?? ""))\" message=\"\(message)\"/>"
          : "<skipped message=\"\(message)\"/>") + "</testcase>\n"
    case .insufficient:
      return head + "<system-out>insufficient: too little for a verdict</system-out></testcase>\n"
    case .notDetected: return head + "</testcase>\n"
    }
  }

  /// A detected result in a sentence, with its numbers.
  func sentence(_ finding: ScanFinding) -> String {
    let target = targets[finding.target]
    let message = finding.message.map { ", saying \($0)" } ?? ""
    return
      "a mark of \(target.name) was detected\(message): p = \(Self.power(finding.log10P)), corrected \(Self.power(finding.adjustedLog10P)), false discovery rate \(Self.power(finding.log10Q))"
  }

  /// A decimal logarithm as a number that people read.
  static func power(_ log10: Double) -> String {
    log10 <= -4 ? "10^\(Shown.decimal(log10, 1))" : Shown.pValue(decimalPower(log10))
  }

  /// A text within XML 1.0, which knows no control characters.
  static func xml(_ text: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out.append(contentsOf: "&amp;".unicodeScalars)
      case "<": out.append(contentsOf: "&lt;".unicodeScalars)
      case ">": out.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": out.append(contentsOf: "&quot;".unicodeScalars)
      case "\n": out.append(contentsOf: "&#10;".unicodeScalars)
      case _
      where scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) || scalar.value & 0xfffe == 0xfffe:
        out.append("\u{fffd}")
      default: out.append(scalar)
      }
    }
    return String(out)
  }
}
