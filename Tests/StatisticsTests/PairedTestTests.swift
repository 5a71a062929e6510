import Statistics
import TestSupport
import Testing

@Suite("The same subjects under several conditions")
struct PairedTestTests {
  @Test("Cochran's Q is statsmodels'")
  func cochran() throws {
    let vectors = try InferenceReference.load("cochran_q")
    #expect(vectors.count == 4)
    for vector in vectors {
      let rows = (vector["rows"]?.elements ?? []).map { $0.integers.map { $0 == 1 } }
      let ours = try #require(try PairedTest.cochranQ(rows))
      #expect(agree(ours.statistic, vector["statistic"]?.number ?? .nan, within: 1e-12))
      #expect(agree(ours.p, vector["p"]?.number ?? .nan, within: 1e-12))
      #expect(ours.degreesOfFreedom == vector["df"]?.number.map { Int($0) })
    }
    #expect(try PairedTest.cochranQ([[true, true], [false, false]]) == nil)
    #expect(throws: StatisticsError.self) { try PairedTest.cochranQ([]) }
    #expect { try PairedTest.cochranQ([[true, false], [true]]) } throws: {
      ($0 as? StatisticsError)?.offset == 1
    }
  }

  /// Altman and others, Statistics with Confidence (2000), table 6.2, and Fagerland, Lydersen and Laake, Statistics in Medicine 33
  /// (2014), the airways of Bentur and others.
  @Test("Newcombe's paired interval is the published one")
  func newcombe() throws {
    for (counts, interval) in [
      ((14, 5, 0, 22), (0.011, 0.226)), ((1, 1, 7, 12), (-0.507, -0.026)),
    ] {
      let pairs = try PairedProportions(
        both: counts.0, onlyFirst: counts.1, onlySecond: counts.2, neither: counts.3)
      let ours = try pairs.newcombeDifference()
      #expect(abs(ours.lower - interval.0) < 5e-4 && abs(ours.upper - interval.1) < 5e-4)
    }
  }

  @Test("It covers as it says, answers going together or apart", arguments: [20, 60, 200])
  func coverage(_ n: Int) throws {
    var random = SplitMix64(seed: UInt64(n))
    var (covered, runs) = (0, 0)
    // Chances of both, only the first, only the second.
    for law in [(0.3, 0.1, 0.2), (0.05, 0.2, 0.25), (0.6, 0.2, 0.02), (0.1, 0.05, 0.05), (0.25, 0.25, 0.25)] {
      for _ in 0..<800 {
        let pairs = (0..<n).map { _ -> (Bool, Bool) in
          let u = Double.random(in: 0..<1, using: &random)
          return (u < law.0 + law.1, u < law.0 || (u >= law.0 + law.1 && u < law.0 + law.1 + law.2))
        }
        let interval = try PairedProportions(pairs).newcombeDifference()
        let truth = law.1 - law.2
        covered += interval.lower <= truth && truth <= interval.upper ? 1 : 0
        runs += 1
      }
    }
    let share = Double(covered) / Double(runs)
    // At least 94 %, and three standard deviations of 4,000 runs.
    #expect(share > 0.94 - 0.011 && share < 0.985, "\(n): \(share)")
  }

  @Test("Pairs that never differ, and counts that are none")
  func edges() throws {
    let same = try PairedProportions([(true, true), (false, false), (true, true)])
    #expect(same.difference == 0 && same.mcNemarP == 1)
    let interval = try same.newcombeDifference()
    #expect(interval.lower < 0 && interval.upper > 0)
    let all = try PairedProportions(both: 9, onlyFirst: 0, onlySecond: 0, neither: 0).newcombeDifference()
    #expect(all.lower <= 0 && all.upper >= 0)
    #expect(throws: StatisticsError.self) {
      try PairedProportions(both: 0, onlyFirst: 0, onlySecond: 0, neither: 0)
    }
    #expect(throws: StatisticsError.self) {
      try PairedProportions(both: 1, onlyFirst: -1, onlySecond: 0, neither: 0)
    }
  }

  @Test("Exact sign flips are scipy's, by cluster too")
  func signFlips() throws {
    let vectors = try InferenceReference.load("sign_flip")
    #expect(vectors.count == 5)
    for vector in vectors {
      let test = try SignFlipTest(
        vector["differences"]?.numbers ?? [], clusters: vector["clusters"]?.integers)
      #expect(test.isExact)
      #expect(agree(test.p, vector["p"]?.number ?? .nan, within: 1e-12))
    }
  }

  @Test("Flips that are drawn agree with flips that are counted, and never give 0")
  func simulatedFlips() throws {
    var random = SplitMix64(seed: 3)
    // 40 units, of which four are too small to matter for the exact half of the comparison.
    let large = (0..<36).map { _ in Double.random(in: -1..<1.6, using: &random) }
    let exact = try SignFlipTest(large)
    let drawn = try SignFlipTest(large + [1e-7, 1e-7, -1e-7, 1e-7], seed: 9, resamples: 40_000)
    #expect(exact.isExact && !drawn.isExact)
    let spread = (exact.p * (1 - exact.p) / 40_000).squareRoot()
    #expect(abs(exact.p - drawn.p) < 4 * spread + 1e-4)
    #expect(try SignFlipTest(large + [1e-7, 1e-7, -1e-7, 1e-7], seed: 9, resamples: 40_000) == drawn)
    let clear = try SignFlipTest([Double](repeating: 1, count: 60), resamples: 999)
    #expect(clear.p == 0.001)
  }

  @Test("Sign flips reject as often as they say, whatever the clusters")
  func signFlipLevel() throws {
    var random = SplitMix64(seed: 5)
    var rejected = 0
    for _ in 0..<2000 {
      // Each cluster shares a shift, with a sign that neither condition favours.
      var (differences, clusters): ([Double], [Int]) = ([], [])
      for cluster in 0..<12 {
        let shift = Double.random(in: -1..<1, using: &random)
        for _ in 0..<5 {
          differences.append(shift + Double.random(in: -0.3..<0.3, using: &random))
          clusters.append(cluster)
        }
      }
      rejected += try SignFlipTest(differences, clusters: clusters).p <= 0.05 ? 1 : 0
    }
    // 5 % of 2,000 and three standard deviations either way; without clusters it would be some 40 %.
    #expect(rejected >= 71 && rejected <= 129, "\(rejected)")
  }

  @Test("Wilcoxon's test is scipy's, exact with ties and zeros")
  func wilcoxon() throws {
    let vectors = try InferenceReference.load("wilcoxon")
    #expect(vectors.count == 9)
    for vector in vectors {
      let test = try WilcoxonTest(vector["differences"]?.numbers ?? [])
      #expect(min(test.positiveRanks, test.negativeRanks) == vector["statistic"]?.number)
      #expect(agree(test.p, vector["p"]?.number ?? .nan, within: 1e-12), "\(test)")
    }
    #expect(try WilcoxonTest([0, 0]).p == 1)
  }

  @Test("What is no number is named")
  func badInput() {
    #expect { try SignFlipTest([1, .nan]) } throws: { ($0 as? StatisticsError)?.offset == 1 }
    #expect { try WilcoxonTest([1, 2, .infinity]) } throws: { ($0 as? StatisticsError)?.offset == 2 }
    #expect(throws: StatisticsError.self) { try SignFlipTest([]) }
    #expect(throws: StatisticsError.self) { try SignFlipTest([1], clusters: [1, 2]) }
    #expect(throws: StatisticsError.self) { try WilcoxonTest([]) }
  }
}
