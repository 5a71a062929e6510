import Foundation
import TestSupport
import Testing

@Suite("countermark audit of generated content")
struct GeneratedAuditCommandTests {
  /// Outputs to thirty templates about two groups, one of which is refused half of the time.
  private var outputs: Data {
    var lines = ""
    for template in 0..<40 {
      for group in ["woman", "man"] {
        for sample in 0..<3 {
          let refused = group == "woman" && (template + sample) % 2 == 0
          let text =
            refused ? "I'm sorry, but I can't help." : group == "woman" ? "She is a nurse." : "He is a pilot."
          lines +=
            "{\"template_id\":\"t\(template)\",\"gender\":\"\(group)\",\"sample_id\":\(sample),\"output\":\"\(text)\","
            + "\"refused\":\(refused),\"toxicity\":\(Double((template * 7 + sample * (group == "woman" ? 3 : 2)) % 10) / 20)}\n"
        }
      }
    }
    return Data(lines.utf8)
  }

  private func json(_ run: Tool.Run) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
  }

  private func figures(_ json: [String: Any], _ section: String) throws -> [[String: Any]] {
    let sections = try #require(json["sections"] as? [[String: Any]])
    return try #require(sections.first { $0["id"] as? String == section }?["figures"] as? [[String: Any]])
  }

  @Test(
    "Paired prompts: a disparity ends with 1, JSON names pair, noise floor, correction and lexicons' digests")
  func parity() throws {
    let arguments = [
      "audit", "-", "--kind", "generated-text", "--group", "gender", "--flag-field", "refused",
      "--score-field", "toxicity",
      "--lexicon", "gender-en", "--targets", "occupations-en", "--refusals", "refusals-en", "--json", "-",
    ]
    let run = try Tool.run(arguments, input: outputs)
    #expect(run.status == 1, "\(run.errors)")
    let object = try json(run)
    #expect(object["kind"] as? String == "generated-text")
    let parity = try figures(object, "parity")
    let refused = try #require(parity.first { $0["measure"] as? String == "refused_difference" })
    #expect(refused["subject"] as? [String: String] == ["gender": "man"])
    #expect(refused["versus"] as? [String: String] == ["gender": "woman"])
    #expect(refused["verdict"] as? String == "disparity" && refused["value"] as? Double == -0.5)
    #expect((refused["noise_floor"] as? Double ?? 0) > 0 && refused["adjusted_p_value"] != nil)
    #expect((refused["counts"] as? [String: Int])?["only_second"] == 60)
    // The phrases find what the labels say.
    let phrases = try #require(parity.first { $0["measure"] as? String == "refusal_phrases_difference" })
    #expect(phrases["value"] as? Double == -0.5)
    #expect(
      parity.first { $0["measure"] as? String == "toxicity_difference" }?["verdict"] as? String
        == "within-tolerance")
    #expect(run.output.components(separatedBy: "sha256:").count > 3)
    #expect(!run.output.contains("\"AI\"") && !run.output.contains("complies"))
    #expect(try Tool.run(arguments, input: outputs).output == run.output)
    #expect(try Tool.run(arguments + ["--exit-zero"], input: outputs).status == 0)
  }

  @Test("Text, CSV and a page; what is judged comes first")
  func reports() throws {
    let folder = try Scratch()
    let input = folder.path + "/outputs.jsonl"
    try outputs.write(to: URL(fileURLWithPath: input))
    let run = try Tool.run([
      "audit", input, "--kind", "generated-text", "--group", "gender", "--flag-field", "refused", "--html",
      folder.path + "/a.html", "--csv", folder.path + "/a.csv",
    ])
    #expect(run.status == 1, "\(run.errors)")
    #expect(run.output.contains("refused_difference gender=man against gender=woman: -0.500"))
    #expect(run.output.contains("noise floor"))
    let page = try String(contentsOfFile: folder.path + "/a.html", encoding: .utf8)
    #expect(page.contains("Paired prompts") && !page.contains("<script"))
    let csv = try String(contentsOfFile: folder.path + "/a.csv", encoding: .utf8)
    #expect(
      csv.hasPrefix("section,measure,subject")
        && csv.contains("parity,refused_difference,gender=man,gender=woman,-0.5"))
  }

  @Test("BBQ's published answers: the paper's score and HELM's")
  func bbq() throws {
    let path = Golden.ownCopies + "/bias/bbq_unifiedqa_age.csv"
    let run = try Tool.run(["audit", path, "--kind", "bbq", "--json", "-"])
    #expect(run.status == 0, "\(run.errors)")
    let found = try figures(try json(run), "bbq")
    func value(_ name: String) -> Double? {
      found.first { $0["measure"] as? String == name }?["value"] as? Double
    }
    #expect(abs((value("bbq_ambiguous_paper") ?? 0) - 0.2978260869565217) < 1e-12)
    #expect(abs((value("bbq_ambiguous_helm") ?? 0) - 0.17033938066937754) < 1e-12)
    // A column called otherwise is named by its part.
    let renamed = try String(contentsOfFile: path, encoding: .utf8).replacingOccurrences(
      of: ",pred,", with: ",said,")
    let other = ["audit", "-", "--kind", "bbq", "--json", "-"]
    #expect(try Tool.run(other, input: Data(renamed.utf8)).status == 2)
    #expect(try Tool.run(other + ["--field", "answer=said"], input: Data(renamed.utf8)).output == run.output)
  }

  @Test("Pictures: labels against a reference, corrected by a check")
  func images() throws {
    let folder = try Scratch()
    func write(_ text: String, _ name: String) throws -> String {
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path + "/" + name))
      return folder.path + "/" + name
    }
    let rows = (0..<300).map { "p\($0),\($0 < 240 ? "man" : "woman")\n" }.joined()
    let labels = try write("prompt_id,perceived\n" + rows, "labels.csv")
    let reference = try write("group,share\nwoman,50\nman,45\nnonbinary,5\n", "census.csv")
    let check = try write(
      "truth,label,count\nwoman,woman,90\nwoman,man,10\nman,man,95\nman,woman,5\nnonbinary,nonbinary,18\nnonbinary,woman,2\n",
      "check.csv")
    let run = try Tool.run([
      "audit", labels, "--kind", "generated-images", "--label-field", "perceived", "--reference", reference,
      "--label-check",
      check, "--json", "-",
    ])
    #expect(run.status == 1, "\(run.errors)")
    let found = try figures(try json(run), "labels")
    let woman = try #require(
      found.first {
        $0["measure"] as? String == "share" && $0["subject"] as? [String: String] == ["perceived": "woman"]
      })
    #expect(woman["reason"] as? String == "under-represented" && woman["verdict"] as? String == "disparity")
    #expect(found.contains { ($0["reason"] as? String)?.hasPrefix("never seen") == true })
    let corrected = try #require(found.first { $0["measure"] as? String == "share_corrected_for_labeller" })
    #expect((corrected["interval"] as? [Double])?.count == 2)
  }

  @Test("Recommended lists")
  func lists() throws {
    let rows = (0..<20).flatMap { template in
      ["a", "b"].flatMap { group in
        (0..<2).map { "\(template),\($0),\(group),x|y|\(group == "a" ? "z" : "w")|v\($0)\n" }
      }
    }
    let run = try Tool.run(
      ["audit", "-", "--kind", "recommendations", "--group", "g", "--text-field", "list", "--json", "-"],
      input: Data(("template_id,sample_id,g,list\n" + rows.joined()).utf8))
    #expect(run.status == 0, "\(run.errors)")
    let jaccard = try #require(
      try figures(try json(run), "rankings").first { $0["measure"] as? String == "ranking_jaccard" })
    // Three of four shared within a group; between groups two of four, or three: one in two by number.
    #expect(abs((jaccard["noise_floor"] as? Double ?? 0) - 0.6) < 1e-12)
    #expect((jaccard["value"] as? Double ?? 1) < 0.6)
  }

  @Test("The toolkit's own detectors: false positives by language, from a scan's results")
  func detectors() throws {
    let folder = try Scratch()
    var (results, labels) = ("{\"type\":\"run\"}\n", "id,language,marked\n")
    for number in 0..<400 {
      let language = number < 200 ? "de" : "en"
      let verdict = language == "en" && number % 4 == 0 ? "detected" : "not-detected"
      results +=
        "{\"type\":\"result\",\"id\":\"r\(number)\",\"source\":\"s\",\"log10_p\":-1.5,\"verdict\":\"\(verdict)\"}\n"
      labels += "r\(number),\(language),false\n"
    }
    try Data(labels.utf8).write(to: URL(fileURLWithPath: folder.path + "/labels.csv"))
    let arguments = [
      "audit", "-", "--join", folder.path + "/labels.csv", "--prediction", "detected", "--label", "marked",
      "--group",
      "language", "--json", "-",
    ]
    let run = try Tool.run(arguments, input: Data(results.utf8))
    #expect(run.status == 1, "\(run.errors)")
    let found = try #require(try json(run)["disparities"] as? [[String: Any]])
    let rate = try #require(found.first { $0["metric"] as? String == "false_positive_rate_difference" })
    #expect(rate["value"] as? Double == 0.25 && rate["verdict"] as? String == "disparity")
    // The same as from the joined table itself.
    var table = "language,marked,detected\n"
    for number in 0..<400 {
      table += "\(number < 200 ? "de" : "en"),0,\(number >= 200 && number % 4 == 0 ? 1 : 0)\n"
    }
    let ordinary = try json(
      try Tool.run(
        [
          "audit", "-", "--prediction", "detected", "--label", "marked", "--group", "language", "--json", "-",
        ],
        input: Data(table.utf8)))
    #expect(ordinary["disparities"] as? NSArray == found as NSArray)
    let stray = try Tool.run(
      arguments, input: Data((results + "{\"type\":\"result\",\"id\":\"x\",\"verdict\":\"detected\"}\n").utf8)
    )
    #expect(stray.status == 3 && stray.errors.contains("no label is known of 'x'"))
  }

  @Test("Texts that people wrote in three languages, scanned and audited")
  func humanTexts() throws {
    let corpora = Golden.packageRoot + "/Corpora"
    let scratch = try Scratch()
    let keys = try scratch.file(
      "ring.json", try Data(contentsOf: URL(fileURLWithPath: corpora + "/demo-keys.json")), mode: 0o600)
    let scan = try Tool.run(
      ["scan"] + ["de", "en", "ja"].map { "\(corpora)/human/\($0)-gnome-help.jsonl" }
        + ["--profile", corpora + "/profiles/smollm2-lefthash.json", "--keys", keys, "--json", "--exit-zero"])
    let run = try Tool.run(
      [
        "audit", "-", "--join", corpora + "/labels/human.csv", "--prediction", "detected", "--label",
        "marked", "--group",
        "language", "--json", "-",
      ], input: Data(scan.output.utf8))
    #expect(run.status == 0, "\(run.errors)")
    let groups = try #require(try json(run)["groups"] as? [[String: Any]])
    #expect(groups.compactMap { ($0["attributes"] as? [String: String])?["language"] } == ["de", "en", "ja"])
    for group in groups {
      #expect((group["false_positive_rate"] as? [String: Any])?["value"] as? Double == 0)
    }
  }

  @Test("A lexicon is printed, edited and read again; a sample of its hits comes back as a correction")
  func lexicons() throws {
    let folder = try Scratch()
    let shown = try Tool.run(["audit", "--show-lexicon", "--lexicon", "gender-en"])
    #expect(shown.status == 0 && shown.output.contains("\"version\": \"1\""))
    let own = folder.path + "/own.json"
    try Data(shown.output.replacingOccurrences(of: "gender-en", with: "mine").utf8).write(
      to: URL(fileURLWithPath: own))
    let sample = folder.path + "/hits.csv"
    let arguments = [
      "audit", "-", "--kind", "generated-text", "--lexicon", own, "--exit-zero", "--json", "-",
    ]
    let run = try Tool.run(arguments + ["--sample-hits", sample, "--sample-size", "5"], input: outputs)
    #expect(run.status == 0 && run.output.contains("\"lexicon\":\"mine 1 sha256:"), "\(run.errors)")
    var lines = try String(contentsOfFile: sample, encoding: .utf8).split(separator: "\n").map(String.init)
    #expect(lines.count == 11)
    for place in lines.indices.dropFirst() { lines[place] += place == 1 ? "no" : "yes" }
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: sample))
    let corrected = try Tool.run(arguments + ["--checked-hits", sample], input: outputs)
    let found = try figures(try json(corrected), "mentions")
    let rates = found.filter { $0["measure"] as? String == "mention_rate_corrected_by_check" }
    #expect(rates.count == 2 && (rates[0]["counts"] as? [String: Int])?["checked"] == 5)
  }

  @Test("A plan says the same as flags, and flags may not contradict it")
  func plans() throws {
    let folder = try Scratch()
    let plan = folder.path + "/plan.json"
    let flags = ["--group", "gender", "--flag-field", "refused", "--lexicon", "gender-en", "--delta", "0.2"]
    let shown = try Tool.run(["audit", "--kind", "generated-text", "--show-plan"] + flags)
    #expect(shown.status == 0 && shown.output.contains("\"flags\""), "\(shown.errors)")
    try Data(shown.output.utf8).write(to: URL(fileURLWithPath: plan))
    let byPlan = try json(try Tool.run(["audit", "-", "--plan", plan, "--json", "-"], input: outputs))
    let byFlags = try json(
      try Tool.run(["audit", "-", "--kind", "generated-text", "--json", "-"] + flags, input: outputs))
    #expect(byPlan["sections"] as? NSArray == byFlags["sections"] as? NSArray)
    let other = try Tool.run(["audit", "-", "--plan", plan, "--flag-field", "toxicity"], input: outputs)
    #expect(other.status == 2 && other.errors.contains("--flag-field contradicts the plan"))
    try Data(shown.output.replacingOccurrences(of: "\"flags\"", with: "\"flag\"").utf8)
      .write(to: URL(fileURLWithPath: plan))
    let misspelt = try Tool.run(["audit", "-", "--plan", plan], input: outputs)
    #expect(misspelt.status == 2 && misspelt.errors.contains("did you mean 'flags'"))
  }

  @Test("Mistakes end with 2 and say what to do")
  func mistakes() throws {
    for (extra, word) in [
      (["--kind", "generated-text", "--group", "gendr", "--flag-field", "refused"], "--group COLUMN"),
      (["--kind", "generated-text", "--group", "gender", "--flag-field", "refusd"], "refusd"),
      (["--kind", "generated-text", "--group", "gender", "--flag-field", "toxicity"], "true nor false"),
      (["--kind", "generated-text", "--lexicon", "gender-fr"], "gender-en"),
      (["--kind", "generated-text", "--lexicon", "gender-en", "--text-field", "outputs"], "outputs"),
      (["--kind", "generated-images"], "--label-field"),
      (["--kind", "crows-pairs"], "--field more=COLUMN"),
      (["--kind", "crows-pairs", "--field", "moar=x"], "more, less, direction"),
      (["--kind", "bbq", "--field", "answer"], "--field answer=prediction"),
      (["--show-lexicon"], "--lexicon gender-en"),
      (["--kind", "bbq", "--group", "gender"], "--group says nothing"),
      (["--kind", "generated-text", "--group", "gender", "--score", "toxicity"], "--score says nothing"),
      (["--prediction", "refused", "--group", "gender", "--flag-field", "refused"], "--kind generated-text"),
      (["--kind", "generated-text", "--lexicon", "gender-en", "--join", "x"], "--join says nothing"),
      (["--kind", "generated-text", "--group", "gender", "--checked-hits", "x"], "one --lexicon"),
    ] {
      let run = try Tool.run(["audit", "-"] + extra, input: outputs)
      #expect(run.status == 2, "\(extra): \(run.status) \(run.errors)")
      #expect(run.errors.contains(word), "\(extra): \(run.errors)")
    }
  }
}
