/// What was wrong with a parameter or a sample, and what to do about it.
///
/// Parameters are checked once, when a distribution is made, so that the tails themselves need no checks on a hot path.
public struct StatisticsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A stable name for the kind of error; more may come.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name as it is printed.
    public let rawValue: String
    /// Makes a code from its name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// A distribution's parameter outside its domain, or beyond the size that is supported.
    public static let invalidParameter = Code(rawValue: "invalid-parameter")
    /// An argument that is not a number.
    public static let notANumber = Code(rawValue: "not-a-number")
    /// A probability outside [0, 1], or a log-probability above 0.
    public static let invalidProbability = Code(rawValue: "invalid-probability")
    /// A sample that is empty or whose parts do not fit together.
    public static let invalidSample = Code(rawValue: "invalid-sample")
  }

  /// The kind.
  public var code: Code
  /// What happened and where.
  public var message: String
  /// What to do.
  public var hint: String
  /// The index of the offending element, where the argument was a list.
  public var offset: Int?

  /// Makes an error.
  public init(code: Code, message: String, hint: String, offset: Int? = nil) {
    (self.code, self.message, self.hint, self.offset) = (code, message, hint, offset)
  }

  /// Message and hint in one line.
  public var description: String { "\(message) (\(hint))" }
}

extension StatisticsError {
  static func parameter(_ message: String, hint: String) -> StatisticsError {
    StatisticsError(code: .invalidParameter, message: message, hint: hint)
  }

  static func notANumber(_ name: String) -> StatisticsError {
    StatisticsError(code: .notANumber, message: "\(name) is not a number", hint: "pass a number")
  }
}
