import Foundation
import TestSupport
import Testing

@Suite("countermark audit with plans and saved counts")
struct AuditPlanTests {
  private let corpus = Golden.packageRoot + "/Corpora/decisions/adult-test.csv"
  private let columns = [
    "--label", "income", "--positive", ">50K", "--score", "lr_score", "--threshold", "0.5", "--group", "sex",
    "--group", "race",
  ]

  private func json(_ run: Tool.Run) throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any], "\(run.errors)")
  }

  @Test("A plan made of flags is carried out like the flags, and named by the same digest")
  func sameAsFlags() throws {
    let scratch = try Scratch()
    let flags = columns + ["--alpha", "0.01", "--tau", "0.9", "--search-depth", "2"]
    let shown = try Tool.run(["audit", "--show-plan"] + flags)
    #expect(shown.status == 0, "\(shown.errors)")
    let plan = try scratch.file("plan.json", shown.output)
    let byFlags = try Tool.run(["audit", corpus, "--json", "-"] + flags)
    let byPlan = try Tool.run(["audit", corpus, "--json", "-", "--plan", plan])
    #expect(byFlags.status == 1 && byFlags.output == byPlan.output, "\(byPlan.errors)")
    let declared = try #require(try json(byPlan)["declared_plan"] as? [String: Any])
    let canonical = try #require(declared["canonical"] as? String)
    let sum = try Tool.launch("/usr/bin/sha256sum", [], input: Data(canonical.utf8))
    #expect(declared["digest"] as? String == "sha256:" + sum.output.prefix(64))
    #expect(declared["declared_digest"] as? String == declared["digest"] as? String)
    let text = try Tool.run(["audit", corpus, "--plan", plan])
    #expect(text.output.contains(declared["digest"] as? String ?? "none"))
  }

  @Test("What a plan states no flag may change; what it leaves open flags fill, and the digest shows it")
  func contradiction() throws {
    let scratch = try Scratch()
    let plan = try scratch.file("plan.json", #"{"name": "p", "version": "1", "alpha": 0.01}"#)
    let bad = try Tool.run(["audit", corpus, "--plan", plan, "--alpha", "0.05"] + columns)
    #expect(bad.status == 2 && bad.errors.contains("--alpha contradicts the plan 'p'"))
    let good = try json(
      try Tool.run(["audit", corpus, "--plan", plan, "--alpha", "0.01", "--json", "-"] + columns))
    let declared = try #require(good["declared_plan"] as? [String: Any])
    #expect(declared["declared_digest"] as? String != declared["digest"] as? String)
    let misspelt = try scratch.file("bad.json", #"{"name": "p", "version": "1", "alpah": 0.01}"#)
    let run = try Tool.run(["audit", corpus, "--plan", misspelt] + columns)
    #expect(run.status == 2 && run.errors.contains("did you mean 'alpha'"))
    let absent = try Tool.run(["audit", corpus, "--plan", "no-such"] + columns)
    #expect(absent.status == 2 && absent.errors.contains("ll144"))
  }

  @Test(
    "ll144: three tables, the two per cent rule both ways, the unknown, scoring rates where there are only scores"
  )
  func localLaw() throws {
    let arguments = [
      "audit", corpus, "--plan", "ll144", "--score", "lr_score", "--group", "sex", "--group", "race",
    ]
    let result = try json(try Tool.run(arguments + ["--json", "-"]))
    let tables = try #require(result["impact_ratios"] as? [[String: Any]])
    #expect(tables.compactMap { $0["attributes"] as? [String] } == [["sex"], ["race"], ["sex", "race"]])
    #expect(tables.allSatisfy { $0["unknown"] as? Int == 0 })
    let race = try #require(tables[1]["categories"] as? [[String: Any]])
    let other = try #require(race.first { $0["name"] as? String == "Other" })
    #expect(other["scoring_impact_ratio"] is Double && other["scoring_impact_ratio_without_small"] is NSNull)
    let text = try Tool.run(arguments + ["--exit-zero"])
    #expect(text.status == 0 && text.output.contains("quantities of Local Law 144"))
    #expect(!text.output.lowercased().contains("compl"))
  }

  @Test("four-fifths: the quantities of the rule, for each attribute and both")
  func fourFifths() throws {
    let run = try Tool.run(
      [
        "audit", corpus, "--plan", "four-fifths", "--prediction", "income", "--positive", ">50K", "--group",
        "sex", "--json", "-",
      ])
    let tables = try #require(try json(run)["four_fifths"] as? [[String: Any]])
    let women = try #require((tables[0]["groups"] as? [[String: Any]])?.first)
    #expect(women["below_four_fifths"] as? Bool == true && women["one_more_would_lift_it"] as? Bool == false)
    #expect((women["z"] as? Double ?? 0) < -20)
  }

  @Test("Saved counts stand for their table, add up, and mix with tables")
  func counts() throws {
    let scratch = try Scratch()
    let lines = try String(contentsOfFile: corpus, encoding: .utf8).split(separator: "\n")
    let halves = [0, 1].map { half in
      ([lines[0]] + lines.dropFirst().enumerated().filter { $0.offset % 2 == half }.map(\.element))
        .joined(separator: "\n")
    }
    var parts: [String] = []
    for (place, half) in halves.enumerated() {
      let table = try scratch.file("half\(place).csv", half + "\n")
      let counts = scratch.path + "/half\(place).json"
      #expect(try Tool.run(["audit", table, "--save-cube", counts, "--exit-zero"] + columns).status == 0)
      parts.append(counts)
    }
    let whole = try Tool.run(["audit", corpus, "--json", "-"] + columns)
    #expect(try Tool.run(["audit", parts[1], parts[0], "--json", "-"] + columns).output == whole.output)
    #expect(
      try Tool.run(["audit", parts[0], scratch.path + "/half1.csv", "--json", "-"] + columns).output
        == whole.output)
    // Counts know their columns, and can be asked for fewer.
    let alone = try Tool.run(["audit", parts[0], "--exit-zero", "--positive", ">50K"])
    #expect(alone.status == 2 || alone.output.contains("sex=Female"))
    let sex = try Tool.run(["audit"] + parts + ["--json", "-", "--group", "sex"] + columns.dropLast(4))
    #expect(sex.output.contains("\"attributes\":[\"sex\"]") && !sex.output.contains("race"))
    let other = try Tool.run(["audit"] + parts + ["--group", "age"] + columns.dropLast(4))
    #expect(other.status == 2 && other.errors.contains("'age'"))
  }

  @Test("--show-plan writes down digests of lexicons and shares, and a file that changed is refused")
  func digests() throws {
    let scratch = try Scratch()
    try Data("group,share\nwoman,1\nman,1\n".utf8).write(
      to: URL(fileURLWithPath: scratch.path + "/shares.csv"))
    var outputs = ""
    for row in 0..<40 {
      outputs += "{\"prompt_id\":\"p\(row)\",\"output\":\"\(row % 3 == 0 ? "She" : "He") said so.\"}\n"
    }
    try Data(outputs.utf8).write(to: URL(fileURLWithPath: scratch.path + "/outputs.jsonl"))
    let shown = try Tool.run([
      "audit", "--kind", "generated-text", "--lexicon", "gender-en", "--reference",
      scratch.path + "/shares.csv", "--show-plan",
    ])
    #expect(shown.status == 0)
    #expect(shown.output.contains("\"digests\"") && shown.output.contains("\"gender-en\": \"sha256:"))
    try Data(shown.output.utf8).write(to: URL(fileURLWithPath: scratch.path + "/plan.json"))
    let audit = [
      "audit", scratch.path + "/outputs.jsonl", "--plan", scratch.path + "/plan.json", "--exit-zero",
    ]
    let first = try Tool.run(audit)
    #expect(first.status == 0, "\(first.errors)")
    try Data("group,share\nwoman,3\nman,1\n".utf8).write(
      to: URL(fileURLWithPath: scratch.path + "/shares.csv"))
    let second = try Tool.run(audit)
    #expect(
      second.status == 2 && second.errors.contains("is not what the plan 'flags' declared"),
      "\(second.errors)")
  }

  @Test("Benjamini and Hochberg's correction is named with the family's size")
  func correction() throws {
    var text = "g,p\n"
    for row in 0..<400 { text += "g\(row % 4),\(row % 4 == 0 || row % 3 == 0 ? 1 : 0)\n" }
    let arguments = [
      "audit", "-", "--group", "g", "--prediction", "p", "--correction", "benjamini-hochberg", "--exit-zero",
    ]
    let said = try Tool.run(arguments, input: Data(text.utf8))
    #expect(said.output.contains("6 comparisons corrected for (Benjamini and Hochberg)"), "\(said.output)")
    let made = try json(try Tool.run(arguments + ["--json", "-"], input: Data(text.utf8)))
    #expect((made["plan"] as? [String: Any])?["correction"] as? String == "benjamini-hochberg")
    #expect(
      try Tool.run(arguments + ["--kind", "bbq"], input: Data(text.utf8)).errors.contains(
        "leave --correction out"))
  }

  @Test("Small counts are taken out on the way, and results say so")
  func suppressed() throws {
    let scratch = try Scratch()
    let counts = scratch.path + "/counts.json"
    let run = try Tool.run(
      [
        "audit", corpus, "--save-cube", counts, "--suppress-below", "10", "--exit-zero", "--prediction",
        "income", "--positive",
        ">50K", "--group", "sex", "--group", "race",
      ])
    #expect(run.status == 0, "\(run.errors)")
    let result = try Tool.run(["audit", counts, "--positive", ">50K", "--exit-zero"])
    #expect(result.output.contains("taken out before the counts were handed on"), "\(result.errors)")
    #expect(result.output.contains("suppressed-small-counts"))
    let file = try String(contentsOfFile: counts, encoding: .utf8)
    for line in file.split(separator: "\n") where line.contains("\"n\":") {
      let count = line.split(separator: ":").last.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
      #expect(count >= 10, "\(line)")
    }
    let idle = try Tool.run(["audit", corpus, "--suppress-below", "10"] + columns)
    #expect(idle.status == 2 && idle.errors.contains("--save-cube"))
  }

  @Test("The search, sweeps and bounds are in the JSON, with the family's size and the seed")
  func supplements() throws {
    let result = try json(
      try Tool.run(["audit", corpus, "--search-depth", "2", "--json", "-"] + columns))
    let search = try #require(result["subgroups"] as? [String: Any])
    #expect((search["family_size"] as? Int ?? 0) > 20 && search["seed"] is String)
    let findings = try #require(search["findings"] as? [[String: Any]])
    #expect(findings.contains { ($0["conditions"] as? [String: String]) == ["sex": "Female"] })
    let sweeps = try #require(result["threshold_sweeps"] as? [[String: Any]])
    #expect(sweeps.count == 2 && sweeps[0]["chosen"] as? Double == 0.5)
    #expect(result["missing_bounds"] == nil)
  }

  @Test("Rows left out come with bounds of what they could change")
  func bounds() throws {
    var rows = "g,p\n"
    for row in 0..<400 {
      rows += "\(row % 2 == 0 ? "a" : "b"),\(row % 10 == 0 ? "" : row % 4 < 2 ? "1" : "0")\n"
    }
    let run = try Tool.run(
      ["audit", "-", "--prediction", "p", "--group", "g", "--missing-labels", "exclude", "--json", "-"],
      input: Data(rows.utf8))
    let bounds = try #require(try json(run)["missing_bounds"] as? [[String: Any]])
    #expect(bounds.count == 1 && (bounds[0]["difference_bounds"] as? [Double])?.count == 2)
    let groups = try #require(bounds[0]["groups"] as? [[String: Any]])
    #expect(groups.compactMap { $0["missing"] as? Int } == [40, 0])
  }
}
