import BiasMetrics
import Statistics
import TestSupport
import Testing

@Suite("Shuffles and regions of rows in clusters")
struct ClusterShuffleTests {
  /// Persons of 1 to 12 rows whose rates vary from person to person.
  private func table(_ random: inout Philox, persons: Int, shift: Double = 0) throws -> DecisionTable {
    try DecisionTable(
      groups: ["g"], controls: ["person"],
      counts: (0..<persons).map { person in
        let rows = 1 + Int(random.unit() * 12)
        let group = person % 3
        let rate = min(1, max(0, random.unit() + (group == 0 ? shift : 0)))
        let selected = Binomial.draw(rows, rate, &random)
        return (
          values: ["g\(group)", "p\(person)"],
          counts: Confusion(falsePositives: Double(selected), trueNegatives: Double(rows - selected))
        )
      }, hasLabels: false)
  }

  @Test("Whole clusters are exchanged: no more than one shuffle in twenty finds a range where there is none")
  func null() throws {
    var random = Philox(seed: 71)
    var (clustered, single) = (0, 0)
    let runs = 300
    for run in 0..<runs {
      let table = try table(&random, persons: 90)
      let ours = try RangePermutation(
        table, by: [0], clusters: 1, metrics: [.selectionRate], seed: UInt64(run), resamples: 199)
      clustered += try #require(ours.results[0].p) <= 0.05 ? 1 : 0
      let rows = try RangePermutation(
        table, by: [0], metrics: [.selectionRate], seed: UInt64(run), resamples: 199)
      single += try #require(rows.results[0].p) <= 0.05 ? 1 : 0
    }
    // 5 % of 300 and three standard deviations; dealing single rows is wrong far more often.
    #expect(clustered <= 26 && clustered >= 5, "\(clustered)")
    #expect(single > 60, "\(single)")
  }

  @Test("A shift between groups of persons is found")
  func power() throws {
    var random = Philox(seed: 72)
    var found = 0
    for run in 0..<40 {
      let result = try Audit(
        AuditPlan(metrics: [.selectionRate], cluster: "person", resamples: 199, seed: UInt64(run))
      ).run(try table(&random, persons: 180, shift: 0.3))
      found += (result.ranges[0].permutationP ?? 1) <= 0.05 ? 1 : 0
      #expect(result.ranges[0].permutationReason == nil)
    }
    #expect(found >= 34, "\(found)")
  }

  @Test("Where clusters span groups, or weights are of single rows, there is no p and a reason")
  func reasons() async throws {
    let spanning = try DecisionTable(
      groups: ["g"], controls: ["list"],
      counts: (0..<60).map {
        (
          values: ["g\($0 % 2)", "l\($0 / 2)"],
          counts: Confusion(falsePositives: Double($0 % 3 == 0 ? 1 : 0), trueNegatives: 1)
        )
      }, hasLabels: false)
    let range = try #require(
      try Audit(AuditPlan(metrics: [.selectionRate], cluster: "list", resamples: 99)).run(spanning).ranges
        .first)
    #expect(range.permutationP == nil)
    #expect(range.permutationReason?.contains("several groups") == true)
    let text =
      "g,p,w\n" + (0..<200).map { "g\($0 % 2),\($0 % 3 == 0 ? 1 : 0),\(1 + $0 % 4)\n" }.joined()
    let weighted = try DecisionTable(try await cube(of: text, weight: "w"))
    let other = try #require(try Audit(AuditPlan(resamples: 99)).run(weighted).ranges.first)
    #expect(other.permutationP == nil && other.permutationReason?.contains("weights") == true)
  }

  @Test("One shuffle of the finest groups says of each attribute what a shuffle of its own says")
  func together() throws {
    var random = Philox(seed: 73)
    let rows = (0..<3).flatMap { a in (0..<4).map { b in ["a\(a)", "b\(b)"] } }
    let table = try DecisionTable(
      groups: ["a", "b"],
      counts: rows.map { values in
        let n = 60 + Int(random.unit() * 90)
        let k = Binomial.draw(n, values[0] == "a0" ? 0.42 : 0.5, &random)
        return (values, Confusion(falsePositives: Double(k), trueNegatives: Double(n - k)))
      }, hasLabels: false)
    let all = try RangePermutation.together(
      table, by: [[0], [1], [0, 1]], metrics: [.selectionRate], seed: 5, resamples: 20_000)
    for (place, set) in [[0], [1], [0, 1]].enumerated() {
      let own = try RangePermutation(table, by: set, metrics: [.selectionRate], seed: 6, resamples: 20_000)
      let (a, b) = (all[place].results[0], own.results[0])
      #expect(a.range == b.range)
      // Two estimates of one p from 20,000 shuffles each.
      #expect(abs(try #require(a.p) - #require(b.p)) < 0.025)
      #expect(abs(a.expected - b.expected) < 0.003)
    }
  }

  @Test("The region of both error rates holds them as often as it says, with clusters of both labels")
  func regions() throws {
    var random = Philox(seed: 74)
    var covered = 0
    let runs = 400
    for _ in 0..<runs {
      let counts = (0..<80).map { person -> (values: [String], counts: Confusion) in
        // A person's rows are all decided more or less strictly: both errors go together.
        let mood = random.unit() < 0.5 ? 0.2 : -0.2
        var c = Confusion()
        for row in 0..<8 {
          let label = row % 2 == 0
          let isSelected = random.unit() < (label ? 0.7 : 0.3) + mood
          switch (label, isSelected) {
          case (true, true): c.truePositives += 1
          case (true, false): c.falseNegatives += 1
          case (false, true): c.falsePositives += 1
          case (false, false): c.trueNegatives += 1
          }
        }
        return (["g", "p\(person)"], c)
      }
      let table = try DecisionTable(groups: ["g"], controls: ["person"], counts: counts)
      let region = try #require(
        try Audit(AuditPlan(cluster: "person")).errorRegions(table, by: [0]).first)
      let reach = try #require(region.reach)
      let x = (0.3 - region.falsePositiveRate) / region.errors.falsePositive
      let y = (0.7 - region.truePositiveRate) / region.errors.truePositive
      let r = region.correlation
      let distance: Double = (x * x - 2 * r * x * y + y * y) / (1 - r * r)
      covered += distance <= reach * reach ? 1 : 0
    }
    // 95 % of 400, three standard deviations either way.
    #expect(covered >= 367 && covered <= 396, "\(covered)")
  }
}
