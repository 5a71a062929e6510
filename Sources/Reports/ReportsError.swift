/// Why a report cannot be made.
public struct ReportsError: Error, Hashable, Sendable {
  /// What kind of problem it is.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The code as results write it.
    public let rawValue: String
    /// Makes a code.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// An earlier audit's file cannot be read.
    public static let unreadableHistory = Code(rawValue: "unreadable-history")
  }

  /// What kind of problem it is.
  public let code: Code
  /// What is wrong, and where.
  public let message: String
  /// What to do.
  public let hint: String

  /// Makes an error.
  public init(_ code: Code, _ message: String, hint: String) {
    (self.code, self.message, self.hint) = (code, message, hint)
  }
}

extension ReportsError.Code {
  /// A file of results that cannot be read.
  public static let unreadableResults = ReportsError.Code(rawValue: "unreadable-results")
  /// A file of results that is not whole in itself.
  public static let damagedResults = ReportsError.Code(rawValue: "damaged-results")
  /// A file that was given twice, or changed while it was read.
  public static let changedResults = ReportsError.Code(rawValue: "changed-results")
  /// Standard output that was closed.
  public static let brokenPipe = ReportsError.Code(rawValue: "broken-pipe")
  /// A report that cannot be written.
  public static let unwritable = ReportsError.Code(rawValue: "unwritable")
}
