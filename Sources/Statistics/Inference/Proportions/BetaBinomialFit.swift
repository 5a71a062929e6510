#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How rates differ between groups beyond chance, and each group's rate in the light of the others'.
///
/// Groups' true rates are taken to come from a beta distribution. Its likeliest mean and concentration say how much they differ; a
/// group's own rate is then averaged over all concentrations that the counts leave open, because a handful of groups tell a spread
/// badly, and taking the likeliest for the truth would promise too much. A group of a few rows is drawn towards the mean, one of
/// thousands hardly. Shrunk rates rank and describe groups; verdicts rest on the raw ones.
///
/// Source: Skellam, Journal of the Royal Statistical Society B 10 (1948), for the likelihood; Kass and Steffey, Journal of the American
/// Statistical Association 84 (1989), for the average; Christiansen and Morris, same journal 92 (1997), for shares of shrinkage that are
/// all as likely beforehand.
public struct BetaBinomialFit: Hashable, Sendable {
  /// The likeliest mean of the groups' rates.
  public let mean: Double
  /// The likeliest number of rows that the common knowledge counts for; ``largestConcentration`` where rates vary no more than by chance.
  public let concentration: Double
  /// What the counts leave open.
  private let candidates: [Candidate]

  private struct Candidate: Hashable {
    var concentration: Double
    var mean: Double
    var meanVariance: Double
    var weight: Double
  }

  /// Beyond this groups are taken to be the same.
  public static let largestConcentration = 1e7

  /// Fits groups with at least one trial.
  ///
  /// Nil for fewer than three, or where all or none succeed: there is nothing to learn a spread from. Cost: about 50 µs a group.
  public init?(_ groups: [(successes: Double, trials: Double)]) {
    let kept = groups.filter { $0.trials > 0 && $0.successes >= 0 && $0.successes <= $0.trials }
    let successes = kept.reduce(0) { $0 + $1.successes }
    let trials = kept.reduce(0) { $0 + $1.trials }
    guard kept.count >= 3, successes > 0, successes < trials, trials.isFinite else { return nil }
    func profile(_ s: Double) -> (mean: Double, likelihood: Double) {
      // The slope falls as the mean grows, so its root is the only greatest likelihood.
      let mean = MonotoneRoot.solve(
        target: 0, start: successes / trials, low: 1e-9, high: 1 - 1e-9,
        evaluate: { Self.slope($0, s, kept) }, increasing: false)
      return (mean, Self.likelihood(mean, s, kept))
    }
    let place = Self.likeliest { profile(exp($0)).likelihood }
    concentration = exp(place)
    mean = profile(concentration).mean
    // Shares of shrinkage of a group of middling size, from 1/64 to 63/64.
    let middle = kept.map(\.trials).sorted()[kept.count / 2]
    var candidates: [Candidate] = []
    var logWeights: [Double] = []
    for step in 0..<32 {
      let share = (Double(step) + 0.5) / 32
      let s = middle * share / (1 - share)
      let (mean, likelihood) = profile(s)
      let variance = 1 / max(1e-300, -Self.slope(mean, s, kept).slope)
      candidates.append(
        Candidate(concentration: s, mean: mean, meanVariance: min(variance, 1.0 / 12), weight: 0))
      logWeights.append(likelihood + 0.5 * log(min(variance, 1.0 / 12)))
    }
    let greatest = logWeights.max() ?? 0
    let weights = logWeights.map { exp($0 - greatest) }
    let sum = CompensatedSum(weights).value
    for index in candidates.indices { candidates[index].weight = weights[index] / sum }
    self.candidates = candidates
  }

  /// The logarithm of the likeliest concentration: a coarse look, then a golden section.
  private static func likeliest(_ likelihood: (Double) -> Double) -> Double {
    let (low, high) = (log(0.05), log(largestConcentration))
    let steps = 24
    var best = (place: high, likelihood: likelihood(high))
    for step in 0..<steps {
      let place = low + (high - low) * Double(step) / Double(steps)
      let value = likelihood(place)
      if value > best.likelihood { best = (place, value) }
    }
    let width = (high - low) / Double(steps)
    var (left, right) = (max(low, best.place - width), min(high, best.place + width))
    let golden = 0.618033988749895
    while right - left > 1e-6 {
      let (a, b) = (right - golden * (right - left), left + golden * (right - left))
      if likelihood(a) >= likelihood(b) { right = b } else { left = a }
    }
    let inner = (left + right) / 2
    return likelihood(inner) > best.likelihood ? inner : best.place
  }

  private static func likelihood(
    _ mean: Double, _ s: Double, _ groups: [(successes: Double, trials: Double)]
  ) -> Double {
    var sum = CompensatedSum()
    for group in groups {
      sum.add(Special.logGammaRatio(mean * s, plus: group.successes))
      sum.add(Special.logGammaRatio((1 - mean) * s, plus: group.trials - group.successes))
      sum.add(-Special.logGammaRatio(s, plus: group.trials))
    }
    return sum.value
  }

  private static func slope(
    _ mean: Double, _ s: Double, _ groups: [(successes: Double, trials: Double)]
  ) -> (value: Double, slope: Double) {
    let (a, b) = (mean * s, (1 - mean) * s)
    let (first, second) = (
      Special.digamma(b) - Special.digamma(a), -Special.trigamma(a) - Special.trigamma(b)
    )
    var (value, slope) = (0.0, 0.0)
    for group in groups {
      let (x, y) = (a + group.successes, b + group.trials - group.successes)
      value += Special.digamma(x) - Special.digamma(y) + first
      slope += Special.trigamma(x) + Special.trigamma(y) + second
    }
    return (s * value, s * s * slope)
  }

  /// A group's rate in the light of the others': a beta distribution with the mean and variance of the average over concentrations.
  ///
  /// At one concentration s the mean is (x + m s) / (n + s).
  public func posterior(successes: Double, trials: Double) throws(StatisticsError) -> Beta {
    guard successes >= 0, successes <= trials, trials <= Special.largestParameter else {
      throw StatisticsError(
        code: .invalidSample, message: "\(successes) successes in \(trials) trials",
        hint: "use 0 to n successes in n trials, n up to 1e12")
    }
    var (first, second) = (CompensatedSum(), CompensatedSum())
    for candidate in candidates {
      let s = candidate.concentration
      let mean = (successes + candidate.mean * s) / (trials + s)
      let pull = s / (trials + s)
      let variance = mean * (1 - mean) / (trials + s + 1) + pull * pull * candidate.meanVariance
      first.add(candidate.weight * mean)
      second.add(candidate.weight * (variance + mean * mean))
    }
    let mean = min(max(first.value, 1e-12), 1 - 1e-12)
    let variance = max(second.value - first.value * first.value, 1e-30)
    let size = min(max(mean * (1 - mean) / variance - 1, 1e-3), 1e11)
    return try Beta(alpha: mean * size, beta: (1 - mean) * size)
  }
}

extension Beta {
  /// α / (α + β).
  public var mean: Double { alpha / (alpha + beta) }

  /// The chance that this variable is less than `ratio` times another, independent one.
  ///
  /// The sharper of the two densities is integrated against the other's distribution, by 64 points of Gauss and Legendre: 1e-8 or better
  /// for parameters of 1 and more. Cost: some 50 µs.
  public func probability(below ratio: Double, times other: Beta) throws(StatisticsError) -> Double {
    guard ratio > 0, ratio.isFinite else {
      throw .parameter("a ratio of \(ratio)", hint: "use a number above 0")
    }
    func relativeVariance(_ b: Beta) -> Double { b.beta / (b.alpha * (b.alpha + b.beta + 1)) }
    let isSharper = relativeVariance(self) <= relativeVariance(other)
    let density = isSharper ? self : other
    let edge = -27.0
    let low = try density.quantile(logLowerTail: edge)
    let high = try density.quantile(logUpperTail: edge)
    var sum = CompensatedSum()
    for (node, weight) in GaussLegendre.points {
      let x = low + (high - low) * (node + 1) / 2
      let chance =
        isSharper
        ? try other.upperTail(above: min(1, x / ratio)) : try lowerTail(below: min(1, x * ratio))
      sum.add(weight * chance * exp(try density.logDensity(at: x)))
    }
    return min(1, max(0, sum.value * (high - low) / 2))
  }
}

/// The points and weights of the rule of 64 points on −1…1, by Newton's method on the Legendre polynomial (DLMF 3.5.15).
private enum GaussLegendre {
  static let points: [(node: Double, weight: Double)] = (0..<64).map { index in
    let count = 64
    var x = cos(Double.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
    var slope = 1.0
    for _ in 0..<20 {
      var (last, value) = (1.0, x)
      for degree in 2...count {
        let k = Double(degree)
        (last, value) = (value, ((2 * k - 1) * x * value - (k - 1) * last) / k)
      }
      slope = Double(count) * (x * value - last) / (x * x - 1)
      let step = value / slope
      x -= step
      if abs(step) < 1e-16 { break }
    }
    return (x, 2 / ((1 - x * x) * slope * slope))
  }
}
