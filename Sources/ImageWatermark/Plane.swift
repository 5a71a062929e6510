import Kernels

/// One channel of a picture as floats on the scale 0 to 255, rows from the top without padding.
public struct Plane: Hashable, Sendable {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// `width * height` samples.
  public var samples: [Float]

  /// Makes a plane; the number of samples must fit its size.
  public init(width: Int, height: Int, samples: [Float]) {
    precondition(width > 0 && height > 0 && samples.count == width * height, "one sample a pixel")
    (self.width, self.height, self.samples) = (width, height, samples)
  }

  /// The longer side.
  public var longSide: Int { max(width, height) }

  /// Some rows.
  func rows(_ rows: Range<Int>) -> Plane {
    if rows == 0..<height { return self }
    return Plane(
      width: width, height: rows.count,
      samples: Array(samples[(rows.lowerBound * width)..<(rows.upperBound * width)]))
  }

  /// The plane under a Gaussian of some deviation in pixels, cut at four deviations.
  func blurred(_ deviation: Double, kernels: PlaneKernels) -> Plane {
    let taps = PlaneKernels.gaussianTaps(deviation: deviation)
    return Plane(
      width: width, height: height,
      samples: kernels.convolve(samples, width: width, height: height, taps: taps))
  }

  /// Sample by sample.
  func combined(with other: Plane, _ combine: (Float, Float) -> Float) -> Plane {
    var out = samples
    other.samples.withUnsafeBufferPointer { other in
      out.withUnsafeMutableBufferPointer { out in
        for index in out.indices { out[index] = combine(out[index], other[index]) }
      }
    }
    return Plane(width: width, height: height, samples: out)
  }

  /// What a local mean leaves, and its local deviation.
  func detail(mean: Double, deviation: Double, kernels: PlaneKernels) -> (detail: Plane, deviation: Plane) {
    let detail = combined(with: blurred(mean, kernels: kernels)) { $0 - $1 }
    var power = detail
    for index in power.samples.indices { power.samples[index] *= power.samples[index] }
    power = power.blurred(deviation, kernels: kernels)
    for index in power.samples.indices { power.samples[index] = (power.samples[index] + 1e-9).squareRoot() }
    return (detail, power)
  }
}
