import Kernels

/// How strongly each pixel may carry the pattern, from the texture around it.
///
/// The local deviation of the detail, limited by its local minima so that flat areas beside edges are not over-marked,
/// between 1.5 and 25, to the power 0.85.
enum VisibilityMask {
  /// How many rows away a pixel still has a say: both Gaussians, the minimum and the mean.
  static let reach = 10 + 20 + 4 + 7

  static func mask(of luma: Plane, kernels: PlaneKernels) -> Plane {
    let deviation = luma.detail(mean: 2.5, deviation: 5, kernels: kernels).deviation
    var quiet = kernels.minimum(deviation.samples, width: luma.width, height: luma.height, radius: 4)
    for index in quiet.indices { quiet[index] *= quiet[index] }
    quiet = kernels.convolve(
      quiet, width: luma.width, height: luma.height, taps: PlaneKernels.meanTaps(radius: 7))
    var mask = deviation
    for index in quiet.indices {
      let limited = min(deviation.samples[index], quiet[index].squareRoot() * 1.6 + 0.5)
      mask.samples[index] = table(min(max(limited + 1.5, 1.5), 25))
    }
    return mask
  }

  /// x^0.85 by interpolation: the exact power would cost more than the filters.
  private static let powers: [Float] = (0...(26 * 64)).map { Float(powerOf(Double($0) / 64, 0.85)) }

  private static func table(_ value: Float) -> Float {
    let place = value * 64
    let index = Int(place)
    let rest = place - Float(index)
    return powers[index] + rest * (powers[index + 1] - powers[index])
  }
}
