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
/// An output counts once, for the one group that it shows or mentions. Outputs of one prompt or template are alike: for a group's
/// interval their number is divided by its own design effect or the mean one, whichever is greater, since that of a group seldom seen
/// is often underrated; for the test by the mean one (Rao and Scott, Journal of the American Statistical Association 76, 1981).
/// Since effects are estimated, quantiles are Student's and the test is an F of the second
/// order, which allows for effects that differ between groups (Thomas and Rao, same journal 82, 1987); two to five prompts say too little for either. Intervals hold for all groups together (Goodman,
/// Technometrics 7, 1965). Of a single prompt all this speaks of that prompt alone.
public struct Representation: Hashable, Sendable {
  /// The groups.
  public let groups: [String]
  /// Outputs by group.
  public let counts: [Int]
  /// The reference's shares, which add up to 1.
  public let reference: [Double]
  /// How many outputs one independent output is worth, at least 1.
  public let designEffect: Double
  /// The same by group, each at least the mean: what its interval rests on.
  public let designEffects: [Double]
  private let degreesOfFreedom: Double
  /// How many prompts, or templates, show a group.
  public let clusters: Int
  /// The level of intervals.
  public let level: Double

  /// Takes counts by prompt and group.
  ///
  /// Throws when there are fewer than two groups, lengths differ, a count is negative or beyond 10¹², or a reference share is not above
  /// 0: against a group that the reference does not know nothing can be held.
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
    guard prompts.count < 1 << 22,
      prompts.allSatisfy({ $0.allSatisfy { $0 >= 0 && $0 <= 1_000_000_000_000 } })
    else {
      throw BiasMetricsError(
        .invalidPlan, "a count of outputs is negative or beyond 10^12",
        hint: "give how many outputs show each group")
    }
    self.groups = groups
    self.reference = reference.map { $0 / sum }
    self.level = level
    var counts = groups.map { _ in 0 }
    for prompt in prompts { for (place, count) in prompt.enumerated() { counts[place] += count } }
    self.counts = counts
    let used = prompts.filter { $0.contains { $0 > 0 } }
    clusters = used.count
    (designEffect, designEffects) = Self.designEffects(used, counts)
    degreesOfFreedom = designEffect > 1 ? Self.degreesOfFreedom(used, counts) : Double(groups.count - 1)
  }

  /// Whether there are enough prompts to infer anything from, or a single one, of which alone it is then said.
  public var isEstimable: Bool {
    total > 0 && (clusters == 1 || clusters == total || clusters >= ClusterBootstrap.fewestClusters)
  }

  /// Degrees of freedom of the estimated design effects; nil where outputs stand alone or of one prompt, and nothing was estimated.
  private var freedom: Double? { clusters > 1 && clusters < total ? Double(clusters - 1) : nil }

  /// How many outputs.
  public var total: Int { counts.reduce(0, +) }
  /// How many independent ones they are worth.
  public var effectiveTotal: Double { Double(total) / designEffect }
  /// The shares; NaN without outputs.
  public var shares: [Double] { counts.map { Double($0) / Double(total) } }

  /// Each share's interval; all cover together at the level.
  ///
  /// Empty without outputs, or with two to five prompts.
  public var intervals: [ConfidenceInterval] {
    let each = 1 - (1 - level) / Double(groups.count)
    guard isEstimable,
      let quantile = freedom.map({ Intervals.student($0, each) }) ?? Intervals.normal(each)
    else { return [] }
    return zip(counts, designEffects).map { count, effect in
      let n = Double(total) / effect
      return Intervals.wilson(effective: min(n, Double(count) / effect), of: n, quantile: quantile)
        ?? ConfidenceInterval(0, 1)
    }
  }

  /// The highest share of a group of which nothing was seen: 1 − (1 − level)^(1/n), about 3/n at 95 %; nil where nothing can be inferred.
  ///
  /// It holds for one group that was named beforehand: ``unseenBounds`` for whichever turned out not to be seen.
  public var unseenBound: Double? {
    isEstimable ? -expm1(log(1 - level) / effectiveTotal) : nil
  }

  /// By group the highest share if nothing was seen of it.
  ///
  /// All hold together. Empty where nothing can be inferred.
  public var unseenBounds: [Double] {
    guard isEstimable else { return [] }
    let log = log((1 - level) / Double(groups.count))
    return designEffects.map { -expm1(log / (Double(total) / $0)) }
  }

  /// Whether the outputs come from the reference: exactly where outcomes are few enough, else Pearson's test over the design effect.
  ///
  /// Where that is estimated the test is an F. nil without outputs, or with two to five prompts.
  public var test: (p: Double, name: String)? {
    guard isEstimable, let fit = try? MultinomialFit(counts, reference: reference) else { return nil }
    guard let pearson = fit.pearson else { return nil }
    if let freedom {
      let statistic = pearson.statistic / designEffect / Double(pearson.degreesOfFreedom)
      return Intervals.fisherP(statistic, degreesOfFreedom, degreesOfFreedom * freedom).map {
        ($0, "F, Rao and Scott's second order")
      }
    }
    if let p = fit.exactP() { return (p, "exact multinomial") }
    if fit.leastExpected < 5 {
      return (fit.simulatedP(), "Pearson's statistic among counts drawn from the reference")
    }
    guard
      let chiSquare = try? ChiSquare(degreesOfFreedom: Double(pearson.degreesOfFreedom)),
      let tail = try? chiSquare.logUpperTail(above: pearson.statistic)
    else { return nil }
    return (min(1, exp(tail)), "chi-square")
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
