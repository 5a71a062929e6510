#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the kernels over planes compute, written plainly: the tests hold every level to it.
public enum PlaneReference {
  /// The index that a border stands for: d c b a | a b c d | d c b a.
  public static func reflected(_ index: Int, count: Int) -> Int {
    let place = ((index % (2 * count)) + 2 * count) % (2 * count)
    return place < count ? place : 2 * count - 1 - place
  }

  /// As ``PlaneKernels/convolve(_:width:height:taps:)``.
  public static func convolve(_ plane: [Float], width: Int, height: Int, taps: [Float]) -> [Float] {
    var rows = plane
    var out = plane
    for y in 0..<height {
      for x in 0..<width {
        var sum = taps[0] * plane[y * width + x]
        for t in 1..<max(taps.count, 1) {
          sum +=
            taps[t]
            * (plane[y * width + reflected(x - t, count: width)]
              + plane[y * width + reflected(x + t, count: width)])
        }
        rows[y * width + x] = sum
      }
    }
    for y in 0..<height {
      for x in 0..<width {
        var sum = taps[0] * rows[y * width + x]
        for t in 1..<max(taps.count, 1) {
          sum +=
            taps[t]
            * (rows[reflected(y - t, count: height) * width + x]
              + rows[reflected(y + t, count: height) * width + x])
        }
        out[y * width + x] = sum
      }
    }
    return out
  }

  /// As ``PlaneKernels/minimum(_:width:height:radius:)``.
  public static func minimum(_ plane: [Float], width: Int, height: Int, radius: Int) -> [Float] {
    var out = plane
    for y in 0..<height {
      for x in 0..<width {
        var least = Float.infinity
        for dy in -radius...radius {
          for dx in -radius...radius {
            let sample = plane[reflected(y + dy, count: height) * width + reflected(x + dx, count: width)]
            least = min(least, sample)
          }
        }
        out[y * width + x] = least
      }
    }
    return out
  }

  /// As ``PlaneKernels/maskStrengths(deviation:quiet:)``.
  public static func maskStrengths(deviation: [Float], quiet: [Float]) -> [Float] {
    let terms: [Float] = [
      0.007052900735288858, -0.0671229213476181, 0.7451139092445374, 0.3890679180622101, -0.07430928945541382,
    ]
    return zip(deviation, quiet).map { deviation, quiet in
      let limited = min(deviation, quiet.squareRoot() * 1.6 + 0.5)
      let root = min(max(limited + 1.5, 1.5), 25).squareRoot()
      return terms.reduce(-0.0003491187817) { $0 * root + $1 }
    }
  }

  /// The sum that ``PlaneKernels/multiply(_:by:)`` returns.
  public static func energy(_ values: [Float], _ factors: [Float]) -> Double {
    var lanes = [Float](repeating: 0, count: 16)
    for index in values.indices {
      let product = values[index] * factors[index]
      lanes[index % 16] += product * product
    }
    return lanes.reduce(0.0) { $0 + Double($1) }
  }

  /// As ``PlaneKernels/similaritySums(mean:patternMean:variance:covariance:patternVariance:gains:)`` for one gain.
  public static func similaritySum(
    mean: [Float], patternMean: [Float], variance: [Float], covariance: [Float], patternVariance: [Float],
    gain: Float
  ) -> Double {
    let c1: Float = 2.55 * 2.55
    let c2: Float = 7.65 * 7.65
    var lanes = [Float](repeating: 0, count: 16)
    for index in mean.indices {
      let other = mean[index] + gain * patternMean[index]
      let crossed = gain * covariance[index]
      let power = gain * gain * patternVariance[index]
      let below = mean[index] * mean[index] + other * other + c1
      let above = 2 * mean[index] * other + c1
      let likeAbove = 2 * (variance[index] + crossed) + c2
      let likeBelow = 2 * (variance[index] + crossed) + power + c2
      lanes[index % 16] += above * likeAbove / (below * likeBelow)
    }
    return lanes.reduce(0.0) { $0 + Double($1) }
  }
}

func exponential(_ value: Double) -> Double { exp(value) }
func cosine(_ value: Double) -> Double { cos(value) }
func sine(_ value: Double) -> Double { sin(value) }
