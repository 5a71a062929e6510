import Statistics
import TestSupport
import Testing

@Suite("Rates in the light of other groups, and resampled ones")
struct ShrinkageTests {
  @Test("The likeliest beta-binomial is the one that scipy's search finds")
  func fit() throws {
    let vectors = try InferenceReference.load("beta_binomial")
    #expect(vectors.count == 4)
    for vector in vectors {
      let groups = zip(vector["successes"]?.numbers ?? [], vector["trials"]?.numbers ?? []).map {
        (successes: $0, trials: $1)
      }
      let fit = try #require(BetaBinomialFit(groups))
      let theirs = vector["concentration"]?.number ?? .nan
      // Where the spread is none, their sum of logarithms of gamma functions has lost its digits.
      #expect(agree(fit.mean, vector["mean"]?.number ?? .nan, within: theirs > 1e5 ? 1e-3 : 1e-5))
      if theirs > 1e5 {
        #expect(fit.concentration > 1e5)
      } else {
        #expect(abs(fit.concentration / theirs - 1) < 1e-4, "\(fit.concentration) \(theirs)")
      }
    }
  }

  @Test("Small groups are drawn to the mean, large ones stay")
  func shrinks() throws {
    let groups = [(300.0, 1000.0), (420, 1000), (250, 1000), (4, 4), (0, 3)].map {
      (successes: $0.0, trials: $0.1)
    }
    let fit = try #require(BetaBinomialFit(groups))
    #expect(abs(try fit.posterior(successes: 300, trials: 1000).mean - 0.3) < 0.01)
    #expect(try fit.posterior(successes: 4, trials: 4).mean < 0.75)
    #expect(try fit.posterior(successes: 0, trials: 3).mean > 0.1)
    #expect(BetaBinomialFit([(1, 2), (3, 4)]) == nil)
    #expect(BetaBinomialFit([(0, 2), (0, 4), (0, 9)]) == nil)
    #expect(BetaBinomialFit([]) == nil)
  }

  @Test(
    "Over groups drawn from a beta law, shrunk rates are nearer to the truth than raw ones, and their intervals hold it"
  )
  func nearer() throws {
    var random = Philox(seed: 8)
    var (raw, shrunk, covered, count) = (0.0, 0.0, 0, 0)
    for _ in 0..<60 {
      // Beta(6, 14) by the share of 6 among the first 19 order statistics: the 6th of 19 uniforms.
      let truths = (0..<12).map { _ in (0..<19).map { _ in random.unit() }.sorted()[5] }
      let sizes = (0..<12).map { 5 + 6 * $0 }
      let counts = try zip(truths, sizes).map {
        try Binomial(trials: $1, probability: $0).sample(using: &random)
      }
      guard
        let fit = BetaBinomialFit(zip(counts, sizes).map { (successes: Double($0), trials: Double($1)) })
      else { continue }
      for (truth, (x, n)) in zip(truths, zip(counts, sizes)) {
        let posterior = try fit.posterior(successes: Double(x), trials: Double(n))
        let (low, high) = (
          try posterior.quantile(logLowerTail: logOf(0.025)),
          try posterior.quantile(logUpperTail: logOf(0.025))
        )
        raw += (Double(x) / Double(n) - truth) * (Double(x) / Double(n) - truth)
        shrunk += (posterior.mean - truth) * (posterior.mean - truth)
        covered += low <= truth && truth <= high ? 1 : 0
        count += 1
      }
    }
    #expect(shrunk < 0.7 * raw)
    // 95 %, less three standard deviations of 720 that hang together by twelves, and a point for the approximation.
    #expect(Double(covered) / Double(count) > 0.91, "\(covered) of \(count)")
  }

  @Test("The chance of a ratio is scipy's integral")
  func ratio() throws {
    let vectors = try InferenceReference.load("beta_ratio")
    #expect(vectors.count == 6)
    for vector in vectors {
      let (a, b) = (vector["first"]?.numbers ?? [], vector["second"]?.numbers ?? [])
      let first = try Beta(alpha: a[0], beta: a[1])
      let second = try Beta(alpha: b[0], beta: b[1])
      let chance = try first.probability(below: vector["ratio"]?.number ?? .nan, times: second)
      #expect(agree(chance, vector["chance"]?.number ?? .nan, within: 1e-8), "\(a) \(b) \(chance)")
    }
  }

  @Test("Percentile and BCa intervals of given resamples are scipy's")
  func bootstrap() throws {
    let vectors = try InferenceReference.load("bootstrap")
    #expect(vectors.count == 4)
    for vector in vectors {
      let (x, n) = (vector["successes"]?.number ?? 0, vector["trials"]?.number ?? 0)
      let level = vector["level"]?.number ?? .nan
      let sample = BootstrapDistribution(
        estimate: x / n, draws: vector["draws"]?.numbers ?? [],
        jackknife: [(value: (x - 1) / (n - 1), count: x), (value: x / (n - 1), count: n - x)])
      for (ours, key) in [(sample.bca(level: level), "bca"), (sample.percentile(level: level), "percentile")]
      {
        let (interval, theirs) = (try #require(ours), vector[key]?.numbers ?? [])
        #expect(agree(interval.lower, theirs[0], within: 1e-12), "\(key) \(interval) \(theirs)")
        #expect(agree(interval.upper, theirs[1], within: 1e-12), "\(key) \(interval) \(theirs)")
      }
      #expect(agree(sample.standardError, vector["standard_error"]?.number ?? .nan, within: 1e-12))
    }
    let none = BootstrapDistribution(estimate: 0.5, draws: [.nan, .nan])
    #expect(none.undefined == 2 && none.percentile() == nil && none.bca() == nil)
  }

  @Test("The common difference over strata covers as it says, many small strata or few large ones")
  func commonDifference() throws {
    var random = Philox(seed: 15)
    for (strata, n) in [(3, 120), (60, 6)] {
      var covered = 0
      let runs = 1500
      for _ in 0..<runs {
        var parts: [TwoProportions] = []
        for stratum in 0..<strata {
          let base = 0.2 + 0.4 * Double(stratum) / Double(strata)
          let (n1, n2) = (n / 2 + stratum % 3, n / 3 + 1)
          let x1 = try Binomial(trials: n1, probability: base + 0.15).sample(using: &random)
          let x2 = try Binomial(trials: n2, probability: base).sample(using: &random)
          parts.append(try TwoProportions(x1, of: n1, versus: x2, of: n2))
        }
        let interval = try #require(try StratifiedProportions(parts).commonDifferenceInterval())
        covered += interval.lower <= 0.15 && 0.15 <= interval.upper ? 1 : 0
      }
      let share = Double(covered) / Double(runs)
      // 95 % and three standard deviations of 1,500 runs.
      #expect(share > 0.933 && share < 0.967, "\(strata): \(share)")
    }
    #expect(try StratifiedProportions([]).commonDifferenceInterval() == nil)
  }
}
