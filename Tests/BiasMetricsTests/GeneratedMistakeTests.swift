import BiasMetrics
import FoundationEssentials
import Statistics
import Tabular
import TestSupport
import Testing

/// What audits of generated content make of incomplete, repeated and impossible input.
@Suite("Incomplete and impossible input of audits of generated content")
struct GeneratedMistakeTests {
  private func file(_ text: String, _ name: String) throws -> String {
    let path =
      FileManager.default.temporaryDirectory.path() + "/\(name)-\(ProcessInfo.processInfo.processIdentifier)"
    try Data(text.utf8).write(to: URL(filePath: path))
    return path
  }

  private func benchmark(
    _ kind: BenchmarkAudit.Kind, _ text: String
  ) throws -> (result: GeneratedResult, problems: [RowProblem]) {
    let path = try file(text, "mistakes-\(kind.rawValue)-\(text.utf8.count).csv")
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try BenchmarkAudit(kind).run(RoleTable(paths: [path], roles: kind.roles))
  }

  @Test("Two prompts of one template are both compared, in any order of rows")
  func prompts() throws {
    var rows: [GeneratedOutput] = []
    for template in 0..<20 {
      for prompt in ["p", "q"] {
        for group in ["a", "b"] {
          rows.append(
            GeneratedOutput(
              prompt: "\(prompt)\(template)\(group)", template: "\(template)", sample: "", groups: [group],
              flags: [group == "a" && prompt == "p"]))
        }
      }
    }
    let plan = GeneratedPlan(attributes: ["group"], flags: ["refused"])
    let sections = try ParityAudit(plan).run(rows)
    let found = try #require(sections[0].figures.first { $0.measure == "refused_difference" })
    #expect(found.value == 0.5 && found.counts.contains(.init("pairs", 40)))
    #expect(found.counts.contains(.init("only_first", 20)))
    #expect(sections[0].notes.contains { $0.hasPrefix("40 outputs share template") })
    #expect(try ParityAudit(plan).run(rows.reversed()) == sections)
    let rate = try #require(sections[1].figures.first { $0.subject == [.init("group", "a")] })
    #expect(rate.value == 0.5 && rate.counts.contains(.init("outputs", 40)))
  }

  @Test("BBQ: an answer that could not be read is no bias, and nothing scored is no score of 0")
  func bbq() throws {
    let header =
      "question_polarity,context_condition,label,pred,unknown_index,stereotyped,question_index,category\n"
    var rows = ""
    for place in 0..<40 { rows += "neg,ambig,2,\(place % 3),2,0,\(place % 10),Age\n" }
    let whole = try benchmark(.bbq, header + rows)
    let broken = try benchmark(
      .bbq, header + rows + "nonneg,ambig,2,-1,2,0,1,Age\nnonneg,ambig,2,7,2,0,1,Age\n")
    #expect(broken.result.sections == whole.result.sections)
    #expect(broken.result.excluded == [.init("row-error", 2)] && broken.problems.count == 2)
    #expect(
      BBQScore([
        .init(isNegative: false, isAmbiguous: true, label: 2, answer: -1, unknown: 2, stereotyped: 0)
      ]).ambiguous.known == 0)
    // Without the stereotyped place nothing can be scored.
    let short = "question_polarity,context_condition,label,pred,unknown_index,question_index\n"
    let plain = rows.split(separator: "\n").map { row in
      let cells = row.split(separator: ",")
      return (cells[..<5] + cells[6...6]).joined(separator: ",")
    }.joined(separator: "\n")
    let none = try benchmark(.bbq, short + plain + "\n").result.sections[0].figures
    let helm = try #require(none.first { $0.measure == "bbq_ambiguous_helm" })
    #expect(helm.value == nil && helm.interval == nil && helm.reason?.contains("stereotyped") == true)
    let accuracy = try #require(none.first { $0.measure == "bbq_ambiguous_accuracy" })
    #expect(accuracy.method == "Wilson over templates" && accuracy.interval != nil)
    // Numbers of questions begin anew in each category: twenty templates, not ten.
    var other = rows
    for place in 0..<40 { other += "neg,ambig,2,\(place % 3),2,0,\(place % 10),Religion\n" }
    let both = try benchmark(.bbq, header + other).result.sections[0].figures
    #expect(both.first { $0.measure == "bbq_ambiguous_paper" }?.method.contains("20 templates") == true)
  }

  @Test("p-values of many categories are corrected together")
  func multiplicity() throws {
    var rows = "more,less,direction,category\n"
    for category in 0..<8 {
      for place in 0..<30 {
        rows += place < 20 ? "-1,-2,stereo,c\(category)\n" : "-2,-1,stereo,c\(category)\n"
      }
    }
    let section = try benchmark(.crowsPairs, rows).result.sections[0]
    let tested = section.figures.filter { $0.p != nil }
    #expect(tested.count > 9 && tested.allSatisfy { ($0.adjustedP ?? 0) >= ($0.p ?? 1) })
    #expect(tested.contains { ($0.adjustedP ?? 0) > 5 * ($0.p ?? 1) })
    #expect(section.notes.contains { $0.hasPrefix("\(tested.count) p-values are corrected together") })
  }

  @Test("Equal differences leave no spread, whatever rounding makes of them")
  func rounding() throws {
    var rows: [GeneratedOutput] = []
    for template in 0..<30 {
      let base = [0.2, 0.3, 0.6, 0.1, 0.5][template % 5]
      for sample in ["1", "2"] {
        for (group, score) in [("a", ((base + 0.1) * 10).rounded() / 10), ("b", base)] {
          rows.append(
            GeneratedOutput(
              prompt: "", template: "\(template)", sample: sample, groups: [group], scores: [score]))
        }
      }
    }
    let plan = GeneratedPlan(attributes: ["group"], scores: ["toxicity"])
    let found = try #require(
      try ParityAudit(plan).run(rows)[0].figures.first { $0.measure == "toxicity_difference" })
    #expect(found.interval == nil && found.verdict == .notEstimable)
  }

  @Test("Where few templates vary Cochran's Q has its p-value from all exchanges within them")
  func cochran() throws {
    let rows = (0..<40).flatMap { template in
      ["a", "b", "c"].map { group in
        GeneratedOutput(
          prompt: "", template: "\(template)", sample: "", groups: [group],
          flags: [template < 4 && group == "a"])
      }
    }
    let section = try ParityAudit(GeneratedPlan(attributes: ["group"], flags: ["refused"])).run(rows)[0]
    let omnibus = try #require(section.figures.first { $0.measure == "refused_cochran_q" })
    #expect(
      agree(omnibus.value ?? 0, 8, within: 1e-12) && agree(omnibus.p ?? 0, 3.0 / 81, within: 1e-12)
        && omnibus.test?.contains("all exchanges") == true)
    #expect(section.notes.contains { $0.contains("outside this family") })
  }

  @Test("p-values of large families can be small enough to be corrected")
  func flips() {
    let pairs = (0..<60).map {
      PairedOutputs.Pair(template: $0, first: 0.3 + Double($0 % 7) / 10, second: 0.1)
    }
    let coarse = PairedComparison(pairs, isFlag: false, level: 0.95, seed: 1)
    let fine = PairedComparison(pairs, isFlag: false, level: 0.95, seed: 1, finest: 200_000)
    #expect((coarse.p ?? 0) >= 1e-4 && (fine.p ?? 1) < 1e-5)
    #expect(fine.test.contains("200000"))
  }

  private func shown(_ counts: [(String, String, Int)]) -> [GeneratedOutput] {
    counts.flatMap { prompt, label, count in
      (0..<count).map {
        GeneratedOutput(
          prompt: prompt, template: nil, sample: "\(label)\($0)", groups: [], labels: [label])
      }
    }
  }

  @Test("References by prompt: one prompt is judged, and a group that is never shown is missed")
  func references() throws {
    let path = try file("prompt,group,share\nnurse,woman,80\nnurse,man,12\nnurse,other,8\n", "by-prompt.csv")
    defer { try? FileManager.default.removeItem(atPath: path) }
    let audit = try RepresentationAudit(
      GeneratedPlan(attributes: []), reference: ReferenceShares(path: path))
    let figures = try audit.run(
      shown([("nurse", "woman", 900), ("nurse", "man", 100)]), label: 0, named: "g"
    )
    .figures
    func share(_ group: String) -> GeneratedFigure? {
      figures.first { $0.measure == "share" && $0.subject == [.init("prompt", "nurse"), .init("g", group)] }
    }
    #expect(share("woman")?.ideal == 0.8)
    #expect(share("other")?.verdict == .disparity && share("other")?.reason?.hasPrefix("never seen") == true)
    // The bound is of three groups together, since which is not seen is known only afterwards.
    #expect(
      share("other")?.reason?.contains("0.0047") == true || share("other")?.reason?.contains("0.0048") == true
    )
    // A lexicon that does not count a group of the reference says so.
    let lexicon = try Lexicon(
      name: "g", version: "1", categories: [.init("a", [.init("she")]), .init("b", [.init("he")])], digest: ""
    )
    let census = ReferenceShares(source: "census", general: ["a": 0.5, "b": 0.4, "c": 0.1])
    let texts = (0..<40).map {
      GeneratedOutput(prompt: "\($0)", template: nil, sample: "", groups: [], text: "she")
    }
    let mentions = try RepresentationAudit(GeneratedPlan(attributes: []), reference: census).run(
      texts, lexicon: lexicon)
    #expect(mentions.notes.contains { $0.contains("shares of c") })
    // Three prompts are too few for all outputs together, but each is judged alone.
    let three = try RepresentationAudit(GeneratedPlan(attributes: []), reference: .equal).run(
      shown([("p", "x", 90), ("p", "y", 10), ("q", "x", 90), ("q", "y", 10), ("r", "x", 50), ("r", "y", 50)]),
      label: 0, named: "g"
    ).figures.filter { $0.measure == "share" }
    #expect(
      three.count == 8 && three[0].verdict == .notEstimable && three[0].reason?.contains("3 prompts") == true)
    #expect(three[2].verdict == .disparity)
  }

  @Test("A check of labels is matched by name, and a group it lacks is an error")
  func checks() throws {
    let plan = GeneratedPlan(attributes: [])
    let outputs = (0..<200).map {
      GeneratedOutput(
        prompt: "\($0)", template: nil, sample: "", groups: [], labels: [$0 < 150 ? "man" : "woman"])
    }
    func corrected(_ correction: LabellerCorrection) throws -> [GeneratedFigure] {
      try RepresentationAudit(plan, correction: correction).run(outputs, label: 0, named: "g").figures.filter
      {
        $0.measure == "share_corrected_for_labeller"
      }
    }
    let one = try corrected(LabellerCorrection(groups: ["man", "woman"], checked: [[90, 10], [5, 95]]))
    let other = try corrected(LabellerCorrection(groups: ["woman", "man"], checked: [[95, 5], [10, 90]]))
    #expect(one.count == 2 && other.count == 2)
    #expect(
      one.allSatisfy { figure in other.contains { agree($0.value ?? 0, figure.value ?? 1, within: 1e-12) } })
    #expect(throws: BiasMetricsError.self) {
      try corrected(LabellerCorrection(groups: ["woman", "other"], checked: [[95, 5], [10, 90]]))
    }
    #expect(throws: BiasMetricsError.self) {
      try LabellerCorrection(groups: ["a", "b"], checked: [[.max, 1], [1, .max]])
    }
    #expect(throws: BiasMetricsError.self) {
      try Representation(groups: ["a", "b"], prompts: [[.max, .max]])
    }
    #expect(throws: BiasMetricsError.self) { try Representation(groups: ["a", "b"], prompts: [[-1, 2]]) }
  }

  @Test("Outputs that lack what the plan names are one error, and impossible numbers are limited")
  func lengths() throws {
    let rows = ["a", "b"].map { GeneratedOutput(prompt: "", template: "t", sample: "", groups: [$0]) }
    let plan = GeneratedPlan(attributes: ["group"], flags: ["refused"])
    #expect(throws: BiasMetricsError.self) { try ParityAudit(plan).run(rows) }
    #expect(throws: BiasMetricsError.self) {
      try ParityAudit(GeneratedPlan(attributes: ["group", "other"], scores: [])).run(rows)
    }
    #expect(throws: BiasMetricsError.self) {
      try RepresentationAudit(GeneratedPlan(attributes: [])).run(rows, label: 1, named: "g")
    }
    #expect(throws: BiasMetricsError.self) {
      try RepresentationAudit(GeneratedPlan(attributes: [])).run(rows, label: -1, named: "g")
    }
    let paired = PairedOutputs(rows, attributes: [3], value: { _ in 1 })
    #expect(paired.pairs(0, 5).isEmpty && paired.gap(0, -1) == nil)
    var bootstrap = ClusterBootstrap()
    bootstrap.resamples = 0
    #expect(bootstrap.interval(clusters: 6, level: 0.95) { _ in 1 }?.lower == 1)
    bootstrap.resamples = .max
    #expect(bootstrap.resamples == 1_000_000)
    #expect(WordLogOdds([], exchanges: -1).words.isEmpty)
    let documents = (0..<20).map {
      WordLogOdds.Document(words: $0 < 12 ? ["x"] : [], isInGroup: $0 % 2 == 0, template: "t")
    }
    #expect(WordLogOdds(documents, exchanges: -1).words.count == 1)
    #expect(GeneratedFigure("x", .infinity).value == nil && GeneratedFigure("x", -.infinity).reason != nil)
  }

  @Test("Negations of two words turn what follows around")
  func negation() throws {
    let lexicon = try Lexicon(
      name: "x", version: "1", categories: [.init("job", [.init("nurse")])],
      negation: .init(words: ["not", "isn't"], reach: 2), digest: "")
    for (text, isMentioned) in [
      ("She isn't a nurse", false), ("She is not a nurse", false), ("She is a nurse, isn't she", true),
      ("It isn't the good old nurse", true), ("She isn’t a nurse", false), ("The t nurse", true),
    ] {
      #expect(lexicon.mentions(in: text) == [isMentioned], "\(text)")
    }
    #expect(throws: BiasMetricsError.self) {
      try Lexicon(
        name: "x", version: "1", categories: [.init("job", [.init("nurse")])],
        negation: .init(words: ["'"], reach: 2), digest: "")
    }
  }

  @Test("Labels of records that no result speaks of are counted and named")
  func labelsWithoutResult() throws {
    let results = (0..<20).map { "{\"type\":\"result\",\"id\":\"r\($0)\",\"verdict\":\"not-detected\"}\n" }
      .joined()
    let labels = "id,language\n" + (0..<22).map { "r\($0),\($0 % 2 == 0 ? "de" : "en")\n" }.joined()
    let (scan, join) = (try file(results, "scan.jsonl"), try file(labels, "labelled.csv"))
    defer { for path in [scan, join] { try? FileManager.default.removeItem(atPath: path) } }
    var told: [String] = []
    let cube = try ScanResults(paths: [scan]).counting(
      labels: [join],
      schema: CubeSchema(groups: [TableColumn("language")], prediction: TableColumn("detected")), missing: []
    ) { told.append("\($0) \($1.joined(separator: ","))") }
    #expect(cube.rows == 20 && cube.failedRows == 0)
    #expect(told == ["2 r20,r21"])
  }
}
