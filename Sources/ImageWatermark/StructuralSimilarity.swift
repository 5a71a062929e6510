import Kernels

/// SSIM of a plane and the same plane with a scaled pattern added, for any scale, from five filtered planes.
///
/// Gaussian window of deviation 1.5 cut at 5 pixels, constants (0.01 · 255)² and (0.03 · 255)².
///
/// Source: Wang, Bovik, Sheikh, Simoncelli, "Image Quality Assessment", IEEE Trans. Image Processing 13 (2004).
struct StructuralSimilarity {
  private let mean: [Float]
  private let patternMean: [Float]
  private let variance: [Float]
  private let covariance: [Float]
  private let patternVariance: [Float]

  init(_ plane: Plane, pattern: Plane, kernels: PlaneKernels) {
    let values = (0...5).map { exponentialOf(-0.5 * Double($0 * $0) / 2.25) }
    let sum = values[0] + 2 * values[1...].reduce(0, +)
    let taps = values.map { Float($0 / sum) }
    func filtered(_ samples: [Float]) -> [Float] {
      kernels.convolve(samples, width: plane.width, height: plane.height, taps: taps)
    }
    // Around the middle of the scale squares lose fewer digits.
    let centred = plane.samples.map { $0 - 128 }
    let other = pattern.samples
    let mean = filtered(centred)
    let patternMean = filtered(other)
    var (variance, covariance, patternVariance) = (centred, centred, other)
    for index in centred.indices {
      variance[index] *= centred[index]
      covariance[index] *= other[index]
      patternVariance[index] *= other[index]
    }
    variance = filtered(variance)
    covariance = filtered(covariance)
    patternVariance = filtered(patternVariance)
    for index in mean.indices {
      variance[index] -= mean[index] * mean[index]
      covariance[index] -= mean[index] * patternMean[index]
      patternVariance[index] -= patternMean[index] * patternMean[index]
    }
    self.mean = mean.map { $0 + 128 }
    (self.patternMean, self.variance) = (patternMean, variance)
    (self.covariance, self.patternVariance) = (covariance, patternVariance)
  }

  /// The sum over some rows for the plane with `gain` times the pattern.
  func sum(gain: Float, rows: Range<Int>, width: Int) -> Double {
    var total = 0.0
    mean.withUnsafeBytes { mean in
      patternMean.withUnsafeBytes { patternMean in
        variance.withUnsafeBytes { variance in
          covariance.withUnsafeBytes { covariance in
            patternVariance.withUnsafeBytes { patternVariance in
              for row in rows {
                var sums = SIMD8<Float>.zero
                var index = row * width
                let end = index + width
                while index < end {
                  // The last few of a row are looked at with some before them, which then do not count.
                  let place = min(index, max(end - 8, 0)) * 4
                  let values = Self.similarity(
                    mean: mean.loadUnaligned(fromByteOffset: place, as: SIMD8<Float>.self),
                    patternMean: patternMean.loadUnaligned(fromByteOffset: place, as: SIMD8<Float>.self),
                    variance: variance.loadUnaligned(fromByteOffset: place, as: SIMD8<Float>.self),
                    covariance: covariance.loadUnaligned(fromByteOffset: place, as: SIMD8<Float>.self),
                    patternVariance: patternVariance.loadUnaligned(
                      fromByteOffset: place, as: SIMD8<Float>.self),
                    gain: gain)
                  if index + 8 <= end {
                    sums += values
                  } else {
                    for lane in (8 - (end - index))..<8 { sums[lane] += values[lane] }
                  }
                  index += 8
                }
                total += Double(sums.sum())
              }
            }
          }
        }
      }
    }
    return total
  }

  @inline(__always)
  private static func similarity(
    mean: SIMD8<Float>, patternMean: SIMD8<Float>, variance: SIMD8<Float>, covariance: SIMD8<Float>,
    patternVariance: SIMD8<Float>, gain: Float
  ) -> SIMD8<Float> {
    let c1: Float = 2.55 * 2.55
    let c2: Float = 7.65 * 7.65
    let added = gain * patternMean
    let other = mean + added
    let crossed = gain * covariance
    let power = gain * gain * patternVariance
    let nearBelow: SIMD8<Float> = mean * mean + other * other + c1
    let nearAbove: SIMD8<Float> = 2 * mean * other + c1
    let likeAbove: SIMD8<Float> = 2 * (variance + crossed) + c2
    let likeBelow: SIMD8<Float> = 2 * (variance + crossed) + power + c2
    return nearAbove * likeAbove / (nearBelow * likeBelow)
  }

  /// How far a window reaches: rows of a strip nearer than this to its end depend on the rows beyond.
  static let reach = 5
}

/// The structural similarity of a picture and its marked version at any strength, between strengths at which it was measured.
struct SimilarityCurve: Sendable {
  /// Rising.
  private let gains: [Double]
  /// One a gain.
  private let similarities: [Double]

  init(gains: [Double], similarities: [Double]) { (self.gains, self.similarities) = (gains, similarities) }

  /// Between two strengths similarity is nearly a line in the square of the strength.
  func similarity(gain: Double) -> Double {
    guard gains.count > 1 else { return similarities.first ?? 1 }
    let after = min(max(gains.partitioningIndex { $0 >= gain }, 1), gains.count - 1)
    let (low, high) = (gains[after - 1] * gains[after - 1], gains[after] * gains[after])
    let share = (gain * gain - low) / (high - low)
    return similarities[after - 1] + share * (similarities[after] - similarities[after - 1])
  }
}
