import BiasMetrics
import FoundationEssentials
import Statistics
import Tabular
import TestSupport
import Testing

@Suite("Audits of outputs, lists and scans")
struct GeneratedAuditTests {
  private func file(_ text: String, _ name: String) throws -> String {
    let path =
      FileManager.default.temporaryDirectory.path() + "/\(name)-\(ProcessInfo.processInfo.processIdentifier)"
    try Data(text.utf8).write(to: URL(filePath: path))
    return path
  }

  @Test("Recommended lists: LangFair's figures, and what is lost beyond resampling")
  func rankings() throws {
    for entry in try #require(try GeneratedReferences.load()["rankings"]).elements {
      func list(_ key: String) -> [String] { (entry[key]?.elements ?? []).compactMap(\.text) }
      let ours = try #require(RankingSimilarity(list("a"), list("b"), k: list("a").count))
      #expect(agree(ours.jaccard, entry["jaccard"]?.number ?? .nan, within: 1e-12))
      #expect(agree(ours.serp, entry["serp"]?.number ?? .nan, within: 1e-12))
      #expect(agree(ours.prag, entry["prag"]?.number ?? .nan, within: 1e-12))
      if entry["same"]?.truth == true {
        #expect(agree(ours.serpNormalized, 1, within: 1e-12) && agree(ours.pragNormalized, 1, within: 1e-12))
      }
      #expect(ours.serpNormalized <= 1 + 1e-12 && ours.pragNormalized <= 1 + 1e-12)
    }
    #expect(RankingSimilarity(["a", "a", "b"], ["a", "b"], k: 2)?.jaccard == 1)
    #expect(RankingSimilarity(["a"], ["a", "b"], k: 2) == nil)
    var random = SplitMix64(seed: 1)
    var rows = ""
    for template in 0..<30 {
      for group in ["a", "b"] {
        for sample in 0..<3 {
          let items = (0..<12).map { "film\($0 + (group == "b" ? 4 : 0))" }.shuffled(using: &random).prefix(6)
          let list = items.map { "\"\($0)\"" }.joined(separator: ",")
          rows +=
            "{\"template_id\":\"\(template)\",\"sample_id\":\(sample),\"g\":\"\(group)\",\"output\":[\(list)]}\n"
        }
      }
    }
    let path = try file(rows, "lists")
    defer { try? FileManager.default.removeItem(atPath: path) }
    let reading = try OutputColumns(groups: ["g"]).read([path])
    let result = try RankingAudit(GeneratedPlan(attributes: ["g"])).run(reading)
    #expect(result.rowsAnalysed == 180 && result.settings.first == .init("k", "6"))
    let lost = try #require(
      result.sections[0].figures.first { $0.measure == "ranking_jaccard_lost_beyond_resampling" })
    #expect((lost.interval?.lower ?? 0) > 0)
    #expect(throws: BiasMetricsError.self) { try RankingAudit(GeneratedPlan(attributes: [])) }
  }

  @Test("All that texts allow, in one result: parity, mentions, association, words, likeness")
  func texts() throws {
    var random = SplitMix64(seed: 3)
    var outputs: [GeneratedOutput] = []
    for template in 0..<40 {
      for group in ["woman", "man"] {
        for sample in 0..<2 {
          let refused = Double.random(in: 0..<1, using: &random) < (group == "woman" ? 0.6 : 0.1)
          outputs.append(
            GeneratedOutput(
              prompt: "\(template)-\(group)", template: "\(template)", sample: "\(sample)", groups: [group],
              text: refused
                ? "I'm sorry, but I can't help with that." : "\(group == "woman" ? "She" : "He") is a nurse.")
          )
        }
      }
    }
    var audit = GeneratedAudit(GeneratedPlan(attributes: ["group"]))
    audit.groups = [try Lexicon(named: "gender-en")]
    audit.targets = try Lexicon(named: "occupations-en")
    audit.refusals = try Lexicon(named: "refusals-en")
    let reading = OutputColumns.Reading(outputs: outputs, rowsRead: 161, failed: 1, problems: [])
    let result = try audit.run(kind: "generated-text", reading)
    #expect(
      result.sections.map(\.id) == ["parity", "rates", "mentions", "association", "words", "similarity"])
    #expect(result.hasDisparity && result.excluded == [.init("row-error", 1)])
    let refused = try #require(result.sections[0].figures.first)
    #expect(refused.measure == "refusal_phrases_difference" && refused.verdict == .disparity)
    #expect(result.settings.count { $0.name == "lexicon" && $0.value.contains("sha256:") } == 3)
    #expect(result.sections.allSatisfy { !$0.explanation.isEmpty })
    for section in result.sections {
      for figure in section.figures {
        #expect(figure.value != nil || figure.reason != nil, "\(figure.measure)")
        #expect(figure.value.map { !$0.isNaN } ?? true)
        if let interval = figure.interval {
          #expect(interval.lower <= interval.upper && !interval.lower.isNaN)
        }
      }
    }
    #expect(try audit.run(kind: "generated-text", reading) == result)
    #expect(throws: BiasMetricsError.self) {
      try GeneratedAudit(GeneratedPlan(attributes: [])).run(kind: "generated-text", reading)
    }
    #expect(throws: BiasMetricsError.self) {
      try audit.run(kind: "generated-text", .init(outputs: [], rowsRead: 0, failed: 0, problems: []))
    }
  }

  @Test("Results of a scan, joined with labels, are an ordinary table of decisions")
  func scanResults() throws {
    var results = "{\"type\":\"run\",\"tool\":\"countermark\"}\n"
    var labels = "id,language,marked\n"
    for number in 0..<200 {
      let language = number < 100 ? "de" : "en"
      // Two profiles a record; one in ten of the English records is flagged by one of them.
      for profile in ["p", "q"] {
        let verdict = language == "en" && number % 10 == 0 && profile == "q" ? "detected" : "not-detected"
        results +=
          "{\"type\":\"result\",\"id\":\"r\(number)\",\"source\":\"f.jsonl\",\"profile\":\"\(profile)\",\"log10_p\":-\(verdict == "detected" ? 9 : 1),\"verdict\":\"\(verdict)\"}\n"
      }
      labels += "r\(number),\(language),false\n"
    }
    results += "{\"type\":\"result\",\"id\":\"stranger\",\"verdict\":\"not-detected\"}\n"
    results +=
      "{\"type\":\"error\",\"source\":\"f.jsonl\",\"record\":7,\"message\":\"no JSON\"}\n{\"type\":\"summary\"}\n"
    let (scan, join) = (try file(results, "results.jsonl"), try file(labels, "labels.csv"))
    defer { for path in [scan, join] { try? FileManager.default.removeItem(atPath: path) } }
    let schema = CubeSchema(
      groups: [TableColumn("language")], label: TableColumn("marked"), prediction: TableColumn("detected"),
      score: "evidence")
    let read = try ScanResults(paths: [scan])
    let cube = try read.counting(labels: [join], schema: schema, missing: [])
    #expect(cube.rows == 200 && cube.failedRows == 2)
    #expect(cube.problems.contains { $0.error.message.contains("stranger") })
    let table = try DecisionTable(cube)
    let result = try Audit(AuditPlan(metrics: [.falsePositiveRate], differenceTolerance: 0.02)).run(
      table, cube: cube)
    let rates = result.groups.map { ($0.values[0], $0.rates[0].value) }
    #expect(rates.map(\.0) == ["de", "en"] && rates.map(\.1) == [0, 0.1])
    #expect(result.disparities[0].difference == 0.1)
    // The same counts as from a table that somebody joined by hand.
    let rows = (0..<200).map { "\($0 < 100 ? "de" : "en"),false,\($0 >= 100 && $0 % 10 == 0 ? 1 : 0)" }
    #expect(rows.count { $0.hasSuffix("1") } == table.cells.filter(\.prediction).reduce(0) { $0 + $1.count })
    #expect(throws: TabularError.self) { try ScanResults(paths: [join]) }
    let other = CubeSchema(groups: [TableColumn("langauge")], prediction: TableColumn("detected"))
    #expect(throws: TabularError.self) { try read.counting(labels: [join], schema: other, missing: []) }
    let clashing = try file("id,language\nr1,de\nr1,en\n", "clash.csv")
    defer { try? FileManager.default.removeItem(atPath: clashing) }
    #expect(throws: TabularError.self) {
      try read.counting(
        labels: [clashing],
        schema: CubeSchema(groups: [TableColumn("language")], prediction: TableColumn("detected")),
        missing: [])
    }
  }
}
