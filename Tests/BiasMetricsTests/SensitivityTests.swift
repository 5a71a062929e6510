import BiasMetrics
import TestSupport
import Testing

@Suite("Threshold sweeps")
struct ThresholdSweepTests {
  private func rows(_ seed: UInt64, _ count: Int) -> [(g: String, y: Int, s: Double)] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      (["a", "b", "c"][Int(random.next() % 3)], Int(random.next() % 2), Double(random.next() % 40) / 40)
    }
  }

  @Test("At every cut the figures are those of a table decided at that cut", arguments: [1, 2, 3])
  func everyCut(_ seed: UInt64) async throws {
    let rows = rows(seed, 400)
    let text = "g,y,s\n" + rows.map { "\($0.g),\($0.y),\($0.s)\n" }.joined()
    let scored = try DecisionTable(
      try await cube(of: text, label: "y", prediction: "s: >=0.5|<0.5", score: "s"), positive: "1",
      positivePrediction: ">=0.5")
    let sweep = try #require(
      ThresholdSweep(
        scored.groups(by: [0], keepsScores: true), attributes: ["g"], chosen: 0.51, hasLabels: true))
    #expect(sweep.distinctScores == 40 && sweep.points.count == 41)
    #expect(zip(sweep.points, sweep.points.dropFirst()).allSatisfy { $0.cut < $1.cut })
    #expect(sweep.points.contains { $0.cut == 0.51 })
    for point in sweep.points {
      func rate(_ g: String, _ label: Int?) -> Double {
        let part = rows.filter { $0.g == g && (label == nil || $0.y == label) }
        return Double(part.count { $0.s >= point.cut }) / Double(part.count)
      }
      let (selection, tpr, fpr) = (
        ["a", "b", "c"].map { rate($0, nil) }, ["a", "b", "c"].map { rate($0, 1) },
        ["a", "b", "c"].map { rate($0, 0) }
      )
      func gap(_ rates: [Double]) -> Double { (rates.max() ?? 0) - (rates.min() ?? 0) }
      #expect(agree(point.selectionRatio, (selection.min() ?? 0) / (selection.max() ?? 0), within: 1e-12))
      #expect(agree(point.equalizedOddsDifference, max(gap(tpr), gap(fpr)), within: 1e-12))
      #expect(agree(rate(point.least[0], nil), selection.min() ?? 0, within: 1e-12))
      #expect(agree(rate(point.greatest[0], nil), selection.max() ?? 0, within: 1e-12))
      #expect(point.equalizedOddsBetween.count == 2)
    }
  }

  @Test("Many scores are thinned out, and the chosen cut stays")
  func thinned() async throws {
    var random = SplitMix64(seed: 4)
    let text =
      "g,s\n" + (0..<5000).map { "\($0 % 2),\(Double.random(in: 0..<1, using: &random))\n" }.joined()
    let table = try DecisionTable(
      try await cube(of: text, prediction: "s: >=0.5|<0.5", score: "s"), positivePrediction: ">=0.5")
    let sweep = try #require(
      ThresholdSweep(
        table.groups(by: [0], keepsScores: true), attributes: ["g"], chosen: 0.5, hasLabels: false,
        points: 100
      ))
    #expect((90...110).contains(sweep.points.count) && sweep.distinctScores == 5000)
    #expect(sweep.points.contains { $0.cut == 0.5 })
    #expect(sweep.points.allSatisfy { $0.equalizedOddsDifference.isNaN && $0.equalizedOddsBetween.isEmpty })
  }

  @Test("Weights that make shares absurd end the sweep like others")
  func absurd() async throws {
    let text = "g,p,s,w\n" + (0..<800).map { "\($0 % 2),1,\(Double($0) / 800),1\n" }.joined()
    var groups = try DecisionTable(try await cube(of: text, score: "s", weight: "w")).groups(
      by: [0], keepsScores: true)
    let last = groups[0].scores.count - 1
    (groups[0].scores[last].weight, groups[0].scores[0].weight) = (1e300, -1e300)
    let sweep = try #require(
      ThresholdSweep(groups, attributes: ["g"], hasLabels: false, isWeighted: true))
    #expect(!sweep.points.isEmpty)
  }

  @Test("A single group, or groups too small, make no sweep")
  func none() async throws {
    let text = "g,s\n" + (0..<40).map { "a,0.\($0)\n" }.joined() + "b,0.2\n"
    let table = try DecisionTable(
      try await cube(of: text, prediction: "s: >=0.3|<0.3", score: "s"), positivePrediction: ">=0.3")
    #expect(
      ThresholdSweep(table.groups(by: [0], keepsScores: true), attributes: ["g"], hasLabels: false) == nil)
  }
}

@Suite("Bounds of missing values")
struct MissingBoundsTests {
  /// All ways to fill in the missing, and the least and greatest rate among them.
  private func enumerated(
    _ rows: [(y: Int?, p: Int?)], _ metric: RateMetric
  ) -> (lower: Double, upper: Double) {
    let holes = rows.reduce(0) { $0 + ($1.y == nil ? 1 : 0) + ($1.p == nil ? 1 : 0) }
    var (lower, upper) = (Double.infinity, -Double.infinity)
    for filling in 0..<(1 << holes) {
      var (hole, above, below) = (0, 0.0, 0.0)
      func next() -> Int {
        hole += 1
        return filling >> (hole - 1) & 1
      }
      for row in rows {
        let (y, p) = (row.y ?? next(), row.p ?? next())
        let one = Confusion(
          truePositives: y == 1 && p == 1 ? 1 : 0, falsePositives: y == 0 && p == 1 ? 1 : 0,
          trueNegatives: y == 0 && p == 0 ? 1 : 0, falseNegatives: y == 1 && p == 0 ? 1 : 0)
        above += metric.parts(one).numerator
        below += metric.parts(one).denominator
      }
      if below > 0 { (lower, upper) = (min(lower, above / below), max(upper, above / below)) }
    }
    return (lower, upper)
  }

  @Test("They are the least and greatest over all ways to fill the holes", arguments: 0..<20)
  func exact(_ seed: Int) async throws {
    var random = SplitMix64(seed: UInt64(seed))
    var text = "g,y,p\n"
    var groups: [String: [(y: Int?, p: Int?)]] = [:]
    for row in 0..<24 {
      let group = row % 2 == 0 ? "a" : "b"
      func value() -> Int? { random.next() % 5 == 0 ? nil : Int(random.next() % 2) }
      let (y, p) = row < 8 ? (row / 2 % 2, row / 4) : (value(), value())
      groups[group, default: []].append((y, p))
      text += "\(group),\(y.map(String.init) ?? ""),\(p.map(String.init) ?? "")\n"
    }
    let cube = try await cube(of: text, label: "y")
    let table = try DecisionTable(cube, missingLabels: .exclude)
    for metric in RateMetric.allCases {
      let bounds = try #require(MissingBounds(cube, metric: metric, by: [0], table: table, minimumCount: 1))
      for group in bounds.groups {
        let expected = enumerated(groups[group.values[0]] ?? [], metric)
        #expect(agree(group.lower, expected.lower, within: 1e-12), "\(metric) \(group)")
        #expect(agree(group.upper, expected.upper, within: 1e-12), "\(metric) \(group)")
        #expect(group.lower <= group.rate && group.rate <= group.upper)
      }
      #expect(bounds.differenceLower <= bounds.difference && bounds.difference <= bounds.differenceUpper)
    }
  }

  @Test("Without a missing value the bounds are the figure")
  func complete() async throws {
    let text = "g,p\n" + (0..<200).map { "\($0 % 2 == 0 ? "a" : "b"),\($0 % 4 / 2 * ($0 % 2))\n" }.joined()
    let cube = try await cube(of: text)
    let bounds = try #require(
      MissingBounds(cube, metric: .selectionRate, by: [0], table: try DecisionTable(cube)))
    #expect(bounds.differenceLower == bounds.difference && bounds.difference == bounds.differenceUpper)
    #expect(bounds.least == ["a"] && bounds.greatest == ["b"] && !bounds.couldTurn)
  }
}
