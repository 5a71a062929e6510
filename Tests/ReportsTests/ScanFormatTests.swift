import Foundation
import FoundationXML
import Reports
import Testing

@Suite("Results of scans as CSV, SARIF, JUnit and Markdown")
struct ScanFormatTests {
  private let folder: ScanFolder
  private let report: ScanReport

  init() throws {
    folder = try ScanFolder()
    report = try ScanReport(
      paths: [
        try folder.write("a.jsonl", ScanSample.mixed(seed: 1).file()),
        try folder.write("b.jsonl", ScanSample.mixed(records: 3, seed: 2).file(hasSummary: false)),
      ], version: "test")
  }

  private func bytes(
    _ write: ((([UInt8]) throws(ReportsError) -> Void)) throws(ReportsError) -> Void
  ) throws -> [UInt8] {
    var all: [UInt8] = []
    try write { bytes throws(ReportsError) in all += bytes }
    return all
  }

  @Test("CSV has a line a result and problem, and no cell that a spreadsheet would calculate")
  func csv() throws {
    let text = String(
      decoding: try bytes { sink throws(ReportsError) in try report.writeCSV(to: sink) }, as: UTF8.self)
    let lines = text.split(separator: "\r\n")
    var expected = 1
    try report.forEachRecord { expected += $0.findings.count + $0.problems.count }
    // One file has no summary, and its last line says so.
    #expect(lines.count == expected + 1)
    #expect(lines.last?.hasSuffix("the run did not finish, or the file was cut\"") == true)
    #expect(lines.allSatisfy { !$0.contains(",incomplete,") || $0 == lines.last })
    #expect(lines[0].hasPrefix("file,outcome,source,id,") && lines[0].split(separator: ",").count == 22)
    #expect(text.contains(",\"'=HYPERLINK(\"\"x\"\")\","))
    #expect(!text.contains(",=HYPERLINK") && !text.contains(",\"=HYPERLINK"))
    #expect(
      lines.contains { $0.contains(",detected,in.jsonl,</script><script>alert(1)</script>,,text,left,") })
  }

  @Test(
    "SARIF has what its schema requires, a result for each detected mark, a notification for each problem")
  func sarif() throws {
    let data = Data(try bytes { sink throws(ReportsError) in try report.writeSARIF(to: sink) })
    let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(root["version"] as? String == "2.1.0")
    let runs = try #require(root["runs"] as? [[String: Any]])
    #expect(runs.count == 2)
    for (run, account) in zip(runs, report.runs) {
      let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
      #expect(driver["name"] as? String == "countermark")
      let rules = try #require(driver["rules"] as? [[String: Any]]).compactMap { $0["id"] as? String }
      #expect(rules == ["kgw-transformers", "lattice-1"])
      let results = try #require(run["results"] as? [[String: Any]])
      #expect(results.count == 4)
      for result in results {
        let rule = try #require(result["ruleIndex"] as? Int)
        #expect(rules[rule] == result["ruleId"] as? String)
        #expect((result["message"] as? [String: Any])?["text"] as? String != nil)
        #expect((result["locations"] as? [Any])?.count == 1)
      }
      #expect(
        Set(results.compactMap { ($0["partialFingerprints"] as? [String: String])?.values.first }).count == 4)
      let invocation = try #require((run["invocations"] as? [[String: Any]])?.first)
      #expect(invocation["executionSuccessful"] as? Bool == false)
      let notes = try #require(invocation["toolExecutionNotifications"] as? [[String: Any]])
      #expect(notes.count == (account.ending == .complete ? 3 : 4))
      #expect(notes.filter { $0["level"] as? String == "warning" }.count == 1)
    }
    #expect(String(decoding: data, as: UTF8.self).contains("\"uri\":\"a%26b.png\""))
  }

  @Test("A plain text's spans are regions in code points")
  func regions() throws {
    var sample = ScanSample()
    sample.text("essay one.txt", in: "essay one.txt", [-20, -1], spans: [(2, 9), (40, 90)])
    let report = try ScanReport(paths: [try folder.write("c.jsonl", sample.file())], version: "test")
    let text = String(
      decoding: try bytes { sink throws(ReportsError) in try report.writeSARIF(to: sink) }, as: UTF8.self)
    #expect(text.contains("\"uri\":\"essay%20one.txt\"},\"region\":{\"charOffset\":2,\"charLength\":7}"))
    #expect(text.contains("\"charOffset\":40,\"charLength\":50") && text.contains("unicodeCodePoints"))
  }

  /// Counts elements and keeps the attributes of the outermost.
  private final class Counter: NSObject, XMLParserDelegate {
    var counts: [String: Int] = [:]
    var root: [String: String] = [:]
    var sums: [String: Int] = [:]
    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      counts[name, default: 0] += 1
      if name == "testsuites" { root = attributes }
      if name == "testsuite" {
        for (key, value) in attributes { sums[key, default: 0] += Int(value) ?? 0 }
      }
    }
  }

  @Test("JUnit is XML whose counts are those of its elements")
  func junit() throws {
    let parser = XMLParser(
      data: Data(try bytes { sink throws(ReportsError) in try report.writeJUnit(to: sink) }))
    let counter = Counter()
    parser.delegate = counter
    #expect(parser.parse())
    #expect(counter.counts["testcase"] == report.counts.seen + 1)
    #expect(counter.counts["failure"] == 6 && counter.counts["error"] == 5 && counter.counts["skipped"] == 2)
    #expect(counter.counts["system-out"] == 2)
    for (name, element) in [
      ("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped"),
    ] {
      #expect(
        counter.root[name] == "\(counter.counts[element] ?? 0)"
          && counter.sums[name] == counter.counts[element])
    }
  }

  @Test("Markdown lists the strongest first and takes ids for text")
  func markdown() throws {
    let text = try report.markdown()
    let picture = try #require(text.range(of: "a&amp;b.png"))
    let formula = try #require(text.range(of: "=HYPERLINK"))
    #expect(picture.lowerBound < formula.lowerBound)
    #expect(!text.contains("<script") && text.contains("&lt;script&gt;alert(1)"))
    #expect(text.contains("| skipped | file-too-large | 2 | mend it |"))
    #expect(try report.markdown(limit: 1).contains("The foremost 1 of 6"))
  }

  @Test("The same results give the same bytes")
  func sameBytes() throws {
    let again = try ScanReport(paths: report.runs.map(\.path), version: "test")
    #expect(try again.html() == report.html() && again.markdown() == report.markdown())
    for (first, second) in [
      (
        try bytes { sink throws(ReportsError) in try report.writeCSV(to: sink) },
        try bytes { sink throws(ReportsError) in try again.writeCSV(to: sink) }
      ),
      (
        try bytes { sink throws(ReportsError) in try report.writeSARIF(to: sink) },
        try bytes { sink throws(ReportsError) in try again.writeSARIF(to: sink) }
      ),
    ] { #expect(first == second) }
  }
}
