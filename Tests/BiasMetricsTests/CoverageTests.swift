import BiasMetrics
import Statistics
import TestSupport
import Testing

/// Exact coverage by enumeration: no run of chance decides these.
@Suite("Intervals cover as they say")
struct CoverageTests {
  /// The interval that an audit shows for x of n rows.
  private func shown(_ x: Int, _ n: Int) throws -> ConfidenceInterval {
    let rate = try Audit(AuditPlan(minimumCount: 1, resamples: 0)).run(
      table([("a", x, n), ("b", 1, 2)])
    ).groups[0].rates[0]
    return try #require(rate.interval)
  }

  private func coverage(_ intervals: [ConfidenceInterval], _ p: Double) throws -> Double {
    let law = try Binomial(trials: intervals.count - 1, probability: p)
    return intervals.enumerated().reduce(0) {
      $0 + ($1.element.lower <= p && p <= $1.element.upper ? law.mass(at: $1.offset) : 0)
    }
  }

  /// No interval of a count covers 94 to 96 % at each single rate, because counts jump; over a spread of rates the mean can.
  @Test("From 30 rows on, 94 to 96 % over rates from 2 to 98 %", arguments: [30, 31, 47, 80, 200, 1000])
  func large(_ n: Int) throws {
    let intervals = try (0...n).map { try shown($0, n) }
    let rates = (0...192).map { 0.02 + 0.005 * Double($0) }
    let mean = try rates.reduce(0) { try $0 + coverage(intervals, $1) } / Double(rates.count)
    #expect(mean > 0.94 && mean < 0.96, "\(n): \(mean)")
  }

  @Test("From 5 to 29 rows, at least 95 % at every rate", arguments: 5...29)
  func small(_ n: Int) throws {
    let intervals = try (0...n).map { try shown($0, n) }
    for step in 1..<400 {
      let covered = try coverage(intervals, Double(step) / 400)
      #expect(covered >= 0.95 - 1e-12, "\(n) \(step): \(covered)")
    }
  }

  @Test(
    "Differences and ratios of two groups: their mean over rates, by adding up all tables",
    arguments: [
      (8, 12), (20, 20), (29, 15), (30, 30), (45, 90),
    ])
  func pairs(_ n1: Int, _ n2: Int) throws {
    var (gaps, ratios) = ([[ConfidenceInterval]](), [[ConfidenceInterval?]]())
    for x1 in 0...n1 {
      let row = try (0...n2).map { try TwoProportions(x1, of: n1, versus: $0, of: n2) }
      gaps.append(try row.map { try $0.newcombeDifference() })
      ratios.append(try row.map { try $0.scoreRatio() })
    }
    var (gap, ratio, count) = (0.0, 0.0, 0.0)
    for a in stride(from: 0.07, to: 0.97, by: 0.09) {
      for b in stride(from: 0.05, to: 0.98, by: 0.09) {
        let (first, second) = (
          try Binomial(trials: n1, probability: a), try Binomial(trials: n2, probability: b)
        )
        let (m1, m2) = ((0...n1).map { first.mass(at: $0) }, (0...n2).map { second.mass(at: $0) })
        for x1 in 0...n1 {
          for x2 in 0...n2 {
            let mass = m1[x1] * m2[x2]
            if gaps[x1][x2].lower <= a - b && a - b <= gaps[x1][x2].upper { gap += mass }
            // Where nobody is selected there is no ratio to be wrong about.
            if ratios[x1][x2].map({ $0.lower <= a / b && a / b <= $0.upper }) ?? true { ratio += mass }
          }
        }
        count += 1
      }
    }
    let top = min(n1, n2) >= 30 ? 0.96 : 0.975
    for (share, what) in [(gap / count, "difference"), (ratio / count, "ratio")] {
      #expect(share > 0.94 && share < top, "\(n1) \(n2) \(what): \(share)")
    }
  }

  /// Two groups that differ by exactly what is tolerated: whichever way a verdict goes, it is wrong.
  @Test(
    "At the tolerance's edge verdicts are wrong at most one time in twenty, by adding up all tables",
    arguments: [
      (30, 30), (60, 35), (90, 120),
    ])
  func edge(_ n1: Int, _ n2: Int) throws {
    let (tau, delta) = (0.8, 0.1)
    var (ratio, gap) = ([(Bool, Bool)](), [(Bool, Bool)]())
    for x1 in 0...n1 {
      for x2 in 0...n2 {
        let two = try TwoProportions(x1, of: n1, versus: x2, of: n2)
        let r = try two.scoreRatio()
        ratio.append(
          (
            r.map { $0.upper < tau || $0.lower > 1 / tau } ?? false,
            r.map { $0.lower >= tau && $0.upper <= 1 / tau } ?? false
          ))
        let d = try two.newcombeDifference()
        gap.append((d.upper < -delta || d.lower > delta, d.lower >= -delta && d.upper <= delta))
      }
    }
    for second in [0.15, 0.3, 0.5, 0.7, 0.9] {
      for (first, verdicts, what) in [(tau * second, ratio, "ratio"), (second - delta, gap, "difference")] {
        let (a, b) = (
          try Binomial(trials: n1, probability: first), try Binomial(trials: n2, probability: second)
        )
        let (m1, m2) = ((0...n1).map { a.mass(at: $0) }, (0...n2).map { b.mass(at: $0) })
        var (beyond, within) = (0.0, 0.0)
        for x1 in 0...n1 {
          for x2 in 0...n2 {
            let verdict = verdicts[x1 * (n2 + 1) + x2]
            if verdict.0 { beyond += m1[x1] * m2[x2] }
            if verdict.1 { within += m1[x1] * m2[x2] }
          }
        }
        #expect(beyond <= 0.05 && within <= 0.05, "\(n1) \(n2) \(what) \(second): \(beyond) \(within)")
      }
    }
  }

  @Test("On labels without meaning no run in twenty finds anything, over 500 groups of two attributes")
  func familywise() throws {
    var random = Philox(seed: 101)
    var (significant, disparities, shuffled) = (0, 0, 0)
    let runs = 60
    for _ in 0..<runs {
      var counts: [(values: [String], counts: Confusion)] = []
      for a in 0..<20 {
        for b in 0..<25 {
          let selected = Double(draw(40, 0.35, &random))
          counts.append(
            (
              values: ["a\(a)", "b\(b)"],
              counts: Confusion(falsePositives: selected, trueNegatives: 40 - selected)
            ))
        }
      }
      let table = try DecisionTable(groups: ["a", "b"], counts: counts, hasLabels: false)
      let result = try Audit(AuditPlan(resamples: 0)).run(table)
      significant += result.disparities.contains { ($0.adjustedP ?? 1) <= 0.05 } ? 1 : 0
      disparities += result.hasDisparity ? 1 : 0
      let range = try RangePermutation(
        table, by: [0, 1], metrics: [.selectionRate], seed: random.next(), resamples: 199)
      shuffled += (range.results[0].p ?? 1) <= 0.05 ? 1 : 0
    }
    // 5 % of 60 and three standard deviations.
    #expect(
      significant <= 8 && disparities <= 8 && shuffled <= 8, "\(significant) \(disparities) \(shuffled)")
  }
}
