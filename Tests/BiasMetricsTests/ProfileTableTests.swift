import BiasMetrics
import TestSupport
import Testing

@Suite("Tables of a rule's quantities")
struct ProfileTableTests {
  private func table(_ groups: [(String, Int, Int)]) async throws -> DecisionTable {
    var text = "g,p\n"
    for (name, selected, rows) in groups {
      text += String(repeating: "\(name),1\n", count: selected)
      text += String(repeating: "\(name),0\n", count: rows - selected)
    }
    return try DecisionTable(try await cube(of: text))
  }

  @Test("Impact ratios: people of unknown category are counted, and in no row")
  func unknown() async throws {
    let table = try await table([("a", 60, 100), ("b", 30, 100), ("", 9, 10), ("c", 3, 3)])
    let made = ImpactRatioTable(table, by: [0])
    #expect(made.unknown == 10 && made.categories.map(\.name) == ["a", "b", "c"])
    #expect(made.categories.map(\.selectionImpactRatio) == [0.6, 0.3, 1])
    // c has 3 of 203 known: under two per cent, and left out of the other way.
    #expect(made.categories[0].selectionImpactRatioWithoutSmall == 1)
    #expect(made.categories[1].selectionImpactRatioWithoutSmall == 0.5)
    #expect(made.categories[2].selectionImpactRatioWithoutSmall.isNaN)
  }

  @Test("Scoring rates are shares above the median of all, the unknown included")
  func scoring() async throws {
    let text = "g,s\n" + (0..<100).map { "\($0 % 2 == 0 ? "a" : "b"),\($0)\n" }.joined() + ",500\n,501\n"
    let cube = try await cube(of: text, prediction: nil, score: "s").decided(above: 50.5)
    #expect(cube.medianScore == 50.5)
    let table = try DecisionTable(cube, positivePrediction: ">50.5")
    let made = ImpactRatioTable(table, by: [0])
    #expect(made.medianScore == 50.5 && made.unknown == 2)
    #expect(made.categories.map(\.scoringRate) == [24.0 / 50, 25.0 / 50])
    #expect(made.categories.map(\.selectionRate) == made.categories.map(\.scoringRate))
  }

  @Test("People without a score are in no scoring rate, and are counted")
  func unscored() async throws {
    func scores(_ group: String, _ count: Int) -> String {
      (0..<count).map { "\(group),\($0 % 2),\(Double($0) / Double(count))\n" }.joined()
    }
    let text =
      "g,p,s\n" + scores("a", 100) + scores("b", 50) + String(repeating: "b,0,\n", count: 50)
      + String(repeating: "c,1,\n", count: 40)
    let made = ImpactRatioTable(try DecisionTable(try await cube(of: text, score: "s")), by: [0])
    #expect(made.categories.map(\.unscored) == [0, 50, 40])
    #expect(made.categories.prefix(2).map(\.scoringRate) == [0.5, 0.5])
    #expect(made.categories.prefix(2).map(\.scoringImpactRatio) == [1, 1])
    #expect(made.categories[2].scoringRate.isNaN)
  }

  @Test("Four fifths: z, Fisher, one person moved, and groups under two per cent")
  func fourFifths() async throws {
    let made = try #require(
      FourFifthsTable(
        try await table([("a", 50, 100), ("b", 39, 100), ("c", 20, 100), ("d", 3, 3)]), by: [0]))
    #expect(made.highest == ["a"])
    let rows = Dictionary(uniqueKeysWithValues: made.groups.map { ($0.values[0], $0) })
    let (a, b, c, d) = (rows["a"]!, rows["b"]!, rows["c"]!, rows["d"]!)
    #expect(a.ratio == 1 && a.z.isNaN && a.isBelow == false)
    // 40 of 100 against 49 of 100 is above four fifths.
    #expect(b.isBelow == true && b.oneMoreWouldLiftIt == true)
    #expect(c.isBelow == true && c.oneMoreWouldLiftIt == false)
    // statsmodels 0.15: proportions_ztest([20, 50], [100, 100]); scipy 1.17: fisher_exact.
    #expect(agree(c.z, -4.447495899966607, within: 1e-12))
    #expect(agree(c.fisherP, 1.3889170690330084e-05, within: 1e-9))
    #expect(d.isLargeEnough == false && d.ratio == 2)
  }

  @Test("Exactly four fifths is not below, whatever rounding says")
  func edge() async throws {
    for n in [5, 15, 35, 45, 105] {
      let made = try #require(
        FourFifthsTable(try await table([("a", n, 2 * n), ("b", 4 * n / 5, 2 * n)]), by: [0]))
      #expect(made.groups.allSatisfy { $0.isBelow == false }, "\(n)")
    }
  }
}
