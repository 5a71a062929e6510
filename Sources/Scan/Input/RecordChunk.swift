/// A piece of the work of a run, in the order of the inputs: whole lines, a whole text, or something that went wrong.
public struct RecordChunk: Sendable {
  /// What the piece holds.
  public enum Content: Sendable {
    /// Whole lines of JSON; the last may lack its newline.
    case lines([UInt8], firstLine: Int, offset: Int)
    /// Whole rows of a table under a header.
    case rows([UInt8], header: TableHeader, firstLine: Int, offset: Int)
    /// A file that is one text.
    case text([UInt8])
    /// A file that is one picture, as it is.
    case image([UInt8])
    /// An input, or a part of one, that could not be read.
    case problem(ErrorLine)
  }

  /// The input's name, for results.
  public var source: String
  /// What it holds.
  public var content: Content
  /// Where it begins: the input, the member of an archive.
  public var start: ScanPosition
  /// Where reading goes on after it.
  public var end: ScanPosition
}

/// The names of a table's columns, and what divides its fields.
public struct TableHeader: Sendable, Hashable {
  /// The byte between fields.
  public var delimiter: UInt8
  /// The columns' names.
  public var names: [String]
}
