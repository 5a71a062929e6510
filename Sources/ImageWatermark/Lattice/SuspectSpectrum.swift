import Kernels

/// What a lattice detector sees of a picture: its spectrum, whitened, and the power of each bin.
///
/// Made once a picture, whatever the number of keys. The steps undo the perceptual mask and quiet the picture itself:
/// detail over local deviation, clipped; blocks whitened; edges faded out; one transform; bins divided by the root of their
/// neighbourhood's power. Cost: about 60 ms a megapixel.
public struct SuspectSpectrum: Sendable {
  /// Columns of the examined plane, after it was brought into the range of sizes.
  public let width: Int
  /// Rows.
  public let height: Int
  /// How much larger the examined plane is than the picture.
  public let enlargement: Double
  /// The plane after the local steps, for maps of where the mark is.
  let whitened: Plane
  /// The whitened spectrum.
  let spectrum: HalfSpectrum
  /// Its power, at most ``largestPower``, with frequency zero in the middle row.
  let power: [Float]
  let powerStride: Int

  /// The long side that every picture is brought to before it is examined.
  ///
  /// The tile is a share of the picture, so nothing of the pattern is lost, and its lines come to lie where the local filters
  /// were made for. Larger planes push them below the filters: a cut half of an 8-megapixel photograph was read at 500 to 800
  /// pixels and missed at 1000 and above.
  public static let examinedSide = 640
  static let largestPower: Float = 5

  /// The size of the transform.
  var size: Int { spectrum.size }

  /// Examines the luma of a picture.
  public init(luma: Plane, level: CPULevel = .active) {
    let side = luma.longSide
    let target = Self.examinedSide
    var plane = luma
    enlargement = Double(target) / Double(side)
    if target != side {
      plane = Resampler.resize(
        luma, width: max(1, Int((Double(luma.width) * enlargement).rounded())),
        height: max(1, Int((Double(luma.height) * enlargement).rounded())))
    }
    (width, height) = (plane.width, plane.height)
    let local = Self.localSteps(plane, level: level)
    whitened = local
    var size = 512
    while Double(size) < 1.6 * Double(plane.longSide) { size *= 2 }
    let transform = FourierTransform(count: size, level: level)
    var spectrum = HalfSpectrum(
      Self.faded(local).samples, width: width, height: height, transform: transform)
    powerStride = size / 2 + 1
    power = Self.whiten(&spectrum, stride: powerStride)
    self.spectrum = spectrum
  }

  private static func localSteps(_ plane: Plane, level: CPULevel) -> Plane {
    let kernels = PlaneKernels(level: level)
    let (detail, deviation) = plane.detail(mean: 3, deviation: 6, kernels: kernels)
    let flat = detail.combined(with: deviation) { min(max($0 / ($1 + 1), -2.5), 2.5) }
    var white = BlockWhitening(level: level)(flat.samples, width: plane.width, height: plane.height)
    var sum = 0.0
    var squares = 0.0
    for sample in white {
      sum += Double(sample)
      squares += Double(sample) * Double(sample)
    }
    let mean = sum / Double(white.count)
    let scale = Float(1 / ((max(0, squares / Double(white.count) - mean * mean)).squareRoot() + 1e-12))
    for index in white.indices { white[index] = min(max(white[index] * scale, -3), 3) }
    return Plane(width: plane.width, height: plane.height, samples: white)
  }

  /// The plane faded out over 4 % at each edge.
  private static func faded(_ plane: Plane) -> Plane {
    func edge(_ count: Int) -> [Float] {
      (0..<count).map { index in
        let distance = min(Double(index) + 0.5, Double(count - index) - 0.5)
        let sine = sineOf(min(max(distance / (0.04 * Double(count)), 0), 1) * Double.pi / 2)
        return Float(sine * sine)
      }
    }
    let columns = edge(plane.width)
    let rows = edge(plane.height)
    var out = plane
    let (width, height) = (plane.width, plane.height)
    out.samples.withUnsafeMutableBufferPointer { out in
      columns.withUnsafeBufferPointer { columns in
        for y in 0..<height {
          let weight = rows[y]
          for x in 0..<width { out[y * width + x] *= weight * columns[x] }
        }
      }
    }
    return out
  }

  /// Divides the bins by the root of the mean power around them; returns the power then, capped.
  private static func whiten(_ spectrum: inout HalfSpectrum, stride: Int) -> [Float] {
    let size = spectrum.size
    var power = [Float](repeating: 0, count: size * stride)
    eachRow(&spectrum, &power, stride: stride) { re, im, power in
      for column in power.indices { power[column] = re[column] * re[column] + im[column] * im[column] }
    }
    let cap = quantile(power, stride: stride, size: size)
    power.withUnsafeMutableBufferPointer { power in
      for index in power.indices { power[index] = min(power[index], cap) }
    }
    let box = max(9, Int((25 * Double(size) / 1024).rounded()) | 1)
    power = PowerSmoothing.boxMean(power, size: size, stride: stride, width: box)
    var sum = 0.0
    for value in power { sum += Double(value) }
    let least = Float(sum / Double(power.count)) * 1e-3
    eachRow(&spectrum, &power, stride: stride) { re, im, power in
      for column in power.indices {
        let gain = 1 / max(power[column], least).squareRoot()
        re[column] *= gain
        im[column] *= gain
        power[column] = min(re[column] * re[column] + im[column] * im[column], largestPower)
      }
    }
    return power
  }

  /// Hands out each row of a spectrum with its row of powers, whose middle row is frequency zero.
  private static func eachRow(
    _ spectrum: inout HalfSpectrum, _ power: inout [Float], stride: Int,
    _ body: (
      UnsafeMutableBufferPointer<Float>, UnsafeMutableBufferPointer<Float>, UnsafeMutableBufferPointer<Float>
    ) -> Void
  ) {
    let (size, wide) = (spectrum.size, spectrum.stride)
    spectrum.real.withUnsafeMutableBufferPointer { real in
      spectrum.imaginary.withUnsafeMutableBufferPointer { imaginary in
        power.withUnsafeMutableBufferPointer { power in
          for row in 0..<size {
            let source = row * wide
            let target = ((row + size / 2) & (size - 1)) * stride
            body(
              .init(rebasing: real[source..<(source + stride)]),
              .init(rebasing: imaginary[source..<(source + stride)]),
              .init(rebasing: power[target..<(target + stride)]))
          }
        }
      }
    }
  }

  /// About the 99.9th percentile, from every fourth bin of every fourth row: the upper half of a float orders positive ones.
  private static func quantile(_ power: [Float], stride: Int, size: Int) -> Float {
    var counts = [Int](repeating: 0, count: 1 << 16)
    var total = 0
    for row in Swift.stride(from: 0, to: size, by: 4) {
      for column in Swift.stride(from: 0, to: stride, by: 4) {
        counts[Int(power[row * stride + column].bitPattern >> 16)] += 1
        total += 1
      }
    }
    var above = 0
    for place in counts.indices.reversed() {
      above += counts[place]
      if Double(above) > 0.001 * Double(total) { return Float(bitPattern: UInt32(place) << 16 | 0xffff) }
    }
    return .greatestFiniteMagnitude
  }
}
