#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension Special {
  /// Returns ψ(z) = d ln Γ(z) / dz for z > 0, to some 1e-14.
  ///
  /// The asymptotic series (DLMF 5.11.2) from z = 10 on, the recurrence ψ(z) = ψ(z + 1) − 1/z below.
  static func digamma(_ z: Double) -> Double {
    var (z, sum) = (z, 0.0)
    while z < 10 {
      sum -= 1 / z
      z += 1
    }
    let v = 1 / (z * z)
    let series = v * (1.0 / 12 - v * (1.0 / 120 - v * (1.0 / 252 - v * (1.0 / 240 - v * (1.0 / 132)))))
    return sum + log(z) - 0.5 / z - series
  }

  /// Returns ψ′(z) for z > 0, to some 1e-14 (DLMF 5.15.8).
  static func trigamma(_ z: Double) -> Double {
    var (z, sum) = (z, 0.0)
    while z < 10 {
      sum += 1 / (z * z)
      z += 1
    }
    let v = 1 / (z * z)
    let series = v * (1.0 / 6 - v * (1.0 / 30 - v * (1.0 / 42 - v * (1.0 / 30 - v * (5.0 / 66)))))
    return sum + (1 + 0.5 / z + series) / z
  }
}
