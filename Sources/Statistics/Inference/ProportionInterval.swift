#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A confidence interval of a proportion.
public struct ProportionInterval: Hashable, Sendable {
  /// The lower bound, in 0…1.
  public let lower: Double
  /// The upper bound, in 0…1.
  public let upper: Double
  /// The nominal level, for example 0.95.
  public let level: Double

  /// Returns the exact interval of Clopper and Pearson (1934): it covers at least `level`, whatever the truth.
  ///
  /// Each bound is the rate at which the count seen has tail probability (1 − level)/2; k = 0 and k = n give the ends 0 and 1, and
  /// n = 0 gives all of 0…1. Throws unless 0 ≤ k ≤ n ≤ 1e12 and 0 < level < 1.
  public static func clopperPearson(
    successes: Int, trials: Int, level: Double = 0.95
  ) throws(StatisticsError) -> ProportionInterval {
    try check(successes, trials, level)
    let logTail = log(0.5 * (1 - level))
    let failures = trials - successes
    var (lower, upper) = (0.0, 1.0)
    if successes > 0 {
      lower = try Beta(alpha: Double(successes), beta: Double(failures + 1)).quantile(logLowerTail: logTail)
    }
    if failures > 0 {
      upper = try Beta(alpha: Double(successes + 1), beta: Double(failures)).quantile(logUpperTail: logTail)
    }
    return ProportionInterval(lower: lower, upper: upper, level: level)
  }

  /// Returns the exact interval at counts that need not be whole, such as the effective ones of weighted rows.
  ///
  /// Throws unless 0 ≤ k ≤ n ≤ 1e12 and 0 < level < 1. Source: Korn and Graubard, Survey Methodology 24 (1998).
  public static func clopperPearson(
    effectiveSuccesses k: Double, trials n: Double, level: Double = 0.95
  ) throws(StatisticsError) -> ProportionInterval {
    try check(k, n, level)
    let logTail = log(0.5 * (1 - level))
    // What is next to none or to all is so but for rounding.
    let slack = 1e-12 * n
    let lower = k <= slack ? 0 : try Beta(alpha: k, beta: n - k + 1).quantile(logLowerTail: logTail)
    let upper = n - k <= slack ? 1 : try Beta(alpha: k + 1, beta: n - k).quantile(logUpperTail: logTail)
    return ProportionInterval(lower: lower, upper: upper, level: level)
  }

  /// Returns the score interval of Wilson (1927), with Newcombe's (1998) continuity correction on request.
  ///
  /// Close to the nominal level on average, unlike the exact interval, which is wider; corrected, it nearly never covers less. n = 0
  /// gives all of 0…1. Throws unless 0 ≤ k ≤ n ≤ 1e12 and 0 < level < 1.
  public static func wilson(
    successes: Int, trials: Int, level: Double = 0.95, continuityCorrected: Bool = false
  ) throws(StatisticsError) -> ProportionInterval {
    try check(successes, trials, level)
    return wilson(Double(successes), Double(trials), level, correction: continuityCorrected ? 0.5 : 0)
  }

  /// Returns Wilson's interval at counts that need not be whole, such as the effective ones of weighted rows.
  ///
  /// Throws unless 0 ≤ k ≤ n ≤ 1e12 and 0 < level < 1.
  public static func wilson(
    effectiveSuccesses k: Double, trials n: Double, level: Double = 0.95
  )
    throws(StatisticsError) -> ProportionInterval
  {
    try check(k, n, level)
    return wilson(k, n, level, correction: 0)
  }

  private static func check(_ k: Double, _ n: Double, _ level: Double) throws(StatisticsError) {
    guard k >= 0, k <= n else {
      throw StatisticsError(
        code: .invalidSample, message: "\(k) successes of \(n)",
        hint: "give 0 to n successes, and n up to 1e12")
    }
    try check(0, n <= 1e12 ? Int(n) : Int.max, level)
  }

  private static func wilson(
    _ k: Double, _ n: Double, _ level: Double, correction: Double
  ) -> ProportionInterval {
    if n == 0 { return ProportionInterval(lower: 0, upper: 1, level: level) }
    let z = Special.normalUpperQuantile(log(0.5 * (1 - level)))
    let lower = k == 0 ? 0 : lowerScoreBound(k - correction, n, z: z)
    let upper = k == n ? 1 : upperScoreBound(k + correction, n, z: z)
    return ProportionInterval(lower: lower, upper: upper, level: level)
  }

  /// Returns Jeffreys' interval: the equal-tailed one of the posterior Beta(k + ½, n − k + ½), with 0 and 1 at k = 0 and k = n.
  ///
  /// Throws unless 0 ≤ k ≤ n ≤ 1e12 and 0 < level < 1. Source: Brown, Cai and DasGupta (2001).
  public static func jeffreys(
    successes: Int, trials: Int, level: Double = 0.95
  ) throws(StatisticsError) -> ProportionInterval {
    try check(successes, trials, level)
    let logTail = log(0.5 * (1 - level))
    let posterior = try Beta(alpha: Double(successes) + 0.5, beta: Double(trials - successes) + 0.5)
    let lower = successes == 0 ? 0 : try posterior.quantile(logLowerTail: logTail)
    let upper = successes == trials ? 1 : try posterior.quantile(logUpperTail: logTail)
    return ProportionInterval(lower: lower, upper: upper, level: level)
  }

  /// The smaller root θ of (k − n θ)² = z² n θ (1 − θ), as k²/n over the larger one: it keeps its digits near 0.
  private static func lowerScoreBound(_ k: Double, _ n: Double, z: Double) -> Double {
    min(max(k * k / n / (k + 0.5 * z * z + scoreRoot(k, n, z: z)), 0), 1)
  }

  private static func upperScoreBound(_ k: Double, _ n: Double, z: Double) -> Double {
    min((k + 0.5 * z * z + scoreRoot(k, n, z: z)) / (n + z * z), 1)
  }

  private static func scoreRoot(_ k: Double, _ n: Double, z: Double) -> Double {
    z * max(k / n * (n - k) + 0.25 * z * z, 0).squareRoot()
  }

  private static func check(_ successes: Int, _ trials: Int, _ level: Double) throws(StatisticsError) {
    guard trials >= 0, successes >= 0, successes <= trials, Double(trials) < Special.largestParameter else {
      throw StatisticsError(
        code: .invalidSample, message: "\(successes) successes in \(trials) trials",
        hint: "use 0 to n successes in n trials, n below 1e12")
    }
    guard level > 0, level < 1 else {
      throw .parameter(
        "a confidence level of \(level)", hint: "use a level between 0 and 1, for example 0.95")
    }
  }
}
