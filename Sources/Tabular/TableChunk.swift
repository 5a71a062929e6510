/// Rows of a table, decoded column by column.
public struct TableChunk: Sendable {
  /// How many rows were decoded.
  public internal(set) var rowCount = 0
  /// `codes[c][r]`: the code of label column c, by the reader's own ``LabelDictionary``; empty for numbers.
  public internal(set) var codes: [[UInt32]]
  /// `numbers[c][r]`: the number in column c; NaN where missing; empty for labels.
  public internal(set) var numbers: [[Double]]

  init(columns: [TableColumn]) {
    codes = columns.map { _ in [] }
    numbers = columns.map { _ in [] }
  }

  mutating func removeAll(roomFor rows: Int, columns: [TableColumn]) {
    rowCount = 0
    for (index, column) in columns.enumerated() {
      if column.content == .numbers {
        if numbers[index].count < rows { numbers[index] = [Double](repeating: .nan, count: rows) }
      } else if codes[index].count < rows {
        codes[index] = [UInt32](repeating: 0, count: rows)
      }
    }
  }

  /// Drops rows, keeping the order of the others.
  mutating func keep(_ isKept: (Int) -> Bool) {
    var kept = 0
    for row in 0..<rowCount where isKept(row) {
      for column in codes.indices {
        if !codes[column].isEmpty { codes[column][kept] = codes[column][row] }
        if !numbers[column].isEmpty { numbers[column][kept] = numbers[column][row] }
      }
      kept += 1
    }
    rowCount = kept
  }
}
