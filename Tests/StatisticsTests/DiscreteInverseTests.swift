import Statistics
import Testing

/// Critical counts: each is checked from both sides, so an answer off by one cannot pass.
@Suite struct DiscreteInverseTests {
  private func checkAll(_ distribution: some DiscreteDistribution, _ logP: Double) throws {
    let critical = try distribution.smallestCount(logUpperTailAtMost: logP)
    #expect(distribution.logUpperTail(atLeast: critical) <= logP)
    #expect(critical == 0 || distribution.logUpperTail(atLeast: critical - 1) > logP)
    if let low = try distribution.largestCount(logLowerTailAtMost: logP) {
      #expect(distribution.logLowerTail(atMost: low) <= logP)
      #expect(distribution.logLowerTail(atMost: low + 1) > logP)
    } else {
      #expect(distribution.logLowerTail(atMost: 0) > logP)
    }
    let quantile = try distribution.smallestCount(logLowerTailAtLeast: logP)
    #expect(distribution.logLowerTail(atMost: quantile) >= logP)
    #expect(quantile == 0 || distribution.logLowerTail(atMost: quantile - 1) < logP)
  }

  @Test(arguments: [1, 2, 34, 500, 20_000, 1_000_000_000])
  func binomial(trials: Int) throws {
    for probability in [1e-9, 0.01, 0.25, 0.5, 0.9] {
      let binomial = try Binomial(trials: trials, probability: probability)
      for logP in [-1e-3, -0.5, -0.7, -3, -11.5, -40, -700, -1e4, -1e6] { try checkAll(binomial, logP) }
    }
  }

  @Test(arguments: [0.01, 1, 2.5, 300, 1e6])
  func negativeBinomial(successes: Double) throws {
    for probability in [1e-6, 0.01, 0.5, 0.99] {
      let distribution = try NegativeBinomial(successes: successes, probability: probability)
      for logP in [-1e-3, -0.5, -0.7, -3, -11.5, -40, -700, -1e4] { try checkAll(distribution, logP) }
    }
  }

  /// The rejection region of a level-1e-5 test on 200 tokens at γ = ¼, found by walking.
  @Test func agreesWithAWalk() throws {
    let binomial = try Binomial(trials: 200, probability: 0.25)
    let logP = -11.512925464970229
    let walked = (0...201).first { binomial.logUpperTail(atLeast: $0) <= logP }
    #expect(try binomial.smallestCount(logUpperTailAtMost: logP) == walked)
    #expect(walked == 78)
  }

  @Test func levelsThatNoCountReaches() throws {
    let coin = try Binomial(trials: 10, probability: 0.5)
    #expect(try coin.smallestCount(logUpperTailAtMost: -100) == 11)
    #expect(try coin.smallestCount(logUpperTailAtMost: -.infinity) == 11)
    #expect(try coin.largestCount(logLowerTailAtMost: -100) == nil)
    #expect(try coin.largestCount(logLowerTailAtMost: 0) == 10)
    #expect(try coin.smallestCount(logUpperTailAtMost: 0) == 0)
    let waiting = try NegativeBinomial(successes: 1, probability: 0.5)
    #expect(throws: StatisticsError.self) { try waiting.smallestCount(logUpperTailAtMost: -.infinity) }
    #expect(throws: StatisticsError.self) { try waiting.smallestCount(logLowerTailAtLeast: 0) }
    #expect(throws: StatisticsError.self) { try waiting.largestCount(logLowerTailAtMost: 0.5) }
  }

  @Test func pointMasses() throws {
    let never = try Binomial(trials: 5, probability: 0)
    #expect(never.logUpperTail(atLeast: 0) == 0)
    #expect(never.logUpperTail(atLeast: 1) == -.infinity)
    #expect(never.logLowerTail(atMost: 0) == 0)
    let always = try Binomial(trials: 5, probability: 1)
    #expect(always.logUpperTail(atLeast: 5) == 0)
    #expect(always.logLowerTail(atMost: 4) == -.infinity)
    #expect(always.logMass(at: 5) == 0)
    let none = try Binomial(trials: 0, probability: 0.5)
    #expect(none.logMass(at: 0) == 0)
    #expect(none.logUpperTail(atLeast: 1) == -.infinity)
    let atOnce = try NegativeBinomial(successes: 3, probability: 1)
    #expect(atOnce.logMass(at: 0) == 0)
    #expect(atOnce.logUpperTail(atLeast: 1) == -.infinity)
  }

  @Test func inclusiveTailsShareOneMass() throws {
    let binomial = try Binomial(trials: 12, probability: 0.3)
    for k in 0...12 {
      let sum = binomial.upperTail(atLeast: k) + binomial.lowerTail(atMost: k)
      #expect(abs(sum - 1 - binomial.mass(at: k)) < 1e-15)
      #expect(
        abs(binomial.log10UpperTail(atLeast: k) * 2.302585092994046 - binomial.logUpperTail(atLeast: k))
          < 1e-14)
    }
    let waiting = try NegativeBinomial(successes: 2.5, probability: 0.3)
    for k in 0...40 {
      let sum = waiting.upperTail(atLeast: k) + waiting.lowerTail(atMost: k)
      #expect(abs(sum - 1 - waiting.mass(at: k)) < 1e-15)
    }
  }
}
