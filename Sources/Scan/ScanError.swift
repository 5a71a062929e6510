/// What keeps a run from starting or from going on, and what to do about it.
///
/// What is wrong with one record or one input is no error of the run: it is an ``ErrorLine`` among the results.
public struct ScanError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A stable name for the kind of error; more may come.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name as it is printed.
    public let rawValue: String
    /// Makes a code from its name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// Whoever read the results has stopped reading.
    public static let brokenPipe = Code(rawValue: "broken-pipe")
    /// No room for the results.
    public static let diskFull = Code(rawValue: "disk-full")
    /// The results cannot be written.
    public static let cannotWrite = Code(rawValue: "cannot-write")
    /// A checkpoint of another run or of other inputs, or results that are not those it promises.
    public static let checkpointMismatch = Code(rawValue: "checkpoint-mismatch")
    /// A file that is no checkpoint, or one that was changed.
    public static let damagedCheckpoint = Code(rawValue: "damaged-checkpoint")
    /// Another run writes the same file.
    public static let inUse = Code(rawValue: "in-use")
    /// A file that would be written is an input or another output.
    public static let sameFile = Code(rawValue: "same-file")
    /// A file of results that cannot be read.
    public static let unreadableResults = Code(rawValue: "unreadable-results")
    /// A file that holds no results, or that is not whole in itself.
    public static let damagedResults = Code(rawValue: "damaged-results")
    /// Parts that do not make up one run.
    public static let partsDoNotFit = Code(rawValue: "parts-do-not-fit")
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
