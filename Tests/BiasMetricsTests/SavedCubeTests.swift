import BiasMetrics
import FoundationEssentials
import Tabular
import TestSupport
import Testing

@Suite("Counts that are saved, merged and rolled up")
struct SavedCubeTests {
  private func rows(_ seed: UInt64, _ count: Int) -> [String] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      let weight = Double.random(in: 0.1..<3, using: &random)
      let group = random.next() % 9 == 0 ? "" : ["a", "b", "é,\"c\""][Int(random.next() % 3)]
      let quoted = group.contains(",") ? "\"é,\"\"c\"\"\"" : group
      return
        "\(quoted),\(random.next() % 60),\(random.next() % 2),\(random.next() % 2),\(Double(random.next() % 20) / 20),\(weight)\n"
    }
  }

  private func cube(_ rows: [String]) async throws -> CountingCube {
    try await BiasMetricsTests.cube(
      of: "g,age,y,p,s,w\n" + rows.joined(), groups: ["g", "age: <25|25-45|>45"], label: "y", score: "s",
      weight: "w")
  }

  @Test(
    "Saved counts come back as they were; parts add up to the whole, weights to the last bit",
    arguments: [1, 2])
  func exact(_ seed: UInt64) async throws {
    let rows = rows(seed, 3000)
    let whole = try await cube(rows)
    #expect(try CountingCube(saved: whole.saved(), place: "c") == whole)
    var parts: [CountingCube] = []
    for part in 0..<3 {
      let some = rows.enumerated().filter { $0.offset % 3 == part }.map(\.element)
      parts.append(try CountingCube(saved: try await cube(some).saved(), place: "part"))
    }
    #expect(try CountingCube.merging(parts) == whole)
    #expect(try CountingCube.merging(parts.reversed()).saved() == whole.saved())
  }

  @Test("Rolled up, counts are those of a table counted under fewer columns")
  func rolled() async throws {
    let rows = rows(3, 500)
    let text = "g,age,y,p,s,w\n" + rows.joined()
    let whole = try await cube(rows)
    for groups in [["g"], ["age: <25|25-45|>45"], ["age: <25|25-45|>45", "g"]] {
      let direct = try await BiasMetricsTests.cube(of: text, groups: groups, label: "y", weight: "w")
      #expect(try whole.rolled(to: direct.schema) == direct)
    }
    let other = try await BiasMetricsTests.cube(of: text, groups: ["age: <30|>=30"], label: "y", weight: "w")
    #expect { try whole.rolled(to: other.schema) } throws: {
      ($0 as? BiasMetricsError)?.code == .incompatible && "\($0)".contains("age")
    }
  }

  @Test("Files that are damaged are refused, not believed")
  func damaged() async throws {
    let good = String(decoding: try await cube(rows(4, 50)).saved(), as: UTF8.self)
    for (from, to) in [
      ("\"countermark_cube\": 1", "\"countermark_cube\": 2"), ("\"n\":", "\"n\":-"), ("\"n\":", "\"m\":"),
      ("\"at\":[", "\"at\":[7,"), ("\"at\":[", "\"at\":[99"), ("\"w\":[", "\"w\":[null,"),
      ("\"cells\": [", "\"cells\": ["),
    ] {
      let bad = from == to ? String(good.dropLast(5)) : good.replacing(from, with: to, maxReplacements: 1)
      #expect(throws: TabularError.self, "\(from)") { try CountingCube(saved: Array(bad.utf8), place: "c") }
    }
    let twice = good.replacing(
      "\"cells\": [\n",
      with:
        "\"cells\": [\n{\"at\":[1,1,1,1],\"n\":1,\"w\":[1],\"w2\":[1],\"scores\":[[1,1,1]]},\n{\"at\":[1,1,1,1],\"n\":1,\"w\":[1],\"w2\":[1],\"scores\":[[1,1,1]]},\n"
    )
    #expect { try CountingCube(saved: Array(twice.utf8), place: "c") } throws: { "\($0)".contains("twice") }
  }

  @Test("Weights of scores that are none, or do not add up to the cell's, are refused")
  func scoreWeights() async throws {
    let table = "g,p,s,w\na,1,0.9,2\na,1,0.5,3\nb,0,0.1,1\n"
    let cube = try await BiasMetricsTests.cube(of: table, score: "s", weight: "w")
    let good = String(decoding: try cube.saved(), as: UTF8.self)
    #expect(try CountingCube(saved: Array(good.utf8), place: "c") == cube)
    for (from, to) in [
      ("[0.9,1,2.0]", "[0.9,1,1e300]"), ("[0.9,1,2.0]", "[0.9,1,-2]"), ("[0.5,1,3.0]", "[0.5,1,2]"),
    ] {
      let bad = good.replacing(from, with: to)
      try #require(bad != good, "\(from) in \(good)")
      #expect { try CountingCube(saved: Array(bad.utf8), place: "c") } throws: { "\($0)".contains("scores") }
    }
  }

  @Test("Counts without a column of groups are refused: nothing could be found in them")
  func noGroups() async throws {
    let good = String(
      decoding: try await BiasMetricsTests.cube(of: "g,p\na,1\nb,0\n").saved(), as: UTF8.self)
    let bad =
      #"{"countermark_cube":1,"groups":[],"controls":[],"prediction":{"name":"p"},"values":[["0","1"]],"cells":[{"at":[1],"n":9},{"at":[2],"n":9}]}"#
    #expect(throws: Never.self) { try CountingCube(saved: Array(good.utf8), place: "c") }
    #expect { try CountingCube(saved: Array(bad.utf8), place: "c") } throws: { "\($0)".contains("groups") }
  }

  @Test("A name in two spellings that Unicode holds to be equal is one, whichever file comes first")
  func spellings() async throws {
    let composed = try await BiasMetricsTests.cube(of: "g,p\n\u{e9},1\nb,0\n")
    let decomposed = try await BiasMetricsTests.cube(of: "g,p\ne\u{301},0\nb,1\n")
    let one = try CountingCube.merging([composed, decomposed]).saved()
    #expect(try CountingCube.merging([decomposed, composed]).saved() == one)
    #expect(try CountingCube(saved: one, place: "c").cells.count == 4)
  }

  @Test("Weights below zero are in no file")
  func weights() async throws {
    let cube = try await BiasMetricsTests.cube(of: "g,p,w\na,1,-1\nb,0,1\n", weight: "w")
    #expect { try cube.saved() } throws: { ($0 as? BiasMetricsError)?.code == .invalidWeights }
  }

  @Test("Every file of the fuzzer's corpus is read or refused")
  func corpus() throws {
    let folder = Golden.packageRoot + "/Tests/BiasMetricsTests/FuzzCorpus"
    var (cubes, plans) = (0, 0)
    for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
      let bytes = Array(try Data(contentsOf: URL(filePath: folder + "/" + name)))
      if let plan = try? DeclaredPlan(json: bytes, place: name) {
        plans += 1
        #expect(try DeclaredPlan(json: plan.json.pretty, place: name).digest == plan.digest)
      }
      if let cube = try? CountingCube(saved: bytes, place: name) {
        cubes += 1
        #expect(CountingCube.isSaved(folder + "/" + name))
        #expect(try CountingCube(saved: try cube.saved(), place: name).saved() == cube.saved())
      }
    }
    #expect(cubes == 3 && plans == 2)
  }
}

@Suite("Damaged files of counts and plans")
struct DamagedFileTests {
  @Test(
    "Bytes changed, cut or doubled anywhere are read or refused, and never stop the program", arguments: 0..<6
  )
  func mutations(_ seed: UInt64) throws {
    let folder = Golden.packageRoot + "/Tests/BiasMetricsTests/FuzzCorpus"
    var random = SplitMix64(seed: seed)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map {
      Array(try Data(contentsOf: URL(filePath: folder + "/" + $0)))
    }
    var read = 0
    for _ in 0..<1500 {
      let bytes = random.damage(files[Int(random.next() % UInt64(files.count))], changes: 3)
      if let plan = try? DeclaredPlan(json: bytes, place: "p") {
        read += 1
        #expect(try DeclaredPlan(json: plan.json.pretty, place: "p").digest == plan.digest)
      }
      guard let cube = try? CountingCube(saved: bytes, place: "c") else { continue }
      read += 1
      if let text = try? cube.saved() { #expect(try CountingCube(saved: text, place: "c").saved() == text) }
      if let kept = try? cube.suppressing(below: 3) { #expect(kept.rowsRead == cube.rowsRead) }
      guard let table = try? DecisionTable(cube, positive: "1", missingLabels: .exclude),
        let result = try? Audit(AuditPlan(resamples: 10)).run(table, cube: cube)
      else { continue }
      #expect(
        result.groups.flatMap(\.rates).allSatisfy { $0.value.isNaN || ($0.value >= 0 && $0.value < 1.001) })
    }
    #expect(read > 10)
  }
}

@Suite("Small counts taken out")
struct SuppressionTests {
  private func cube(_ counts: [(String, String, Int, Int)]) async throws -> CountingCube {
    var text = "g,h,p\n"
    for (g, h, rejected, selected) in counts {
      text +=
        String(repeating: "\(g),\(h),0\n", count: rejected)
        + String(repeating: "\(g),\(h),1\n", count: selected)
    }
    return try await BiasMetricsTests.cube(of: text, groups: ["g", "h"])
  }

  @Test(
    "A small combination goes whole, with one beside it in every row and column; the rest keeps its rates")
  func complementary() async throws {
    let cube = try await cube([
      ("a", "x", 50, 50), ("a", "y", 40, 4), ("a", "z", 60, 40), ("b", "x", 30, 30), ("b", "y", 50, 30),
      ("b", "z", 90, 60),
    ])
    let kept = try cube.suppressing(below: 10)
    let gone = try #require(kept.suppression)
    #expect(gone.combinations.contains(["a", "y"]) && gone.rows + kept.rows == cube.rows)
    // In each line at least two are gone or none.
    for (place, value) in [(0, "a"), (0, "b"), (1, "x"), (1, "y"), (1, "z")] {
      let inLine = gone.combinations.count { $0[place] == value }
      #expect(inLine != 1, "\(value)")
    }
    let rates = try DecisionTable(kept).groups(by: [0, 1]).map {
      ($0.name, RateMetric.selectionRate.value($0.counts))
    }
    let before = try DecisionTable(cube).groups(by: [0, 1]).map {
      ($0.name, RateMetric.selectionRate.value($0.counts))
    }
    for (name, rate) in rates { #expect(before.contains { $0.0 == name && $0.1 == rate }) }
    #expect(try CountingCube(saved: try kept.saved(), place: "c") == kept)
  }

  @Test("An audit of such counts says so, and counts the rows")
  func said() async throws {
    let cube = try await cube([
      ("a", "x", 50, 50), ("a", "y", 40, 40), ("b", "x", 30, 30), ("b", "y", 50, 3), ("c", "x", 60, 50),
      ("c", "y", 70, 60), ("d", "x", 60, 50), ("d", "y", 70, 60),
    ])
    let kept = try cube.suppressing(below: 5)
    let result = try Audit().run(try DecisionTable(kept), cube: kept)
    #expect(result.notes.contains { $0.contains("taken out") && $0.contains("g=b") })
    #expect(
      result.excluded.contains { $0.reason == "suppressed-small-counts" && $0.rows == kept.suppression?.rows }
    )
    #expect(result.rowsRead == cube.rows)
    // Rolled up, the note stays.
    let rolled = try kept.rolled(to: CubeSchema(groups: [TableColumn("g")], prediction: TableColumn("p")))
    #expect(
      rolled.suppressionNote?.contains("g=b") == true && rolled.suppressionNote?.contains("h=") == false)
  }

  @Test("Groups that lack rows have no verdict; combinations that are left keep theirs")
  func withheld() async throws {
    let cube = try await cube([
      ("f", "x", 397, 3), ("f", "y", 300, 100), ("f", "z", 300, 100), ("m", "x", 300, 100),
      ("m", "y", 300, 100), ("m", "z", 300, 100), ("f", "w", 300, 100), ("m", "w", 300, 100),
    ])
    let kept = try cube.suppressing(below: 10)
    let result = try Audit().run(try DecisionTable(kept), cube: kept)
    let single = result.disparities.filter { $0.attributes == ["g"] }
    #expect(!single.isEmpty && single.allSatisfy { $0.verdict == .notEstimable && $0.p == nil })
    #expect(single.allSatisfy { $0.reason?.contains("lack rows") == true })
    #expect(!result.ranges.contains { $0.attributes == ["g"] })
    let both = result.disparities.filter { $0.attributes == ["g", "h"] }
    #expect(!both.isEmpty && both.allSatisfy { $0.verdict != .notEstimable })
  }

  @Test("Within a stratum of the controls only what is lacking there counts")
  func withheldInStrata() async throws {
    var text = "g,c,p\n"
    for (g, c, rejected, selected) in [
      ("a", "n", 60, 50), ("b", "n", 60, 3), ("d", "n", 60, 50), ("a", "s", 60, 50), ("b", "s", 60, 50),
      ("d", "s", 60, 50), ("a", "w", 60, 50), ("b", "w", 60, 50), ("d", "w", 60, 50),
    ] {
      text += String(repeating: "\(g),\(c),0\n", count: rejected)
      text += String(repeating: "\(g),\(c),1\n", count: selected)
    }
    let kept = try await BiasMetricsTests.cube(of: text, controls: ["c"]).suppressing(below: 10)
    let strata = try Audit().runStrata(try DecisionTable(kept), cube: kept)
    #expect(strata.contains { $0.values == ["n"] } && strata.contains { $0.values == ["w"] })
    for (values, result) in strata {
      let gone = kept.suppression?.combinations.contains { $0[1] == values[0] } ?? false
      // Rows that are gone are in no group of the stratum; those that are left are whole.
      #expect(result.disparities.allSatisfy { $0.verdict != .notEstimable }, "\(values) \(gone)")
    }
  }

  @Test("What is gone of a line adds up to no small cell, of any decision", arguments: 0..<40)
  func cells(_ seed: UInt64) async throws {
    var random = SplitMix64(seed: seed)
    var counts: [(String, String, Int, Int)] = []
    for g in ["a", "b", "c", "d"] {
      for h in ["x", "y", "z"] {
        let selected = [0, 3, 40, 90][Int(random.next() % 4)]
        counts.append((g, h, 100 + Int(random.next() % 400), selected))
      }
    }
    // One line of nobody selected but three of one group, as in the finding.
    if seed == 0 { (counts[0].3, counts[1].3, counts[2].3) = (3, 0, 0) }
    let whole = try await cube(counts)
    guard let kept = try? whole.suppressing(below: 10), let gone = kept.suppression else { return }
    for place in 0..<2 {
      for value in ["a", "b", "c", "d", "x", "y", "z"] {
        let line = counts.filter {
          (place == 0 ? $0.0 : $0.1) == value && gone.combinations.contains([$0.0, $0.1])
        }
        let left = counts.contains {
          (place == 0 ? $0.0 : $0.1) == value && !gone.combinations.contains([$0.0, $0.1])
        }
        guard left else { continue }
        let selected = line.reduce(0) { $0 + $1.3 }
        #expect(selected == 0 || selected >= 10 && line.count { $0.3 > 0 } > 1, "\(value) \(line)")
      }
    }
  }

  @Test("Scores never leave, and nothing is taken out where nothing is small")
  func scores() async throws {
    let text = "g,s\n" + (0..<200).map { "\($0 % 2),\(Double($0) / 200)\n" }.joined()
    let cube = try await BiasMetricsTests.cube(of: text, prediction: "s: >=0.5|<0.5", score: "s")
    let kept = try cube.suppressing(below: 10)
    #expect(kept.schema.score == nil && kept.cells.allSatisfy { $0.scores.isEmpty })
    #expect(kept.suppression == nil && kept.rows == 200)
  }

  @Test("What cannot be protected is refused")
  func refused() async throws {
    let cube = try await cube([("a", "x", 50, 50), ("b", "x", 40, 2)])
    #expect { try cube.suppressing(below: 10) } throws: { ($0 as? BiasMetricsError)?.code == .noRows }
    #expect(throws: BiasMetricsError.self) { try cube.suppressing(below: 1) }
  }
}
