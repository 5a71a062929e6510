import Statistics
import TestSupport
import Testing

@Suite struct WeightedBernoulliSumTests {
  @Test("equal weights give the binomial tail, however small it is", arguments: [1, 7])
  func equalWeightsAreBinomial(weight: Int) throws {
    for trials in [1, 20, 300] {
      let sum = try WeightedBernoulliSum(weights: .init(repeating: weight, count: trials), probability: 0.25)
      let binomial = try Binomial(trials: trials, probability: 0.25)
      for successes in 0...trials {
        let exact = binomial.logUpperTail(atLeast: successes)
        let tail = sum.logUpperTail(atLeast: successes * weight)
        #expect(abs(tail - exact) <= 1e-10 * max(1, abs(exact)), "\(successes) of \(trials)")
        // Between two reachable sums the next reachable one decides.
        if weight > 1, successes > 0 {
          #expect(
            abs(sum.logUpperTail(atLeast: successes * weight - 1) - exact) <= 1e-10 * max(1, abs(exact)))
        }
      }
    }
  }

  @Test("small sums equal the enumeration of all outcomes", arguments: 1...8 as ClosedRange<UInt64>)
  func equalsEnumeration(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let weights = (0..<11).map { _ in Int(random.next() % 9) }
    let chance = [0.05, 0.25, 0.5, 0.9][Int(seed % 4)]
    let sum = try WeightedBernoulliSum(weights: weights, probability: chance)
    var mass = [Double](repeating: 0, count: sum.total + 1)
    for outcome in 0..<(1 << weights.count) {
      let chosen = weights.indices.filter { outcome >> $0 & 1 == 1 }
      var product = 1.0
      for index in weights.indices { product *= chosen.contains(index) ? chance : 1 - chance }
      mass[chosen.reduce(0) { $0 + weights[$1] }] += product
    }
    for asked in 0...sum.total {
      let exact = mass[asked...].reduce(0, +)
      #expect(abs(sum.logUpperTail(atLeast: asked) - logOf(exact)) < 1e-11)
    }
    #expect(sum.logUpperTail(atLeast: sum.total + 1) == -.infinity)
  }

  @Test("what cannot be summed is refused")
  func refuses() {
    #expect(throws: StatisticsError.self) { try WeightedBernoulliSum(weights: [1, -1], probability: 0.5) }
    #expect(throws: StatisticsError.self) { try WeightedBernoulliSum(weights: [1], probability: 0) }
    #expect(throws: StatisticsError.self) { try WeightedBernoulliSum(weights: [1], probability: .nan) }
    #expect(throws: StatisticsError.self) {
      try WeightedBernoulliSum(weights: [.max, 1], probability: 0.5)
    }
    #expect(throws: StatisticsError.self) {
      try WeightedBernoulliSum(weights: .init(repeating: 1000, count: 10_000), probability: 0.5)
    }
  }
}
