/// A message that an image generator is known to write with invisible-watermark.
public struct DeployedMessage: Hashable, Sendable {
  /// The name that results carry.
  public let name: String
  /// The bits, first to last.
  public let bits: [Bool]
  /// Whether the bits are bytes of text, whose places within a byte are not alike.
  public let isText: Bool

  /// A message of bits.
  public init(name: String, bits: [Bool]) { (self.name, self.bits, isText) = (name, bits, false) }

  /// A message of text; bytes are unpacked most significant bit first.
  public init(name: String, text: String) {
    self.name = name
    bits = text.utf8.flatMap { byte in (0..<8).map { byte >> UInt8(7 - $0) & 1 == 1 } }
    isText = true
  }

  /// A message as a user writes it: `bits:0110…`, `hex:b3ec…`, or else text.
  public init(argument: String) throws(ImageWatermarkError) {
    func invalid() -> ImageWatermarkError {
      ImageWatermarkError(
        code: .invalidPayload, message: "the message '\(argument.prefix(40))' cannot be read",
        hint: "write text, bits:0110… or hex:b3ec…, up to 2,048 bits")
    }
    var bits: [Bool]?
    if argument.hasPrefix("bits:") {
      bits = []
      for digit in argument.dropFirst(5) {
        guard digit == "0" || digit == "1" else { throw invalid() }
        bits?.append(digit == "1")
      }
    } else if argument.hasPrefix("hex:") {
      bits = []
      for digit in argument.dropFirst(4) {
        guard digit.isASCII, let value = digit.hexDigitValue else { throw invalid() }
        bits?.append(contentsOf: [3, 2, 1, 0].map { value >> $0 & 1 == 1 })
      }
    }
    let message =
      bits.map { DeployedMessage(name: argument, bits: $0) }
      ?? DeployedMessage(name: argument, text: argument)
    guard !message.bits.isEmpty, message.bits.count <= 2_048 else { throw invalid() }
    self = message
  }

  /// The message that goes by a generator's name, such as `SDXL`; else as ``init(argument:)`` reads it.
  public static func named(_ text: String) throws(ImageWatermarkError) -> DeployedMessage {
    if let known = known.first(where: { $0.name == text }) { return known }
    return try DeployedMessage(argument: text)
  }

  private init(name: String, digits: String) {
    self.init(name: name, bits: digits.map { $0 == "1" })
  }

  /// What the generators really write.
  ///
  /// Sources: CompVis/stable-diffusion, runwayml/stable-diffusion, Stability-AI/stablediffusion and generative-models, diffusers,
  /// black-forest-labs/flux (whose 48 binary digits lose their two leading zeros on the way), Paint-by-Example, InvokeAI.
  public static let known: [DeployedMessage] = [
    DeployedMessage(
      name: "SDXL", digits: "101100111110110010010000011110111011000110011110"),
    DeployedMessage(name: "FLUX", digits: "1010101111111010000111100111001111010100101110"),
    DeployedMessage(name: "Stable Diffusion 1", text: "StableDiffusionV1"),
    DeployedMessage(name: "Stable Diffusion 1 inpainting", text: "StableDiffusionV1-Inpainting"),
    DeployedMessage(name: "Stable Diffusion 2", text: "SDV2"),
    DeployedMessage(name: "Paint-by-Example", text: "Paint-by-Example"),
    DeployedMessage(name: "InvokeAI", text: "InvokeAI"),
  ]
}

/// How invisible-watermark was given its pixels, which decides the arithmetic of the mark.
public struct DeployedFeed: Hashable, Sendable {
  /// The arithmetic: 8-bit fixed point, or single precision as diffusers, SGM and FLUX call it.
  public enum Arithmetic: String, CaseIterable, Sendable {
    /// Bytes; OpenCV's fixed point.
    case uint8
    /// Floats from 0 to 255.
    case float32
  }

  /// What the tool took for blue.
  public enum ChannelOrder: String, CaseIterable, Sendable {
    /// Blue was blue.
    case bgr
    /// Red was handed over in its place, as diffusers did before 0.27.
    case rgb
  }

  /// The arithmetic.
  public var arithmetic: Arithmetic
  /// The order.
  public var order: ChannelOrder

  /// Makes a feed.
  public init(_ arithmetic: Arithmetic, _ order: ChannelOrder = .bgr) {
    (self.arithmetic, self.order) = (arithmetic, order)
  }

  /// All four.
  public static let all = Arithmetic.allCases.flatMap { arithmetic in
    ChannelOrder.allCases.map { DeployedFeed(arithmetic, $0) }
  }
}

/// The two methods of invisible-watermark that need no network.
public enum DeployedMethod: String, CaseIterable, Sendable {
  /// `dwtDct`: the largest of fifteen Haar coefficients of a block.
  case dwtDct = "dwt-dct"
  /// `dwtDctSvd`: the largest singular value of a block.
  case dwtDctSvd = "dwt-dct-svd"

  /// The distance of the lattice that coefficients are moved to.
  static let step = 36.0
}
