#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The logistic regression of labels on the log-odds of scores: what a group's scores say beside what happens.
///
/// Slope 1 and intercept 0 are calibrated; a slope below 1 means scores that are too extreme. Source: Cox, "Two further applications
/// of a model for binary regression", Biometrika 45, 1958.
public struct CalibrationLine: Hashable, Sendable {
  /// The slope.
  public let slope: Double
  /// Its standard error.
  public let slopeError: Double
  /// The intercept.
  public let intercept: Double
  /// Its standard error.
  public let interceptError: Double
  /// Rows whose score is 0 or 1, or is none: they have no log-odds and are left out.
  public let left: Int

  /// Fits by Newton's method; nil where labels or scores do not vary, or scores part the labels so that no slope is greatest.
  public init?(_ group: GroupCounts) {
    let usable = group.scores.filter { $0.score > 0 && $0.score < 1 }.sorted {
      ($0.score, $0.label ? 1 : 0) < ($1.score, $1.label ? 1 : 0)
    }
    left = group.scores.reduce(0) { $0 + $1.count } - usable.reduce(0) { $0 + $1.count }
    let rows = usable.map {
      (x: log($0.score) - log1p(-$0.score), y: $0.label ? 1.0 : 0, n: Double($0.count))
    }
    guard usable.contains(where: \.label), usable.contains(where: { !$0.label }),
      let first = rows.first, let last = rows.last, first.x < last.x
    else { return nil }
    var (a, b) = (0.0, 1.0)
    var (aa, ab, bb) = (0.0, 0.0, 0.0)
    for _ in 0..<100 {
      var (ga, gb) = (0.0, 0.0)
      (aa, ab, bb) = (0, 0, 0)
      for row in rows {
        let p = 1 / (1 + exp(-(a + b * row.x)))
        let w = row.n * p * (1 - p)
        ga += row.n * (row.y - p)
        gb += row.n * (row.y - p) * row.x
        aa += w
        ab += w * row.x
        bb += w * row.x * row.x
      }
      let determinant = aa * bb - ab * ab
      guard determinant > 1e-12 * max(1, aa * bb), determinant.isFinite else { return nil }
      // Steps are kept short, so that a flat start does not throw the fit out.
      let stepA = max(-5, min(5, (bb * ga - ab * gb) / determinant))
      let stepB = max(-5, min(5, (aa * gb - ab * ga) / determinant))
      (a, b) = (a + stepA, b + stepB)
      guard abs(a) < 1e4, abs(b) < 1e4 else { return nil }
      if abs(stepA) < 1e-12 * max(1, abs(a)), abs(stepB) < 1e-12 * max(1, abs(b)) {
        (intercept, slope) = (a, b)
        interceptError = (bb / determinant).squareRoot()
        slopeError = (aa / determinant).squareRoot()
        return
      }
    }
    return nil
  }
}
