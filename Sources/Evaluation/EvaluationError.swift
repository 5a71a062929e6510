/// What went wrong with an evaluation, and what to do about it.
public struct EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A stable name for the kind of error; more may come.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name as it is printed.
    public let rawValue: String
    /// Makes a code from its name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// An edit that is not known, or a strength that it does not take.
    public static let invalidAttack = Code(rawValue: "invalid-attack")
    /// A plan that asks for nothing, or for more than can be done.
    public static let invalidPlan = Code(rawValue: "invalid-plan")
    /// Text that an edit needs and that was not given.
    public static let noDonor = Code(rawValue: "no-donor-text")
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
