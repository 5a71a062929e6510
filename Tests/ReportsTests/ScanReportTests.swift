import Foundation
import Reports
import Testing

@Suite("Results of scans, read and counted")
struct ScanReportTests {
  private let folder: ScanFolder

  init() throws { folder = try ScanFolder() }

  private func report(_ files: String...) throws -> ScanReport {
    let paths = try files.enumerated().map { try folder.write("\($0.offset).jsonl", $0.element) }
    return try ScanReport(paths: paths, version: "test")
  }

  /// The code of the error that reading these files ends in.
  private func refusal(_ files: String...) throws -> (code: String, message: String) {
    let paths = try files.enumerated().map { try folder.write("\($0.offset).jsonl", $0.element) }
    let error = try #require(throws: ReportsError.self) { try ScanReport(paths: paths, version: "test") }
    #expect(!error.hint.isEmpty)
    return (error.code.rawValue, error.message)
  }

  @Test("Records, outcomes and problems are counted anew from the lines")
  func counts() throws {
    let report = try report(ScanSample.mixed().file())
    #expect(report.counts.seen == 68 && report.counts.failed == 2 && report.counts.skipped == 1)
    #expect(report.counts.scanned == 65 && report.counts.images == 2 && report.counts.flagged == 3)
    #expect(report.outcomes[.detected] == 3 && report.outcomes[.insufficient] == 1)
    #expect(report.outcomes[.failed] == 2 && report.outcomes[.skipped] == 1)
    #expect(report.problems.map(\.code) == ["no-evidence", "invalid-json", "file-too-large"])
    #expect(abs(report.expectedFalsePositives - 65e-6) < 1e-12)
    #expect(report.incompleteness == nil)
    #expect(report.targets.map(\.profile) == ["left", "self", "lattice"])
    #expect(report.targetTotals.map(\.detected) == [2, 1, 1])
    #expect(
      abs((report.targetTotals[0].meanPower ?? 0) - 0.9) < 1e-12 && report.targetTotals[2].meanPower == nil)
  }

  @Test("Rates of false discoveries are those of Benjamini and Hochberg over all results of all files")
  func rates() throws {
    let report = try report(
      ScanSample.mixed(seed: 1).file(), ScanSample.mixed(records: 90, seed: 2).file())
    var found: [(p: Double, q: Double)] = []
    try report.forEachRecord { record in
      for finding in record.findings { found.append((finding.log10P, finding.log10Q)) }
    }
    #expect(found.count == report.tests && report.runs.count == 2)
    for (p, q) in found {
      // The least over all larger p of p times tests over rank, by its definition.
      let expected =
        found.filter { $0.p >= p }.map { other in
          other.p + log10(Double(found.count) / Double(found.count { $0.p <= other.p }))
        }.min() ?? 0
      #expect(abs(q - min(0, expected)) < 1e-9)
    }
    #expect(report.discoveries == found.count { $0.q <= log10(0.05) })
  }

  @Test("A file that lost a line, gained one or was changed is refused, and says why")
  func damage() throws {
    let text = ScanSample.mixed().file()
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    lines.remove(at: 5)
    #expect(try refusal(lines.joined(separator: "\n")).code == "damaged-results")
    #expect(try refusal(text.replacing("-12.5", with: "-12.6")).message.contains("SHA-256"))
    #expect(
      try refusal(ScanSample.mixed().file(moreSeen: 1)).message.contains("says seen 69, its lines come to 68")
    )
    #expect(try refusal(text + text).message.contains("follows the summary"))
    #expect(try refusal("").message.contains("empty"))
    #expect(try refusal("{\"type\":\"result\"}\n").message.contains("no run of"))
    #expect(try refusal("id,text\n1,x\n").code == "damaged-results")
    #expect(
      try refusal(text.replacing("\"verdict\":\"insufficient\"", with: "\"verdict\":\"human\"")).message
        .contains("verdict"))
    #expect(
      try refusal(text.replacing("\"log10_p\":-12.5", with: "\"log10_p\":0.5")).message.contains("log10_p"))
    var pictures = ScanSample.mixed()
    pictures.picture("map.png", log10P: -20, map: (2, 1, [-3, 0.5]))
    #expect(try refusal(pictures.file()).message.contains("'map' has a cell"))
    #expect(try refusal(text, text).code == "changed-results")
    let error = try #require(throws: ReportsError.self) {
      try ScanReport(paths: ["/nowhere/x.jsonl"], version: "")
    }
    #expect(error.code == .unreadableResults)
  }

  @Test("A record that lacks the line of a profile is refused even where no summary would tell")
  func missingLine() throws {
    var lines = ScanSample.mixed().file(hasSummary: false).split(separator: "\n")
    lines.remove(at: 4)
    #expect(try refusal(lines.joined(separator: "\n") + "\n").message.contains("looked for 2 marks"))
  }

  @Test("Without a summary, or with one of a run that was stopped, the results are said to be incomplete")
  func incomplete() throws {
    let cut = try report(ScanSample.mixed().file(hasSummary: false))
    #expect(cut.counts.seen == 68 && cut.incompleteness?.contains("no summary") == true)
    #expect(try cut.markdown().contains("INCOMPLETE") && cut.text().contains("INCOMPLETE"))
    #expect(try cut.html().contains("INCOMPLETE"))
    let stopped = try report(ScanSample.mixed().file(interrupted: true))
    #expect(stopped.incompleteness?.contains("stopped early") == true)
  }

  @Test("A file cut at any byte is read as far as it goes, and every form says that it is incomplete")
  func cut() throws {
    let text = Array(ScanSample.mixed(records: 2).file().utf8)
    let header = try #require(text.firstIndex(of: 0x0a))
    let lines = text.split(separator: 0x0a).count
    for length in stride(from: header + 2, to: text.count - 1, by: 23) {
      let path = try folder.write("cut.jsonl", text[..<length])
      let report = try ScanReport(paths: [path], version: "test")
      let lack = try #require(report.incompleteness)
      let bytes = length - 1 - (text[..<length].lastIndex(of: 0x0a) ?? 0)
      let line = text[..<length].count { $0 == 0x0a } + 1
      // A line that lacks nothing but its line feed is whole.
      if bytes > 0, text[length] != 0x0a {
        #expect(
          lack.contains("this file is incomplete: \(bytes) bytes of line \(line) are missing their end"))
      } else {
        #expect(lack.contains("there is no summary"))
      }
      #expect(report.counts.seen == report.counts.scanned + report.counts.skipped + report.counts.failed)
      // Only the last record can lack a line: it is failed, not clean.
      #expect(report.problems.filter { $0.code == "incomplete-record" }.map(\.count).reduce(0, +) <= 1)
      guard line == 5 || line == lines else { continue }
      let words = "\(bytes) bytes of line \(line) are missing"
      var (csv, sarif, junit): ([UInt8], [UInt8], [UInt8]) = ([], [], [])
      try report.writeCSV { bytes throws(ReportsError) in csv += bytes }
      try report.writeSARIF { bytes throws(ReportsError) in sarif += bytes }
      try report.writeJUnit { bytes throws(ReportsError) in junit += bytes }
      for form in try [
        report.html(), report.markdown(), report.text(), String(decoding: csv, as: UTF8.self),
        String(decoding: sarif, as: UTF8.self), String(decoding: junit, as: UTF8.self),
      ] { #expect(lack.contains("no summary") || form.contains(words)) }
    }
    // What does not begin like a line of results is no cut line.
    #expect(
      try refusal(String(decoding: text[...header], as: UTF8.self) + "rubbish").message.contains("line 2"))
    // The last line feed alone is nothing.
    let whole = try report(String(decoding: text.dropLast(), as: UTF8.self))
    #expect(whole.incompleteness == nil && whole.counts.seen == 10)
  }

  @Test("A record that the file's end cuts in two is told with what is there of it, as failed")
  func cutRecord() throws {
    var sample = ScanSample()
    sample.text("a", [-0.1, -0.2])
    sample.text("b", [-12, -0.3])
    let lines = sample.file(hasSummary: false).split(separator: "\n")
    let report = try report(lines.dropLast().joined(separator: "\n") + "\n")
    #expect(report.counts.seen == 2 && report.counts.failed == 1 && report.counts.flagged == 1)
    #expect(report.outcomes[.detected] == 1 && report.problems.map(\.code) == ["incomplete-record"])
    #expect(try report.html().contains("1 of its 2 results are there"))
  }

  @Test("Every count of a summary is held to the lines")
  func summary() throws {
    let text = ScanSample.mixed().file()
    for (name, wrong) in [("images", 3), ("insufficient", 2), ("flagged", 4)] {
      let changed = text.replacing(try Regex("\"\(name)\":[0-9]+"), with: "\"\(name)\":\(wrong)")
      #expect(try refusal(changed).message.contains("says \(name) \(wrong), its lines come to"))
    }
    for (extra, words) in [
      ("\"detected_by_profile\":[2,1]", "detected_by_profile[2] 0, its lines come to 1"),
      ("\"detected_by_profile\":[1,1,1]", "detected_by_profile[0] 1, its lines come to 2"),
      ("\"retokenized\":1", "retokenized 1, its lines come to 0"),
      ("\"expected_false_positives\":0.5", "expected_false_positives 0.5, its lines come to 6.5e-05"),
      ("\"false_discovery\":{\"tests\":3,\"rejected\":0}", "says tests 3"),
    ] {
      let changed = text.replacing("\"type\":\"summary\",", with: "\"type\":\"summary\",\(extra),")
      #expect(try refusal(changed).message.contains(words))
    }
    let right = text.replacing(
      "\"type\":\"summary\",", with: "\"type\":\"summary\",\"detected_by_profile\":[2,1,1],")
    #expect(try report(right).counts.flagged == 3)
  }

  @Test("A file that changes between the readings is noticed")
  func change() throws {
    let report = try report(ScanSample.mixed().file())
    _ = try folder.write("0.jsonl", ScanSample.mixed(seed: 6).file())
    #expect(throws: ReportsError.self) { try report.forEachRecord { _ in } }
    #expect(throws: ReportsError.self) { try report.html() }
  }

  @Test("p-values are counted at and below each place of a factor of ten")
  func distribution() throws {
    var sample = ScanSample()
    for place in 0..<1000 {
      sample.text("\(place)", [log10((Double(place) + 1) / 1000), -Double(place % 4)])
    }
    let report = try report(sample.file())
    let places = ScanReport.TargetTotals.binsOfDecade
    #expect([0, 1, 2, 3].map { report.targetTotals[0].below[$0 * places] } == [1000, 100, 10, 1])
    #expect([0, 1, 2, 3].map { report.targetTotals[1].below[$0 * places] } == [1000, 750, 500, 250])
  }

  @Test("No records at all make a whole report in every format")
  func nothing() throws {
    let report = try report(ScanSample().file())
    #expect(report.counts.seen == 0 && report.tests == 0)
    #expect(try PageReader(try report.html()).problems.isEmpty)
    #expect(try report.markdown().contains("Nothing was detected"))
  }
}
