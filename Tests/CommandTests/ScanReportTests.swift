import Foundation
import FoundationXML
import Testing

@Suite("Reports of a scan")
struct ScanReportTests {
  /// Results of the shipped corpus, some of its pictures and inputs that cannot be read, with all reports.
  private struct Reports {
    let bench: Bench
    let results: String
    var texts: [String: String] = [:]

    init() throws {
      bench = try Bench(tokenizer: true)
      let hostile =
        #"{"id": "</script><b>&\"'", "ids": [5, 6, 7, 8]}"#
        + "\n{\"id\": \"=1+1\", \"ids\": [1, 2]}\nnonsense\n"
      let inputs = [
        try bench.scratch.file("hostile.jsonl", hostile), Bench.corpora + "/llm-open.jsonl",
        Bench.corpora + "/photos/generators", bench.scratch.path + "/none.jsonl",
      ]
      results = bench.scratch.path + "/results.jsonl"
      let forms = ["html", "csv", "sarif", "markdown", "junit"]
      let path = bench.scratch.path
      let run = try Tool.run(
        ["scan"] + inputs + bench.known + ["-o", results] + forms.flatMap { ["--" + $0, path + "/r." + $0] })
      #expect(run.status == 3, "\(run.errors)")
      for form in forms { texts[form] = try String(contentsOfFile: path + "/r." + form, encoding: .utf8) }
    }

    var lines: [[String: Any]] {
      get throws {
        Tool.Run(status: 0, output: try String(contentsOfFile: results, encoding: .utf8), errors: "").lines
      }
    }
  }

  @Test("every form tells every detection, and what was not examined")
  func forms() throws {
    let reports = try Reports()
    let lines = try reports.lines
    let detected = lines.filter { $0["verdict"] as? String == "detected" }
    let errors = lines.filter { $0["type"] as? String == "error" }
    let results = lines.filter { $0["type"] as? String == "result" }
    #expect(detected.count > 24 && errors.count == 2)
    // CSV: a row a line; formulas are defused; false discovery rates are those of the step-up rule.
    let rows = try #require(reports.texts["csv"]).split(separator: "\r\n")
    #expect(rows.count == 1 + results.count + errors.count)
    #expect(rows.contains { $0.contains(",'=1+1,") })
    let p = results.compactMap { ($0["log10_p"] as? NSNumber)?.doubleValue }
    let names = rows[0].split(separator: ",")
    let column = try #require(names.firstIndex(of: "log10_q"))
    let plain = try #require(rows.dropFirst().first).split(separator: ",", omittingEmptySubsequences: false)
    let first = p[0]
    let wanted = p.filter { $0 >= first }.map { value in
      min(0, value + log10(Double(p.count) / Double(p.count { $0 <= value })))
    }.min()
    #expect(abs((Double(plain[column]) ?? 9) - (wanted ?? 0)) < 1e-9)
    // Markdown and JUnit.
    let markdown = try #require(reports.texts["markdown"])
    #expect(
      markdown.contains("## Detected") && markdown.contains("not-found") && markdown.contains("invalid-json"))
    let junit = Counter()
    let parser = XMLParser(data: Data(try #require(reports.texts["junit"]).utf8))
    parser.delegate = junit
    #expect(parser.parse())
    // A test a record: what a record's detectors say stands together.
    let summary = try #require(lines.last)
    #expect(junit.counts["testcase"] == summary["seen"] as? Int)
    #expect(junit.counts["failure"] == summary["flagged"] as? Int && junit.counts["error"] == errors.count)
    // A report made later, without the inputs, has the same figures.
    let again = try Tool.run(["report", reports.results, "--csv", "-"])
    #expect(again.output == reports.texts["csv"] && again.status == 0)
    #expect(try Tool.run(["report", reports.results]).output == markdown)
    #expect(try Tool.run(["report", reports.bench.keys]).status != 0)
  }

  private final class Counter: NSObject, XMLParserDelegate {
    var counts: [String: Int] = [:]
    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String] = [:]
    ) { counts[name, default: 0] += 1 }
  }

  @Test("the page needs nothing from outside, holds no markup of an input, and shows its evidence")
  func page() throws {
    let reports = try Reports()
    let page = try #require(reports.texts["html"])
    #expect(!page.contains("</script><b>") && page.contains("\\u003c/script>\\u003cb>"))
    #expect(page.contains("default-src &#39;none&#39;"))
    for outside in ["src=\"http", "href=\"http", "url(", "@import"] { #expect(!page.contains(outside)) }
    #expect(page.contains("class=\"heat tokens\"") && page.contains("class=\"on\""), "tokens are coloured")
    #expect(page.contains("data:image/jpeg;base64,"), "flagged pictures are shown")
    #expect(page.contains("role=\"status\"") && page.contains("not detected” is not “unmarked"))
    let start = try #require(page.range(of: "id=\"scan-data\">")?.upperBound)
    let end = try #require(page[start...].range(of: "</script>")?.lowerBound)
    let data = try JSONSerialization.jsonObject(with: Data(page[start..<end].utf8)) as? [String: Any]
    let lines = try reports.lines
    #expect((data?["rows"] as? [Any])?.count == lines.last?["seen"] as? Int)
    // Changed results are refused.
    let text = try String(contentsOfFile: reports.results, encoding: .utf8)
    let changed = try reports.bench.scratch.file(
      "changed.jsonl", text.replacingOccurrences(of: "\"z\":", with: "\"zz\":"))
    let refused = try Tool.run(["report", changed])
    #expect(refused.status == 2 && refused.errors.contains("SHA-256 differs") && refused.output.isEmpty)
  }

  @Test("a page that a scan writes has maps of lattice marks; results without one have none unless asked")
  func maps() throws {
    let scratch = try Scratch()
    let keys = try scratch.file(
      "keys.json", Data(contentsOf: URL(fileURLWithPath: Bench.corpora + "/demo-keys.json")), mode: 0o600)
    let picture = Bench.corpora + "/photos/marked/chelsea.jpg"
    func scan(_ name: String, _ more: [String]) throws -> String {
      let out = scratch.path + "/" + name
      let run = try Tool.run(
        ["scan", picture, "--keys", keys, "--effort", "unchanged", "--exit-zero", "-o", out] + more)
      #expect(run.status == 0, "\(run.errors)")
      return try String(contentsOfFile: out, encoding: .utf8)
    }
    let page = scratch.path + "/r.html"
    let withPage = try scan("a.jsonl", ["--html", page])
    #expect(withPage.contains("\"map\":{\"columns\":12,\"rows\":8,\"log10_p\":["))
    #expect(try scan("b.jsonl", ["--maps", "-j", "1"]) == withPage)
    #expect(try !scan("c.jsonl", []).contains("\"map\""))
    let html = try String(contentsOfFile: page, encoding: .utf8)
    #expect(html.contains("data:image/jpeg;base64,") && html.contains("class=\"shot map\""))
  }

  @Test("SARIF holds to its schema: members, required members, values")
  func sarif() throws {
    let reports = try Reports()
    let document = try JSONSerialization.jsonObject(with: Data(try #require(reports.texts["sarif"]).utf8))
    var problems: [String] = []
    SARIFRules.check(document, "sarifLog", "", &problems)
    #expect(problems.isEmpty, "\(problems.prefix(5))")
    let run = ((document as? [String: Any])?["runs"] as? [[String: Any]])?.first
    let results = run?["results"] as? [[String: Any]]
    let detected = try reports.lines.count { $0["verdict"] as? String == "detected" }
    #expect(results?.count == detected)
    let rules = ((run?["tool"] as? [String: Any])?["driver"] as? [String: Any])?["rules"] as? [[String: Any]]
    for result in results ?? [] {
      let index = try #require(result["ruleIndex"] as? Int)
      #expect(rules?[index]["id"] as? String == result["ruleId"] as? String)
    }
  }
}

/// The rules of the SARIF 2.1.0 schema for the objects that we write: no other members, what must be there, and the values allowed.
private enum SARIFRules {
  struct Rule {
    var members: [String: String]
    var required: [String] = []
    var values: [String: Set<String>] = [:]
  }

  static let rules: [String: Rule] = [
    "sarifLog": Rule(
      members: ["$schema": "string", "version": "string", "runs": "[run]"], required: ["version", "runs"],
      values: ["version": ["2.1.0"]]),
    "run": Rule(
      members: [
        "tool": "tool", "columnKind": "string", "results": "[result]", "invocations": "[invocation]",
      ],
      required: ["tool"], values: ["columnKind": ["utf16CodeUnits", "unicodeCodePoints"]]),
    "tool": Rule(members: ["driver": "toolComponent"], required: ["driver"]),
    "toolComponent": Rule(
      members: [
        "name": "string", "version": "string", "rules": "[reportingDescriptor]",
        "notifications": "[reportingDescriptor]",
      ], required: ["name"]),
    "reportingDescriptor": Rule(
      members: [
        "id": "string", "shortDescription": "message", "fullDescription": "message",
        "defaultConfiguration": "reportingConfiguration",
      ], required: ["id"]),
    "reportingConfiguration": Rule(
      members: ["level": "string"], values: ["level": ["none", "note", "warning", "error"]]),
    "message": Rule(members: ["text": "string"], required: ["text"]),
    "result": Rule(
      members: [
        "ruleId": "string", "ruleIndex": "index", "level": "string", "kind": "string", "message": "message",
        "locations": "[location]", "partialFingerprints": "bag", "properties": "bag",
      ], required: ["message"],
      values: [
        "level": ["none", "note", "warning", "error"],
        "kind": ["notApplicable", "pass", "fail", "review", "open", "informational"],
      ]),
    "location": Rule(
      members: ["physicalLocation": "physicalLocation", "logicalLocations": "[logicalLocation]"]),
    "logicalLocation": Rule(members: ["name": "string", "kind": "string"]),
    "physicalLocation": Rule(
      members: ["artifactLocation": "artifactLocation", "region": "region"], required: ["artifactLocation"]),
    "artifactLocation": Rule(members: ["uri": "uri"]),
    "region": Rule(members: ["charOffset": "index", "charLength": "index", "startLine": "positive"]),
    "invocation": Rule(
      members: [
        "executionSuccessful": "bool", "toolExecutionNotifications": "[notification]", "properties": "bag",
      ],
      required: ["executionSuccessful"]),
    "notification": Rule(
      members: [
        "descriptor": "reference", "level": "string", "message": "message", "locations": "[location]",
      ],
      required: ["message"], values: ["level": ["none", "note", "warning", "error"]]),
    "reference": Rule(members: ["id": "string"], required: ["id"]),
  ]

  static func check(_ value: Any, _ type: String, _ place: String, _ problems: inout [String]) {
    if type.hasPrefix("[") {
      guard let elements = value as? [Any] else { return problems.append("\(place) is no array") }
      for (index, element) in elements.enumerated() {
        check(element, String(type.dropFirst().dropLast()), "\(place)[\(index)]", &problems)
      }
      return
    }
    switch type {
    case "string": if !(value is String) { problems.append("\(place) is no string") }
    case "bool": if !(value is Bool) { problems.append("\(place) is no truth value") }
    case "index", "positive":
      if (value as? Int ?? -1) < (type == "index" ? 0 : 1) { problems.append("\(place) is below the least") }
    case "bag": if !(value is [String: Any]) { problems.append("\(place) is no object") }
    case "uri":
      let text = value as? String ?? ""
      let allowed = "%-._~!$&'()*+,;=:@/?#[]"
      if text.isEmpty
        || !text.unicodeScalars.allSatisfy({
          $0.isASCII
            && (Character($0).isLetter || Character($0).isNumber || allowed.unicodeScalars.contains($0))
        })
      {
        problems.append("\(place) is no URI reference: \(text)")
      }
    default:
      guard let rule = rules[type], let members = value as? [String: Any] else {
        return problems.append("\(place) is no \(type)")
      }
      for name in rule.required where members[name] == nil { problems.append("\(place) lacks \(name)") }
      for (name, member) in members {
        guard let inner = rule.members[name] else {
          problems.append("\(place) has \(name)")
          continue
        }
        check(member, inner, "\(place).\(name)", &problems)
        if let allowed = rule.values[name], !allowed.contains(member as? String ?? "") {
          problems.append("\(place).\(name) is \(member)")
        }
      }
    }
  }
}
