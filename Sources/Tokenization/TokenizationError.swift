/// What is wrong with a tokenizer's file, and what to do about it.
public struct TokenizationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A stable name for the kind of error; more may come.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name as it is printed.
    public let rawValue: String
    /// Makes a code from its name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// A file that cannot be opened.
    public static let unreadableFile = Code(rawValue: "unreadable-tokenizer")
    /// A file that is no tokenizer, or a damaged one.
    public static let invalidTokenizer = Code(rawValue: "invalid-tokenizer")
    /// A tokenizer with a part that is not supported.
    public static let unsupportedTokenizer = Code(rawValue: "unsupported-tokenizer")
  }

  /// The kind.
  public var code: Code
  /// What happened and where.
  public var message: String
  /// What to do.
  public var hint: String
  /// The byte offset in the file, where there is one.
  public var offset: Int?

  /// Makes an error.
  public init(code: Code, message: String, hint: String, offset: Int? = nil) {
    (self.code, self.message, self.hint, self.offset) = (code, message, hint, offset)
  }

  static func invalid(_ message: String, offset: Int? = nil) -> TokenizationError {
    TokenizationError(
      code: .invalidTokenizer, message: "the tokenizer's file: \(message)",
      hint: "fetch it again from the model's maker",
      offset: offset)
  }

  static func unsupported(_ what: String) -> TokenizationError {
    TokenizationError(
      code: .unsupportedTokenizer, message: "the tokenizer uses \(what), which is not supported",
      hint: "byte-level BPE is supported; for other tokenizers give token ids instead of text")
  }

  /// Message and hint in one line.
  public var description: String { "\(message) (\(hint))" }
}
