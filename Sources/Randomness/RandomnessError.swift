/// What went wrong in a generator, and what to do about it.
public struct RandomnessError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A stable name for the kind of error; more may come.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name as it is printed.
    public let rawValue: String
    /// Makes a code from its name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// A size for which the maker's generator takes another path.
    public static let unsupportedSize = Code(rawValue: "unsupported-size")
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
