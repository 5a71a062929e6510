#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension Binomial {
  /// Draws a count, exactly distributed up to the rounding of doubles, for any number of trials.
  ///
  /// Below a mean of 10 the distribution is walked from 0; above, a number is drawn from a hat and kept with the right chance, at
  /// most two tries on average. Cost: 20 to 60 ns.
  ///
  /// Source: Kachitvichyanukul and Schmeiser, Communications of the ACM 31 (1988), for the walk; Hörmann, Journal of Statistical
  /// Computation and Simulation 46 (1993), algorithm BTRS, for the hat.
  public func sample(using random: inout Philox) -> Int {
    Self.sample(trials, probability, 1 - probability, using: &random)
  }

  /// Both probabilities are given, because 1 − q may have lost the digits of a small p.
  static func sample(_ n: Int, _ p: Double, _ q: Double, using random: inout Philox) -> Int {
    if p > q { return n - sample(n, q, p, using: &random) }
    if n == 0 || p <= 0 { return 0 }
    return Double(n) * p < 10 ? walk(n, p, q, &random) : hat(Double(n), p, q, &random)
  }

  private static func walk(_ n: Int, _ p: Double, _ q: Double, _ random: inout Philox) -> Int {
    let odds = p / q
    let step = Double(n + 1) * odds
    let start = exp(Double(n) * log1p(-p))
    while true {
      var (left, mass, k) = (random.unit(), start, 0)
      while left > mass {
        left -= mass
        k += 1
        // The last digits of u may lie beyond the sum of rounded masses.
        if k > n || k > 200 { break }
        mass *= step / Double(k) - odds
      }
      if k <= n && k <= 200 { return k }
    }
  }

  private static func hat(_ n: Double, _ p: Double, _ q: Double, _ random: inout Philox) -> Int {
    let spread = (n * p * q).squareRoot()
    let b = 1.15 + 2.53 * spread
    let a = -0.0873 + 0.0248 * b + 0.01 * p
    let center = n * p + 0.5
    let squeeze = 0.92 - 4.2 / b
    let alpha = (2.83 + 5.1 / b) * spread
    let mode = ((n + 1) * p).rounded(.down)
    let logOdds = log(p / q)
    while true {
      let u = random.unit() - 0.5
      let v = random.unit()
      let edge = 0.5 - abs(u)
      let k = ((2 * a / edge + b) * u + center).rounded(.down)
      if edge >= 0.07, v <= squeeze { return Int(k) }
      guard k >= 0, k <= n else { continue }
      let chance =
        Special.logFactorialRatio(mode, over: k) + Special.logFactorialRatio(n - mode, over: n - k)
        + (k - mode) * logOdds
      if log(v * alpha / (a / (edge * edge) + b)) <= chance { return Int(k) }
    }
  }
}

/// Draws counts of categories, as the rows of a bootstrap resample fall into cells.
///
/// One binomial a category, of what the earlier ones left. Cost: 20 to 60 ns a category that is not empty.
public struct MultinomialSampler: Hashable, Sendable {
  /// The categories' weights.
  public let weights: [Int]
  /// What each and all after it weigh.
  private let rests: [Int]

  /// Takes whole weights, such as the counts that were seen; throws when one is negative or all together are 0 or 2⁵² and more.
  public init(weights: [Int]) throws(StatisticsError) {
    var rests = weights
    var rest = 0
    for index in weights.indices.reversed() {
      guard weights[index] >= 0, weights[index] < 1 << 52, rest < 1 << 52 else {
        throw StatisticsError(
          code: .invalidSample, message: "category \(index) weighs \(weights[index])",
          hint: "use weights from 0, below 2^52 in all", offset: index)
      }
      rest += weights[index]
      rests[index] = rest
    }
    guard rest > 0, rest < 1 << 52 else {
      throw StatisticsError(
        code: .invalidSample, message: "the categories weigh \(rest) in all",
        hint: "use weights from 0, above 0 and below 2^52 in all")
    }
    (self.weights, self.rests) = (weights, rests)
  }

  /// Draws `trials` times into counts of as many categories.
  public func draw(_ trials: Int, into counts: inout [Int], using random: inout Philox) {
    precondition(counts.count == weights.count, "one count a category")
    var left = max(0, trials)
    for index in weights.indices {
      let (weight, rest) = (weights[index], rests[index])
      if left == 0 || weight == 0 {
        counts[index] = 0
      } else if weight == rest {
        counts[index] = left
        left = 0
      } else {
        let count = Binomial.sample(
          left, Double(weight) / Double(rest), Double(rest - weight) / Double(rest), using: &random)
        counts[index] = count
        left -= count
      }
    }
  }
}
