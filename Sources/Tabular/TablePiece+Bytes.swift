extension TablePiece {
  /// Rows that a program made, as a piece of a table: delimited text without its header.
  public init(rows: [UInt8], source: String, delimiter: UInt8 = 0x2c, header: [String]) {
    self.init(
      bytes: rows, range: 0..<rows.count, source: source, firstLine: 2, offset: 0,
      layout: .delimited(delimiter: delimiter, header: header))
  }
}
