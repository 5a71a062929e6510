extension TabularError.Code {
  /// A definition of a column that cannot be read.
  public static let invalidColumn = TabularError.Code(rawValue: "invalid-column")
  /// A column that the table does not have.
  public static let noSuchColumn = TabularError.Code(rawValue: "no-such-column")
  /// A table without a header, or with one that names a column twice.
  public static let invalidHeader = TabularError.Code(rawValue: "invalid-header")
  /// A row with more or fewer fields than the header.
  public static let raggedRow = TabularError.Code(rawValue: "ragged-row")
  /// A quote that stands within a field that is not quoted.
  public static let strayQuote = TabularError.Code(rawValue: "stray-quote")
  /// A field that should hold a number.
  public static let notANumber = TabularError.Code(rawValue: "not-a-number")
  /// A column with more labels than an audit can group by.
  public static let tooManyLabels = TabularError.Code(rawValue: "too-many-labels")
  /// A row longer than the limit.
  public static let rowTooLong = TabularError.Code(rawValue: "row-too-long")
  /// A file that cannot be read.
  public static let unreadable = TabularError.Code(rawValue: "unreadable")
}

/// What is wrong with one row of a table: the row is left out and counted, the rest goes on.
public struct RowProblem: Hashable, Sendable {
  /// The file.
  public var source: String
  /// The line at which the row begins, from 1.
  public var line: Int
  /// The column's name, where one is to blame.
  public var column: String?
  /// What is wrong.
  public var error: TabularError

  /// Makes one.
  public init(source: String, line: Int, column: String? = nil, error: TabularError) {
    (self.source, self.line, self.column, self.error) = (source, line, column, error)
  }
}
