/// The chi-square distribution with ν degrees of freedom: a gamma of shape ν/2 and rate ½.
public struct ChiSquare: ContinuousDistribution, Hashable {
  /// ν, above 0; it need not be whole.
  public let degreesOfFreedom: Double
  private let gamma: Gamma

  /// Makes a distribution; throws when ν is outside its domain or NaN.
  public init(degreesOfFreedom: Double) throws(StatisticsError) {
    self.degreesOfFreedom = degreesOfFreedom
    gamma = try Gamma(shape: degreesOfFreedom / 2, rate: 0.5)
  }

  /// Returns ln f(x).
  public func logDensity(at x: Double) throws(StatisticsError) -> Double { try gamma.logDensity(at: x) }
  /// Returns ln P(X ≤ x).
  public func logLowerTail(below x: Double) throws(StatisticsError) -> Double {
    try gamma.logLowerTail(below: x)
  }
  /// Returns ln P(X ≥ x).
  public func logUpperTail(above x: Double) throws(StatisticsError) -> Double {
    try gamma.logUpperTail(above: x)
  }
  /// Returns the x with ln P(X ≤ x) = `logP`.
  public func quantile(logLowerTail logP: Double) throws(StatisticsError) -> Double {
    try gamma.quantile(logLowerTail: logP)
  }
  /// Returns the x with ln P(X ≥ x) = `logP`.
  public func quantile(logUpperTail logP: Double) throws(StatisticsError) -> Double {
    try gamma.quantile(logUpperTail: logP)
  }
}
