#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Arithmetic on natural logarithms of probabilities.
///
/// Evidence over long documents reaches p = 1e-1000 and beyond, where p itself is 0 in a Double: everything in this module
/// is therefore computed as ln p, and p only ever comes from it.
public enum LogProbability {
  /// Returns ln(1 − e^x), the log of the complement of the probability whose log is `x`.
  ///
  /// Two forms are needed because `expm1` keeps the digits near x = 0 and `log1p` those for very negative x
  /// (the cut is ln 2). `x` above 0 counts as 0, since it can only be rounding; NaN gives NaN.
  public static func complement(_ x: Double) -> Double {
    if x >= 0 { return -.infinity }
    return x > -0.6931471805599453 ? log(-expm1(x)) : log1p(-exp(x))
  }

  /// Returns ln(e^x + e^y) without overflow or underflow.
  public static func sum(_ x: Double, _ y: Double) -> Double {
    let high = max(x, y)
    let low = min(x, y)
    if high == -.infinity || low == -.infinity || high == .infinity { return high }
    return high + log1p(exp(low - high))
  }

  /// Returns the decimal logarithm that belongs to a natural one; -0 becomes 0, so that reports never print "-0".
  public static func decimal(_ natural: Double) -> Double { natural * 0.4342944819032518 + 0 }

  /// Returns the natural logarithm that belongs to a decimal one.
  public static func natural(decimal: Double) -> Double { decimal * 2.302585092994046 + 0 }

  /// Throws unless `value` is a log-probability: not NaN and not above 0.
  static func check(_ value: Double) throws(StatisticsError) {
    guard value <= 0 else {
      throw StatisticsError(
        code: value.isNaN ? .notANumber : .invalidProbability, message: "\(value) is not a log-probability",
        hint: "pass a logarithm of a probability: at most 0")
    }
  }
}
