#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

func sineOf(_ value: Double) -> Double { sin(value) }
func cosineOf(_ value: Double) -> Double { cos(value) }
func exponentialOf(_ value: Double) -> Double { exp(value) }
func logarithmOf(_ value: Double) -> Double { log(value) }
func powerOf(_ value: Double, _ exponent: Double) -> Double { pow(value, exponent) }

/// A complex number in double precision.
struct Complex: Hashable, Sendable {
  var re: Double
  var im: Double

  static let zero = Complex(re: 0, im: 0)
  static func unit(_ angle: Double) -> Complex { Complex(re: cosineOf(angle), im: sineOf(angle)) }
  static func + (a: Complex, b: Complex) -> Complex { Complex(re: a.re + b.re, im: a.im + b.im) }
  static func * (a: Complex, b: Complex) -> Complex {
    Complex(re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re)
  }
  static func * (a: Complex, b: Double) -> Complex { Complex(re: a.re * b, im: a.im * b) }
  var conjugate: Complex { Complex(re: re, im: -im) }
  var squaredMagnitude: Double { re * re + im * im }
}

func logOnePlus(_ value: Double) -> Double { log1p(value) }
