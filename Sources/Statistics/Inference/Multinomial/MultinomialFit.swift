#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Counts by category against a reference distribution that they may or may not come from.
public struct MultinomialFit: Hashable, Sendable {
  /// The counts.
  public let counts: [Int]
  /// The reference's shares, which add up to 1.
  public let shares: [Double]

  /// Takes counts and a reference, which need not be scaled.
  ///
  /// Throws when there are fewer than two categories, lengths differ, a count is negative or too large, or a reference value is not
  /// above 0: a category that the reference lacks cannot be judged by it.
  public init(_ counts: [Int], reference: [Double]) throws(StatisticsError) {
    guard counts.count > 1, counts.count == reference.count else {
      throw StatisticsError(
        code: .invalidSample, message: "\(counts.count) counts, \(reference.count) reference shares",
        hint: "give as many shares as counts, at least two")
    }
    for (index, count) in counts.enumerated() {
      guard count >= 0, count < 1_000_000_000_000 / counts.count, reference[index] > 0,
        reference[index].isFinite
      else {
        throw StatisticsError(
          code: .invalidSample,
          message: "category \(index): a count of \(count), a share of \(reference[index])",
          hint: "use counts from 0 and shares above 0; pool or leave out what the reference lacks",
          offset: index)
      }
    }
    let sum = CompensatedSum(reference).value
    (self.counts, shares) = (counts, reference.map { $0 / sum })
  }

  /// All counts.
  public var total: Int { counts.reduce(0, +) }

  /// The least expected count; asymptotic tests are good from about five.
  public var leastExpected: Double { (shares.min() ?? 0) * Double(total) }

  /// Pearson's test, Σ (o − e)² / e; nil where nothing was counted.
  public var pearson: ContingencyTest.Result? {
    asymptotic { observed, expected in (observed - expected) * (observed - expected) / expected }
  }

  /// The likelihood-ratio test, 2 Σ o ln(o / e); nil where nothing was counted.
  public var likelihoodRatio: ContingencyTest.Result? {
    asymptotic { observed, expected in
      observed == 0 ? 0 : 2 * observed * log(observed / expected)
    }
  }

  private func asymptotic(_ term: (Double, Double) -> Double) -> ContingencyTest.Result? {
    let n = total
    guard n > 0 else { return nil }
    var sum = CompensatedSum()
    for (count, share) in zip(counts, shares) { sum.add(term(Double(count), share * Double(n))) }
    let statistic = max(0, sum.value)
    guard
      let tail = (try? ChiSquare(degreesOfFreedom: Double(counts.count - 1)))
        .flatMap({ try? $0.logUpperTail(above: statistic) })
    else { return nil }
    return ContingencyTest.Result(statistic: statistic, degreesOfFreedom: counts.count - 1, p: exp(tail))
  }

  /// The exact test: the chance of all outcomes no likelier than this one; nil where they are more than `limit`.
  ///
  /// Chances within a relative 1e-7 tie, as in Fisher's exact test. For two categories it is the two-sided binomial test. Cost: some
  /// 20 ns an outcome, of which there are C(n + k − 1, k − 1).
  public func exactP(limit: Int = 2_000_000) -> Double? {
    let (n, k) = (total, counts.count)
    var outcomes = 1.0
    for place in 1..<k {
      outcomes *= Double(n + place) / Double(place)
      if outcomes > Double(limit) { return nil }
    }
    let logFactorials = (0...n).map { Special.logGamma1p(Double($0)) }
    let logShares = shares.map { log($0) }
    let own = zip(counts, logShares).reduce(logFactorials[n]) {
      $0 + Double($1.0) * $1.1 - logFactorials[$1.0]
    }
    var sum = CompensatedSum()
    func visit(_ place: Int, _ left: Int, _ mass: Double) {
      if place == k - 1 {
        let whole = mass + Double(left) * logShares[place] - logFactorials[left]
        if whole <= own + 1e-7 { sum.add(exp(whole)) }
        return
      }
      for count in 0...left {
        visit(place + 1, left - count, mass + Double(count) * logShares[place] - logFactorials[count])
      }
    }
    visit(0, n, logFactorials[n])
    return min(1, sum.value)
  }

  /// The p-value of Pearson's statistic among counts drawn from the reference, (b + 1) / (m + 1); 1 where nothing was counted.
  ///
  /// For sparse counts with too many outcomes to add up. Cost: 20 to 60 ns a category and resample.
  public func simulatedP(seed: UInt64 = 1, resamples: Int = 9_999) -> Double {
    let n = total
    guard n > 0, resamples > 0 else { return 1 }
    func statistic(_ counts: [Int]) -> Double {
      zip(counts, shares).reduce(0) {
        let gap = Double($1.0) - $1.1 * Double(n)
        return $0 + gap * gap / ($1.1 * Double(n))
      }
    }
    let own = statistic(counts)
    var rests = shares
    for place in shares.indices.dropLast().reversed() { rests[place] += rests[place + 1] }
    var random = Philox(seed: seed)
    var drawn = [Int](repeating: 0, count: counts.count)
    var extreme = 0
    for _ in 0..<resamples {
      var left = n
      for place in shares.indices {
        let isLast = place == shares.count - 1
        drawn[place] =
          isLast
          ? left
          : Binomial.sample(
            left, shares[place] / rests[place], rests[place + 1] / rests[place], using: &random)
        left -= drawn[place]
      }
      // The same counts in another order of addition must tie.
      if statistic(drawn) >= own * (1 - 1e-12) { extreme += 1 }
    }
    return Double(extreme + 1) / Double(resamples + 1)
  }

  /// How a p-value was found.
  public enum Method: String, Hashable, Sendable {
    /// By adding up all outcomes.
    case exact
    /// By Pearson's statistic and the chi-square distribution.
    case asymptotic
    /// By Pearson's statistic among counts drawn from the reference.
    case simulated
  }

  /// The p-value by the best way there is: exact where outcomes can be added up, asymptotic where each category expects five, else
  /// simulated.
  public func p(seed: UInt64 = 1) -> (value: Double, method: Method) {
    if let exact = exactP(limit: 200_000) { return (exact, .exact) }
    if leastExpected >= 5, let test = pearson { return (test.p, .asymptotic) }
    return (simulatedP(seed: seed), .simulated)
  }
}
