import Foundation
import Statistics
import Testing

/// Bad parameters and arguments are errors; nothing traps and no NaN comes out.
@Suite struct DomainTests {
  @Test(arguments: [0, -1, -.infinity, .infinity, .nan, 1e13, 1e-200])
  func badShapes(value: Double) {
    #expect(throws: StatisticsError.self) { try Gamma(shape: value) }
    #expect(throws: StatisticsError.self) { try Beta(alpha: value, beta: 1) }
    #expect(throws: StatisticsError.self) { try Beta(alpha: 1, beta: value) }
    #expect(throws: StatisticsError.self) { try ChiSquare(degreesOfFreedom: value) }
    #expect(throws: StatisticsError.self) { try NegativeBinomial(successes: value, probability: 0.5) }
  }

  @Test(arguments: [-0.1, 1.1, .nan, .infinity])
  func badProbabilities(value: Double) {
    #expect { try Binomial(trials: 5, probability: value) } throws: {
      ($0 as? StatisticsError)?.code == .invalidParameter
    }
    #expect(throws: StatisticsError.self) { try NegativeBinomial(successes: 1, probability: value) }
  }

  @Test func badSizes() {
    #expect(throws: StatisticsError.self) { try Binomial(trials: -1, probability: 0.5) }
    #expect(throws: StatisticsError.self) { try Binomial(trials: .max, probability: 0.5) }
    #expect(throws: StatisticsError.self) { try NegativeBinomial(successes: 1, probability: 0) }
    #expect(throws: StatisticsError.self) { try Normal(mean: .nan, standardDeviation: 1) }
    #expect(throws: StatisticsError.self) { try Normal(mean: 0, standardDeviation: 0) }
    #expect(throws: StatisticsError.self) { try Gamma(shape: 1, rate: 0) }
  }

  @Test func argumentsThatAreNotNumbers() throws {
    let distributions: [any ContinuousDistribution] = [
      Normal.standard, try Gamma(shape: 2), try Beta(alpha: 2, beta: 3), try ChiSquare(degreesOfFreedom: 3),
    ]
    for distribution in distributions {
      #expect { try distribution.logUpperTail(above: .nan) } throws: {
        ($0 as? StatisticsError)?.code == .notANumber
      }
      #expect(throws: StatisticsError.self) { try distribution.logLowerTail(below: .nan) }
      #expect(throws: StatisticsError.self) { try distribution.logDensity(at: .nan) }
      #expect(throws: StatisticsError.self) { try distribution.quantile(logLowerTail: .nan) }
      #expect { try distribution.quantile(logUpperTail: 0.1) } throws: {
        ($0 as? StatisticsError)?.code == .invalidProbability
      }
    }
  }

  /// Every extreme of parameters and points gives logs that are at most 0, and complements that add up.
  @Test func extremesStayLogProbabilities() throws {
    let shapes = [1e-100, 1e-20, 1e-3, 1, 1e6, 1e12]
    let points = [
      -1, 0, Double.leastNonzeroMagnitude, 1e-300, 1e-20, 0.5, 1.0.nextDown, 1, 1.0.nextUp, 1e6, 1e12, 1e300,
      .infinity,
    ]
    for a in shapes {
      let gamma = try Gamma(shape: a)
      for x in points {
        expectComplements(try gamma.logLowerTail(below: x), try gamma.logUpperTail(above: x), "\(a) \(x)")
      }
      for b in shapes {
        let beta = try Beta(alpha: a, beta: b)
        for x in points {
          expectComplements(
            try beta.logLowerTail(below: x), try beta.logUpperTail(above: x), "\(a) \(b) \(x)")
        }
      }
      for q in [Double.leastNonzeroMagnitude, 1e-100, 0.5, 1] {
        let waiting = try NegativeBinomial(successes: a, probability: q)
        for k in [-1, 0, 1, 1000, Int.max - 1] {
          expectComplements(
            waiting.logLowerTail(atMost: k), waiting.logUpperTail(atLeast: k + 1), "\(a) \(q) \(k)")
        }
      }
    }
    for z in points {
      expectComplements(
        try Normal.standard.logLowerTail(below: z), try Normal.standard.logUpperTail(above: z), "\(z)")
    }
  }

  private func expectComplements(_ lower: Double, _ upper: Double, _ context: String) {
    #expect(lower <= 0 && upper <= 0, "\(context): \(lower) \(upper)")
    #expect(abs(exp(lower) + exp(upper) - 1) < 1e-12, "\(context): \(lower) \(upper)")
  }

  /// Densities and masses against their tails: the slope of the tail, and the step of it.
  @Test func densitiesAreSlopesOfTails() throws {
    let distributions: [any ContinuousDistribution] = [
      try Normal(mean: 0.2, standardDeviation: 0.3), try Gamma(shape: 2.5, rate: 3),
      try Beta(alpha: 0.7, beta: 4),
      try ChiSquare(degreesOfFreedom: 3),
    ]
    for distribution in distributions {
      for x in [0.05, 0.3, 0.62, 0.9] {
        let slope =
          (try distribution.lowerTail(below: x + 1e-5) - (try distribution.lowerTail(below: x - 1e-5))) / 2e-5
        #expect(abs(exp(try distribution.logDensity(at: x)) / slope - 1) < 1e-6, "\(distribution) \(x)")
      }
    }
    #expect(try Gamma(shape: 1, rate: 2).logDensity(at: 0) == log(2))
    #expect(try Beta(alpha: 1, beta: 3).logDensity(at: 0) == log(3))
    #expect(try Beta(alpha: 2, beta: 3).logDensity(at: 1.5) == -.infinity)
  }

  @Test func logArithmetic() {
    #expect(LogProbability.complement(0) == -.infinity)
    #expect(LogProbability.complement(-.infinity) == 0)
    #expect(abs(LogProbability.complement(-1e-20) - log(1e-20)) < 1e-13)
    #expect(abs(LogProbability.complement(-50) + exp(-50)) < 1e-36)
    #expect(abs(LogProbability.sum(log(0.25), log(0.5)) - log(0.75)) < 1e-15)
    #expect(LogProbability.sum(-.infinity, -3) == -3)
    #expect(LogProbability.sum(-.infinity, -.infinity) == -.infinity)
    #expect(LogProbability.sum(-1e6, -1e6) == -1e6 + log(2))
    #expect(abs(LogProbability.natural(decimal: LogProbability.decimal(-1234.5)) + 1234.5) < 1e-12)
  }
}
