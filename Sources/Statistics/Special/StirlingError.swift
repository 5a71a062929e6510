#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Special functions in the forms that keep their digits; the distributions are built from these.
package enum Special {
  package static let halfLogTwoPi = 0.9189385332046728
  /// Continued fractions need about the square root of the smaller parameter in steps, so this bounds a call to some milliseconds.
  package static let largestParameter = 1e12
  /// Below this a shape makes its own reciprocal powers overflow; nothing real is near it.
  package static let smallestParameter = 1e-100
}

extension Special {
  /// Returns δ(z) = ln Γ(z) − (z − ½) ln z + z − ½ ln 2π for z > 0, with absolute error near 1e-16.
  ///
  /// ln Γ(1e8) is 1.7e9, so a library lgamma leaves an absolute error of 2e-7 there; differences of δ do not (Loader 2000, "Fast
  /// and accurate computation of binomial probabilities"). From 10 on the Bernoulli series is used (DLMF 5.11.1); below,
  /// δ(z) − δ(z+1) = (z + ½) ln(1 + 1/z) − 1 leads there, as a series of positive terms in 1/(2z+1)².
  package static func stirlingError(_ z: Double) -> Double {
    var z = z
    var sum = 0.0
    while z < 10 {
      sum += stirlingStep(z)
      z += 1
    }
    let w = 1 / z
    let v = w * w
    if z > 1e6 { return sum + w * (1.0 / 12) }
    var series = 1.0 / 156
    series = series * v - 691.0 / 360360
    series = series * v + 1.0 / 1188
    series = series * v - 1.0 / 1680
    series = series * v + 1.0 / 1260
    series = series * v - 1.0 / 360
    series = series * v + 1.0 / 12
    return sum + w * series
  }

  /// Returns δ(z) − δ(z + 1).
  private static func stirlingStep(_ z: Double) -> Double {
    if z < 1 { return (z + 0.5) * (log1p(z) - log(z)) - 1 }
    let odd = 2 * z + 1
    let square = 1 / (odd * odd)
    var power = square
    var sum = 0.0
    var k = 3.0
    while power > 1e-18 {
      sum += power / k
      power *= square
      k += 2
    }
    return sum
  }

  /// Returns ln Γ(z) for z > 0; absolute error near 1e-16 · max(1, |ln Γ(z)|).
  package static func logGamma(_ z: Double) -> Double {
    if z < 0.5 { return logGamma1p(z) - log(z) }
    return (z - 0.5) * log(z) - z + halfLogTwoPi + stirlingError(z)
  }

  /// Returns ln Γ(1 + a) for a > 0, with relative accuracy as a → 0.
  ///
  /// For small a: −ln(1+a) + (1−γ) a + Σ (−1)^k (ζ(k)−1) a^k / k, whose terms fall like (a/2)^k (DLMF 5.7.3).
  package static func logGamma1p(_ a: Double) -> Double {
    if a > 0.5 { return logGamma(1 + a) }
    var sum = 0.0
    for coefficient in zetaCoefficients.reversed() { sum = sum * -a + coefficient }
    return -log1p(a) + a * (0.42278433509846713 + a * sum)
  }

  /// Returns ln Γ(b + a) − ln Γ(b) for b > 0 and a > 0, with relative accuracy as a → 0.
  package static func logGammaRatio(_ b: Double, plus a: Double) -> Double {
    var b = b
    var sum = 0.0
    while b < 10 {
      sum -= log1p(a / b)
      b += 1
    }
    let t = a / b
    return sum - b * logDefect(t) - 0.5 * log1p(t) + a * log(b + a)
      + (stirlingError(b + a) - stirlingError(b))
  }

  /// (ζ(k) − 1) / k for k = 2, 3, …; signs are in the evaluation.
  private static let zetaCoefficients: [Double] = [
    0.3224670334241132, 0.0673523010531981, 0.020580808427784546, 0.007385551028673986,
    0.0028905103307415234, 0.001192753911703261, 0.0005096695247430425, 0.00022315475845357939,
    9.945751278180853e-05, 4.492623673813314e-05, 2.050721277567069e-05, 9.439488275268397e-06,
    4.374866789907488e-06, 2.039215753801366e-06, 9.55141213040742e-07, 4.492469198764566e-07,
    2.1207184805554665e-07, 1.0043224823968099e-07, 4.7698101693639804e-08, 2.2711094608943164e-08,
    1.0838659214896955e-08, 5.183475041970047e-09, 2.4836745438024785e-09, 1.1921401405860912e-09,
    5.731367241678862e-10, 2.7595228851242334e-10, 1.330476437424449e-10, 6.4229645638381e-11,
  ]
}
