import Kernels
import Raster

/// Writes a message into pictures as invisible-watermark does, and reads it back as the tool's own decoder will.
///
/// For pictures that readers of that tool shall recognise. Pixels are equal to the tool's, its wrapped-around specks in saturated
/// colours included; what it cannot read back (about half of all photographs with `dwtDct`, and anything once saved as a JPEG) is
/// refused. Cost: 60 to 200 ms a megapixel.
public struct DeployedMarker: Sendable {
  /// The method.
  public let method: DeployedMethod
  /// The message.
  public let message: DeployedMessage

  /// Makes a marker.
  public init(method: DeployedMethod, message: DeployedMessage) {
    (self.method, self.message) = (method, message)
  }

  /// A marked picture and what the tool's decoder reads in it.
  public struct Result: Sendable {
    /// The marked picture, in the stored orientation of the file.
    public var pixels: RasterImage
    /// The file with it.
    public var encoded: [UInt8]
    /// Peak signal-to-noise ratio in decibels over the colour channels.
    public var psnr: Double
    /// Structural similarity of the luma, which hardly sees a mark of colour.
    public var ssim: Double
    /// How many bits the tool's decoder reads right in the file as written.
    public var bitsRight: Int
  }

  /// Marks the pixels of a file: 8-bit colour, alpha kept.
  ///
  /// - Parameter isDryRun: whether a picture that does not keep the message is reported instead of refused.
  public func mark(_ file: ImageFile, isDryRun: Bool = false) throws(ImageWatermarkError) -> Result {
    let stored = file.pixels
    guard case .bytes(let old) = stored.samples, stored.model == .rgb || stored.model == .rgba else {
      throw ImageWatermarkError(
        code: .unsupportedPixels, message: "the picture is \(stored.bitDepth)-bit \(stored.model.rawValue)",
        hint: "invisible-watermark writes into 8-bit colour; convert the picture, or write a lattice mark")
    }
    var made = try InvisibleWatermark.mark(stored, method: method, bits: message.bits)
    if stored.model == .rgba, case .bytes(let rgb) = made.samples {
      var samples = old
      for index in 0..<(stored.width * stored.height) {
        for channel in 0..<3 { samples[4 * index + channel] = rgb[3 * index + channel] }
      }
      made = RasterImage(
        width: stored.width, height: stored.height, model: .rgba, samples: .bytes(samples))
    }
    let encoded = try ImageWatermarkError.wrapping { () throws(RasterError) in
      try file.encoded(replacing: made)
    }
    let seen = try ImageWatermarkError.wrapping { () throws(RasterError) in try ImageFile.read(encoded).pixels
    }
    let read = InvisibleWatermark.read(
      seen, method: method, feed: DeployedFeed(.uint8), length: message.bits.count)
    let right = zip(read?.bits ?? [], message.bits).count { $0 == $1 }
    guard isDryRun || right == message.bits.count else {
      throw ImageWatermarkError(
        code: .capacityTooLow,
        message: "the tool's own decoder reads \(right) of \(message.bits.count) bits in the result",
        hint: file.format == .jpeg
          ? "a JPEG loses this mark: write a PNG, or a lattice mark"
          : method == .dwtDct
            ? "dwt-dct loses its own message in many pictures: use --scheme dwt-dct-svd, or a lattice mark"
            : "use a shorter message, or a lattice mark")
    }
    let (psnr, ssim) = Self.visibility(stored, made)
    return Result(pixels: made, encoded: encoded, psnr: psnr, ssim: ssim, bitsRight: right)
  }

  private static func visibility(_ old: RasterImage, _ new: RasterImage) -> (psnr: Double, ssim: Double) {
    let (before, after) = (old.rgbBytes(), new.rgbBytes())
    var error = 0
    for index in before.indices {
      let difference = Int(before[index]) - Int(after[index])
      error += difference * difference
    }
    let mean = max(Double(error) / Double(before.count), 1e-9)
    let luma = Plane(width: old.width, height: old.height, samples: old.luma())
    let other = Plane(width: new.width, height: new.height, samples: new.luma())
    let measure = StructuralSimilarity(
      luma, pattern: other.combined(with: luma) { $0 - $1 }, rows: 0..<luma.height, step: 1,
      kernels: PlaneKernels())
    return (
      10 * logarithmOf(65025 / mean) / logarithmOf(10),
      measure.sums(gains: [1])[0] / Double(luma.samples.count)
    )
  }
}
