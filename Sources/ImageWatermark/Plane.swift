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
  @inline(__always)
  func combined(with other: Plane, _ combine: (Float, Float) -> Float) -> Plane {
    let made = samples.withUnsafeBufferPointer { samples in
      other.samples.withUnsafeBufferPointer { other in
        [Float](unsafeUninitializedCapacity: samples.count) { out, filled in
          for index in 0..<samples.count { out[index] = combine(samples[index], other[index]) }
          filled = samples.count
        }
      }
    }
    return Plane(width: width, height: height, samples: made)
  }

  /// What a local mean leaves, and its local deviation.
  func detail(mean: Double, deviation: Double, kernels: PlaneKernels) -> (detail: Plane, deviation: Plane) {
    let detail = combined(with: blurred(mean, kernels: kernels)) { $0 - $1 }
    let power = detail.combined(with: detail) { $0 * $1 }.blurred(deviation, kernels: kernels)
    return (detail, power.combined(with: power) { power, _ in (power + 1e-9).squareRoot() })
  }
}
