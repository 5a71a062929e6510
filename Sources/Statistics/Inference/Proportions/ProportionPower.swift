#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Two groups of a planned size and with supposed rates: what a comparison of them would find, and how often.
///
/// Normal approximations with the variance of the hypothesis for the test and that of the rates for the data. They say what a design
/// can see, before any result or after an inconclusive one.
///
/// Source: Farrington and Manning, Statistics in Medicine 9 (1990), for margins.
public struct ProportionPower: Hashable, Sendable {
  /// The supposed rate of the first group.
  public let p1: Double
  /// Its rows.
  public let n1: Double
  /// The supposed rate of the second.
  public let p2: Double
  /// Its rows.
  public let n2: Double

  /// Takes rates and sizes; throws unless rates are within 0…1 and sizes above 0, up to 1e15.
  public init(_ p1: Double, of n1: Double, versus p2: Double, of n2: Double) throws(StatisticsError) {
    guard p1 >= 0, p1 <= 1, p2 >= 0, p2 <= 1, n1 > 0, n2 > 0, n1 <= 1e15, n2 <= 1e15 else {
      throw StatisticsError(
        code: .invalidParameter, message: "rates \(p1) of \(n1) rows and \(p2) of \(n2)",
        hint: "use rates from 0 to 1 and sizes above 0")
    }
    (self.p1, self.n1, self.p2, self.n2) = (p1, n1, p2, n2)
  }

  private func with(p1: Double? = nil, scale: Double = 1) -> ProportionPower {
    ProportionPower(unchecked: p1 ?? self.p1, n1 * scale, p2, n2 * scale)
  }

  private init(unchecked p1: Double, _ n1: Double, _ p2: Double, _ n2: Double) {
    (self.p1, self.n1, self.p2, self.n2) = (p1, n1, p2, n2)
  }

  private static func upperZ(_ tail: Double) -> Double { Special.normalUpperQuantile(log(tail)) }
  private static func chance(below z: Double) -> Double {
    z.isNaN ? 0 : exp(Special.logNormalUpper(-z))
  }
  private static func spread(_ a: Double, _ n1: Double, _ b: Double, _ n2: Double) -> Double {
    (a * (1 - a) / n1 + b * (1 - b) / n2).squareRoot()
  }

  // MARK: - A difference at all

  /// The power of the two-sided pooled z-test, as statsmodels' `power_proportions_2indep` has it.
  public func ofDifference(alpha: Double = 0.05) -> Double {
    let gap = p1 - p2
    let pooled = (p1 * n1 + p2 * n2) / (n1 + n2)
    let bound = Self.upperZ(alpha / 2) * Self.spread(pooled, n1, pooled, n2)
    let spread = Self.spread(p1, n1, p2, n2)
    guard spread > 0 else { return abs(gap) > bound ? 1 : 0 }
    return Self.chance(below: (gap - bound) / spread) + Self.chance(below: (-gap - bound) / spread)
  }

  /// The rows of the first group at which that test has the power, its share of all rows as here; nil where the rates are equal.
  ///
  /// As statsmodels' `samplesize_proportions_2indep_onetail`.
  public func rowsForDifference(power: Double = 0.8, alpha: Double = 0.05) -> Double? {
    guard p1 != p2, power > 0.5, power < 1 else { return nil }
    let pooled = (p1 * n1 + p2 * n2) / (n1 + n2)
    let needed =
      Self.upperZ(alpha / 2) * Self.spread(pooled, n1, pooled, n2)
      + Self.upperZ(1 - power) * Self.spread(p1, n1, p2, n2)
    let root = needed / (p1 - p2)
    return n1 * root * root
  }

  // MARK: - Beyond or within a tolerance

  /// The tolerance that two groups are judged by.
  public enum Tolerance: Hashable, Sendable {
    /// Ratios from τ to 1/τ.
    case ratio(Double)
    /// Differences up to δ either way.
    case difference(Double)
  }

  /// The chance that the whole interval at level 1 − alpha lies beyond the tolerance, on the side where the rates are.
  public func beyond(_ tolerance: Tolerance, alpha: Double = 0.05) -> Double {
    let z = Self.upperZ(alpha / 2)
    switch tolerance {
    case .ratio(let tau):
      return p1 <= p2 ? belowRatio(tau, z) : ProportionPower(unchecked: p2, n2, p1, n1).belowRatio(tau, z)
    case .difference(let delta):
      return Self.chance(below: (abs(p1 - p2) - delta) / Self.spread(p1, n1, p2, n2) - z)
    }
  }

  /// The chance that the whole interval lies within the tolerance.
  public func within(_ tolerance: Tolerance, alpha: Double = 0.05) -> Double {
    let z = Self.upperZ(alpha / 2)
    switch tolerance {
    case .ratio(let tau): return max(0, aboveRatio(tau, z) + belowRatio(1 / tau, z) - 1)
    case .difference(let delta):
      let spread = Self.spread(p1, n1, p2, n2)
      let (low, high) = ((p1 - p2 + delta) / spread - z, (delta - p1 + p2) / spread - z)
      return max(0, Self.chance(below: low) + Self.chance(below: high) - 1)
    }
  }

  private func belowRatio(_ ratio: Double, _ z: Double) -> Double {
    let (a, b) = restricted(ratio)
    let spread = Self.scaled(p1, n1, p2, n2, ratio)
    let bound = z * Self.scaled(a, n1, b, n2, ratio)
    let gap = ratio * p2 - p1
    guard spread > 0 else { return gap > bound ? 1 : 0 }
    return Self.chance(below: (gap - bound) / spread)
  }

  private func aboveRatio(_ ratio: Double, _ z: Double) -> Double {
    let (a, b) = restricted(ratio)
    let spread = Self.scaled(p1, n1, p2, n2, ratio)
    let bound = z * Self.scaled(a, n1, b, n2, ratio)
    let gap = p1 - ratio * p2
    guard spread > 0 else { return gap > bound ? 1 : 0 }
    return Self.chance(below: (gap - bound) / spread)
  }

  private func restricted(_ ratio: Double) -> (Double, Double) {
    TwoProportions.restrictedRatio(p1 * n1, n1, p2 * n2, n2, ratio)
  }

  private static func scaled(_ a: Double, _ n1: Double, _ b: Double, _ n2: Double, _ ratio: Double) -> Double
  {
    (a * (1 - a) / n1 + ratio * ratio * b * (1 - b) / n2).squareRoot()
  }

  /// How many times as many rows of both groups would decide, beyond or within, with the power; 1 where these do.
  ///
  /// Nil where the rates lie so near the tolerance that a million times as many would not do. Cost: some 10 µs.
  public func scaleToDecide(_ tolerance: Tolerance, power: Double = 0.8, alpha: Double = 0.05) -> Double? {
    func decides(_ scale: Double) -> Bool {
      let planned = with(scale: scale)
      return max(planned.beyond(tolerance, alpha: alpha), planned.within(tolerance, alpha: alpha)) >= power
    }
    if decides(1) { return 1 }
    guard decides(1e6) else { return nil }
    return exp(-TwoProportions.boundary(from: -log(1e6), to: 0) { decides(exp(-$0)) })
  }

  /// The least disparity that would be found with the power at these sizes, the second group's rate as it is and the first one lower.
  ///
  /// A ratio for a tolerance of ratios, where a smaller one is the greater disparity; else a difference. Nil where even a rate of 0
  /// would not be told from what is tolerated. Cost: some 10 µs.
  public func leastDetectable(_ tolerance: Tolerance, power: Double = 0.8, alpha: Double = 0.05) -> Double? {
    guard p2 > 0 else { return nil }
    let edge: Double
    switch tolerance {
    case .ratio(let tau): edge = tau
    case .difference(let delta): edge = (p2 - delta) / p2
    }
    guard edge > 0 else { return nil }
    func isFound(_ ratio: Double) -> Bool {
      with(p1: ratio * p2).beyond(tolerance, alpha: alpha) >= power
    }
    guard isFound(0) else { return nil }
    let ratio = TwoProportions.boundary(from: 0, to: edge, while: isFound)
    if case .difference = tolerance { return p2 * (1 - ratio) }
    return ratio
  }
}
