import BiasMetrics
import FoundationEssentials
import Statistics
import Tabular
import TestSupport
import Testing

/// Tables written for one test.
private func decisions(
  _ text: String, groups: [String] = ["g"], label: String? = "y", weight: String? = nil
)
  async throws -> CountingCube
{
  let path = FileManager.default.temporaryDirectory.appending(
    path: "audit-\(UInt64.random(in: 0 ... .max)).csv"
  ).path
  try Data(text.utf8).write(to: URL(filePath: path))
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try await CountingCube.counting(
    paths: [path],
    schema: CubeSchema(
      groups: groups.map { TableColumn($0) }, label: label.map { TableColumn($0) },
      prediction: TableColumn("p"),
      weight: weight))
}

/// A file of decisions with so many selected of so many rows in each group, counted.
private func counted(
  _ groups: [(name: String, selected: Int, rows: Int)]
) async throws -> (DecisionTable, CountingCube) {
  var text = "g,p\n"
  for group in groups {
    for row in 0..<group.rows { text += "\(group.name),\(row < group.selected ? 1 : 0)\n" }
  }
  let cube = try await decisions(text, label: nil)
  return (try DecisionTable(cube), cube)
}

@Suite("What peers pass over in silence")
struct SilentFailureTests {
  private func code(_ body: () async throws -> Void) async -> BiasMetricsError.Code? {
    do {
      try await body()
      return nil
    } catch { return (error as? BiasMetricsError)?.code }
  }

  @Test("Labels yes and no need a word on which is favourable")
  func words() async throws {
    let cube = try await decisions("g,y,p\na,yes,no\nb,no,yes\n")
    #expect(await code { _ = try DecisionTable(cube) } == .ambiguousLabels)
    #expect(try DecisionTable(cube, positive: "yes").overall().counts.truePositives == 0)
    #expect(await code { _ = try DecisionTable(cube, positive: "Yes") } == .noSuchLabel)
  }

  @Test("Probabilities are no decisions")
  func probabilities() async throws {
    let cube = try await decisions("g,y,p\na,1,0.7\nb,0,0.2\n")
    #expect(await code { _ = try DecisionTable(cube) } == .probabilitiesAsPredictions)
  }

  @Test("A missing decision is an error, or counted apart", arguments: ["", "NaN"])
  func missing(_ text: String) async throws {
    let cube = try await decisions("g,y,p\na,1,1\na,0,0\nb,0,\(text)\nb,1,0\n")
    #expect(await code { _ = try DecisionTable(cube) } == .missingLabels)
    let table = try DecisionTable(cube, missingLabels: .exclude)
    let audit = try Audit(AuditPlan(minimumCount: 1)).run(table, cube: cube)
    #expect(audit.rowsAnalysed == 3)
    #expect(audit.excluded.map(\.rows) == [1])
  }

  @Test("A single group has no parity")
  func single() async throws {
    let cube = try await decisions("g,y,p\na,1,1\na,0,0\n")
    #expect(await code { _ = try Audit().run(try DecisionTable(cube), cube: cube) } == .singleGroup)
  }

  @Test("A group without positives has no true positive rate, and makes no gap")
  func noPositives() async throws {
    var text = "g,y,p\n"
    for row in 0..<100 { text += "a,\(row % 2),\(row % 2)\nb,0,\(row % 2)\n" }
    let cube = try await decisions(text)
    let result = try Audit().run(try DecisionTable(cube), cube: cube)
    let odds = try #require(result.disparities.first { $0.metric == .truePositiveRate })
    #expect(odds.verdict == .notEstimable)
    #expect(odds.reason?.contains("b has no rows") == true)
    #expect(result.groups.first { $0.values == ["b"] }?.rates[1].value.isNaN == true)
  }

  @Test("Nobody selected is said, and no ratio is made of it")
  func nobody() async throws {
    let (table, cube) = try await counted([("a", 0, 50), ("b", 0, 50)])
    let result = try Audit().run(table, cube: cube)
    #expect(result.disparities.map(\.verdict) == [.notEstimable])
    #expect(result.notes.contains { $0.contains("nobody is selected") })
  }

  @Test("Weights of zero are refused")
  func weights() async throws {
    let cube = try await decisions("g,y,p,w\na,1,1,0\nb,0,1,1\n", weight: "w")
    #expect(await code { _ = try DecisionTable(cube) } == .invalidWeights)
  }

  @Test("A column of numbers is no group")
  func manyLabels() async throws {
    let text = "g,y,p\n" + (0..<5000).map { "\($0),1,0\n" }.joined()
    await #expect {
      _ = try await decisions(text)
    } throws: { ($0 as? TabularError)?.code == .tooManyLabels }
  }

  @Test("A missing group value is a group of its own")
  func missingGroup() async throws {
    let cube = try await decisions("g,y,p\na,1,1\n,0,0\nNaN,1,0\n")
    #expect(try DecisionTable(cube).groups(by: [0]).map(\.name) == [DecisionTable.missingName, "a"])
  }
}

@Suite("Verdicts of an audit")
struct AuditVerdictTests {
  @Test("A planted disparity, equal groups, too little to say, and a group too small to judge")
  func verdicts() async throws {
    let (table, cube) = try await counted([
      ("high", 2000, 4000), ("equal", 2010, 4000), ("low", 1000, 4000), ("few", 8, 25), ("some", 16, 40),
    ])
    let result = try Audit().run(table, cube: cube)
    let verdicts = Dictionary(uniqueKeysWithValues: result.disparities.map { ($0.lower[0], $0.verdict) })
    #expect(verdicts["low"] == .disparity)
    #expect(verdicts["high"] == .withinTolerance)
    #expect(verdicts["some"] == .inconclusive)
    #expect(verdicts["few"] == .notEstimable)
    #expect(result.disparities.allSatisfy { $0.higher == ["equal"] })
    #expect(result.familySize == 6)
  }

  @Test("At the edge of the tolerance neither verdict comes more often than the error allowed")
  func edge() throws {
    var random = Philox(seed: 20)
    var counts: [AuditVerdict: Int] = [:]
    let runs = 1000
    for _ in 0..<runs {
      let table = try table([
        (name: "a", selected: draw(400, 0.4, &random), rows: 400),
        (name: "b", selected: draw(400, 0.5, &random), rows: 400),
      ])
      counts[try Audit(AuditPlan(resamples: 0)).run(table).disparities[0].verdict, default: 0] += 1
    }
    // 5 % of 1,000 and three standard deviations.
    #expect(counts[.disparity, default: 0] <= 71)
    #expect(counts[.withinTolerance, default: 0] <= 71)
    #expect(counts[.inconclusive, default: 0] > 800)
  }

  @Test("Over twenty groups alike no run in twenty finds a difference, whichever is the highest")
  func family() throws {
    var random = Philox(seed: 21)
    var (significant, disparities) = (0, 0)
    let runs = 300
    for _ in 0..<runs {
      let table = try table((0..<20).map { (name: "g\($0)", selected: draw(60, 0.4, &random), rows: 60) })
      let result = try Audit(AuditPlan(resamples: 0)).run(table)
      significant += result.disparities.contains { ($0.adjustedP ?? 1) <= 0.05 } ? 1 : 0
      disparities += result.hasDisparity ? 1 : 0
    }
    // 5 % of 300 and three standard deviations.
    #expect(significant <= 26)
    #expect(disparities <= 26)
  }

  @Test("Newcombe's and the score intervals cover as they say", arguments: [30, 80, 300])
  func coverage(_ n: Int) throws {
    var random = SplitMix64(seed: UInt64(n))
    var (covered, coveredScore, runs) = (0, 0, 0)
    for p1 in [0.1, 0.3, 0.5, 0.8] {
      for p2 in [0.2, 0.5, 0.7] {
        for _ in 0..<250 {
          func draw(_ p: Double) -> Int {
            (0..<n).reduce(0) { sum, _ in sum + (Double.random(in: 0..<1, using: &random) < p ? 1 : 0) }
          }
          let two = try TwoProportions(draw(p1), of: n, versus: draw(p2), of: n)
          let interval = try two.newcombeDifference()
          let score = try two.miettinenNurminenDifference()
          covered += interval.lower <= p1 - p2 && p1 - p2 <= interval.upper ? 1 : 0
          coveredScore += score.lower <= p1 - p2 && p1 - p2 <= score.upper ? 1 : 0
          runs += 1
        }
      }
    }
    // 94 to 96 %, and three standard deviations of 3,000 runs.
    for share in [Double(covered) / Double(runs), Double(coveredScore) / Double(runs)] {
      #expect(share > 0.94 - 0.012 && share < 0.96 + 0.012, "\(n): \(share)")
    }
  }

  @Test("Any division of the rows, and any number of workers, gives the same cube")
  func shards() async throws {
    let path = Golden.folder + "/bias/adult_test_lr.csv"
    let schema = CubeSchema(
      groups: [TableColumn("sex"), TableColumn("race")], label: TableColumn("y_true"),
      prediction: TableColumn("y_pred"), score: "score", weight: "sample_weight")
    let whole = try await CountingCube.counting(paths: [path], schema: schema)
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    var parts: [String] = []
    for shard in 0..<3 {
      let rows = lines.dropFirst().enumerated().filter { $0.offset % 3 == shard }.map(\.element)
      let part = FileManager.default.temporaryDirectory.appending(
        path: "shard\(shard)-\(UInt64.random(in: 0 ... .max))"
      )
      .path
      try Data(([lines[0]] + rows).joined(separator: "\n").utf8).write(to: URL(filePath: part))
      parts.append(part)
    }
    defer { for part in parts { try? FileManager.default.removeItem(atPath: part) } }
    for workers in [1, 2, 8] {
      #expect(
        try await CountingCube.counting(paths: parts.reversed(), schema: schema, workers: workers) == whole)
    }
    var cubes: [CountingCube] = []
    for part in parts { cubes.append(try await CountingCube.counting(paths: [part], schema: schema)) }
    // Each part rounds its own sums once, so weights agree to rounding; counts and scores are equal.
    let merged = try CountingCube.merging(cubes)
    #expect(merged.cells.map(\.count) == whole.cells.map(\.count))
    #expect(merged.cells.map(\.scores) == whole.cells.map(\.scores))
    #expect(try CountingCube.merging(cubes.reversed()) == merged)
  }
}
