import Foundation
import Statistics
import TestSupport
import Testing

@Suite struct FitTests {
  /// (n, D, P(D_n ≥ D)) by scipy 1.17.1 kstwo.sf, each on the branch that its n and n D² choose.
  ///
  /// From n = 141 on scipy itself may use the series of Pelz and Good, good to about 1e-6; ours is exact up to 500.
  private static let kolmogorov: [(Int, Double, Double, tolerance: Double)] = [
    (1, 0.7, 0.6000000000000001, 1e-12), (5, 0.3, 0.664, 1e-12), (10, 0.2, 0.7487190399999999, 1e-12),
    (10, 0.5, 0.00777741, 1e-9), (50, 0.1, 0.6623112704658186, 1e-12), (50, 0.2, 0.03143877776953241, 1e-12),
    (100, 0.05, 0.9532159710635725, 1e-11), (100, 0.3, 1.7719869892662917e-08, 1e-11),
    (400, 0.04, 0.5308900595856936, 1e-6), (500, 0.06, 0.05243463489026223, 1e-6),
    (501, 0.03, 0.7462364405412036, 1e-4), (501, 0.06, 0.05205817968949911, 1e-3),
    (1000, 0.05, 0.013012074781090332, 1e-5), (1000, 0.0632, 0.0006472089374998342, 1e-6),
    (5000, 0.02, 0.03613941395325637, 1e-5), (100_000, 0.004, 0.08130148920222469, 1e-4),
    (200_000, 0.01, 8.433125699870092e-18, 1e-3), (1_000_000, 0.001, 0.26982107442589376, 1e-4),
    (20, 0.9, 2.0006866455078037e-20, 1e-11), (3, 0.9999, 1.999999999999339e-12, 1e-11),
  ]

  @Test func kolmogorovTails() throws {
    for (count, statistic, wanted, tolerance) in Self.kolmogorov {
      let test = try KolmogorovSmirnov(statistic: statistic, count: count)
      #expect(abs(test.p / wanted - 1) <= tolerance, "\(count) \(statistic): \(test.p) for \(wanted)")
    }
  }

  @Test func kolmogorovStatistic() throws {
    // Steps at .1 .4 .7: the largest gap is 1 − .7, after the last.
    #expect(abs(try KolmogorovSmirnov(uniform: [0.7, 0.1, 0.4]).statistic - 0.3) < 1e-15)
    #expect(try KolmogorovSmirnov(uniform: [0.5]).p == 1)
  }

  @Test func uniformSamplesPassAndOthersFail() throws {
    var random = SplitMix64(seed: 21)
    var rejected = 0
    for _ in 0..<400 {
      let sample = (0..<50).map { _ in Double.random(in: 0...1, using: &random) }
      if try KolmogorovSmirnov(uniform: sample).p <= 0.05 { rejected += 1 }
    }
    // 20 expected; 5 and 38 are about four standard deviations away.
    #expect(rejected > 5 && rejected < 38)
    let squared = (0..<2000).map { _ in pow(Double.random(in: 0...1, using: &random), 2) }
    #expect(try KolmogorovSmirnov(uniform: squared).logP < -100)
  }

  @Test func kolmogorovRejectsBadInput() {
    #expect(throws: StatisticsError.self) { try KolmogorovSmirnov(uniform: []) }
    #expect(throws: StatisticsError.self) { try KolmogorovSmirnov(uniform: [0.5, .nan]) }
    #expect(throws: StatisticsError.self) { try KolmogorovSmirnov(uniform: [1.5]) }
    #expect(throws: StatisticsError.self) { try KolmogorovSmirnov(statistic: .nan, count: 3) }
    #expect(throws: StatisticsError.self) { try KolmogorovSmirnov(statistic: 0.5, count: 0) }
  }

  /// From scipy.stats.chisquare.
  @Test func chiSquare() throws {
    let dice = try ChiSquareTest(
      observed: [16, 18, 16, 14, 12, 12], expected: [Double](repeating: 88.0 / 6, count: 6))
    #expect(abs(dice.statistic - 2) < 1e-13)
    #expect(dice.degreesOfFreedom == 5)
    #expect(abs(exp(dice.logP) - 0.8491450360846096) < 1e-13)
    let skewed = try ChiSquareTest(observed: [5, 10, 30, 55], expected: [10, 20, 30, 40])
    #expect(abs(exp(skewed.logP) / 0.004373937634328712 - 1) < 1e-12)
    let fitted = try ChiSquareTest(
      observed: [5, 10, 30, 55], expected: [10, 20, 30, 40], fittedParameters: 1)
    #expect(fitted.degreesOfFreedom == 2)
    // Two degrees of freedom: the tail is e^(−x/2).
    #expect(abs(fitted.logP + 0.5 * fitted.statistic) < 1e-14)
    #expect(throws: StatisticsError.self) { try ChiSquareTest(observed: [1], expected: [1]) }
    #expect(throws: StatisticsError.self) { try ChiSquareTest(observed: [1, 2], expected: [1]) }
    #expect(throws: StatisticsError.self) { try ChiSquareTest(observed: [1, 2], expected: [3, 0]) }
    #expect(throws: StatisticsError.self) {
      try ChiSquareTest(observed: [1, 2], expected: [1, 2], fittedParameters: 1)
    }
  }

  @Test func windowScan() throws {
    #expect(try WindowScan.logBound(logTail: -50, windows: 1) == -50)
    #expect(abs(try WindowScan.logBound(logTail: -2000, windows: 1000) + 2000 - log(1000)) < 1e-12)
    #expect(try WindowScan.logBound(logTail: -1, windows: 100) == 0)
    #expect(throws: StatisticsError.self) { try WindowScan.logBound(logTail: 1, windows: 5) }
    #expect(throws: StatisticsError.self) { try WindowScan.logBound(logTail: .nan, windows: 5) }
    #expect(throws: StatisticsError.self) { try WindowScan.logBound(logTail: -1, windows: 0) }
  }
}
