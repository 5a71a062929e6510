import BiasMetrics
import Statistics
import TestSupport
import Testing

@Suite("Tables at the edge of what an audit can judge")
struct AuditEdgeTests {
  private func rows(_ name: String, _ selected: Int, _ rows: Int, _ rest: String = "") -> String {
    (0..<rows).map { "\(name),\($0 < selected ? 1 : 0)\(rest)\n" }.joined()
  }

  @Test("A label that reads as the name of missing values is a group of its own, by a name of its own")
  func missing() async throws {
    let text =
      "g,p,c\n" + rows("(missing)", 20, 50, ",(missing)") + rows("", 30, 50, ",") + rows("a", 25, 50, ",x")
    let cube = try await cube(of: text, controls: ["c"])
    let table = try DecisionTable(cube)
    let result = try Audit(AuditPlan(resamples: 50)).run(table, cube: cube)
    #expect(result.groups.map(\.values) == [["(missing)"], ["'(missing)'"], ["a"]])
    #expect(result.groups.map { $0.rates[0].numerator } == [30, 20, 25])
    let strata = table.groups(by: [1])
    #expect(strata.map { table.stratum([1: $0.values[0]]).overall().rows } == [50, 50, 50])
    let fifths = try #require(FourFifthsTable(table, by: [0]))
    #expect(fifths.unknown == 50 && fifths.groups.map(\.values) == [["'(missing)'"], ["a"]])
  }

  @Test("Weights whose squares a number cannot hold are refused", arguments: ["1e200", "1e-200", "1e150"])
  func weights(_ weight: String) async throws {
    let text = "g,p,w\n" + rows("a", 20, 40, ",1") + rows("b", 20, 39, ",1") + "c,1,\(weight)\n"
    let cube = try await cube(of: text, weight: "w")
    #expect {
      try Audit().run(try DecisionTable(cube), cube: cube)
    } throws: { ($0 as? BiasMetricsError)?.code == .invalidWeights }
  }

  @Test("Probabilities are no decisions, whichever value is called favourable", arguments: ["1", "0", "1.0"])
  func probabilities(_ positive: String) async throws {
    let cube = try await cube(of: "g,p\n" + (0...100).map { "a,\(Double($0) / 100)\n" }.joined())
    #expect {
      try DecisionTable(cube, positive: positive)
    } throws: { ($0 as? BiasMetricsError)?.code == .probabilitiesAsPredictions }
  }

  @Test("Where nobody is selected that is the reason, not too few rows")
  func nobody() throws {
    let found = try #require(try Audit().run(table([("a", 0, 1000), ("b", 0, 1000)])).disparities.first)
    #expect(found.verdict == .notEstimable)
    #expect(found.reason?.contains("nobody of either group is selected") == true)
  }

  @Test("An error so small that the level rounds to 1 is refused")
  func alpha() {
    #expect(throws: BiasMetricsError.self) { try Audit(AuditPlan(alpha: 1e-17)) }
  }

  @Test("A reason names effective rows so that they read as fewer than the least")
  func reason() async throws {
    // Kish's number of 36 rows of weight 1 and 4 of weight 3.4 is 29.91.
    let text = "g,p,w\n" + rows("a", 0, 36, ",1") + rows("a", 0, 4, ",3.4") + rows("b", 20, 40, ",1")
    let cube = try await cube(of: text, weight: "w")
    let result = try Audit(AuditPlan(metrics: [.selectionRate], resamples: 0)).run(
      try DecisionTable(cube), cube: cube)
    #expect(result.disparities.first?.reason == "a has 29.9 such rows, fewer than 30")
  }

  @Test("A difference near 0 within strata is no reversal, whatever its sign")
  func reversal() throws {
    func part(
      _ group: String, _ control: String, _ x: Double, _ n: Double
    ) -> (
      values: [String], counts: Confusion
    ) { (values: [group, control], counts: Confusion(falsePositives: x, trueNegatives: n - x)) }
    let table = try DecisionTable(
      groups: ["g"], controls: ["c"],
      counts: [
        part("a", "x", 100, 200), part("b", "x", 51, 100), part("a", "y", 20, 100), part("b", "y", 42, 200),
      ], hasLabels: false)
    let panel = try #require(try Audit(AuditPlan(resamples: 0)).run(table).stratified.first)
    #expect(panel.crudeDifference > 0.05 && panel.adjustedDifference < 0)
    #expect(!panel.isReversed)
  }

  @Test("Rows that are weighted or clustered have no p-values in the rule's table, of scores, or of classes")
  func dependent() async throws {
    var random = Philox(seed: 5)
    var text = "g,p,person,s,w\n"
    for person in 0..<40 {
      for _ in 0..<20 {
        text +=
          "\(person % 2 == 0 ? "a" : "b"),\(random.unit() < 0.4 ? 1 : 0),u\(person),\(random.unit()),2\n"
      }
    }
    func supplements(_ weight: String?, _ cluster: String?) async throws -> AuditSupplements {
      let cube = try await cube(of: text, controls: ["person"], score: "s", weight: weight)
      var plan = DeclaredPlan(name: "test", version: "1")
      plan.tables = [.fourFifths]
      plan.audit.cluster = cluster
      return try AuditSupplements(plan, table: try DecisionTable(cube), cube: cube)
    }
    let plain = try await supplements(nil, nil)
    #expect(plain.fourFifths[0].groups.contains { !$0.fisherP.isNaN })
    #expect(plain.scores[0].pairs.allSatisfy { $0.p != nil })
    for made in [try await supplements("w", nil), try await supplements(nil, "person")] {
      #expect(made.fourFifths[0].groups.allSatisfy { $0.z.isNaN && $0.fisherP.isNaN })
      #expect(made.scores[0].pairs.allSatisfy { $0.p == nil && $0.adjustedP == nil })
      #expect(!made.scores[0].isTested)
    }
    let weighted = try await cube(of: text, weight: "w")
    let classes = try MulticlassAudit(weighted, plan: AuditPlan(resamples: 0))
    #expect(classes.distances.allSatisfy { $0.p == nil && $0.reason?.contains("weighted") == true })
  }

  @Test("A distance of classes can be significant among many pairs, and is not where there is none")
  func manyPairs() async throws {
    var text = "g,p\n"
    for group in 0..<14 {
      for row in 0..<100 { text += "g\(group),\(row < (group == 0 ? 80 : 35 + group) ? "yes" : "no")\n" }
    }
    let audit = try MulticlassAudit(
      try await cube(of: text), plan: AuditPlan(metrics: [.selectionRate], resamples: 0))
    #expect(audit.distances.count == 91)
    for distance in audit.distances {
      let isApart = distance.first == ["g0"] || distance.second == ["g0"]
      #expect((try #require(distance.adjustedP) <= 0.05) == isApart, "\(distance)")
    }
  }
}

@Suite("Intervals of ranges over groups of unequal size")
struct RangeIntervalTests {
  @Test(
    "Where all groups are alike, at most one interval in twenty leaves 0 out",
    arguments: [
      ([1000, 1], 0.3), ([1000, 5], 0.3), ([1000, 30], 0.05), ([1000, 50], 0.03), ([2000, 100], 0.02),
      ([1000, 40, 40, 40, 40], 0.05),
    ])
  func alike(_ sizes: [Int], _ rate: Double) throws {
    var random = Philox(seed: 33)
    var outside = 0
    let runs = 400
    for _ in 0..<runs {
      let table = try table(
        sizes.enumerated().map { (name: "g\($0)", selected: draw($1, rate, &random), rows: $1) })
      let result = try Audit(AuditPlan(metrics: [.selectionRate], resamples: 2)).run(table)
      outside += try #require(result.ranges[0].interval).lower > 0 ? 1 : 0
    }
    // 5 % of 400 and three standard deviations.
    #expect(outside <= 33, "\(outside)")
  }
}
