import Foundation
import TestSupport
import Testing

@Suite("countermark audit")
struct AuditCommandTests {
  private let corpus = Golden.packageRoot + "/Corpora/decisions/adult-test.csv"
  private var arguments: [String] {
    [
      "audit", corpus, "--label", "income", "--score", "lr_score", "--threshold", "0.5", "--positive", ">50K",
      "--group", "sex", "--group", "age: <25|25-45|>45",
    ]
  }

  @Test(
    "A real table: the gate ends with 1, JSON follows the contract, any number of workers gives the same bytes"
  )
  func realTable() throws {
    let one = try Tool.run(arguments + ["--json", "-", "-j", "1"])
    #expect(one.status == 1, "\(one.errors)")
    let two = try Tool.run(arguments + ["--json", "-", "-j", "3", "--exit-zero"])
    #expect(two.status == 0)
    #expect(one.output == two.output)
    let json = try #require(try JSONSerialization.jsonObject(with: Data(one.output.utf8)) as? [String: Any])
    let rows = try #require(json["rows"] as? [String: Any])
    #expect(rows["read"] as? Int == 16281)
    #expect(rows["analysed"] as? Int == 16281)
    let disparities = try #require(json["disparities"] as? [[String: Any]])
    let sex = try #require(disparities.first { $0["metric"] as? String == "demographic_parity_difference" })
    #expect(sex["verdict"] as? String == "disparity")
    #expect((sex["between"] as? [[String: String]])?.first == ["sex": "Male"])
    #expect((sex["interval"] as? [Double])?.count == 2)
    #expect(!one.output.contains("\"AI\"") && !one.output.contains("human"))
  }

  @Test("Text, CSV and a page that needs nothing from outside; the same page twice")
  func reports() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/audit-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let run = try Tool.run(
      arguments + ["--html", folder + "/a.html", "--csv", folder + "/a.csv", "--convention", "fairlearn"])
    #expect(run.status == 1)
    #expect(run.output.contains("selection rate: sex=Female against sex=Male"))
    #expect(run.output.contains("fairlearn sex: demographic_parity_difference(method=between_groups)"))
    let page = try String(contentsOfFile: folder + "/a.html", encoding: .utf8)
    #expect(page.contains("<svg") && !page.contains("http") && !page.contains("<script"))
    #expect(page.contains("&lt;25") && !page.contains("age=<25"))
    _ = try Tool.run(arguments + ["--html", folder + "/b.html", "--convention", "fairlearn", "-j", "4"])
    #expect(try String(contentsOfFile: folder + "/b.html", encoding: .utf8) == page)
    let csv = try String(contentsOfFile: folder + "/a.csv", encoding: .utf8)
    #expect(
      csv.split(separator: "\n").allSatisfy {
        $0.split(separator: ",", omittingEmptySubsequences: false).count == 14
      })
  }

  @Test("Mistakes end with 2 and say what to do")
  func mistakes() throws {
    for (extra, word) in [
      (["--prediction", "incme", "--group", "sex"], "did you mean 'income'"),
      (["--prediction", "lr_score", "--group", "sex"], "--threshold"),
      (["--prediction", "income", "--group", "sex"], "--positive"),
      (["--group", "sex"], "--prediction"),
      (
        ["--prediction", "income", "--positive", ">50K", "--group", "sex", "--seed", "9223372036854775808"],
        "a seed of"
      ),
      (["--prediction", "income", "--positive", ">50K", "--group", "lr_score"], "more than 4096"),
    ] {
      let run = try Tool.run(["audit", corpus] + extra)
      #expect(run.status == 2, "\(extra)")
      #expect(run.errors.contains(word), "\(extra): \(run.errors)")
    }
  }

  @Test("Rows that cannot be read are named, counted and end the run with 3")
  func badRows() throws {
    let rows = (0..<100).map { (row: Int) -> String in "a,\(row % 2)\nb,\(row % 2)\n" }.joined()
    let run = try Tool.run(
      ["audit", "-", "--prediction", "p", "--group", "g", "--json", "-"],
      input: Data(("g,p\n" + rows + "c,1,2\n").utf8))
    #expect(run.status == 3, "\(run.errors)")
    #expect(run.errors.contains("line 202"))
    #expect(run.output.contains("\"reason\":\"row-error\",\"rows\":1"))
  }

  @Test("Controls divide the table, and the error with it")
  func controls() throws {
    let run = try Tool.run(arguments + ["--control", "race", "--json", "-"])
    let json = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let strata = try #require(json["strata"] as? [[String: Any]])
    #expect(strata.count == 5)
    #expect(strata.compactMap { $0["rows"] as? Int }.reduce(0, +) == 16281)
    let plan = try #require(strata[0]["plan"] as? [String: Any])
    #expect(plan["alpha"] as? Double == 0.01)
  }

  @Test("A reference must be a group that rows are of, in a column that is compared")
  func references() throws {
    for (privileged, word) in [
      ("sex=Mail", "the groups are Female, Male"), ("gender=Male", "the columns of groups are sex, age"),
      ("sex", "--privileged sex=male"),
    ] {
      let run = try Tool.run(arguments + ["--privileged", privileged])
      #expect(run.status == 2)
      #expect(run.errors.contains(word), "\(run.errors)")
    }
    let run = try Tool.run(arguments + ["--convention", "aif360"])
    #expect(run.status == 64 || run.status == 2)
    #expect(run.errors.contains("--privileged"))
  }

  @Test("A stratum of a single group is a note; the others are judged")
  func singleGroupStratum() throws {
    var rows = "g,c,p\n"
    for index in 0..<400 {
      rows += index < 300 ? "\(index % 2 == 0 ? "a" : "b"),x,1\n" : "a,y,\(index % 2)\n"
    }
    let run = try Tool.run(
      ["audit", "-", "--prediction", "p", "--group", "g", "--control", "c"], input: Data(rows.utf8))
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("all rows are of one group, a"))
  }

  @Test("Labels in another encoding are refused, lest two of them become one group")
  func encoding() throws {
    var bytes = Data("g,p\n".utf8)
    for index in 0..<100 { bytes += [index % 2 == 0 ? 0xe9 : 0xe8, 0x2c, 0x30 + UInt8(index % 3 / 2), 0x0a] }
    let run = try Tool.run(["audit", "-", "--prediction", "p", "--group", "g"], input: bytes)
    #expect(run.status == 2)
    #expect(run.errors.contains("not UTF-8") && run.errors.contains("iconv"))
  }

  @Test("A card with an undecided comparison is not headed by one that is within the tolerance")
  func mixedCard() throws {
    var rows = "g,p\n"
    for (group, count) in [("a", 5_000), ("b", 5_000), ("c", 40)] {
      for index in 0..<count { rows += "\(group),\(index % 2)\n" }
    }
    let page = FileManager.default.temporaryDirectory.path + "/mixed-\(UUID().uuidString).html"
    defer { try? FileManager.default.removeItem(atPath: page) }
    let run = try Tool.run(
      ["audit", "-", "--prediction", "p", "--group", "g", "--html", page], input: Data(rows.utf8))
    #expect(run.status == 0, "\(run.errors)")
    let html = try String(contentsOfFile: page, encoding: .utf8)
    #expect(html.contains("card inconclusive") && !html.contains("card within-tolerance"))
  }

  @Test("Rows that are left out are counted over all strata")
  func excludedOverStrata() throws {
    var rows = "g,c,y,p\n"
    for index in 0..<400 {
      let label = index % 40 == 0 ? "" : "\(index % 2)"
      rows += "\(index % 3 == 0 ? "a" : "b"),\(index < 200 ? "x" : "z"),\(label),\(index % 5 == 0 ? 1 : 0)\n"
    }
    rows += "a,x,1\n"
    let run = try Tool.run(
      [
        "audit", "-", "--label", "y", "--prediction", "p", "--group", "g", "--control", "c",
        "--missing-labels",
        "exclude", "--json", "-",
      ], input: Data(rows.utf8))
    let json = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let counts = try #require(json["rows"] as? [String: Any])
    let excluded = try #require(counts["excluded"] as? [[String: Any]])
    let left = excluded.reduce(0) { $0 + ($1["rows"] as? Int ?? 0) }
    #expect(left == 11)
    #expect(counts["read"] as? Int == (counts["analysed"] as? Int ?? 0) + left)
  }
}
