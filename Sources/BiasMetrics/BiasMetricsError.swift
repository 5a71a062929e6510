/// Why an audit cannot be made of what was given, and what to do.
public struct BiasMetricsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A stable name for the kind of error; more may come.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name as it is printed.
    public let rawValue: String
    /// Makes a code from its name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// Labels that are not 0 and 1, and no word on which is the favourable one.
    public static let ambiguousLabels = Code(rawValue: "ambiguous-labels")
    /// A positive value that no row has.
    public static let noSuchLabel = Code(rawValue: "no-such-label")
    /// Numbers between 0 and 1 where decisions are needed.
    public static let probabilitiesAsPredictions = Code(rawValue: "probabilities-as-predictions")
    /// Rows without a label or prediction.
    public static let missingLabels = Code(rawValue: "missing-labels")
    /// Fewer than two groups.
    public static let singleGroup = Code(rawValue: "single-group")
    /// Weights that are negative, missing, or sum to zero.
    public static let invalidWeights = Code(rawValue: "invalid-weights")
    /// Scores where some are needed and absent, or the reverse.
    public static let invalidScores = Code(rawValue: "invalid-scores")
    /// A table without a row to analyse.
    public static let noRows = Code(rawValue: "no-rows")
    /// A plan that cannot be carried out.
    public static let invalidPlan = Code(rawValue: "invalid-plan")
    /// Parts that do not belong together.
    public static let incompatible = Code(rawValue: "incompatible")
  }

  /// The kind.
  public var code: Code
  /// What happened.
  public var message: String
  /// What to do.
  public var hint: String

  /// Makes an error.
  public init(_ code: Code, _ message: String, hint: String) {
    (self.code, self.message, self.hint) = (code, message, hint)
  }

  /// Message and hint in one line.
  public var description: String { "\(message) (\(hint))" }
}
