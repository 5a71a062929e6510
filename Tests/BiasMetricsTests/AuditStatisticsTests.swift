import BiasMetrics
import Statistics
import TestSupport
import Testing

@Suite("What an audit says beside its verdicts")
struct AuditStatisticsTests {
  @Test(
    "A range over many groups comes with its shuffled p-value, an interval that may hold 0, and less bias")
  func ranges() throws {
    var random = Philox(seed: 90)
    let alike = try table((0..<14).map { (name: "g\($0)", selected: draw(60, 0.4, &random), rows: 60) })
    let range = try #require(try Audit().run(alike).ranges.first)
    #expect(try #require(range.permutationP) > 0.05)
    #expect(try #require(range.interval).lower == 0)
    #expect(try #require(range.percentileInterval).lower > 0)
    #expect(try #require(range.biasCorrected) < range.range)
    #expect(abs(range.expectedByChance - range.range) < 0.15)
    let apart = try Audit().run(table([("a", 300, 1000), ("b", 500, 1000), ("c", 310, 1000)]))
    let wide = try #require(apart.ranges.first)
    #expect(wide.permutationP == 1.0 / 2001)
    let interval = try #require(wide.interval)
    #expect(interval.lower > 0.1 && interval.lower < 0.2 && interval.upper > 0.2 && interval.upper < 0.3)
    #expect(
      try Audit().run(table([("a", 300, 1000), ("b", 500, 1000)])).ranges
        == Audit().run(
          table([("a", 300, 1000), ("b", 500, 1000)])
        ).ranges)
    let without = try Audit(AuditPlan(resamples: 0)).run(alike).ranges[0]
    #expect(without.permutationP == nil && without.interval == nil)
  }

  @Test("An inconclusive verdict says how many rows would decide, and that many do, with the power")
  func needed() throws {
    let result = try Audit(AuditPlan(resamples: 0)).run(table([("a", 66, 200), ("b", 100, 200)]))
    let open = try #require(result.disparities.first)
    #expect(open.verdict == .inconclusive)
    let rows = try #require(open.rowsNeeded)
    #expect(rows.lower > 200 && rows.lower == rows.higher)
    #expect(open.reason?.contains("\(rows.lower) rows of a") == true)
    #expect(try #require(open.minimumDetectable) < 0.66)
    var random = Philox(seed: 91)
    var decided = 0
    let runs = 1000
    for _ in 0..<runs {
      let larger = try table([
        ("a", draw(rows.lower, 0.33, &random), rows.lower),
        ("b", draw(rows.higher, 0.5, &random), rows.higher),
      ])
      decided += try Audit(AuditPlan(resamples: 0)).run(larger).disparities[0].verdict == .disparity ? 1 : 0
    }
    // 80 %, three standard deviations of 1,000 runs, and a point for the approximation.
    #expect(decided > 750 && decided < 850, "\(decided)")
  }

  @Test("A planted disparity of the least detectable size is found as often as the power says")
  func detectable() throws {
    let (n1, n2, high) = (400, 600, 0.5)
    let plan = AuditPlan(metrics: [.selectionRate], resamples: 0)
    let first = try Audit(plan).run(table([("a", 180, n1), ("b", 300, n2)]))
    let least = try #require(first.disparities.first?.minimumDetectable)
    var random = Philox(seed: 92)
    var found = 0
    for _ in 0..<1000 {
      let planted = try table([
        ("a", draw(n1, least * high, &random), n1), ("b", draw(n2, high, &random), n2),
      ])
      found += try Audit(plan).run(planted).hasDisparity ? 1 : 0
    }
    #expect(found > 750 && found < 850, "\(found)")
  }

  @Test("Rates at the tolerance's edge are said to be beyond any number of rows")
  func edge() throws {
    let result = try Audit(AuditPlan(resamples: 0)).run(table([("a", 40, 100), ("b", 50, 100)]))
    #expect(result.disparities[0].rowsNeeded == nil)
    #expect(result.disparities[0].reason?.contains("no number of rows") == true)
  }

  @Test(
    "One person moved over the line is said", arguments: [(39, 50, true), (41, 50, true), (30, 50, false)])
  func shift(_ low: Int, _ high: Int, _ flips: Bool) throws {
    let result = try Audit(AuditPlan(resamples: 0)).run(table([("a", low, 100), ("b", high, 100)]))
    #expect(result.disparities[0].flipsWithOne == flips)
  }

  @Test("Small groups are drawn to the others, verdicts rest on raw rates")
  func shrinkage() throws {
    let result = try Audit(AuditPlan(resamples: 0)).run(
      table([("a", 300, 1000), ("b", 350, 1000), ("c", 280, 1000), ("d", 2, 3)]))
    let small = try #require(result.groups.first { $0.values == ["d"] }?.rates[0])
    #expect(abs(small.value - 2.0 / 3) < 1e-12)
    let shrunk = try #require(small.shrunk)
    #expect(shrunk.value > 0.28 && shrunk.value < 0.45)
    #expect(shrunk.interval.lower < shrunk.value && shrunk.value < shrunk.interval.upper)
    // 0.28 to 0.35 is a ratio of 0.8 exactly, which the other groups make likelier to be less of a gap.
    let pair = try #require(result.disparities.first { $0.lower == ["c"] })
    #expect(try #require(pair.posteriorBelowTolerance) < 0.5)
    let apart = try Audit(AuditPlan(resamples: 0)).run(
      table([("a", 300, 1000), ("b", 350, 1000), ("c", 180, 1000), ("d", 2, 3)]))
    let far = try #require(apart.disparities.first { $0.lower == ["c"] })
    #expect(try #require(far.posteriorBelowTolerance) > 0.99)
    let two = try Audit(AuditPlan(resamples: 0)).run(table([("a", 300, 1000), ("b", 350, 1000)]))
    #expect(two.groups[0].rates[0].shrunk == nil && two.disparities[0].posteriorBelowTolerance == nil)
  }

  @Test("Where strata point the other way than all rows, both are shown")
  func simpson() throws {
    func part(
      _ group: String, _ department: String, _ selected: Double, _ rows: Double
    ) -> (
      values: [String], counts: Confusion
    ) {
      (
        values: [group, department],
        counts: Confusion(falsePositives: selected, trueNegatives: rows - selected)
      )
    }
    let table = try DecisionTable(
      groups: ["g"], controls: ["department"],
      counts: [
        part("a", "x", 500, 800), part("a", "y", 10, 100), part("b", "x", 80, 100), part("b", "y", 160, 800),
      ], hasLabels: false)
    let result = try Audit().run(table)
    let panel = try #require(result.stratified.first)
    #expect(panel.strata == 2 && panel.isReversed)
    #expect(panel.higher == ["a"] && panel.crudeDifference > 0.2)
    let interval = try #require(panel.adjustedInterval)
    #expect(
      panel.adjustedDifference < -0.1 && interval.upper < 0 && interval.lower < panel.adjustedDifference)
    #expect(try #require(panel.adjustedP) < 1e-4)
    // Within one stratum there is nothing to hold constant.
    #expect(try Audit().runStrata(table).allSatisfy { $0.result.stratified.isEmpty })
    #expect(try Audit().run(self.plain(table)).stratified.isEmpty)
  }

  private func plain(_ table: DecisionTable) throws -> DecisionTable {
    try DecisionTable(
      groups: ["g"], counts: table.groups(by: [0]).map { (values: $0.values, counts: $0.counts) },
      hasLabels: false)
  }

  @Test("A plan that cannot be carried out is refused")
  func plans() {
    for plan in [
      AuditPlan(power: 0.4), AuditPlan(power: 1), AuditPlan(resamples: -1), AuditPlan(resamples: .max),
    ] {
      #expect(throws: BiasMetricsError.self) { try Audit(plan) }
    }
  }

  @Test("Counts that are no counts are refused")
  func counts() {
    for confusion in [
      Confusion(truePositives: -1), Confusion(truePositives: 0.5), Confusion(truePositives: .nan),
    ] {
      #expect(throws: BiasMetricsError.self) {
        try DecisionTable(groups: ["g"], counts: [(values: ["a"], counts: confusion)])
      }
    }
    #expect(throws: BiasMetricsError.self) {
      try DecisionTable(groups: ["g"], counts: [(values: ["a", "b"], counts: Confusion(truePositives: 1))])
    }
    #expect(throws: BiasMetricsError.self) { try DecisionTable(groups: [], counts: []) }
    let huge = Confusion(truePositives: 0x1p51)
    #expect(throws: BiasMetricsError.self) {
      try DecisionTable(
        groups: ["g"], counts: [(values: ["a"], counts: huge), (values: ["b"], counts: huge)])
    }
  }

  @Test("Counts as large as a Double holds are audited without a trap")
  func large() throws {
    let n = 1 << 50
    let result = try Audit(AuditPlan(resamples: 20)).run(
      table([("a", n / 5 * 2, n), ("b", n / 2, n), ("c", n / 2 + 3, n)]))
    #expect(result.disparities.count == 2)
    #expect(result.ranges[0].permutationP != nil)
  }
}

@Suite("Effective rows")
struct EffectiveCountTests {
  @Test("Equal weights and single rows leave the number of rows")
  func equal() {
    #expect(
      abs(EffectiveCount.weighted(sums: (30, 100), squares: (15, 50), rows: 200) - 200) < 1e-9)
    let single = (0..<100).map { (numerator: $0 < 30 ? 1.0 : 0, denominator: 1.0) }
    #expect(abs(EffectiveCount.clustered(single, rows: 100) - 99) < 1e-9)
  }

  @Test("Where nothing varies, Kish's number stands")
  func none() {
    #expect(EffectiveCount.weighted(sums: (0, 60), squares: (0, 100), rows: 50) == 36)
    #expect(EffectiveCount.clustered([(0, 4), (0, 2)], rows: 6) == 36.0 / 20)
  }

  @Test("With weights that go with the outcome the interval covers, which Kish's number does not")
  func informative() throws {
    var random = Philox(seed: 95)
    var (linearised, kish) = (0, 0)
    let runs = 2000
    // Few are selected, and weigh ten times as much as others: Σwx / Σw = 0.5 / (0.5 + 0.95).
    let truth = 0.05 * 10 / (0.05 * 10 + 0.95)
    for _ in 0..<runs {
      var (w1, q1, w, q) = (0.0, 0.0, 0.0, 0.0)
      for _ in 0..<800 {
        let isSelected = random.unit() < 0.05
        let weight = isSelected ? 10.0 : 1
        w += weight
        q += weight * weight
        if isSelected {
          w1 += weight
          q1 += weight * weight
        }
      }
      func covers(_ n: Double) throws -> Bool {
        let interval = try ProportionInterval.wilson(effectiveSuccesses: w1 / w * n, trials: n)
        return interval.lower <= truth && truth <= interval.upper
      }
      linearised += try covers(EffectiveCount.weighted(sums: (w1, w), squares: (q1, q), rows: 800)) ? 1 : 0
      kish += try covers(w * w / q) ? 1 : 0
    }
    let share = Double(linearised) / Double(runs)
    #expect(share > 0.935 && share < 0.965, "\(share)")
    #expect(Double(kish) / Double(runs) < 0.92)
  }
}
