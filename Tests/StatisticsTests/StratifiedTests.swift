import Statistics
import Testing

@Suite("Stratified and paired proportions")
struct StratifiedTests {
  /// Figures of statsmodels 0.15, `StratifiedTable` and `mcnemar`.
  @Test("As statsmodels has them")
  func statsmodels() throws {
    let strata = StratifiedProportions([
      try TwoProportions(20, of: 100, versus: 40, of: 100),
      try TwoProportions(35, of: 60, versus: 30, of: 40),
      try TwoProportions(5, of: 50, versus: 9, of: 50),
    ])
    #expect(abs(strata.commonOddsRatio - 0.4192377495462795) < 1e-12)
    let independence = try #require(strata.independence)
    #expect(abs(independence.statistic - 13.397305905385265) < 1e-9)
    #expect(abs(independence.p - 0.0002519859676753944) < 1e-12)
    let homogeneity = try #require(strata.homogeneity)
    #expect(abs(homogeneity.statistic - 0.2758121784950701) < 1e-6)
    #expect(homogeneity.degreesOfFreedom == 2)
    #expect(abs(try PairedTest.mcNemarP(onlyFirst: 12, onlySecond: 3) - 0.03515625) < 1e-12)
  }

  @Test("Simpson's paradox: the crude and the stratified difference point apart")
  func paradox() throws {
    // Berkeley-like: the second group does better in each department, and worse over all.
    let strata = StratifiedProportions([
      try TwoProportions(500, of: 800, versus: 80, of: 100),
      try TwoProportions(10, of: 100, versus: 160, of: 800),
    ])
    let crude = try TwoProportions(510, of: 900, versus: 240, of: 900)
    #expect(crude.difference > 0.2)
    #expect(strata.commonDifference < -0.1)
    #expect(try #require(strata.independence).p < 1e-4)
  }

  @Test("Strata where nobody succeeds are no degrees of freedom")
  func telling() throws {
    let apart = [
      try TwoProportions(30, of: 60, versus: 15, of: 60), try TwoProportions(15, of: 60, versus: 30, of: 60),
    ]
    let empty = try (0..<20).map { _ in try TwoProportions(0, of: 40, versus: 0, of: 40) }
    let alone = try #require(StratifiedProportions(apart).homogeneity)
    #expect(alone.degreesOfFreedom == 1 && alone.p < 1e-4)
    #expect(StratifiedProportions(apart + empty).homogeneity == alone)
    #expect(StratifiedProportions([apart[0]] + empty).homogeneity == nil)
  }

  @Test("Nothing that varies, nothing to test")
  func empty() throws {
    #expect(StratifiedProportions([try TwoProportions(0, of: 5, versus: 0, of: 7)]).independence == nil)
    #expect(StratifiedProportions([]).homogeneity == nil)
    #expect(try PairedTest.mcNemarP(onlyFirst: 0, onlySecond: 0) == 1)
    #expect(throws: StatisticsError.self) { try PairedTest.mcNemarP(onlyFirst: -1, onlySecond: 2) }
  }
}
