import BiasMetrics
import Statistics
import TestSupport
import Testing

@Suite("Verdicts on rows in clusters")
struct ClusterVerdictTests {
  private func table(
    _ counts: [(group: String, cluster: Int, selected: Int, rows: Int)]
  ) throws -> DecisionTable {
    try DecisionTable(
      groups: ["g"], controls: ["unit"],
      counts: counts.map {
        (
          values: [$0.group, "u\($0.cluster)"],
          counts: Confusion(
            falsePositives: Double($0.selected), trueNegatives: Double($0.rows - $0.selected))
        )
      }, hasLabels: false)
  }

  private func judged(_ table: DecisionTable) throws -> Disparity {
    try #require(
      try Audit(AuditPlan(metrics: [.selectionRate], cluster: "unit", resamples: 0)).run(table).disparities
        .first)
  }

  private func isOff(_ found: Disparity) -> Bool {
    found.differenceInterval.map { $0.lower > 0 || $0.upper < 0 } ?? true
  }

  @Test(
    "Lists with a place for each group, one of which is selected by lot, are no finding more than one time in twenty"
  )
  func rivals() throws {
    var random = Philox(seed: 40)
    var (ps, intervals, ratios) = (0, 0, 0)
    let runs = 400
    for _ in 0..<runs {
      let found = try judged(
        try table(
          (0..<300).flatMap { list in
            let first = random.unit() < 0.5 ? 1 : 0
            return [
              (group: "a", cluster: list, selected: first, rows: 1),
              (group: "b", cluster: list, selected: 1 - first, rows: 1),
            ]
          }))
      ps += try #require(found.p) <= 0.05 ? 1 : 0
      intervals += isOff(found) ? 1 : 0
      let ratio = try #require(found.ratioInterval)
      ratios += ratio.lower > 1 || ratio.upper < 1 ? 1 : 0
    }
    // 5 % of 400 and three standard deviations.
    #expect(ps <= 33 && intervals <= 33 && ratios <= 33, "\(ps) \(intervals) \(ratios)")
    #expect(ps >= 7)
  }

  @Test("Pairs that mostly get the same are told apart by fewer rows than independent ones")
  func twins() throws {
    // 400 pairs: 150 both, 200 neither, 50 only b.
    func pairs(_ shift: Int) throws -> Disparity {
      try judged(
        try table(
          (0..<400).flatMap { pair in
            [
              (group: "a", cluster: pair, selected: pair < 150 ? 1 : 0, rows: 1),
              (group: "b", cluster: pair + shift, selected: pair < 200 ? 1 : 0, rows: 1),
            ]
          }))
    }
    let (together, apart) = (try pairs(0), try pairs(1000))
    #expect(try #require(together.p) <= #require(apart.p))
    #expect(together.difference == apart.difference)
  }

  @Test("With ten clusters a group no run in twenty finds a difference where there is none")
  func few() throws {
    var random = Philox(seed: 41)
    var (ps, intervals) = (0, 0)
    let runs = 600
    for _ in 0..<runs {
      let found = try judged(
        try table(
          (0..<20).map { unit in
            // Clusters' rates vary with an intraclass correlation of 0.1.
            let rate = 0.3 + (random.unit() < 0.5 ? 0.145 : -0.145)
            return (group: unit < 10 ? "a" : "b", cluster: unit, selected: draw(40, rate, &random), rows: 40)
          }))
      ps += (found.p ?? 1) <= 0.05 ? 1 : 0
      intervals += found.differenceInterval != nil && isOff(found) ? 1 : 0
    }
    // 5 % of 600 and three standard deviations.
    #expect(ps <= 46 && intervals <= 46, "\(ps) \(intervals)")
    #expect(ps >= 8)
  }

  @Test("Of fewer clusters than ten nothing is judged, however many rows they hold", arguments: [1, 2, 5, 9])
  func tooFew(_ clusters: Int) throws {
    let found = try judged(
      try table(
        (0..<clusters).map { (group: "a", cluster: $0, selected: 300, rows: 1000) }
          + (100..<120).map { (group: "b", cluster: $0, selected: 500, rows: 1000) }))
    #expect(found.verdict == .notEstimable && found.p == nil && found.differenceInterval == nil)
    #expect(found.reason?.contains("\(clusters) clusters, fewer than 10") == true)
  }

  @Test("Ranges over clusters that span groups have no test and no interval, and a note says so")
  func ranges() throws {
    let table = try table(
      (0..<50).flatMap { list in
        [
          (group: "a", cluster: list, selected: list % 2, rows: 1),
          (group: "b", cluster: list, selected: list % 3 == 0 ? 1 : 0, rows: 1),
        ]
      })
    let result = try Audit(AuditPlan(metrics: [.selectionRate], cluster: "unit", resamples: 50)).run(table)
    #expect(result.ranges.allSatisfy { $0.test == nil && $0.interval == nil })
    #expect(result.notes.contains { $0.contains("clusters have rows in several groups") })
  }

  @Test("More clusters that differ than can be drawn are refused at once")
  func tooMany() throws {
    let table = try table(
      (1...300).map { (group: $0 % 2 == 0 ? "a" : "b", cluster: $0, selected: 1, rows: $0) })
    #expect(throws: BiasMetricsError.self) {
      try CellBootstrap(table, by: [0], clusters: 1, seed: 1, resamples: 1_000_000)
    }
  }
}
