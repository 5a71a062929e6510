import Kernels
import Raster

/// Writes lattice marks into pictures, and reads them back before it says so.
///
/// A mark that its own detector cannot find is no mark: after writing, the result is read as the file will hold it, and after it was
/// reduced to half its size and saved as a JPEG of quality 50, at once or else one by one. Where that fails the strength is
/// raised, and in the end the picture is refused with what did not come back.
public struct LatticeMarker: Sendable {
  /// The key.
  public let key: LatticeKey
  /// The payload.
  public let payload: LatticePayload
  /// How strong.
  public let strength: LatticeStrength
  private let level: CPULevel

  /// Makes a marker.
  public init(
    key: LatticeKey, payload: LatticePayload, strength: LatticeStrength = .standard, level: CPULevel = .active
  ) {
    (self.key, self.payload, self.strength, self.level) = (key, payload, strength, level)
  }

  /// A change that a picture survives or does not.
  public struct Trial: Hashable, Sendable {
    /// `as written`, `half size and JPEG 50`, `half size`, `JPEG 50`.
    public var name: String
    /// Whether the payload came back within the bound.
    public var isRead: Bool
    /// log₁₀ of the bound on a false positive.
    public var log10PValue: Double
  }

  /// A marked picture and what was found on reading it back.
  public struct Result: Sendable {
    /// The marked picture, in the stored orientation of the file.
    public var pixels: RasterImage
    /// The file with it, where that loses something (JPEG); nil where it holds the pixels as they are.
    public var encoded: [UInt8]?
    /// Peak signal-to-noise ratio in decibels over the colour channels, rounding and clipping counted.
    public var psnr: Double
    /// Structural similarity of the luma.
    public var ssim: Double
    /// What was read back.
    public var trials: [Trial]
    /// Whether the strength had to be raised beyond what was asked for.
    public var wasRaised: Bool
  }

  /// The bound that reading back must reach.
  static let logBound = logarithmOf(1e-9)

  /// Marks the pixels of a file.
  ///
  /// - Parameter isDryRun: whether a picture that cannot hold the mark is reported instead of refused.
  public func mark(_ file: ImageFile, isDryRun: Bool = false) throws(ImageWatermarkError) -> Result {
    let stored = file.pixels
    let (width, height) =
      file.orientation.exchangesSides ? (stored.height, stored.width) : (stored.width, stored.height)
    let luma = Plane(
      width: width, height: height,
      samples: file.orientation.upright(
        stored.luma(), storedWidth: stored.width, storedHeight: stored.height))
    let embedder = LatticeEmbedder(key: key, payload: payload, level: level)
    let change = try embedder.change(luma, strength: strength)
    let pattern = file.orientation.stored(
      change.pattern.samples, storedWidth: stored.width, storedHeight: stored.height)
    var gain = change.gain
    var wasRaised = false
    while true {
      let (pixels, psnr, used) = render(stored, pattern, gain: gain)
      var encoded: [UInt8]?
      var written = pixels
      if file.format == .jpeg {
        let bytes = try ImageWatermarkError.wrapping { () throws(RasterError) in
          try file.encoded(replacing: pixels)
        }
        written = try ImageWatermarkError.wrapping { () throws(RasterError) in
          try ImageFile.read(bytes).pixels
        }
        encoded = bytes
      }
      let marked = Plane(
        width: width, height: height,
        samples: file.orientation.upright(
          written.luma(), storedWidth: stored.width, storedHeight: stored.height))
      let trials = readBack(marked)
      let result = Result(
        pixels: pixels, encoded: encoded, psnr: psnr, ssim: change.similarity(gain: used), trials: trials,
        wasRaised: wasRaised)
      if isDryRun || trials.allSatisfy(\.isRead) { return result }
      // A decibel more, as long as the user left the strength to us.
      guard case .visibility = strength, psnr - 1 >= LatticeStrength.psnrRange.lowerBound - 0.5 else {
        throw refusal(of: result)
      }
      gain = used * 1.122
      wasRaised = true
    }
  }

  private func refusal(of result: Result) -> ImageWatermarkError {
    let failed = result.trials.filter { !$0.isRead }.map(\.name).joined(separator: ", ")
    let decibels = (result.psnr * 10).rounded() / 10
    let hint: String
    if case .psnr = strength {
      hint = "lower --psnr, or leave it out so that the strength can follow the picture"
    } else {
      hint = "the picture has too little texture or too few pixels; use a larger one or a payload of 32 bits"
    }
    return ImageWatermarkError(
      code: .capacityTooLow, message: "at \(decibels) dB the mark cannot be read back: \(failed)", hint: hint)
  }

  /// The picture at a strength.
  ///
  /// With a fixed PSNR the gain is corrected for what clipping took away.
  private func render(
    _ stored: RasterImage, _ pattern: [Float], gain: Double
  ) -> (RasterImage, Double, Double) {
    var gain = gain
    var (image, error) = stored.adding(pattern, gain: Float(gain))
    if case .psnr(let wanted) = strength {
      let target = 65025 * powerOf(10, -wanted / 10)
      for _ in 0..<3 where abs(error / target - 1) > 0.003 && error > 0 {
        gain *= (target / error).squareRoot()
        (image, error) = stored.adding(pattern, gain: Float(gain))
      }
    }
    return (image, 10 * logarithmOf(65025 / max(error, 1e-9)) / logarithmOf(10), gain)
  }

  private func readBack(_ marked: Plane) -> [Trial] {
    let reader = LatticeReader(key: key, lengths: [payload.bits.count], level: level)
    func trial(_ name: String, _ plane: Plane) -> Trial {
      let seen = reader.read(
        SuspectSpectrum(luma: plane, level: level), effort: .unchanged, logThreshold: Self.logBound)
      return Trial(name: name, isRead: seen.payload == payload, log10PValue: seen.log10PValue)
    }
    let side = Double(min(marked.longSide, 2 * SuspectSpectrum.examinedSide))
    func reduced(_ share: Double) -> Plane {
      let factor = side / Double(marked.longSide) * share
      return Resampler.resize(
        marked, width: max(8, Int((Double(marked.width) * factor).rounded())),
        height: max(8, Int((Double(marked.height) * factor).rounded())))
    }
    let half = reduced(0.5)
    let both = [
      trial("as written", marked), trial("half size and JPEG 50", Self.saved(half, quality: 50)),
    ]
    // Both at once is more than is asked for: what fails it may still survive each alone.
    guard both[0].isRead, !both[1].isRead else { return both }
    return [
      both[0], trial("half size", half), trial("JPEG 50", Self.saved(reduced(1), quality: 50)),
    ]
  }

  /// A plane after it was saved as a JPEG and read again.
  static func saved(_ plane: Plane, quality: Int) -> Plane {
    let bytes = plane.samples.map { UInt8(min(max($0.rounded(), 0), 255)) }
    let image = RasterImage(width: plane.width, height: plane.height, model: .gray, samples: .bytes(bytes))
    guard let file = try? ImageFile.jpeg(image, quality: quality), let read = try? ImageFile.read(file) else {
      return plane
    }
    return Plane(width: plane.width, height: plane.height, samples: read.pixels.luma())
  }
}
