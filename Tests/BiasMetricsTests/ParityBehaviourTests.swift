import BiasMetrics
import Tabular
import TestSupport
import Testing

@Suite("Comparisons of scores, numbers and ranks")
struct ParityBehaviourTests {
  private func numeric(
    _ text: String, groups: [String] = ["g"], list: String? = nil
  ) async throws -> NumericTable {
    try await withTemporaryFile(text) { path in
      try NumericTable(
        paths: [path], groups: groups.map { TableColumn($0) }, label: list == nil ? "y" : nil,
        prediction: "p",
        list: list)
    }
  }

  @Test("Neither the order of rows nor that of files shows")
  func order() async throws {
    var random = SplitMix64(seed: 3)
    var rows = (0..<300).map { _ in
      "\(["a", "b", ""][Int(random.next() % 3)]),\(random.next() % 9),\(random.next() % 9),q\(random.next() % 5)\n"
    }
    let header = "g,y,p,q\n"
    let one = try await numeric(header + rows.joined())
    rows.shuffle(using: &random)
    #expect(try await numeric(header + rows.joined()) == one)
    let two = try await withTemporaryFile(header + rows[..<100].joined()) { first in
      try await withTemporaryFile(header + rows[100...].joined()) { second in
        try NumericTable(
          paths: [second, first], groups: [TableColumn("g")], label: "y", prediction: "p")
      }
    }
    #expect(two == one)
  }

  @Test("Missing numbers are an error, or left out and counted; a single group is an error")
  func missing() async throws {
    let table = try await numeric("g,y,p\na,1,2\na,,3\nb,2,\nb,2,2\n")
    #expect { try NumericParity(table) } throws: { ($0 as? BiasMetricsError)?.code == .missingLabels }
    let parity = try NumericParity(table, minimumCount: 1, missingLabels: .exclude)
    #expect(parity.groups[0].groups.map(\.missing) == [1, 1])
    let single = try await numeric("g,y,p\na,1,2\na,3,4\n")
    #expect { try NumericParity(single) } throws: {
      ($0 as? BiasMetricsError)?.code == .singleGroup
    }
  }

  @Test("Where no group's residuals differ, corrected p-values at most 0.05 come one time in twenty, or less")
  func residualError() async throws {
    var random = SplitMix64(seed: 11)
    var found = 0
    let runs = 200
    for _ in 0..<runs {
      var text = "g,y,p\n"
      for row in 0..<160 {
        let noise = (0..<4).reduce(0.0) { sum, _ in sum + Double.random(in: -1..<1, using: &random) }
        text += "\(row % 4),\(row % 7),\(Double(row % 7) + noise)\n"
      }
      let parity = try NumericParity(try await numeric(text))
      found +=
        parity.disparities.contains { $0.metric == .meanResidual && ($0.adjustedP ?? 1) <= 0.05 } ? 1 : 0
    }
    #expect(found <= 19, "\(found)")
  }

  @Test("Places dealt at random: one run in twenty finds a group; a group put last is found")
  func exposure() async throws {
    var random = SplitMix64(seed: 12)
    var found = 0
    let runs = 200
    func text(_ rank: (Int, Int) -> Int) -> String {
      var text = "q,g,p\n"
      for list in 0..<12 {
        for row in 0..<12 { text += "\(list),\(row % 3),\(rank(list, row))\n" }
      }
      return text
    }
    for run in 0..<runs {
      var order = Array(0..<12)
      var current = -1
      let table = try await numeric(
        text { list, row in
          if list != current {
            order.shuffle(using: &random)
            current = list
          }
          return order[row]
        }, list: "q")
      let parity = try RankingParity(
        table, higherIsBetter: false, permutations: 99, seed: UInt64(run))
      found += parity.attributes[0].groups.contains { ($0.adjustedP ?? 1) <= 0.05 } ? 1 : 0
    }
    // 5 % of 200 is 10; three standard deviations are 9.2.
    #expect((1...19).contains(found), "\(found)")
    let last = try RankingParity(
      try await numeric(text { _, row in row % 3 == 2 ? 100 + row : row }, list: "q"), higherIsBetter: false)
    #expect(last.attributes[0].least == ["2"] && last.attributes[0].groups[2].adjustedP == 0.001)
    #expect(last.attributes[0].exposureRatio < 0.7 && last.attributes[0].ndkl > 0.1)
  }

  @Test("Rows of one rank share their places, so that their order cannot matter")
  func ties() async throws {
    let parity = try RankingParity(
      try await numeric("q,g,p\n1,a,1\n1,b,1\n1,a,1\n1,b,1\n", list: "q"), higherIsBetter: false,
      minimumCount: 1)
    #expect(parity.attributes[0].exposureRatio == 1 && parity.attributes[0].ndkl < 1e-15)
    #expect(parity.attributes[0].groups.allSatisfy { $0.z.isNaN && $0.adjustedP == nil })
  }

  @Test("The two-sample test's exact p is that of counting all orders", arguments: 0..<3)
  func kolmogorovSmirnov(_ seed: UInt64) async throws {
    var random = SplitMix64(seed: seed)
    let (n, m) = (4, 5)
    let values = (0..<(n + m)).map { _ in Double(random.next() % 50) + Double(random.next() % 1000) / 1000 }
    func text(_ first: Set<Int>) -> String {
      "g,p,s\n" + values.indices.map { "\(first.contains($0) ? "a" : "b"),1,\(values[$0])\n" }.joined()
    }
    func comparison(_ first: Set<Int>) async throws -> ScoreComparison {
      let groups = try DecisionTable(try await cube(of: text(first), score: "s")).groups(
        by: [0], keepsScores: true)
      return ScoreComparison(groups[0], groups[1])
    }
    let own = try await comparison(Set(0..<n))
    var (as_far, all) = (0, 0)
    for choice in 0..<(1 << (n + m)) where choice.nonzeroBitCount == n {
      let first = Set((0..<(n + m)).filter { choice >> $0 & 1 == 1 })
      as_far += try await comparison(first).kolmogorovSmirnov >= own.kolmogorovSmirnov - 1e-9 ? 1 : 0
      all += 1
    }
    #expect(agree(own.kolmogorovSmirnovP, Double(as_far) / Double(all), within: 1e-12))
  }

  @Test("Scores that part the labels, do not vary, or are no chances have no calibration line")
  func noLine() async throws {
    for scores in [["0.1", "0.2", "0.8", "0.9"], ["0.5", "0.5", "0.5", "0.5"], ["0", "0", "1", "1"]] {
      let text =
        "g,y,s\n" + scores.enumerated().map { "a,\($0.offset / 2),\($0.element)\nb,0,0.3\n" }.joined()
      let table = try DecisionTable(
        try await cube(of: text, label: "y", prediction: "s: >=0.5|<0.5", score: "s"), positive: "1",
        positivePrediction: ">=0.5")
      let parity = ScoreParity(table.groups(by: [0], keepsScores: true), attributes: ["g"], hasLabels: true)
      #expect(parity.groups.allSatisfy { $0.calibration == nil }, "\(scores)")
      #expect(parity.groups[1].areaUnderCurve.isNaN && parity.pairs[0].absoluteArea.isNaN)
    }
  }

  @Test("Equal areas under curves that cross are told apart")
  func crossing() async throws {
    let text =
      "g,y,s\n"
      + [
        ("a", 1, 0.9), ("a", 0, 0.7), ("a", 0, 0.6), ("a", 1, 0.2), ("b", 0, 0.8), ("b", 1, 0.7),
        ("b", 1, 0.6),
        ("b", 0, 0.1),
      ].map { "\($0.0),\($0.1),\($0.2)\n" }.joined()
    let table = try DecisionTable(
      try await cube(of: text, label: "y", prediction: "s: >=0.5|<0.5", score: "s"), positive: "1",
      positivePrediction: ">=0.5")
    let parity = ScoreParity(table.groups(by: [0], keepsScores: true), attributes: ["g"], hasLabels: true)
    #expect(parity.groups.map(\.areaUnderCurve) == [0.5, 0.5])
    #expect(agree(parity.pairs[0].absoluteArea, 0.5, within: 1e-12))
    #expect(parity.pairs[0].p == nil)
  }

  @Test("Several classes: a class that nobody predicts is a finding; too many are no classes")
  func classes() async throws {
    let text =
      "g,y,p\n"
      + (0..<300).map { "\($0 % 2),\(["x", "y", "z"][$0 % 3]),\($0 % 3 == 0 ? "x" : "y")\n" }.joined()
    let audit = try MulticlassAudit(try await cube(of: text, label: "y"), plan: AuditPlan())
    #expect(audit.classes.map(\.name) == ["x", "y", "z"])
    #expect(audit.distances.allSatisfy { ($0.adjustedP ?? 0) > 0.05 })
    let many = "g,y,p\n" + (0..<400).map { "\($0 % 2),\($0),\($0)\n" }.joined()
    let wide = try await cube(of: many, label: "y")
    #expect { try MulticlassAudit(wide, plan: AuditPlan()) } throws: {
      "\($0)".contains("--kind numeric")
    }
  }

  @Test("Of twenty groups one whose classes differ is found, however many pairs are corrected for")
  func manyGroups() async throws {
    var text = "g,y,p\n"
    for group in 0..<20 {
      for row in 0..<240 {
        let name = ["x", "y", "z"][group == 7 ? min(row % 6, 2) : row % 3]
        text += "\(group),\(name),\(name)\n"
      }
    }
    let audit = try MulticlassAudit(
      try await cube(of: text, label: "y"), plan: AuditPlan(metrics: [.selectionRate], resamples: 0))
    #expect(audit.distances.count == 190)
    for pair in audit.distances {
      let differs = pair.first == ["7"] || pair.second == ["7"]
      #expect(
        ((pair.adjustedP ?? 1) <= 0.05) == differs, "\(pair.first) \(pair.second) \(pair.adjustedP ?? 1)")
    }
  }

  @Test("The chance of a distance is right where groups do not differ")
  func distanceLevel() async throws {
    var random = SplitMix64(seed: 11)
    var few = 0
    for _ in 0..<200 {
      var text = "g,y,p\n"
      for row in 0..<120 {
        let name = ["x", "y", "z"][Int(random.next() % 3)]
        text += "\(row % 2),\(name),\(name)\n"
      }
      let audit = try MulticlassAudit(
        try await cube(of: text, label: "y"), plan: AuditPlan(metrics: [.selectionRate], resamples: 0),
        permutations: 199)
      few += (audit.distances.first?.p ?? 1) <= 0.05 ? 1 : 0
    }
    // Of 200, at most 5 % but for chance: 10 ± 3 standard deviations of 3.1.
    #expect(few <= 20)
  }
}
