#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// An estimate, and the values it took in resamples of its data.
///
/// Resamples in which it is not defined (a group that none of the rows drawn is of) are counted and left out.
public struct BootstrapDistribution: Hashable, Sendable {
  /// The estimate from the data.
  public let estimate: Double
  /// The defined values, ascending.
  public let values: [Double]
  /// Resamples without a value.
  public let undefined: Int
  /// How the spread grows with the estimate, from leaving out each row once.
  public let acceleration: Double

  /// Takes the values in any order.
  ///
  /// - Parameters:
  ///   - estimate: the estimate from the data.
  ///   - draws: its value in each resample; NaN where there is none.
  ///   - jackknife: its value without one row, and how many rows would give the same.
  public init(
    estimate: Double, draws: [Double], jackknife: [(value: Double, count: Double)] = []
  ) {
    self.estimate = estimate
    values = draws.filter { !$0.isNaN }.sorted()
    undefined = draws.count - values.count
    let known = jackknife.filter { !$0.value.isNaN && $0.count > 0 }
    let count = known.reduce(0) { $0 + $1.count }
    let mean = CompensatedSum(known.map { $0.value * $0.count }).value / count
    let squares = CompensatedSum(known.map { ($0.value - mean) * ($0.value - mean) * $0.count }).value
    let cubes = CompensatedSum(
      known.map { (mean - $0.value) * (mean - $0.value) * (mean - $0.value) * $0.count }
    ).value
    acceleration = squares > 0 ? cubes / (6 * squares * squares.squareRoot()) : 0
  }

  /// The mean of the values; NaN without any.
  public var mean: Double { CompensatedSum(values).value / Double(values.count) }

  /// Their standard deviation; NaN below two.
  public var standardError: Double { Moments(values).standardDeviation ?? .nan }

  /// The estimate less the bias that resampling shows: twice the estimate minus the mean of the values.
  ///
  /// A range over groups grows with noise; resamples repeat that growth, and show how much of it to take off.
  public var biasCorrected: Double { 2 * estimate - mean }

  /// The value below which a share of them lies, between neighbours in proportion; NaN without any.
  public func quantile(_ share: Double) -> Double {
    guard let last = values.last, !share.isNaN else { return .nan }
    let place = min(max(share, 0), 1) * Double(values.count - 1)
    let low = Int(place)
    guard low + 1 < values.count else { return last }
    return values[low] + (place - Double(low)) * (values[low + 1] - values[low])
  }

  /// The middle share of the values; nil where fewer than ten are defined.
  public func percentile(level: Double = 0.95) -> ConfidenceInterval? {
    guard values.count >= 10, level > 0, level < 1 else { return nil }
    return ConfidenceInterval(quantile((1 - level) / 2), quantile((1 + level) / 2))
  }

  /// The bias-corrected and accelerated interval; nil where fewer than ten values are defined, or all lie on one side of the estimate.
  ///
  /// Source: Efron, Journal of the American Statistical Association 82 (1987).
  public func bca(level: Double = 0.95) -> ConfidenceInterval? {
    guard values.count >= 10, level > 0, level < 1 else { return nil }
    let below = values.count { $0 < estimate }
    let upTo = values.count { $0 <= estimate }
    let share = Double(below + upTo) / Double(2 * values.count)
    guard share > 0, share < 1, let z0 = try? Normal.standard.quantile(logLowerTail: log(share)),
      let z = try? Normal.standard.quantile(logUpperTail: log((1 - level) / 2))
    else { return nil }
    func end(_ z: Double) -> Double {
      let shifted = z0 + (z0 + z) / (1 - acceleration * (z0 + z))
      return quantile((try? Normal.standard.lowerTail(below: shifted)) ?? .nan)
    }
    return ConfidenceInterval(end(-z), end(z))
  }
}
