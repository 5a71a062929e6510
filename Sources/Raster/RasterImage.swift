/// The samples of a picture as they are stored in a file: interleaved rows from the top, without padding.
///
/// 16-bit samples stay 16 bits and alpha stays unassociated, so that a picture can be written back as it was.
/// A value type; copying shares memory until one copy is changed.
public struct RasterImage: Hashable, Sendable {
  /// What the channels of a pixel are, in their order.
  public enum ColorModel: String, CaseIterable, Sendable {
    /// Gray.
    case gray
    /// Gray, alpha.
    case grayAlpha = "gray-alpha"
    /// Red, green, blue.
    case rgb
    /// Red, green, blue, alpha.
    case rgba

    /// Samples a pixel.
    public var channelCount: Int {
      switch self {
      case .gray: 1
      case .grayAlpha: 2
      case .rgb: 3
      case .rgba: 4
      }
    }

    /// Whether the last channel is opacity.
    public var hasAlpha: Bool { self == .grayAlpha || self == .rgba }
  }

  /// The samples in their depth.
  public enum Samples: Hashable, Sendable {
    /// 0 to 255.
    case bytes([UInt8])
    /// 0 to 65,535.
    case words([UInt16])

    /// The number of samples.
    public var count: Int {
      switch self {
      case .bytes(let bytes): bytes.count
      case .words(let words): words.count
      }
    }
  }

  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// What the channels are.
  public let model: ColorModel
  /// `width * height * model.channelCount` samples.
  public private(set) var samples: Samples

  /// Makes a picture; the number of samples must fit its size.
  public init(width: Int, height: Int, model: ColorModel, samples: Samples) {
    precondition(width > 0 && height > 0, "a picture has pixels")
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    precondition(
      !overflow && samples.count == pixels * model.channelCount, "one sample a channel and pixel")
    (self.width, self.height, self.model, self.samples) = (width, height, model, samples)
  }

  /// 8 or 16.
  public var bitDepth: Int {
    if case .bytes = samples { 8 } else { 16 }
  }
}
