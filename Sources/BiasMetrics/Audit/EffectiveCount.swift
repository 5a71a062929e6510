import Statistics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How many independent rows of equal weight would tell as much of a rate as these do.
///
/// r (1 − r) over the variance of the ratio Σwx / Σw by Taylor's linearisation. Kish's (Σw)² / Σw² is the same only where weights have
/// nothing to do with the outcome. With equal weights and one row a cluster it is the number of rows.
///
/// Source: Woodruff, Journal of the American Statistical Association 66 (1971); Korn and Graubard, Survey Methodology 24 (1998).
public enum EffectiveCount {
  /// Groups of fewer clusters get no verdict: a variance between so few is noise itself, and so is the effective number of rows.
  public static let leastClusters = 10

  /// What effective rows from k clusters are worth at a level: (z / t)², t of k − 1 degrees of freedom; 0 for one cluster.
  ///
  /// A variance that is itself estimated from k clusters needs Student's t where intervals of counts use the normal z. Source: Korn and
  /// Graubard (1998).
  public static func scale(clusters: Int, level: Double) -> Double {
    let tail = 0.5 * (1 - level)
    guard clusters > 1, tail > 0, let z = try? -Normal.standard.quantile(logLowerTail: log(tail)),
      let t = StudentT.quantile(upperTail: tail, freedom: Double(clusters - 1)), t > 0
    else { return 0 }
    return min(1, (z / t) * (z / t))
  }

  /// Of weighted rows, at most their number; Kish's where all or none are above the line and no spread shows.
  ///
  /// - Parameters:
  ///   - sums: Σw above and below the line.
  ///   - squares: Σw² above and below it.
  ///   - rows: rows below it.
  public static func weighted(
    sums: (numerator: Double, denominator: Double), squares: (numerator: Double, denominator: Double),
    rows: Double
  ) -> Double {
    guard sums.denominator > 0, squares.denominator > 0 else { return 0 }
    let kish = sums.denominator * sums.denominator / squares.denominator
    let rate = min(1, sums.numerator / sums.denominator)
    let spread =
      squares.numerator * (1 - rate) * (1 - rate)
      + max(0, squares.denominator - squares.numerator) * rate * rate
    let variance = spread / (sums.denominator * sums.denominator)
    guard rate > 0, rate < 1, variance > 0 else { return min(kish, rows) }
    return min(rate * (1 - rate) / variance, rows)
  }

  /// Of rows in clusters, from each cluster's sums above and below the line; at most what Kish's formula gives for the clusters where no
  /// spread shows, and never more than the rows.
  ///
  /// The variance between k clusters is scaled by k / (k − 1), as that of a sample of k.
  ///
  /// - Parameters:
  ///   - parts: each cluster's sums.
  ///   - rows: rows below the line.
  public static func clustered(_ parts: [(numerator: Double, denominator: Double)], rows: Double) -> Double {
    let kept = parts.filter { $0.denominator > 0 }
    let above = CompensatedSum(kept.map(\.numerator)).value
    let below = CompensatedSum(kept.map(\.denominator)).value
    guard below > 0 else { return 0 }
    let squares = CompensatedSum(kept.map { $0.denominator * $0.denominator }).value
    let count = Double(kept.count)
    let rate = min(1, above / below)
    let spread = CompensatedSum(
      kept.map { ($0.numerator - rate * $0.denominator) * ($0.numerator - rate * $0.denominator) }
    ).value
    let variance = spread / (below * below) * (count > 1 ? count / (count - 1) : 1)
    guard rate > 0, rate < 1, variance > 0, count > 1 else { return min(below * below / squares, rows) }
    return min(rate * (1 - rate) / variance, rows)
  }
}
