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

  /// Wilson's interval at a quantile that need not be the normal one; nil unless 0 ≤ k ≤ n and n > 0.
  static func wilson(effective k: Double, of n: Double, quantile z: Double) -> ConfidenceInterval? {
    guard n > 0, k >= 0, k <= n, z >= 0, z.isFinite else { return nil }
    let root = z * max(0, k / n * (n - k) + z * z / 4).squareRoot()
    let lower = k == 0 ? 0 : k * k / n / (k + z * z / 2 + root)
    let upper = k == n ? 1 : (k + z * z / 2 + root) / (n + z * z)
    return ConfidenceInterval(min(1, max(0, lower)), min(1, max(0, upper)))
  }

  /// The two-sided quantile of the normal distribution: P(|Z| > z) = 1 − level.
  static func normal(_ level: Double) -> Double? {
    guard level > 0, level < 1 else { return nil }
    return try? Normal.standard.quantile(logUpperTail: log((1 - level) / 2))
  }

  /// P(F ≥ f) of Fisher and Snedecor's F.
  static func fisherP(_ f: Double, _ above: Double, _ below: Double) -> Double? {
    guard !f.isNaN, above > 0, below > 0 else { return nil }
    guard f > 0 else { return 1 }
    guard f.isFinite else { return 0 }
    guard let beta = try? Beta(alpha: below / 2, beta: above / 2),
      let tail = try? beta.logLowerTail(below: below / (below + above * f))
    else { return nil }
    return min(1, exp(tail))
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
    var error = (k / (k - 1) * max(0, squares.value)).squareRoot() / Double(n)
    // What rounding leaves of equal values is no spread.
    var scale = CompensatedSum()
    for cluster in clusters { scale.add(abs(cluster.sum) + abs(mean) * Double(cluster.count)) }
    if error <= 1e-12 * scale.value / Double(n) { error = 0 }
    guard error > 0, let t = student(k - 1, level) else { return (mean, error, nil) }
    return (mean, error, ConfidenceInterval(mean - t * error, mean + t * error))
  }

  /// Wilson's interval of a share over clusters, at the number of independent trials that its spread between clusters is worth.
  ///
  /// With one trial a cluster, or a single cluster of which alone it then speaks, it is Wilson's own. Else its quantile is Student's,
  /// the spread being estimated, and there is none below six clusters. Where the share is 0 or 1 there is no spread to see, and the
  /// clusters count.
  static func clusterShare(_ clusters: [(sum: Double, count: Int)], _ level: Double) -> ConfidenceInterval? {
    let n = clusters.reduce(0) { $0 + $1.count }
    guard n > 0, !clusters.isEmpty else { return nil }
    let share = min(1, max(0, clusters.reduce(0) { $0 + $1.sum } / Double(n)))
    var trials = Double(n)
    var quantile = normal(level)
    if clusters.count < n, clusters.count > 1 {
      guard clusters.count >= ClusterBootstrap.fewestClusters else { return nil }
      quantile = student(Double(clusters.count - 1), level)
      let error = clusterMean(clusters, level).standardError
      // Never more than there are rows.
      trials = error > 0 ? min(trials, share * (1 - share) / (error * error)) : Double(clusters.count)
    }
    return quantile.flatMap { wilson(effective: min(trials, share * trials), of: trials, quantile: $0) }
  }
}
