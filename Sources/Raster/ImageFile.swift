/// A picture as it came out of a file, with everything in the file that is not pixels.
///
/// Writing changed pixels back keeps the format, bit depth, alpha, colour profile, EXIF, XMP, text and density; a JPEG keeps its
/// quantisation tables, subsampling, progression and restart interval. Damaged files are refused, or read with a warning,
/// as the policy says; never silently.
public struct ImageFile: Sendable {
  /// What becomes of a file that ends too early or is damaged.
  public enum DamagePolicy: Sendable {
    /// It is an error.
    case refuse
    /// What could be read is given, with a warning.
    case warn
  }

  /// The kind of file.
  public let format: ImageFormat
  /// The pixels in stored order; see ``orientation``.
  public let pixels: RasterImage
  /// How the stored picture must be turned to stand upright.
  public let orientation: Orientation
  /// What a user should know: animation, damage, conversions, what writing leaves out.
  public let warnings: [String]
  /// Whether the file holds an animation, of which the first frame was read.
  public let isAnimated: Bool
  let container: Container

  enum Container: Sendable {
    case png(PNGChunks)
    case jpeg(JPEGSegments, JPEGCoding)
  }

  /// Reads a file's bytes; what kind it is, they say themselves.
  public static func read(
    _ bytes: [UInt8], limits: RasterLimits = .init(), damage: DamagePolicy = .refuse
  ) throws(RasterError) -> ImageFile {
    try limits.check(bytes: bytes.count)
    switch ImageFormat.sniff(bytes) {
    case .png: return try PNGCodec.read(bytes, limits: limits, damage: damage)
    case .jpeg: return try JPEGCodec.read(bytes, limits: limits, damage: damage)
    case nil:
      throw RasterError(
        code: .notAnImage, message: "the bytes are neither PNG nor JPEG",
        hint: "convert the picture to one of them")
    }
  }

  /// The pixels that a file's header says it has, before any is read; nil where that cannot be told.
  public static func pixelCount(_ bytes: [UInt8]) -> Int? {
    let size: (width: Int, height: Int)? =
      switch ImageFormat.sniff(bytes) {
      case .png: PNGCodec.size(bytes)
      case .jpeg: JPEGCodec.size(bytes)
      case nil: nil
      }
    guard let size else { return nil }
    let (count, overflow) = size.width.multipliedReportingOverflow(by: size.height)
    return overflow ? .max : count
  }

  /// The file with other pixels of the same size and kind.
  public func encoded(replacing pixels: RasterImage) throws(RasterError) -> [UInt8] {
    guard pixels.width == self.pixels.width, pixels.height == self.pixels.height,
      pixels.model == self.pixels.model,
      pixels.bitDepth == self.pixels.bitDepth
    else {
      throw RasterError(
        code: .encodingFailed, message: "the pixels have another size or kind than the file's",
        hint: "write them as a new file")
    }
    switch container {
    case .png(let chunks): return chunks.spliced(into: try PNGCodec.write(pixels))
    case .jpeg(let segments, let coding):
      return segments.spliced(into: try JPEGCodec.write(pixels, coding), keepingProfiles: !coding.wasCMYK)
    }
  }

  /// Pixels as a PNG without anything else.
  public static func png(_ pixels: RasterImage) throws(RasterError) -> [UInt8] { try PNGCodec.write(pixels) }

  /// Pixels as a JPEG without anything else; alpha is left out, 16 bits are rounded to 8.
  public static func jpeg(_ pixels: RasterImage, quality: Int) throws(RasterError) -> [UInt8] {
    try JPEGCodec.write(pixels, .standard(for: pixels, quality: quality))
  }
}
