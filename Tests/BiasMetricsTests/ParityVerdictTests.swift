import BiasMetrics
import Statistics
import Tabular
import TestSupport
import Testing

@Suite("Verdicts on predicted numbers and on rankings")
struct ParityVerdictTests {
  private func numbers(_ text: String) async throws -> NumericTable {
    try await withTemporaryFile(text) { path in
      try NumericTable(paths: [path], groups: [TableColumn("g")], label: "y", prediction: "p")
    }
  }

  private func text(_ random: inout Philox, _ means: [Double], rows: Int) -> String {
    var text = "g,y,p\n"
    for (group, mean) in means.enumerated() {
      // Skewed, as amounts are.
      for _ in 0..<rows { text += "g\(group),0,\(mean - 1 - logOf(random.unit()))\n" }
    }
    return text
  }

  @Test(
    "At the edge of the tolerance equivalence and disparity are each found no more than one time in twenty")
  func errors() async throws {
    var random = Philox(seed: 81)
    var (within, beyond, power) = (0, 0, 0)
    let runs = 150
    for _ in 0..<runs {
      let edge = try NumericParity(
        try await numbers(text(&random, [5, 5.5, 5.25], rows: 120)), tolerance: 0.5)
      let verdicts = edge.disparities.compactMap(\.verdict)
      within += verdicts.contains(.withinTolerance) ? 1 : 0
      beyond += verdicts.contains(.disparity) ? 1 : 0
      let far = try NumericParity(try await numbers(text(&random, [5, 7], rows: 120)), tolerance: 0.5)
      power += far.hasDisparity ? 1 : 0
    }
    // 5 % of 150 and three standard deviations.
    #expect(within <= 15 && beyond <= 15, "\(within) \(beyond)")
    #expect(power == runs)
  }

  @Test(
    "Within the tolerance means all pairs; without a tolerance there is no verdict; of constants none can be told"
  )
  func rules() async throws {
    var random = Philox(seed: 82)
    let like = text(&random, [5, 5, 5], rows: 400)
    let judged = try NumericParity(try await numbers(like), tolerance: 1)
    #expect(
      judged.disparities.filter { NumericParity.tested.contains($0.metric) }.map(\.verdict)
        == [.withinTolerance, .withinTolerance, .withinTolerance])
    #expect(!judged.hasDisparity)
    let plain = try NumericParity(try await numbers(like))
    #expect(plain.disparities.allSatisfy { $0.verdict == nil } && !plain.hasDisparity)
    let constant = "g,y,p\n" + (0..<80).map { "g\($0 % 2),1,\($0 % 2)\n" }.joined()
    let still = try NumericParity(try await numbers(constant), tolerance: 0.5)
    let mean = try #require(still.disparities.first { $0.metric == .meanPrediction })
    #expect(mean.verdict == .notEstimable && mean.reason != nil)
    await #expect(throws: BiasMetricsError.self) {
      try NumericParity(try await numbers(like), tolerance: 0)
    }
  }

  @Test("A group that is called (missing) is another than that of empty cells")
  func missing() async throws {
    let text = "g,y,p\n" + (0..<90).map { "\(["", "(missing)", "a"][$0 % 3]),1,\($0 % 5)\n" }.joined()
    let found = try NumericParity(try await numbers(text), minimumCount: 1)
    #expect(found.groups[0].groups.map { $0.values[0] }.sorted() == ["'(missing)'", "(missing)", "a"])
  }

  private func ranking(_ random: inout Philox, lists: Int, shift: Double) async throws -> RankingParity {
    var text = "g,s,list\n"
    for list in 0..<lists {
      // Lists differ in how they treat the groups.
      let tilt = 0.5 * random.normal()
      for row in 0..<10 {
        let group = row % 2
        text += "g\(group),\(random.normal() + (group == 0 ? shift + tilt : 0)),l\(list)\n"
      }
    }
    return try await withTemporaryFile(text) { path in
      try RankingParity(
        try NumericTable(
          paths: [path], groups: [TableColumn("g")], label: nil, prediction: "s", list: "list"),
        higherIsBetter: true, permutations: 19)
    }
  }

  @Test("The interval of the ratio of exposures holds equality as often as it says", arguments: [12, 40])
  func coverage(_ lists: Int) async throws {
    var random = Philox(seed: UInt64(83 + lists))
    var (covered, wrong) = (0, 0)
    let runs = 250
    for _ in 0..<runs {
      let found = try await ranking(&random, lists: lists, shift: 0).attributes[0]
      let interval = try #require(found.interval)
      covered += interval.lower <= 1 && interval.upper >= 1 ? 1 : 0
      wrong += found.verdict == .disparity ? 1 : 0
    }
    // 95 % of 250, three standard deviations.
    #expect(covered >= 227, "\(covered)")
    #expect(wrong == 0)
  }

  @Test("Exposure that is uneven over many lists is a disparity; of few lists nothing is judged")
  func verdicts() async throws {
    var random = Philox(seed: 84)
    let uneven = try await ranking(&random, lists: 60, shift: 2.5)
    #expect(uneven.attributes[0].verdict == .disparity && uneven.hasDisparity)
    let even = try await ranking(&random, lists: 400, shift: 0)
    #expect(even.attributes[0].verdict == .withinTolerance)
    let few = try await ranking(&random, lists: 8, shift: 2.5)
    #expect(few.attributes[0].verdict == .notEstimable && few.attributes[0].interval == nil)
    #expect(few.attributes[0].reason?.contains("8 lists") == true)
  }

  @Test("Distances of classes are taken within each value of a control, and each says why it has no p")
  func strata() async throws {
    // Within each site both groups get the same classes; over all they do not.
    var text = "g,site,p\n"
    let sizes: [(String, String, Int)] = [
      ("a", "x", 90), ("b", "x", 30), ("a", "y", 30), ("b", "y", 90), ("c", "y", 4),
    ]
    for (group, site, rows) in sizes {
      let share = site == "x" ? 8 : 2
      for row in 0..<rows { text += "\(group),\(site),\(row * 10 / rows < share ? "yes" : "no")\n" }
    }
    var pooled = ""
    for line in text.split(separator: "\n") {
      let cells = line.split(separator: ",")
      pooled += "\(cells[0]),\(cells[2])\n"
    }
    let all = try MulticlassAudit(
      try await cube(of: pooled),
      plan: AuditPlan(metrics: [.selectionRate], resamples: 0))
    let within = try MulticlassAudit(
      try await cube(of: text, controls: ["site"]), plan: AuditPlan(metrics: [.selectionRate], resamples: 0))
    let whole = try #require(all.distances.first { $0.first == ["a"] && $0.second == ["b"] })
    #expect(whole.totalVariation > 0.2 && whole.controls.isEmpty && whole.reason == nil)
    let parts = within.distances.filter { $0.first == ["a"] && $0.second == ["b"] }
    #expect(parts.map { $0.controls.map(\.value) } == [["x"], ["y"]])
    #expect(parts.allSatisfy { $0.totalVariation < 1e-9 && ($0.p ?? 0) > 0.5 })
    let small = try #require(within.distances.first { $0.second == ["c"] })
    #expect(small.p == nil && small.reason?.contains("fewer than 30 rows") == true)
  }
}
