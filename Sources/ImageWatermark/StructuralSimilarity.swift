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
  private let kernels: PlaneKernels
  /// How many rows are looked at.
  let rows: Int

  /// Looks at windows around every `step`-th of some rows.
  init(_ plane: Plane, pattern: Plane, rows: Range<Int>, step: Int, kernels: PlaneKernels) {
    let values = (0...5).map { exponentialOf(-0.5 * Double($0 * $0) / 2.25) }
    let sum = values[0] + 2 * values[1...].reduce(0, +)
    let taps = values.map { Float($0 / sum) }
    let count = (rows.count + step - 1) / step
    func filtered(_ plane: Plane) -> Plane {
      // Rows below those asked for are cut off; there are at most a reach of them.
      let made = kernels.convolve(
        plane.samples, width: plane.width, height: plane.height, taps: taps, first: rows.lowerBound,
        step: step)
      return Plane(width: plane.width, height: count, samples: Array(made.prefix(count * plane.width)))
    }
    // Around the middle of the scale squares lose fewer digits.
    let centred = plane.combined(with: plane) { sample, _ in sample - 128 }
    func moment(_ left: Plane, _ right: Plane, _ leftMean: Plane, _ rightMean: Plane) -> [Float] {
      let product = filtered(left.combined(with: right) { $0 * $1 })
      return product.combined(with: leftMean.combined(with: rightMean) { $0 * $1 }) { $0 - $1 }.samples
    }
    let mean = filtered(centred)
    let patternMean = filtered(pattern)
    variance = moment(centred, centred, mean, mean)
    covariance = moment(centred, pattern, mean, patternMean)
    patternVariance = moment(pattern, pattern, patternMean, patternMean)
    self.mean = mean.combined(with: mean) { mean, _ in mean + 128 }.samples
    self.patternMean = patternMean.samples
    (self.rows, self.kernels) = (count, kernels)
  }

  /// The sums over the windows for the plane with each gain times the pattern.
  func sums(gains: [Float]) -> [Double] {
    kernels.similaritySums(
      mean: mean[...], patternMean: patternMean[...], variance: variance[...], covariance: covariance[...],
      patternVariance: patternVariance[...], gains: gains)
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
