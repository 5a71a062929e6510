import Statistics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A group's false and true positive rate, and the region that holds both with the plan's confidence.
public struct ErrorRegion: Hashable, Sendable {
  /// The group's values.
  public var values: [String]
  /// Its rows.
  public var rows: Int
  /// The false positive rate; NaN without negatives.
  public var falsePositiveRate: Double
  /// The true positive rate; NaN without positives.
  public var truePositiveRate: Double
  /// Whether either rate is of fewer effective rows than are judged, or of too few clusters.
  public var isFew: Bool
  /// Standard errors of both rates, never 0.
  public var errors: (falsePositive: Double, truePositive: Double)
  /// How the errors go together; 0 but for clusters, whose rows may be of both labels.
  public var correlation: Double
  /// How many standard errors the region reaches; nil where clusters are too few for one.
  public var reach: Double?

  /// Points of the region's outline, as false and true positive rates.
  public func outline(_ count: Int) -> [(x: Double, y: Double)] {
    guard let reach else { return [] }
    let rest = max(0, 1 - correlation * correlation).squareRoot()
    return (0..<count).map { step in
      let angle = 2 * Double.pi * Double(step) / Double(count)
      let (u, v) = (cos(angle), correlation * cos(angle) + rest * sin(angle))
      return (
        falsePositiveRate + reach * errors.falsePositive * u,
        truePositiveRate + reach * errors.truePositive * v
      )
    }
  }

  /// Equal when all is.
  public static func == (a: ErrorRegion, b: ErrorRegion) -> Bool {
    a.values == b.values && a.rows == b.rows && a.falsePositiveRate == b.falsePositiveRate
      && a.truePositiveRate == b.truePositiveRate && a.errors == b.errors && a.correlation == b.correlation
  }

  /// Hashes the group and its rates.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(values)
    hasher.combine([falsePositiveRate, truePositiveRate])
  }
}

extension Audit {
  /// The regions of both error rates of the groups that some attributes make, at the plan's level.
  ///
  /// Rates are taken with two effective rows more of either kind, so that none has an error of 0 (Agresti and Coull 1998). Rows of
  /// different labels are independent; clusters may hold both, and their errors' covariance tilts the region, whose reach is then
  /// Hotelling's for the number of clusters.
  public func errorRegions(_ table: DecisionTable, by places: [Int]) -> [ErrorRegion] {
    guard places.allSatisfy(table.dimensions.indices.contains) else { return [] }
    let metrics: [RateMetric] = [.falsePositiveRate, .truePositiveRate]
    let clusters = plan.cluster.flatMap { table.dimension($0) }.map { ClusterSums(table, places, $0) }
    return results(table, places, metrics, clusters).map { group in
      let (x, y) = (group.rates[0], group.rates[1])
      var region = ErrorRegion(
        values: group.values, rows: group.rows, falsePositiveRate: x.value, truePositiveRate: y.value,
        isFew: min(x.denominator, y.denominator) < Double(plan.minimumCount),
        errors: (Self.error(x), Self.error(y)), correlation: 0, reach: (-2 * log(plan.alpha)).squareRoot())
      guard let clusters else { return region }
      let count = min(x.clusters ?? 0, y.clusters ?? 0)
      region.isFew = region.isFew || count < EffectiveCount.leastClusters
      region.correlation = clusters.correlation(metrics[0], metrics[1], group.values)
      region.reach =
        count > 2
        ? (Double(count - 1) * (pow(plan.alpha, -2 / Double(count - 2)) - 1)).squareRoot() : nil
      return region
    }
  }

  private static func error(_ rate: GroupRate) -> Double {
    let n = rate.denominator + 4
    let p = (rate.numerator + 2) / n
    return (p * (1 - p) / n).squareRoot()
  }
}
