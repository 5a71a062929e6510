import Foundation
import TestSupport
import Testing

@Suite("countermark audit of classes, numbers and rankings")
struct AuditKindTests {
  private func run(_ text: String, _ arguments: [String]) throws -> Tool.Run {
    try Tool.run(["audit", "-", "--group", "g"] + arguments, input: Data(text.utf8))
  }

  private func json(_ run: Tool.Run) throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any], "\(run.errors)")
  }

  @Test("Each class is audited against the rest; the gate ends with 1 where one is given unevenly")
  func classes() throws {
    var text = "g,y,p\n"
    for row in 0..<1200 {
      let label = ["hire", "hold", "no"][row % 3]
      text +=
        "\(row % 2 == 0 ? "f" : "m"),\(label),\(row % 2 == 0 && label == "hire" && row % 4 == 0 ? "no" : label)\n"
    }
    let columns = ["--kind", "multiclass", "--label", "y", "--prediction", "p"]
    let found = try run(text, columns + ["--json", "-"])
    #expect(found.status == 1)
    let result = try json(found)
    #expect(result["classes"] as? [String] == ["hire", "hold", "no"])
    let strata = try #require(result["strata"] as? [[String: Any]])
    #expect(strata.compactMap { ($0["controls"] as? [String: String])?["class"] } == ["hire", "hold", "no"])
    let worst = try #require(result["worst_class"] as? [String: Any])
    #expect(worst["class"] as? String == "hire" && worst["metric"] as? String == "true_positive_rate")
    #expect(worst["lower"] as? [String] == ["f"] && worst["higher"] as? [String] == ["m"])
    let distance = try #require((result["distances"] as? [[String: Any]])?.first)
    #expect(abs((distance["total_variation"] as? Double ?? 0) - 1.0 / 6) < 1e-9)
    #expect(try run(text, columns + ["--exit-zero"]).output.contains("worst class: hire"))
    // Without the kind, words are no decisions.
    #expect(try run(text, ["--label", "y", "--prediction", "p"]).status == 2)
  }

  @Test("Numbers: residuals and errors by group, named extremes, and a page")
  func numbers() throws {
    let scratch = try Scratch()
    let text =
      "g,y,p\n"
      + (0..<200).map { "\($0 % 2 == 0 ? "a" : "b"),\($0 % 10),\($0 % 10 + ($0 % 2) + $0 % 3)\n" }.joined()
    let columns = ["--kind", "numeric", "--label", "y", "--prediction", "p"]
    let found = try run(text, columns + ["--json", "-", "--html", scratch.path + "/page.html"])
    #expect(found.status == 0)
    let disparities = try #require(try json(found)["disparities"] as? [[String: Any]])
    let residual = try #require(disparities.first { $0["metric"] as? String == "mean_residual" })
    #expect(residual["least"] as? [String] == ["a"] && residual["greatest"] as? [String] == ["b"])
    #expect((residual["adjusted_p_value"] as? Double ?? 1) < 1e-6)
    let page = try String(contentsOfFile: scratch.path + "/page.html", encoding: .utf8)
    #expect(page.contains("Predictions by g") && !page.contains("<script") && !page.contains("http"))
    for wrong in [
      ["--kind", "numeric", "--prediction", "p"], columns + ["--control", "c"], columns + ["--weight", "w"],
    ] {
      #expect(try run(text, wrong).status == 2, "\(wrong)")
    }
    #expect(try run("g,y,p\na,1,x\nb,2,3\na,1,2\n", columns).status == 3)
  }

  @Test("Numbers with a declared tolerance have verdicts, and a difference beyond it ends with 1")
  func judged() throws {
    let scratch = try Scratch()
    var text = "g,y,p\n"
    for row in 0..<400 {
      let label = row % 10
      text += "\(row % 2 == 0 ? "=a" : "b"),\(label),\(label + 3 * (row % 2) + row % 3)\n"
    }
    let columns = ["--kind", "numeric", "--label", "y", "--prediction", "p", "--score-delta"]
    let beyond = try run(
      text,
      columns + ["1", "--json", "-", "--csv", scratch.path + "/a.csv", "--html", scratch.path + "/a.html"])
    #expect(beyond.status == 1)
    let found = try json(beyond)
    #expect(found["tolerance"] as? Double == 1)
    let disparities = try #require(found["disparities"] as? [[String: Any]])
    let mean = try #require(disparities.first { $0["metric"] as? String == "mean_residual" })
    #expect(mean["verdict"] as? String == "disparity")
    #expect(disparities.first { $0["metric"] as? String == "r2_score" }?["verdict"] == nil)
    let page = try String(contentsOfFile: scratch.path + "/a.html", encoding: .utf8)
    for part in [
      "Findings", "Decision record", "Limits", "Manifest", "v-disparity", "a pair of groups differs",
    ] {
      #expect(page.contains(part), "\(part)")
    }
    // No cell of the table begins like a formula.
    let csv = try String(contentsOfFile: scratch.path + "/a.csv", encoding: .utf8)
    #expect(csv.contains("'=a") && !csv.contains(",=a"))
    let within = try run(text, columns + ["20", "--json", "-"])
    #expect(within.status == 0 && within.output.contains("within-tolerance"))
    #expect(try run(text, columns + ["0"]).status == 2)
    #expect(try run(text, ["--prediction", "p", "--score-delta", "1"]).status == 2)
  }

  @Test("Rankings: exposure by group over lists, from ranks or from scores")
  func rankings() throws {
    var text = "g,list,rank,score\n"
    for list in 0..<20 {
      for place in 1...10 { text += "\(place > 5 ? "b" : "a"),q\(list),\(place),\(1 - Double(place) / 10)\n" }
    }
    let byRank = try run(
      text, ["--kind", "ranking", "--prediction", "rank", "--list", "list", "--json", "-"])
    // All lists have b below a: far beyond what is tolerated.
    #expect(byRank.status == 1, "\(byRank.errors)")
    let ranking = try #require((try json(byRank)["attributes"] as? [[String: Any]])?.first)
    #expect(ranking["verdict"] as? String == "disparity")
    let interval = try #require(ranking["interval"] as? [Double])
    #expect(interval[0] < 0.55 && interval[1] < 0.8 && interval[1] - interval[0] > 0.05)
    #expect(ranking["least"] as? [String] == ["b"] && (ranking["exposure_ratio"] as? Double ?? 1) < 0.6)
    let byScore = try json(
      try run(text, ["--kind", "ranking", "--score", "score", "--list", "list", "--json", "-"]))
    #expect(
      (byScore["attributes"] as? [[String: Any]])?.first?["ndkl"] as? Double == ranking["ndkl"] as? Double)
    let both = try run(text, ["--kind", "ranking", "--score", "score", "--prediction", "rank"])
    #expect(both.status == 2 && both.errors.contains("either ranks or scores"))
  }

  @Test("Scores come with their own comparisons, in the text and in the JSON")
  func scores() throws {
    let corpus = Golden.packageRoot + "/Corpora/decisions/adult-test.csv"
    let arguments = [
      "audit", corpus, "--label", "income", "--positive", ">50K", "--score", "lr_score", "--threshold", "0.5",
      "--group", "sex",
    ]
    let result = try json(try Tool.run(arguments + ["--json", "-"]))
    let scores = try #require((result["scores"] as? [[String: Any]])?.first)
    let pair = try #require((scores["pairs"] as? [[String: Any]])?.first)
    #expect(
      pair["first"] as? [String] == ["Female"] && pair["abroca"] is Double && pair["cross_roc_auc"] is Double)
    let women = try #require((scores["groups"] as? [[String: Any]])?.first)
    #expect(women["calibration_slope"] is Double && women["roc_auc"] is Double)
    #expect(try Tool.run(arguments).output.contains("Scores by sex"))
  }
}
