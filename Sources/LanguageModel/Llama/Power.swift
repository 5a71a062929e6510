#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// base to the power of an exponent.
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

/// Cosine and sine of an angle, rounded to single precision.
func turn(_ angle: Float) -> (cosine: Float, sine: Float) {
  (Float(cos(Double(angle))), Float(sin(Double(angle))))
}
