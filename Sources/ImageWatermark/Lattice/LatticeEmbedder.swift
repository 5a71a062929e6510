import Kernels

/// Makes the change of luma that writes a lattice mark into a picture.
///
/// Luma only, so it survives chroma subsampling and conversion to gray. Pure: the same picture, key and payload give the same
/// change on every machine and at every ``CPULevel``. Cost: about 50 ms a megapixel.
public struct LatticeEmbedder: Sendable {
  /// The key.
  public let key: LatticeKey
  /// The payload.
  public let payload: LatticePayload
  private let kernels: PlaneKernels

  /// The shortest side that can be marked.
  public static let smallestSide = 192

  /// Makes an embedder.
  public init(key: LatticeKey, payload: LatticePayload, level: CPULevel = .active) {
    (self.key, self.payload) = (key, payload)
    kernels = PlaneKernels(level: level)
  }

  /// A pattern under its mask, at strength one, and the strength that was asked for.
  public struct Change: Sendable {
    /// What strength one adds to each pixel.
    public var pattern: Plane
    /// The factor.
    public var gain: Double
    let measure: StructuralSimilarity

    /// The structural similarity that a factor gives, before rounding.
    public func similarity(gain: Double) -> Double { measure.mean(gain: Float(gain)) }

    /// The structural similarity that ``gain`` gives.
    public var similarity: Double { similarity(gain: gain) }
  }

  /// The change for a picture's luma.
  public func change(_ luma: Plane, strength: LatticeStrength) throws(ImageWatermarkError) -> Change {
    guard min(luma.width, luma.height) >= Self.smallestSide else {
      throw ImageWatermarkError(
        code: .unsupportedSize, message: "the picture is \(luma.width) × \(luma.height) pixels",
        hint: "a lattice mark needs \(Self.smallestSide) pixels on each side")
    }
    var pattern = VisibilityMask.mask(of: luma, kernels: kernels)
    let waves = LatticePattern(
      key: key, payload: payload.bits, width: luma.width,
      tile: LatticeKey.tileSide(width: luma.width, height: luma.height), kernels: kernels)
    var row = [Float](repeating: 0, count: luma.width)
    var energy = 0.0
    for y in 0..<luma.height {
      row.withUnsafeMutableBufferPointer { waves.write(row: y, into: $0) }
      let start = y * luma.width
      var sum: Float = 0
      for x in 0..<luma.width {
        let value = pattern.samples[start + x] * row[x]
        pattern.samples[start + x] = value
        sum += value * value
      }
      energy += Double(sum)
    }
    energy /= Double(luma.samples.count)
    func gain(psnr: Double) -> Double {
      // Rounding to whole levels adds its own twelfth.
      (max(65025 * powerOf(10, -psnr / 10) - 1.0 / 12, 0.01) / energy).squareRoot()
    }
    let similarity = StructuralSimilarity(luma, pattern: pattern, kernels: kernels)
    switch strength {
    case .psnr(let psnr):
      return Change(pattern: pattern, gain: gain(psnr: psnr), measure: similarity)
    case .visibility(let wanted):
      var (weak, strong) = (
        gain(psnr: LatticeStrength.psnrRange.upperBound), gain(psnr: LatticeStrength.psnrRange.lowerBound)
      )
      if similarity.mean(gain: Float(strong)) >= wanted {
        weak = strong
      } else if similarity.mean(gain: Float(weak)) > wanted {
        for _ in 0..<12 {
          let middle = (weak * strong).squareRoot()
          if similarity.mean(gain: Float(middle)) >= wanted { weak = middle } else { strong = middle }
        }
      }
      return Change(pattern: pattern, gain: weak, measure: similarity)
    }
  }
}
