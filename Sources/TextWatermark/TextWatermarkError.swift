/// What went wrong with a scheme, a profile, a key ring or a record, and what to do about it.
public struct TextWatermarkError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A stable name for the kind of error; more may come.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name as it is printed.
    public let rawValue: String
    /// Makes a code from its name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// A parameter outside what the scheme allows.
    public static let invalidParameter = Code(rawValue: "invalid-parameter")
    /// A token id that the profile's vocabulary does not have.
    public static let tokenOutOfRange = Code(rawValue: "token-out-of-range")
    /// A profile that cannot be read or makes no sense.
    public static let invalidProfile = Code(rawValue: "invalid-profile")
    /// A profile field that nothing reads.
    public static let unknownField = Code(rawValue: "unknown-field")
    /// A profile whose vocabulary does not fit its tokenizer.
    public static let vocabularyMismatch = Code(rawValue: "vocabulary-mismatch")
    /// A key ring that cannot be read or makes no sense.
    public static let invalidKeyRing = Code(rawValue: "invalid-key-ring")
    /// A key ring that others may read.
    public static let keyPermissions = Code(rawValue: "key-permissions")
    /// A key that the ring does not have, or that does not suit the scheme.
    public static let keyUnavailable = Code(rawValue: "key-unavailable")
    /// A file that cannot be opened.
    public static let unreadableFile = Code(rawValue: "unreadable-file")
    /// A normaliser that needs what this tool does not have.
    public static let unsupportedNormalizer = Code(rawValue: "unsupported-normalizer")
    /// A record with neither ids nor text.
    public static let noEvidence = Code(rawValue: "no-evidence")
    /// A text, but no tokenizer to read it with.
    public static let noTokenizer = Code(rawValue: "no-tokenizer")
    /// Too few tokens for the maker's detector.
    public static let tooShort = Code(rawValue: "too-short")
  }

  /// The kind.
  public var code: Code
  /// What happened and where.
  public var message: String
  /// What to do.
  public var hint: String

  /// Makes an error.
  public init(code: Code, message: String, hint: String) {
    (self.code, self.message, self.hint) = (code, message, hint)
  }

  static func invalidParameter(_ message: String, hint: String) -> TextWatermarkError {
    TextWatermarkError(code: .invalidParameter, message: message, hint: hint)
  }

  /// Message and hint in one line.
  public var description: String { "\(message) (\(hint))" }
}
