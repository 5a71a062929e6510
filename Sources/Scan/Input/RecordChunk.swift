/// A piece of the work of a run, in the order of the inputs: whole lines, a whole text, or something that went wrong.
public struct RecordChunk: Sendable {
  /// What the piece holds.
  public enum Content: Sendable {
    /// Whole lines of JSON; the last may lack its newline.
    case lines([UInt8], firstLine: Int, offset: Int)
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
}
