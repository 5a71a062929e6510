#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension Special {
  /// Returns φ(t) = t − ln(1 + t) for t > −1, with full relative accuracy also where the two nearly cancel.
  ///
  /// With r = t/(2+t), ln(1+t) = 2 artanh r, hence φ = r (t − 2 r² Σ r^{2k}/(2k+3)): what cancels is removed by hand.
  package static func logDefect(_ t: Double) -> Double {
    if t > 0.4 || t < -0.4 { return t - log1p(t) }
    let r = t / (2 + t)
    let v = r * r
    var power = 1.0
    var sum = 0.0
    var index = 0
    while power > 1e-17 && index < oddReciprocals.count {
      sum += power * oddReciprocals[index]
      power *= v
      index += 1
    }
    return r * (t - 2 * v * sum)
  }

  /// 1/3, 1/5, 1/7, …: |t| ≤ 0.4 gives r² ≤ 1/16, so 16 terms reach 1e-17.
  private static let oddReciprocals: [Double] = (0..<16).map { 1 / Double(2 * $0 + 3) }

  /// Returns the deviance D = a ln(a/m) + m − a = a φ(δ/a), given both m and δ = m − a.
  ///
  /// Loader's bd0, but fed with the difference: the caller knows how to form m − a without cancellation
  /// (a fused multiply-add for n·x − a), and the digits lost there are the ones that matter for n of 1e9.
  package static func deviance(_ a: Double, mean m: Double, excess delta: Double) -> Double {
    if delta >= -0.4 * a && delta <= 1e10 * a { return a * logDefect(delta / a) }
    // Far out the quotient itself may leave the range of doubles.
    let ratio = m / a
    return delta - a * (ratio > 1e-290 && ratio < 1e290 ? log(ratio) : log(m) - log(a))
  }
}
