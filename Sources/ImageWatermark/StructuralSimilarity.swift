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

  /// The mean over all pixels for the plane with `gain` times the pattern.
  func mean(gain: Float) -> Double {
    let c1: Float = 2.55 * 2.55
    let c2: Float = 7.65 * 7.65
    var total = 0.0
    let count = mean.count
    mean.withUnsafeBufferPointer { mean in
      patternMean.withUnsafeBufferPointer { patternMean in
        variance.withUnsafeBufferPointer { variance in
          covariance.withUnsafeBufferPointer { covariance in
            patternVariance.withUnsafeBufferPointer { patternVariance in
              for start in Swift.stride(from: 0, to: count, by: 4096) {
                var sum: Float = 0
                for index in start..<min(start + 4096, count) {
                  let other = mean[index] + gain * patternMean[index]
                  let shared = variance[index] + gain * covariance[index]
                  let changed =
                    variance[index] + 2 * gain * covariance[index] + gain * gain * patternVariance[index]
                  let near = (2 * mean[index] * other + c1) / (mean[index] * mean[index] + other * other + c1)
                  sum += near * (2 * shared + c2) / (variance[index] + changed + c2)
                }
                total += Double(sum)
              }
            }
          }
        }
      }
    }
    return total / Double(count)
  }
}
