/// What went wrong with a picture, where, and what to do.
public struct RasterError: Error, Hashable, Sendable {
  /// A stable name of the kind of error; more may come.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name as it appears in results.
    public let rawValue: String

    /// Names a code.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Bytes that are neither PNG nor JPEG.
    public static let notAnImage = Code(rawValue: "not-an-image")
    /// A file that ends before its picture does.
    public static let truncated = Code(rawValue: "truncated-image")
    /// A file that contradicts itself.
    public static let corrupt = Code(rawValue: "corrupt-image")
    /// A picture over a limit.
    public static let tooLarge = Code(rawValue: "image-too-large")
    /// A kind of picture that is not read.
    public static let unsupported = Code(rawValue: "unsupported-image")
    /// A picture that could not be written.
    public static let encodingFailed = Code(rawValue: "encoding-failed")
  }

  /// The kind of error.
  public var code: Code
  /// What happened, and where.
  public var message: String
  /// What to do.
  public var hint: String

  /// Makes an error.
  public init(code: Code, message: String, hint: String) {
    (self.code, self.message, self.hint) = (code, message, hint)
  }
}

/// How large a picture may be; checked before any memory is taken for it.
public struct RasterLimits: Hashable, Sendable {
  /// The most pixels.
  public var pixels = 100_000_000
  /// The longest side.
  public var side = 65_500
  /// The most bytes of a file.
  public var bytes = 512 << 20
  /// The most bytes of everything in a file that is not pixels.
  public var metadataBytes = 64 << 20
  /// The most pixels a byte, once a picture has more than 16 million: beyond it a file is a decompression bomb.
  public var pixelsPerByte = 2_000

  /// The usual limits.
  public init() {}

  func check(bytes count: Int) throws(RasterError) {
    guard count <= bytes else {
      throw RasterError(
        code: .tooLarge, message: "the file has \(count) bytes; the limit is \(bytes)",
        hint: "reduce the picture, or raise the limit")
    }
  }

  func check(width: Int, height: Int, fileBytes: Int) throws(RasterError) {
    let (count, overflow) = width.multipliedReportingOverflow(by: height)
    guard width > 0, height > 0 else {
      throw RasterError(
        code: .corrupt, message: "the picture is \(width) × \(height) pixels",
        hint: "the file is damaged; get another copy")
    }
    guard !overflow, width <= side, height <= side, count <= pixels else {
      throw RasterError(
        code: .tooLarge,
        message:
          "the picture is \(width) × \(height) pixels; the limits are \(side) a side and \(pixels) in all",
        hint: "reduce the picture, or raise the limit")
    }
    guard count <= 16_000_000 || count / max(fileBytes, 1) <= pixelsPerByte else {
      throw RasterError(
        code: .tooLarge,
        message: "\(fileBytes) bytes claim \(width) × \(height) pixels: a decompression bomb",
        hint: "leave the file out")
    }
  }
}

/// A kind of file that is read and written.
public enum ImageFormat: String, CaseIterable, Sendable {
  /// Portable Network Graphics.
  case png
  /// JPEG.
  case jpeg

  /// What the first bytes say; the name of a file says nothing.
  public static func sniff(_ bytes: some Collection<UInt8>) -> ImageFormat? {
    let head = Array(bytes.prefix(8))
    if head == [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] { return .png }
    if head.starts(with: [0xff, 0xd8, 0xff]) { return .jpeg }
    return nil
  }
}
