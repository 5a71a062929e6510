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
    return Plane(
      width: luma.width, height: luma.height,
      samples: kernels.maskStrengths(deviation: deviation.samples, quiet: quiet))
  }
}
