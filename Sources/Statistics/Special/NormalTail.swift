#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension Special {
  /// Returns ln P(Z ≥ z) for a standard normal Z; any z but NaN.
  ///
  /// `erfc` up to z = 5; beyond, the continued fraction of Mills' ratio (DLMF 7.9.1), whose log form cannot underflow.
  static func logNormalUpper(_ z: Double) -> Double {
    if z < 0 { return LogProbability.complement(logNormalUpper(-z)) }
    if z <= 5 { return log(0.5 * erfc(z * 0.7071067811865476)) }
    return -0.5 * z * z - halfLogTwoPi - log(millsFraction(z))
  }

  /// Returns F = φ(z) / Q(z) = z + 1/(z + 2/(z + 3/…)), for z > 5 or so.
  private static func millsFraction(_ z: Double) -> Double {
    if z > 1e8 { return z }
    var f = z
    var c = z
    var d = 0.0
    var k = 0.0
    while k < 1000 {
      k += 1
      d = 1 / (z + k * d)
      c = z + k / c
      let ratio = c * d
      f *= ratio
      if abs(ratio - 1) < 3e-16 { break }
    }
    return f
  }

  /// Returns the z with ln P(Z ≥ z) = `target`, for a target of at most ln ½.
  ///
  /// A rational start (Abramowitz and Stegun 26.2.23, good to 5e-4), then Halley's method on the logarithm.
  static func normalUpperQuantile(_ target: Double) -> Double {
    if target == -.infinity { return .infinity }
    let t = 1.4142135623730951 * (-target).squareRoot()
    let numerator = 2.515517 + t * (0.802853 + t * 0.010328)
    let denominator = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
    var z = t > 1e30 ? t : t - numerator / denominator
    for _ in 0..<6 {
      let logUpper = logNormalUpper(z)
      let hazard = exp(-0.5 * z * z - halfLogTwoPi - logUpper)
      guard hazard > 0, hazard.isFinite else { break }
      let step = (logUpper - target) / hazard
      let curvature = 1 + 0.5 * step * (hazard - z)
      let next = z + (curvature > 0.5 ? step / curvature : step)
      if next == z || !next.isFinite { break }
      z = next
      if abs(step) <= 1e-16 * abs(z) { break }
    }
    return z
  }
}
