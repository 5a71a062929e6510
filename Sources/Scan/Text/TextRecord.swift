/// One text to examine: its ids, its bytes, or both.
public struct TextRecord: Sendable {
  /// The record's own id, or its source and line.
  public var id: String
  /// The input it came from.
  public var source: String
  /// The line of the input, from 1; nil for a file that is one record.
  public var line: Int?
  /// The byte offset in the (uncompressed) input.
  public var offset: Int?
  /// The token ids, where the record has them.
  public var ids: [UInt32]?
  /// The prompt's token ids, where the record has them: context for the first tokens, never scored.
  public var promptIDs: [UInt32] = []
  /// The text in UTF-8, where the record has it.
  public var text: [UInt8]?

  /// Makes a record.
  public init(id: String, source: String, line: Int? = nil, offset: Int? = nil) {
    (self.id, self.source, self.line, self.offset) = (id, source, line, offset)
  }

  /// The one record of a plain text file, without the byte-order mark that it may begin with.
  public init(file: [UInt8], source: String) {
    self.init(id: source, source: source)
    text = file.starts(with: [0xef, 0xbb, 0xbf]) ? Array(file[3...]) : file
  }
}
