import Statistics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Intervals that several measures of generated content share.
enum Intervals {
  static func wilson(_ successes: Int, of trials: Int, _ level: Double) -> ConfidenceInterval? {
    guard trials > 0,
      let interval = try? ProportionInterval.wilson(successes: successes, trials: trials, level: level)
    else { return nil }
    return ConfidenceInterval(interval.lower, interval.upper)
  }

  /// The two-sided quantile of Student's t: P(|T| > t) = 1 − level.
  static func student(_ freedom: Double, _ level: Double) -> Double? {
    guard freedom > 0, level > 0, level < 1, let beta = try? Beta(alpha: freedom / 2, beta: 0.5),
      let x = try? beta.quantile(logLowerTail: log(1 - level)), x > 0
    else { return nil }
    return (freedom * (1 - x) / x).squareRoot()
  }

  /// P(|T| ≥ |t|) of Student's t.
  static func studentP(_ t: Double, _ freedom: Double) -> Double? {
    guard !t.isNaN, freedom > 0 else { return nil }
    guard t.isFinite else { return 0 }
    guard let beta = try? Beta(alpha: freedom / 2, beta: 0.5),
      let tail = try? beta.logLowerTail(below: freedom / (freedom + t * t))
    else { return nil }
    return min(1, exp(tail))
  }

  /// A mean over clusters with Student's interval, each cluster weighing as many values as it has (a ratio estimator, linearised).
  ///
  /// nil below two clusters, or where nothing varies between them and no spread can be seen.
  static func clusterMean(
    _ clusters: [(sum: Double, count: Int)], _ level: Double
  ) -> (mean: Double, standardError: Double, interval: ConfidenceInterval?) {
    let n = clusters.reduce(0) { $0 + $1.count }
    guard n > 0 else { return (.nan, .nan, nil) }
    var total = CompensatedSum()
    for cluster in clusters { total.add(cluster.sum) }
    let mean = total.value / Double(n)
    let k = Double(clusters.count)
    guard clusters.count > 1 else { return (mean, .nan, nil) }
    var squares = CompensatedSum()
    for cluster in clusters {
      let residual = cluster.sum - mean * Double(cluster.count)
      squares.add(residual * residual)
    }
    let error = (k / (k - 1) * max(0, squares.value)).squareRoot() / Double(n)
    guard error > 0, let t = student(k - 1, level) else { return (mean, error, nil) }
    return (mean, error, ConfidenceInterval(mean - t * error, mean + t * error))
  }

  /// Wilson's interval of a share over clusters, at the number of independent trials that its spread between clusters is worth.
  ///
  /// With one trial a cluster it is Wilson's own. Where the share is 0 or 1 there is no spread to see, and the clusters count.
  static func clusterShare(_ clusters: [(sum: Double, count: Int)], _ level: Double) -> ConfidenceInterval? {
    let n = clusters.reduce(0) { $0 + $1.count }
    guard n > 0, !clusters.isEmpty else { return nil }
    let share = min(1, max(0, clusters.reduce(0) { $0 + $1.sum } / Double(n)))
    var trials = Double(n)
    if clusters.count < n {
      let error = clusterMean(clusters, level).standardError
      // Never more than there are rows.
      trials = error > 0 ? min(trials, share * (1 - share) / (error * error)) : Double(clusters.count)
    }
    guard
      let interval = try? ProportionInterval.wilson(
        effectiveSuccesses: min(trials, share * trials), trials: trials, level: level)
    else { return nil }
    return ConfidenceInterval(interval.lower, interval.upper)
  }
}
