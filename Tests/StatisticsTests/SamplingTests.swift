import Statistics
import TestSupport
import Testing

/// Pearson's p-value of draws against exact masses, neighbours pooled until each cell expects 20.
private func fit(_ counts: [Int: Int], _ draws: Int, _ masses: [(Int, Double)]) throws -> Double {
  var (observed, expected): ([Int], [Double]) = ([], [])
  var (seen, mass, known) = (0, 0.0, 0)
  for (value, chance) in masses {
    seen += counts[value] ?? 0
    mass += chance
    if mass * Double(draws) >= 20 {
      observed.append(seen)
      expected.append(mass * Double(draws))
      known += seen
      (seen, mass) = (0, 0)
    }
  }
  // What is left, and what was drawn outside the support, joins the last cell.
  observed[observed.count - 1] += draws - known
  expected[expected.count - 1] = Double(draws) - expected.dropLast().reduce(0, +)
  return try observed.count < 2 ? 1 : expOf(ChiSquareTest(observed: observed, expected: expected).logP)
}

/// Hypergeometric masses by recurrence from the likeliest value, scaled to a sum of 1.
private func hypergeometric(_ good: Int, _ bad: Int, _ taken: Int) -> [(Int, Double)] {
  let (low, high) = (max(0, taken - bad), min(good, taken))
  let mode = min(high, max(low, Int((Double(taken + 1) * Double(good + 1) / Double(good + bad + 2)))))
  var masses = [mode: 1.0]
  func ratio(_ x: Int) -> Double {
    Double(good - x) * Double(taken - x) / (Double(x + 1) * Double(bad - taken + x + 1))
  }
  var (x, mass) = (mode, 1.0)
  while x < high, mass > 1e-20 {
    mass *= ratio(x)
    x += 1
    masses[x] = mass
  }
  (x, mass) = (mode, 1)
  while x > low, mass > 1e-20 {
    x -= 1
    mass /= ratio(x)
    masses[x] = mass
  }
  let sum = masses.values.sorted().reduce(0, +)
  return masses.keys.sorted().map { ($0, masses[$0, default: 0] / sum) }
}

@Suite("Random counts")
struct SamplingTests {
  static let binomials: [(Int, Double)] = [
    (1, 0.3), (7, 0.5), (40, 0.9), (100, 0.0999), (100, 0.1001), (25, 0.42), (1000, 0.5), (1000, 0.97),
    (100_000, 1e-5), (100_000, 0.3), (10_000_000, 0.002), (1_000_000_000, 0.7), (1_000_000_000, 3e-9),
  ]

  @Test("Binomial counts have their exact masses", arguments: 0..<13)
  func binomial(_ index: Int) throws {
    let (trials, probability) = Self.binomials[index]
    let law = try Binomial(trials: trials, probability: probability)
    var random = Philox(seed: 77, stream: UInt64(index))
    var counts: [Int: Int] = [:]
    let draws = 200_000
    // Wide laws are looked at in steps of an eighth of their deviation.
    let step = max(1, Int(law.standardDeviation / 8))
    for _ in 0..<draws { counts[law.sample(using: &random) / step, default: 0] += 1 }
    let (low, high) = (
      max(0, Int(law.mean - 8 * law.standardDeviation) - 20) / step,
      min(trials, Int(law.mean + 8 * law.standardDeviation) + 20) / step
    )
    var masses: [(Int, Double)] = []
    for cell in low...high {
      let below = cell == low ? 0 : law.lowerTail(atMost: cell * step - 1)
      masses.append((cell, law.lowerTail(atMost: cell * step + step - 1) - below))
    }
    #expect(try fit(counts, draws, masses) > 1e-4, "\(trials) \(probability)")
  }

  static let hypergeometrics = [
    (3, 4, 2), (10, 90, 30), (90, 10, 70), (400, 600, 500), (5, 100_000, 40_000), (3000, 7000, 2000),
    (60_000, 40_000, 50_000), (20_000_000, 80_000_000, 1_000_000), (50_000_000, 50_000_000, 30),
    (1, 1, 1), (1_000_000, 9_000_000, 9_999_000),
  ]

  @Test("Hypergeometric counts have their exact masses", arguments: 0..<11)
  func hypergeometrics(_ index: Int) throws {
    let (good, bad, taken) = Self.hypergeometrics[index]
    let sampler = try HypergeometricSampler(sizes: [good, bad])
    var random = Philox(seed: 78, stream: UInt64(index))
    var counts: [Int: Int] = [:]
    let draws = 200_000
    let masses = hypergeometric(good, bad, taken)
    var drawn = [0, 0]
    for _ in 0..<draws {
      sampler.draw(taken, into: &drawn, using: &random)
      #expect(drawn[0] + drawn[1] == taken && drawn[1] <= bad)
      counts[drawn[0], default: 0] += 1
    }
    // Masses one by one are too small in wide laws: neighbours are pooled by `fit`.
    #expect(try fit(counts, draws, masses) > 1e-4, "\(good) \(bad) \(taken)")
  }

  @Test("Multinomial counts add up, and each has its own binomial law")
  func multinomial() throws {
    let weights = [5, 0, 120, 3000, 1, 874]
    let sampler = try MultinomialSampler(weights: weights)
    var counts = [Int](repeating: 0, count: weights.count)
    var seen = weights.map { _ in [Int: Int]() }
    var products = 0.0
    let draws = 100_000
    var random = Philox(seed: 79)
    for _ in 0..<draws {
      sampler.draw(4000, into: &counts, using: &random)
      #expect(counts.reduce(0, +) == 4000 && counts[1] == 0)
      for (place, count) in counts.enumerated() { seen[place][count, default: 0] += 1 }
      products += (Double(counts[2]) - 120) * (Double(counts[5]) - 874)
    }
    for (place, weight) in weights.enumerated() where weight > 0 {
      let law = try Binomial(trials: 4000, probability: Double(weight) / 4000)
      let masses = (0...4000).map { ($0, law.mass(at: $0)) }.filter { $0.1 > 1e-15 }
      #expect(try fit(seen[place], draws, masses) > 1e-4, "\(place)")
    }
    // Cov = −n p q; its standard error over 100,000 draws is about 1.
    #expect(abs(products / Double(draws) + 4000 * 0.03 * 0.2185) < 5)
  }

  @Test("Sequences of hypergeometric counts: three groups have the right joint law")
  func jointLaw() throws {
    let sampler = try HypergeometricSampler(sizes: [2, 3, 4])
    var random = Philox(seed: 80)
    var seen: [Int: Int] = [:]
    var counts = [0, 0, 0]
    let draws = 100_000
    for _ in 0..<draws {
      sampler.draw(4, into: &counts, using: &random)
      seen[counts[0] * 10 + counts[1], default: 0] += 1
    }
    func choose(_ n: Int, _ k: Int) -> Double {
      k < 0 || k > n ? 0 : (0..<k).reduce(1.0) { $0 * Double(n - $1) / Double($1 + 1) }
    }
    var masses: [(Int, Double)] = []
    for a in 0...2 {
      for b in 0...3 {
        masses.append((a * 10 + b, choose(2, a) * choose(3, b) * choose(4, 4 - a - b) / choose(9, 4)))
      }
    }
    #expect(try fit(seen, draws, masses.filter { $0.1 > 0 }) > 1e-4)
  }

  @Test("Streams are apart, and the same in any order")
  func streams() {
    func numbers(_ stream: UInt64) -> [UInt64] {
      var random = Philox(seed: 1, stream: stream)
      return (0..<5).map { _ in random.next() }
    }
    #expect(Set((0..<100).map { numbers($0)[0] }).count == 100)
    #expect(numbers(7) == numbers(7))
  }

  @Test("Weights that are none")
  func badWeights() {
    for weights in [[], [0, 0], [1, -1], [.max, 1]] {
      #expect(throws: StatisticsError.self) { try MultinomialSampler(weights: weights) }
    }
    #expect(throws: StatisticsError.self) { try HypergeometricSampler(sizes: [3, -1]) }
    #expect(throws: StatisticsError.self) { try HypergeometricSampler(sizes: [.max, .max]) }
  }
}
