/// What went wrong with a model, its file or a generation, and what to do about it.
public struct LanguageModelError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A stable name for the kind of error; more may come.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name as it is printed.
    public let rawValue: String
    /// Makes a code from its name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// A model's file that cannot be opened.
    public static let unreadableFile = Code(rawValue: "unreadable-model")
    /// A file that is no GGUF, or a damaged one.
    public static let invalidFile = Code(rawValue: "invalid-model")
    /// A sound file with a part that is not supported.
    public static let unsupportedModel = Code(rawValue: "unsupported-model")
    /// A vocabulary that does not fit the model, its tokenizer or a profile.
    public static let vocabularyMismatch = Code(rawValue: "vocabulary-mismatch")
    /// Nothing to continue.
    public static let emptyPrompt = Code(rawValue: "empty-prompt")
    /// More tokens than the model can look at.
    public static let contextExceeded = Code(rawValue: "context-exceeded")
    /// A token id that the model does not have.
    public static let tokenOutOfRange = Code(rawValue: "token-out-of-range")
    /// A value outside what sampling allows.
    public static let invalidOption = Code(rawValue: "invalid-option")
    /// Logits from which no token can be drawn.
    public static let invalidLogits = Code(rawValue: "invalid-logits")
    /// No memory for the cache or for working.
    public static let outOfMemory = Code(rawValue: "out-of-memory")
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

  /// Message and hint in one line.
  public var description: String { "\(message) (\(hint))" }
}
