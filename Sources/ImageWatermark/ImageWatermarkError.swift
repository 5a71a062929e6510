import Raster

/// What went wrong with an image mark, where, and what to do.
public struct ImageWatermarkError: Error, Hashable, Sendable {
  /// A stable name of the kind of error; more may come.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name as it appears in results.
    public let rawValue: String

    /// Names a code.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A payload of another length than the mark carries, or no payload at all.
    public static let invalidPayload = Code(rawValue: "invalid-payload")
    /// A picture below the smallest or above the largest size.
    public static let unsupportedSize = Code(rawValue: "unsupported-size")
    /// A picture of another depth or colour model than the mark is made for.
    public static let unsupportedPixels = Code(rawValue: "unsupported-pixels")
    /// A picture that cannot hold the mark.
    public static let capacityTooLow = Code(rawValue: "capacity-too-low")
    /// A key of a form that the scheme does not take.
    public static let keyUnavailable = Code(rawValue: "key-unavailable")
    /// A parameter outside its range.
    public static let invalidParameter = Code(rawValue: "invalid-parameter")
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

  /// What the codecs complain of, as this module's error.
  static func wrapping<Value>(_ body: () throws(RasterError) -> Value) throws(ImageWatermarkError) -> Value {
    do { return try body() } catch {
      throw ImageWatermarkError(
        code: Code(rawValue: error.code.rawValue), message: error.message, hint: error.hint)
    }
  }
}
