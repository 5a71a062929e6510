import Statistics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Student's distribution, through the beta distribution that its square follows.
enum StudentT {
  /// P(|T| ≥ |t|); nil where it cannot be computed.
  static func twoSidedP(_ t: Double, freedom: Double) -> Double? {
    guard !t.isNaN, freedom > 0, let beta = try? Beta(alpha: freedom / 2, beta: 0.5),
      let tail = try? beta.logLowerTail(below: freedom / (freedom + t * t))
    else { return nil }
    return exp(tail)
  }

  /// The t with so much of the distribution above it.
  static func quantile(upperTail: Double, freedom: Double) -> Double? {
    guard upperTail > 0, upperTail < 0.5, freedom > 0, let beta = try? Beta(alpha: freedom / 2, beta: 0.5),
      let x = try? beta.quantile(logLowerTail: log(2 * upperTail)), x > 0
    else { return nil }
    return (freedom * (1 - x) / x).squareRoot()
  }
}
