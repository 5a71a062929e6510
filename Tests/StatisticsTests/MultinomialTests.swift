import Statistics
import TestSupport
import Testing

@Suite("Shares of several categories")
struct MultinomialTests {
  @Test("Goodman's and Sison and Glaz's intervals are statsmodels'")
  func intervals() throws {
    let vectors = try InferenceReference.load("multinomial_intervals")
    #expect(vectors.count == 27)
    for vector in vectors {
      let counts = vector["counts"]?.integers ?? []
      let level = vector["level"]?.number ?? .nan
      // Fourth moments of thousands lose nine digits to rounding, theirs and ours alike.
      let tolerance = counts.reduce(0, +) > 5000 ? 1e-8 : 1e-10
      func check(_ ours: [ProportionInterval], _ key: String) {
        guard let theirs = vector[key]?.elements else { return }
        #expect(ours.count == theirs.count)
        for (a, b) in zip(ours, theirs) {
          #expect(agree(a.lower, b.numbers[0], within: tolerance), "\(key) \(counts) \(level)")
          #expect(agree(a.upper, b.numbers[1], within: tolerance), "\(key) \(counts) \(level)")
        }
      }
      check(try MultinomialIntervals.goodman(counts, level: level), "goodman")
      check(try MultinomialIntervals.sisonGlaz(counts, level: level), "sison-glaz")
    }
  }

  @Test("All of them cover together as often as they say")
  func coverage() throws {
    var random = Philox(seed: 12)
    let shares = [0.05, 0.15, 0.2, 0.25, 0.35]
    var (goodman, sison) = (0, 0)
    let runs = 2000
    for _ in 0..<runs {
      var counts = [Int](repeating: 0, count: shares.count)
      for _ in 0..<150 {
        var (u, place) = (random.unit(), 0)
        while place < shares.count - 1, u >= shares[place] {
          u -= shares[place]
          place += 1
        }
        counts[place] += 1
      }
      func covers(_ intervals: [ProportionInterval]) -> Bool {
        zip(intervals, shares).allSatisfy { $0.lower <= $1 && $1 <= $0.upper }
      }
      goodman += covers(try MultinomialIntervals.goodman(counts)) ? 1 : 0
      sison += covers(try MultinomialIntervals.sisonGlaz(counts)) ? 1 : 0
    }
    // 95 %, less three standard deviations of 2,000 runs; Sison and Glaz's is an approximation and covers some 94 % here.
    #expect(goodman > 1870 && sison > 1850, "\(goodman) \(sison)")
  }

  @Test("Large counts, and none")
  func sizes() throws {
    let large = try MultinomialIntervals.sisonGlaz([500_000_000, 300_000_000, 200_000_000])
    for (interval, share) in zip(large, [0.5, 0.3, 0.2]) {
      #expect(interval.lower < share && share < interval.upper && interval.upper - interval.lower < 1e-4)
    }
    #expect(try MultinomialIntervals.goodman([0, 0]).allSatisfy { $0.lower == 0 && $0.upper == 1 })
    #expect(try MultinomialIntervals.sisonGlaz([0, 0]).allSatisfy { $0.lower == 0 && $0.upper == 1 })
    for counts in [[5], [], [3, -1], [.max, 1]] {
      #expect(throws: StatisticsError.self) { try MultinomialIntervals.goodman(counts) }
      #expect(throws: StatisticsError.self) { try MultinomialIntervals.sisonGlaz(counts) }
    }
    #expect(throws: StatisticsError.self) { try MultinomialIntervals.goodman([1, 2], level: 1) }
  }

  @Test("Fits are scipy's, exact ones the sum over all outcomes")
  func fits() throws {
    let vectors = try InferenceReference.load("multinomial_fit")
    #expect(vectors.count == 5)
    for vector in vectors {
      let fit = try MultinomialFit(
        vector["counts"]?.integers ?? [], reference: vector["reference"]?.numbers ?? [])
      for (ours, key) in [(fit.pearson, "pearson"), (fit.likelihoodRatio, "likelihood_ratio")] {
        let (result, theirs) = (try #require(ours), vector[key]?.numbers ?? [])
        #expect(agree(result.statistic, theirs[0], within: 1e-12))
        #expect(agree(result.p, theirs[1], within: 1e-12))
      }
      for key in ["exact", "binomial"] {
        guard let exact = vector[key]?.number else { continue }
        #expect(agree(try #require(fit.exactP()), exact, within: 1e-10))
      }
    }
    let wide = try MultinomialFit(
      [Int](repeating: 10, count: 20), reference: [Double](repeating: 1, count: 20))
    #expect(wide.exactP() == nil)
    #expect(wide.pearson?.p == 1)
    #expect { try MultinomialFit([1, 2], reference: [1, 0]) } throws: {
      ($0 as? StatisticsError)?.offset == 1
    }
  }

  @Test("Drawn fits agree with those added up, and sparse ones are drawn")
  func drawn() throws {
    for (counts, reference) in [([12, 5, 33], [0.3, 0.2, 0.5]), ([2, 9, 1, 4], [1, 1, 1, 1])] {
      let fit = try MultinomialFit(counts, reference: reference)
      // Chances of outcomes as extreme by Pearson's statistic, all of them added up.
      var exact = 0.0
      func visit(_ place: Int, _ left: Int, _ chosen: [Int], _ mass: Double) throws {
        if place == counts.count - 1 {
          let other = try MultinomialFit(chosen + [left], reference: reference)
          if (other.pearson?.statistic ?? 0) >= (fit.pearson?.statistic ?? 0) - 1e-9 { exact += mass }
          return
        }
        let rest = fit.shares[place...].reduce(0, +)
        let law = try Binomial(trials: left, probability: fit.shares[place] / rest)
        for count in 0...left {
          try visit(place + 1, left - count, chosen + [count], mass * law.mass(at: count))
        }
      }
      try visit(0, fit.total, [], 1)
      let drawn = fit.simulatedP(seed: 5, resamples: 20_000)
      #expect(
        abs(drawn - exact) < 4 * (exact * (1 - exact) / 20_000).squareRoot() + 1e-4, "\(drawn) \(exact)")
      #expect(fit.p().method == .exact)
    }
    let sparse = try MultinomialFit(
      [3, 0, 3] + Array(repeating: 0, count: 40), reference: Array(repeating: 1, count: 43))
    #expect(sparse.p().method == .simulated)
    #expect(sparse.p(seed: 2).value == sparse.p(seed: 2).value)
    let large = try MultinomialFit(
      Array(repeating: 900, count: 43), reference: Array(repeating: 1, count: 43))
    #expect(large.p().method == .asymptotic)
    #expect(try MultinomialFit([0, 0], reference: [1, 2]).simulatedP() == 1)
  }

  @Test("Philox is numpy's")
  func philox() throws {
    let vectors = try InferenceReference.load("philox")
    #expect(vectors.count == 4)
    for vector in vectors {
      var random = Philox(
        seed: try #require(UInt64(vector["seed"]?.text ?? "")),
        stream: try #require(UInt64(vector["stream"]?.text ?? "")))
      for number in vector["numbers"]?.elements ?? [] {
        #expect(random.next() == UInt64(number.text ?? ""))
      }
    }
  }
}
