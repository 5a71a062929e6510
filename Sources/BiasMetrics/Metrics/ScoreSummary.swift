#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How well and how evenly scores foretell labels within one group.
public struct ScoreSummary: Sendable {
  private let entries: [(score: Double, label: Bool, weight: Double)]

  /// Takes a group's scores, each as often, or as heavily, as it occurs.
  public init(_ group: GroupCounts, isWeighted: Bool, clippedTo range: ClosedRange<Double>? = nil) {
    entries = group.scores.filter { !$0.score.isNaN }.map { entry in
      let score = range.map { min(max(entry.score, $0.lowerBound), $0.upperBound) } ?? entry.score
      return (score, entry.label, isWeighted ? entry.weight * Double(entry.count) : Double(entry.count))
    }.sorted { ($0.0, $0.1 ? 1 : 0, $0.2) < ($1.0, $1.1 ? 1 : 0, $1.2) }
  }

  private func mean(_ value: (Double, Double) -> Double) -> Double {
    var (sum, weight) = (0.0, 0.0)
    for entry in entries {
      sum += entry.weight * value(entry.score, entry.label ? 1 : 0)
      weight += entry.weight
    }
    return sum / weight
  }

  /// The mean score.
  public var mean: Double { mean { score, _ in score } }
  /// The mean of (score − label)².
  public var brier: Double { mean { ($0 - $1) * ($0 - $1) } }
  /// The mean of |score − label|.
  public var meanAbsoluteError: Double { mean { abs($0 - $1) } }
  /// Mean score minus mean label: calibration in the large.
  public var calibrationInTheLarge: Double { mean { $0 - $1 } }
  /// The mean of −ln of the probability given to the label; NaN where all labels are the same, as scikit-learn refuses.
  public var logLoss: Double {
    guard hasBothLabels else { return .nan }
    return mean { score, label in label == 1 ? -log(score) : -log1p(-score) }
  }
  /// Whether both labels occur.
  public var hasBothLabels: Bool { entries.contains { $0.label } && entries.contains { !$0.label } }

  /// 1 − Σ w (y − s)² / Σ w (y − ȳ)²; of fewer than two rows NaN; of constant labels 1 where exact, else 0 (scikit-learn).
  public var rSquared: Double {
    let base = mean { _, label in label }
    let rows = entries.reduce(0) { $0 + $1.weight }
    let total = mean { _, label in (label - base) * (label - base) } * rows
    let residual = brier * rows
    if total == 0 { return residual == 0 ? 1 : 0 }
    return 1 - residual / total
  }

  /// The chance that a positive's score is above a negative's, ties counting half: the area under the ROC curve.
  ///
  /// NaN unless both labels occur.
  public var areaUnderCurve: Double {
    var (below, positives, wins) = (0.0, 0.0, 0.0)
    var index = 0
    while index < entries.count {
      var (p, n, end) = (0.0, 0.0, index)
      while end < entries.count, entries[end].score == entries[index].score {
        if entries[end].label { p += entries[end].weight } else { n += entries[end].weight }
        end += 1
      }
      wins += p * (below + n / 2)
      below += n
      positives += p
      index = end
    }
    return wins / (positives * below)
  }

  /// Expected calibration error: Σ share · |mean score − mean label| over bins [k/bins, (k+1)/bins), the last one closed.
  public func expectedCalibrationError(bins: Int = 10) -> Double {
    var sums = [(weight: Double, score: Double, label: Double)](repeating: (0, 0, 0), count: bins)
    var total = 0.0
    for entry in entries {
      // The bins' edges are k / bins, correctly rounded.
      var bin = min(bins - 1, max(0, Int(entry.score * Double(bins))))
      while bin + 1 < bins, entry.score >= Double(bin + 1) / Double(bins) { bin += 1 }
      while bin > 0, entry.score < Double(bin) / Double(bins) { bin -= 1 }
      sums[bin].weight += entry.weight
      sums[bin].score += entry.weight * entry.score
      sums[bin].label += entry.label ? entry.weight : 0
      total += entry.weight
    }
    return sums.reduce(0) { $0 + abs($1.score - $1.label) } / total
  }
}
