import BiasMetrics
import TestSupport
import Testing

@Suite("The search for subgroups")
struct SubgroupTests {
  /// Rows with random attributes; `rate` says how likely each is to be selected.
  private func table(
    rows: Int, attributes: Int, values: Int, seed: UInt64, rate: ([Int]) -> Double
  ) async throws -> DecisionTable {
    var random = SplitMix64(seed: seed)
    let names = (0..<attributes).map { "a\($0)" }
    var text = names.joined(separator: ",") + ",p\n"
    for _ in 0..<rows {
      let row = names.map { _ in Int.random(in: 0..<values, using: &random) }
      let isSelected = Double.random(in: 0..<1, using: &random) < rate(row)
      text += row.map(String.init).joined(separator: ",") + (isSelected ? ",1\n" : ",0\n")
    }
    return try DecisionTable(try await cube(of: text, groups: names))
  }

  @Test("Over more than 500 subgroups alike, one run in twenty finds any")
  func familyWiseError() async throws {
    let runs = 200
    var (found, least) = (0, Int.max)
    for run in 0..<runs {
      let table = try await table(rows: 2400, attributes: 5, values: 4, seed: UInt64(run)) { _ in 0.4 }
      let result = try SubgroupSearch(depth: 3, permutations: 99, seed: UInt64(run)).run(table)
      least = min(least, result.familySize)
      found += result.findings.isEmpty ? 0 : 1
    }
    #expect(least >= 500)
    // 5 % of 200 is 10; three standard deviations are 9.2.
    #expect((1...19).contains(found), "\(found) of \(runs)")
  }

  @Test("A planted subgroup is found, and what it explains comes after it")
  func planted() async throws {
    let table = try await table(rows: 6000, attributes: 4, values: 3, seed: 7) {
      $0[0] == 1 && $0[2] == 2 ? 0.2 : 0.45
    }
    let result = try SubgroupSearch(depth: 3).run(table)
    let first = try #require(result.findings.first)
    #expect(first.conditions.map { "\($0.attribute)=\($0.value)" } == ["a0=1", "a2=2"])
    #expect(first.adjustedP <= 0.01 && first.explainedBy == nil)
    #expect(abs(first.violation - first.share * abs(first.rate - first.expected)) < 1e-15)
    let narrower = result.findings.filter {
      $0.conditions.count == 3 && Set(first.conditions).isSubset(of: $0.conditions)
    }
    #expect(narrower.count > 2)
    #expect(narrower.allSatisfy { $0.explainedBy != nil })
  }

  @Test("More strata by groups than can be dealt to are refused before room is made for them")
  func grid() async throws {
    let text = "g,c,p\n" + (0..<4_100).map { "\($0 % 2_050),\($0 % 2_050),\($0 / 2_050)\n" }.joined()
    let table = try DecisionTable(try await cube(of: text, controls: ["c"]))
    #expect { try SubgroupSearch(depth: 1).run(table) } throws: { "\($0)".contains("2050 strata") }
  }

  @Test("The same seed gives the same bytes, another other p-values of the same groups")
  func seeds() async throws {
    let table = try await table(rows: 800, attributes: 3, values: 3, seed: 3) { _ in 0.5 }
    let one = try SubgroupSearch(depth: 2, permutations: 200).run(table)
    #expect(try SubgroupSearch(depth: 2, permutations: 200).run(table) == one)
    let other = try SubgroupSearch(depth: 2, permutations: 200, seed: 9).run(table)
    #expect(other.top.map(\.z) == one.top.map(\.z) && other.top.map(\.adjustedP) != one.top.map(\.adjustedP))
  }

  @Test("A gap that the controls make is none within them")
  func controls() async throws {
    var random = SplitMix64(seed: 5)
    var text = "g,c,p\n"
    for _ in 0..<4000 {
      let (c, u) = (random.next() % 2, Double.random(in: 0..<1, using: &random))
      // Women apply where fewer are taken; within each place they are taken as often.
      let g = Double.random(in: 0..<1, using: &random) < (c == 0 ? 0.8 : 0.2) ? "f" : "m"
      text += "\(g),\(c),\(u < (c == 0 ? 0.2 : 0.6) ? 1 : 0)\n"
    }
    let crude = try SubgroupSearch(depth: 1).run(try DecisionTable(try await cube(of: text)))
    #expect(crude.findings.count == 2)
    let within = try SubgroupSearch(depth: 1).run(
      try DecisionTable(try await cube(of: text, controls: ["c"])))
    #expect(within.findings.isEmpty && within.familySize == 2)
  }

  @Test("The same rows under two names are one group; groups too small are counted, not searched")
  func family() async throws {
    var text = "a,b,p\n"
    for row in 0..<200 { text += row % 2 == 0 ? "x,u,\(row % 4 / 2)\n" : "y,v,\(row % 3 % 2)\n" }
    text += "z,w,1\n"
    let result = try SubgroupSearch(depth: 2).run(
      try DecisionTable(try await cube(of: text, groups: ["a", "b"])))
    #expect(result.familySize == 2)
    #expect(result.tooSmall == 1)
  }

  @Test("More subgroups than can be searched are refused at once")
  func tooMany() async throws {
    let names = (0..<60).map { "a\($0)" }
    let row = names.map { _ in "1" }.joined(separator: ",")
    let text = names.joined(separator: ",") + ",p\n\(row),1\n" + row.replacing("1", with: "0") + ",0\n"
    let table = try DecisionTable(try await cube(of: text, groups: names))
    #expect { try SubgroupSearch(depth: 6).run(table) } throws: { "\($0)".contains("fewer conditions") }
  }

  @Test("Error rates are searched among the rows that they count")
  func errorRates() async throws {
    var text = "g,h,y,p\n"
    for row in 0..<2000 {
      let (g, h, y) = (row % 2, row / 2 % 2, row / 4 % 2)
      // Only positives of g = 1 are missed more often.
      text += "\(g),\(h),\(y),\(y == 1 && (g == 0 || row % 3 > 0) ? 1 : 0)\n"
    }
    let result = try SubgroupSearch(depth: 2, metrics: [.truePositiveRate, .falsePositiveRate]).run(
      try DecisionTable(try await cube(of: text, groups: ["g", "h"], label: "y")))
    #expect(result.independent.allSatisfy { $0.metric == .truePositiveRate })
    #expect(
      result.independent.contains { $0.conditions.map(\.value) == ["1"] && $0.rows == 500 && $0.gap < 0 })
    // Nobody is a false positive: there is nothing to deal, and nothing to search.
    #expect(result.findings.allSatisfy { $0.metric == .truePositiveRate })
  }
}
