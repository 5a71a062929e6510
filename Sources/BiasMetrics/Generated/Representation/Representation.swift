import Statistics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How often each group appears in outputs, against how often it should.
///
/// An output counts once, for the one group that it shows or mentions. Outputs of one prompt are alike: their number is divided by the
/// mean design effect (Rao and Scott, Journal of the American Statistical Association 76, 1981) before anything is inferred from
/// it. Intervals hold for all groups together (Goodman, Technometrics 7, 1965).
public struct Representation: Hashable, Sendable {
  /// The groups.
  public let groups: [String]
  /// Outputs by group.
  public let counts: [Int]
  /// The reference's shares, which add up to 1.
  public let reference: [Double]
  /// How many outputs one independent output is worth, at least 1.
  public let designEffect: Double
  /// The level of intervals.
  public let level: Double

  /// Takes counts by prompt and group.
  ///
  /// Throws when there are fewer than two groups, lengths differ, or a reference share is not above 0: against a group that the
  /// reference does not know nothing can be held.
  public init(
    groups: [String], prompts: [[Int]], reference: [Double]? = nil, level: Double = 0.95
  ) throws(BiasMetricsError) {
    let reference = reference ?? groups.map { _ in 1 }
    let sum = reference.reduce(0, +)
    guard groups.count > 1, reference.count == groups.count, prompts.allSatisfy({ $0.count == groups.count })
    else {
      throw BiasMetricsError(
        .invalidPlan, "\(groups.count) groups, \(reference.count) reference shares",
        hint: "give at least two groups, and a share of each")
    }
    guard reference.allSatisfy({ $0 > 0 && $0.isFinite }), sum.isFinite, level > 0, level < 1 else {
      let place = reference.firstIndex { !($0 > 0 && $0.isFinite) } ?? 0
      throw BiasMetricsError(
        .invalidPlan, "the reference share of '\(groups[place])' is \(reference[place])",
        hint: "give each group a share above 0, or leave the group out of lexicon and labels")
    }
    self.groups = groups
    self.reference = reference.map { $0 / sum }
    self.level = level
    var counts = groups.map { _ in 0 }
    for prompt in prompts { for (place, count) in prompt.enumerated() { counts[place] += count } }
    self.counts = counts
    designEffect = Self.designEffect(prompts, counts)
  }

  /// Rao and Scott's mean design effect: Σ (1 − pᵢ) dᵢ / (k − 1), dᵢ the variance of pᵢ between prompts over a binomial one.
  private static func designEffect(_ prompts: [[Int]], _ counts: [Int]) -> Double {
    let total = Double(counts.reduce(0, +))
    let used = prompts.filter { $0.contains { $0 > 0 } }
    guard used.count > 1, total > Double(used.count) else { return 1 }
    let k = Double(used.count)
    var sum = 0.0
    var able = 0.0
    for (place, count) in counts.enumerated() where count > 0 && Double(count) < total {
      let share = Double(count) / total
      var squares = CompensatedSum()
      for prompt in used {
        let residual = Double(prompt[place]) - share * Double(prompt.reduce(0, +))
        squares.add(residual * residual)
      }
      let variance = k / (k - 1) * squares.value / (total * total)
      sum += (1 - share) * variance / (share * (1 - share) / total)
      able += 1 - share
    }
    return able > 0 ? max(1, sum / able) : 1
  }

  /// How many outputs.
  public var total: Int { counts.reduce(0, +) }
  /// How many independent ones they are worth.
  public var effectiveTotal: Double { Double(total) / designEffect }
  /// The shares; NaN without outputs.
  public var shares: [Double] { counts.map { Double($0) / Double(total) } }

  /// Each share's interval; all cover together at the level.
  ///
  /// Empty without outputs.
  public var intervals: [ConfidenceInterval] {
    let n = effectiveTotal
    guard n > 0 else { return [] }
    let each = 1 - (1 - level) / Double(groups.count)
    return counts.map { count in
      let k = min(n, Double(count) / designEffect)
      guard let interval = try? ProportionInterval.wilson(effectiveSuccesses: k, trials: n, level: each)
      else {
        return ConfidenceInterval(0, 1)
      }
      return ConfidenceInterval(interval.lower, interval.upper)
    }
  }

  /// The highest share of a group of which nothing was seen: 1 − (1 − level)^(1/n), about 3/n at 95 %; nil without outputs.
  public var unseenBound: Double? {
    effectiveTotal > 0 ? -expm1(log(1 - level) / effectiveTotal) : nil
  }

  /// Whether the outputs come from the reference: exactly where outcomes are few enough, else Pearson's test over the design effect.
  public var test: (p: Double, name: String)? {
    guard total > 0, let fit = try? MultinomialFit(counts, reference: reference) else { return nil }
    if designEffect == 1, let p = fit.exactP() { return (p, "exact multinomial") }
    guard let pearson = fit.pearson,
      let chiSquare = try? ChiSquare(degreesOfFreedom: Double(pearson.degreesOfFreedom)),
      let tail = try? chiSquare.logUpperTail(above: pearson.statistic / designEffect)
    else { return nil }
    return (min(1, exp(tail)), designEffect == 1 ? "chi-square" : "chi-square, Rao and Scott's first order")
  }

  /// Distances of the outputs' distribution from the reference.
  public struct Distances: Hashable, Sendable {
    /// ½ Σ |p − q|: the share that would have to change.
    public var totalVariation: Double
    /// Σ p ln(p / q), in nats.
    public var kullbackLeibler: Double
    /// The mean of both divergences from the middle, in nats, at most ln 2.
    public var jensenShannon: Double
    /// √(½ Σ (√p − √q)²), at most 1.
    public var hellinger: Double
  }

  /// The distances; nil without outputs.
  public var distances: Distances? { total > 0 ? Self.distances(shares, reference) : nil }

  /// Distances of a distribution from another.
  static func distances(_ p: [Double], _ q: [Double]) -> Distances {
    func divergence(_ a: [Double], _ b: [Double]) -> Double {
      zip(a, b).reduce(0) { $0 + ($1.0 > 0 ? $1.0 * log($1.0 / $1.1) : 0) }
    }
    let middle = zip(p, q).map { ($0 + $1) / 2 }
    return Distances(
      totalVariation: zip(p, q).reduce(0) { $0 + abs($1.0 - $1.1) } / 2,
      kullbackLeibler: max(0, divergence(p, q)),
      jensenShannon: max(0, (divergence(p, middle) + divergence(q, middle)) / 2),
      hellinger: (zip(p, q).reduce(0) { $0 + pow($1.0.squareRoot() - $1.1.squareRoot(), 2) } / 2).squareRoot()
    )
  }

  /// The total variation that chance alone gives outputs which come from the reference.
  ///
  /// ½ Σ of the binomials' mean deviations, exact (De Moivre; Diaconis and Zabell, Statistical Science 6, 1991), at the effective number.
  public var expectedTotalVariation: Double? {
    let n = Int(effectiveTotal)
    guard n > 0 else { return nil }
    return reference.reduce(0) { sum, share in
      guard share < 1, let binomial = try? Binomial(trials: n, probability: share) else { return sum }
      let next = Int(Double(n) * share) + 1
      guard next <= n else { return sum }
      return sum + Double(next) * (1 - share) * exp(binomial.logMass(at: next)) / Double(n)
    }
  }

  /// Entropy over its maximum: 1 where all groups appear alike, 0 where one appears alone; nil without outputs.
  public var normalizedEntropy: Double? {
    guard total > 0 else { return nil }
    return max(0, -shares.reduce(0) { $0 + ($1 > 0 ? $1 * log($1) : 0) } / log(Double(groups.count)))
  }

  /// HELM's demographic representation: word counts over the lexicon's sizes, made a distribution; its distance from uniform.
  ///
  /// nil without words. Source: Liang et al., "Holistic Evaluation of Language Models", 2023. It counts words, not outputs, so that
  /// one long text weighs as many short ones, and divides by how many words a list has, frequent or not: no interval can be given.
  public static func helm(words: [Int], lexiconSizes: [Int]) -> Double? {
    guard words.count == lexiconSizes.count, lexiconSizes.allSatisfy({ $0 > 0 }) else { return nil }
    let scaled = zip(words, lexiconSizes).map { Double($0) / Double($1) }
    let sum = scaled.reduce(0, +)
    guard sum > 0 else { return nil }
    return scaled.reduce(0) { $0 + abs($1 / sum - 1 / Double(words.count)) } / 2
  }
}
