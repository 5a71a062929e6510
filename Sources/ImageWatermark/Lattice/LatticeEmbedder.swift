import Kernels

/// Makes the change of luma that writes a lattice mark into a picture.
///
/// Luma only, so it survives chroma subsampling and conversion to gray. Pure: the same picture, key and payload give the same
/// change on every machine and at every ``CPULevel``. Cost: 30 to 40 ms a megapixel.
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
    let curve: SimilarityCurve

    /// The structural similarity that a factor gives, before rounding.
    public func similarity(gain: Double) -> Double { curve.similarity(gain: gain) }

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
    let (pattern, energy) = maskedPattern(luma)
    func gain(psnr: Double) -> Double {
      // Rounding to whole levels adds its own twelfth.
      (max(65025 * powerOf(10, -psnr / 10) - 1.0 / 12, 0.01) / energy).squareRoot()
    }
    let range = LatticeStrength.psnrRange
    switch strength {
    case .psnr(let psnr):
      let curve = similarity(luma, pattern, gains: [psnr + 0.5, psnr, psnr - 0.5].map(gain))
      return Change(pattern: pattern, gain: gain(psnr: psnr), curve: curve)
    case .visibility(let wanted):
      // Strengths beyond the range are for pictures whose strength has to be raised.
      let steps = stride(from: range.upperBound, through: range.lowerBound - 1, by: -1)
      let curve = similarity(luma, pattern, gains: steps.map(gain))
      var (weak, strong) = (gain(psnr: range.upperBound), gain(psnr: range.lowerBound))
      if curve.similarity(gain: strong) >= wanted {
        weak = strong
      } else if curve.similarity(gain: weak) > wanted {
        for _ in 0..<24 {
          let middle = (weak * strong).squareRoot()
          if curve.similarity(gain: middle) >= wanted { weak = middle } else { strong = middle }
        }
      }
      return Change(pattern: pattern, gain: weak, curve: curve)
    }
  }

  /// Rows of a strip: large pictures are worked on strip by strip, so that only luma and pattern are held whole.
  private static func stripRows(_ width: Int) -> Int { max(256, 2_000_000 / width) }

  /// Calls `body` with strips of a plane, `reach` more rows at either end where there are any, and which rows are a strip's own.
  private func eachStrip(_ plane: Plane, reach: Int, _ body: (Plane, _ first: Int, _ own: Range<Int>) -> Void)
  {
    let rows = Self.stripRows(plane.width)
    for first in stride(from: 0, to: plane.height, by: rows) {
      let last = min(first + rows, plane.height)
      let (top, bottom) = (max(0, first - reach), min(plane.height, last + reach))
      body(plane.rows(top..<bottom), top, (first - top)..<(last - top))
    }
  }

  /// The pattern under its mask, and its mean square.
  private func maskedPattern(_ luma: Plane) -> (Plane, Double) {
    let waves = LatticePattern(
      key: key, payload: payload.bits, width: luma.width,
      tile: LatticeKey.tileSide(width: luma.width, height: luma.height), kernels: kernels)
    let width = luma.width
    var pattern: [Float] = []
    pattern.reserveCapacity(luma.samples.count)
    var energy = 0.0
    eachStrip(luma, reach: VisibilityMask.reach) { strip, first, own in
      let mask = VisibilityMask.mask(of: strip, kernels: kernels)
      var rows = waves.rows((first + own.lowerBound)..<(first + own.upperBound))
      energy += kernels.multiply(
        &rows, by: mask.samples[(own.lowerBound * width)..<(own.upperBound * width)])
      pattern += rows
    }
    return (Plane(width: width, height: luma.height, samples: pattern), energy / Double(pattern.count))
  }

  /// Similarity at some strengths; of pictures above a megapixel at every so many rows that a megapixel is looked at.
  private func similarity(_ luma: Plane, _ pattern: Plane, gains: [Double]) -> SimilarityCurve {
    let step = max(1, luma.samples.count / 1_000_000)
    var sums = [Double](repeating: 0, count: gains.count)
    var rows = 0
    eachStrip(luma, reach: StructuralSimilarity.reach) { strip, first, own in
      // The rows looked at are the same however the picture is cut into strips.
      let skipped = (step - (first + own.lowerBound) % step) % step
      guard own.lowerBound + skipped < own.upperBound else { return }
      let measure = StructuralSimilarity(
        strip, pattern: pattern.rows(first..<(first + strip.height)), rows: own.dropFirst(skipped),
        step: step,
        kernels: kernels)
      let added = measure.sums(gains: gains.map(Float.init))
      for index in sums.indices { sums[index] += added[index] }
      rows += measure.rows
    }
    let windows = Double(rows * luma.width)
    return SimilarityCurve(gains: gains, similarities: sums.map { $0 / windows })
  }
}
