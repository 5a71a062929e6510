import BiasMetrics
import Statistics
import TestSupport
import Testing

@Suite("What is compared, and how it is corrected")
struct CorrectionTests {
  private func table(
    _ names: [String], _ counts: [(values: [String], selected: Int, rows: Int)]
  ) throws -> DecisionTable {
    try DecisionTable(
      groups: names,
      counts: counts.map {
        (
          values: $0.values,
          counts: Confusion(
            falsePositives: Double($0.selected), trueNegatives: Double($0.rows - $0.selected))
        )
      }, hasLabels: false)
  }

  private func grid(_ sizes: [Int]) -> [[String]] {
    sizes.reduce([[]]) { rows, size in rows.flatMap { row in (0..<size).map { row + ["v\($0)"] } } }
  }

  @Test("Strata made in one pass are those that are picked out one by one", arguments: 1...3)
  func strata(_ seed: UInt64) async throws {
    var random = SplitMix64(seed: seed)
    var text = "g,c,d,y,p\n"
    for _ in 0..<400 {
      let cells = [["a", "b", ""], ["x", "y", "(missing)", ""], ["1", "2"]].map { values in
        values[Int(random.next() % UInt64(values.count))]
      }
      let (label, decision) = (random.next() % 2, random.next() % 2)
      let isMissing = random.next() % 9 == 0
      text += cells.joined(separator: ",") + ",\(label),\(isMissing ? "" : String(decision))\n"
    }
    let table = try DecisionTable(
      try await cube(of: text, controls: ["c", "d"], label: "y"), missingLabels: .exclude)
    for places in [[], [1], [1, 2], [2, 1]] {
      let strata = table.strata(by: places)
      #expect(strata.map(\.values) == table.groups(by: places).map(\.values))
      for stratum in strata {
        let picked = table.stratum(Dictionary(uniqueKeysWithValues: zip(places, stratum.values)))
        #expect(stratum.table == picked)
      }
    }
  }

  @Test("Of three attributes every pair is compared too, and all comparisons count")
  func pairs() throws {
    let names = ["sex", "race", "site"]
    let rows = grid([2, 3, 2]).enumerated().map {
      (values: $0.element, selected: 30 + 5 * $0.offset, rows: 200)
    }
    let result = try Audit(AuditPlan(metrics: [.selectionRate], resamples: 0)).run(try table(names, rows))
    var sets: [[String]] = []
    for group in result.groups where !sets.contains(group.attributes) { sets.append(group.attributes) }
    #expect(
      sets == [["sex"], ["race"], ["site"], ["sex", "race"], ["sex", "site"], ["race", "site"], names])
    // Pairs of 2, 3, 2, 6, 4, 6 and 12 groups.
    #expect(result.familySize == 1 + 3 + 1 + 15 + 6 + 15 + 66)
    // The pair by itself, without the third column, has the same groups.
    let alone = try Audit(AuditPlan(metrics: [.selectionRate], resamples: 0)).run(
      try table(
        ["sex", "race"],
        grid([2, 3]).map { values in
          let own = rows.filter { Array($0.values[..<2]) == values }
          return (
            values: values, selected: own.reduce(0) { $0 + $1.selected }, rows: own.reduce(0) { $0 + $1.rows }
          )
        }))
    let both = result.groups.filter { $0.attributes == ["sex", "race"] }
    #expect(both == alone.groups.filter { $0.attributes == ["sex", "race"] })
    let single = try Audit(
      AuditPlan(metrics: [.selectionRate], includesIntersections: false, resamples: 0)
    ).run(try table(names, rows))
    #expect(single.familySize == 5)
  }

  @Test("With nine attributes pairs are left out, and a note says so")
  func many() throws {
    let names = (0..<9).map { "a\($0)" }
    let rows = (0..<16).map { row in
      (values: (0..<9).map { "v\((row >> ($0 % 4)) & 1)" }, selected: 20 + row, rows: 100)
    }
    let result = try Audit(AuditPlan(metrics: [.selectionRate], resamples: 0)).run(try table(names, rows))
    #expect(Set(result.groups.map(\.attributes.count)) == [1, 9])
    #expect(result.notes.contains { $0.contains("pairs of 9 attributes") })
  }

  @Test("LL144's table of sex and race is there beside a third attribute")
  func localLaw() async throws {
    var text = "sex,race,site,p\n"
    for row in 0..<600 {
      text += "\(row % 2 == 0 ? "f" : "m"),r\(row % 3),s\(row % 5),\(row % 7 < 3 ? 1 : 0)\n"
    }
    let cube = try await cube(of: text, groups: ["sex", "race", "site"])
    var plan = try #require(DeclaredPlan.builtIn.first { $0.name == "ll144" }).plan
    plan.columns.groups = ["sex", "race", "site"]
    let found = try AuditSupplements(plan, table: try DecisionTable(cube), cube: cube)
    #expect(found.impactRatios.map(\.attributes).contains(["sex", "race"]))
    #expect(found.impactRatios.count == 7)
  }

  @Test("Benjamini and Hochberg keep the share of false disparities, and find more than Holm")
  func discoveries() throws {
    var random = Philox(seed: 61)
    var (share, found, strict) = (0.0, 0, 0)
    let runs = 150
    // A reference of rate 0.5; 20 groups whose ratio is 0.8, which is tolerated, and 20 at 0.68.
    let rates = (0..<40).map { $0 < 20 ? 0.4 : 0.34 }
    for _ in 0..<runs {
      var rows: [(values: [String], selected: Int, rows: Int)] = [
        (["ref"], Binomial.draw(20_000, 0.5, &random), 20_000)
      ]
      for (place, rate) in rates.enumerated() {
        rows.append((["g\(place)"], Binomial.draw(900, rate, &random), 900))
      }
      let table = try table(["g"], rows)
      func flagged(_ correction: AuditPlan.Correction) throws -> [String] {
        try Audit(
          AuditPlan(
            metrics: [.selectionRate], references: ["g": "ref"], resamples: 0, correction: correction)
        ).run(table).disparities.filter { $0.verdict == .disparity }.map { $0.lower[0] }
      }
      let discovered = try flagged(.benjaminiHochberg)
      let wrong = discovered.count { Int($0.dropFirst()).map { $0 < 20 } ?? false }
      share += Double(wrong) / Double(max(1, discovered.count))
      found += discovered.count - wrong
      strict += try flagged(.holm).count
    }
    #expect(share / Double(runs) <= 0.05, "\(share / Double(runs))")
    #expect(found > strict + runs, "\(found) \(strict)")
  }

  @Test(
    "Verdicts by Benjamini and Hochberg are those of the step-up rule, and each interval shows its verdict")
  func stepUp() throws {
    var random = Philox(seed: 62)
    for _ in 0..<20 {
      let rows = (0..<12).map { place in
        (
          values: ["g\(place)"],
          selected: Binomial.draw(800, place == 0 ? 0.6 : 0.35 + 0.02 * Double(place), &random), rows: 800
        )
      }
      let table = try table(["g"], rows)
      let plan = AuditPlan(
        metrics: [.selectionRate], references: ["g": "g0"], resamples: 0, correction: .benjaminiHochberg)
      let result = try Audit(plan).run(table)
      // The greatest k whose level 1 − k α / m has k disparities, tried one by one.
      func count(_ wanted: AuditVerdict, _ k: Int) throws -> Int {
        // One comparison at a level of its own is a family of one.
        var single = plan
        (single.correction, single.alpha) = (.holm, 0.05 * Double(k) / Double(result.familySize))
        return try rows.dropFirst().count { row in
          let pair = try self.table(["g"], [rows[0], row])
          return try Audit(single).run(pair).disparities[0].verdict == wanted
        }
      }
      for wanted in [AuditVerdict.disparity, .withinTolerance] {
        let most = try (1...result.familySize).last { try count(wanted, $0) >= $0 } ?? 0
        #expect(
          result.disparities.count { $0.verdict == wanted } == (most == 0 ? 0 : try count(wanted, most)))
      }
      for d in result.disparities {
        let interval = try #require(d.ratioInterval)
        #expect((d.verdict == .disparity) == (interval.upper < 0.8 || interval.lower > 1.25))
        #expect((d.verdict == .withinTolerance) == (interval.lower >= 0.8 && interval.upper <= 1.25))
        #expect(try #require(d.level) >= 0.95)
      }
    }
  }
}

extension Binomial {
  /// A count of successes, drawn one by one.
  static func draw(_ trials: Int, _ rate: Double, _ random: inout Philox) -> Int {
    var count = 0
    for _ in 0..<trials where random.unit() < rate { count += 1 }
    return count
  }
}
