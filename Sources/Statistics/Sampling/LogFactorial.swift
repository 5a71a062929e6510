#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension Special {
  /// Returns ln k! for whole k ≥ 0; from a table up to 4,095.
  static func logFactorial(_ k: Double) -> Double {
    k < 4096 ? smallFactorials[Int(k)] : logGamma1p(k)
  }

  private static let smallFactorials: [Double] = (0..<4096).map { logGamma1p(Double($0)) }

  /// Returns ln (m! / k!) for whole m, k ≥ 0, with an absolute error near 1e-16 |m − k| ln k, not that of either factorial.
  static func logFactorialRatio(_ m: Double, over k: Double) -> Double {
    let gap = m - k
    if gap == 0 { return 0 }
    return (m + 0.5) * log1p(gap / (k + 1)) + gap * (log(k + 1) - 1) + shiftedStirlingError(m)
      - shiftedStirlingError(k)
  }

  /// What Stirling's series adds to ln k! ≈ (k + ½) ln (k + 1) − (k + 1) + ½ ln 2π.
  private static func shiftedStirlingError(_ k: Double) -> Double {
    if k < 16 { return smallErrors[Int(k)] }
    let z = 1 / (k + 1)
    let v = z * z
    return z * (1.0 / 12 - v * (1.0 / 360 - v * (1.0 / 1260 - v * (1.0 / 1680 - v / 1188))))
  }

  /// The same for k below 16, from the series of δ itself.
  private static let smallErrors: [Double] = (0..<16).map { stirlingError(Double($0) + 1) }
}
