/// What is wrong with a line or a path, where, and what to do about it.
public struct TabularError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A stable name for the kind of error; more may come.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name as it is printed.
    public let rawValue: String
    /// Makes a code from its name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// Bytes that are no JSON text.
    public static let invalidJSON = Code(rawValue: "invalid-json")
    /// A JSON text that ends too early.
    public static let truncatedJSON = Code(rawValue: "truncated-json")
    /// Bytes that are no UTF-8.
    public static let invalidUTF8 = Code(rawValue: "invalid-utf8")
    /// Arrays and objects nested deeper than allowed.
    public static let tooDeep = Code(rawValue: "too-deep")
    /// A field path that cannot be read.
    public static let invalidPath = Code(rawValue: "invalid-path")
    /// A field whose value is of another type.
    public static let wrongType = Code(rawValue: "wrong-type")
    /// Token ids that are not whole numbers.
    public static let idsNotIntegers = Code(rawValue: "ids-not-integers")
    /// A token id below 0 or above 2³² − 1.
    public static let idOutOfRange = Code(rawValue: "id-out-of-range")
  }

  /// The kind.
  public var code: Code
  /// What happened.
  public var message: String
  /// What to do.
  public var hint: String
  /// The byte offset within the line or path.
  public var offset: Int

  /// Makes an error.
  public init(code: Code, message: String, hint: String, offset: Int) {
    (self.code, self.message, self.hint, self.offset) = (code, message, hint, offset)
  }

  /// Message, place and hint in one line.
  public var description: String { "\(message) at byte \(offset) (\(hint))" }
}
