/// A row of a table as texts, for columns of names and prose that no dictionary of labels should hold.
public struct TableRecord: Hashable, Sendable {
  /// The file.
  public var source: String
  /// The line at which the row begins, from 1.
  public var line: Int
  /// A text for each column that was asked for; nil where it is missing, empty or null.
  ///
  /// Arrays and objects come as they are written.
  public var values: [String?]
}

/// Reads tables row by row as texts, several files as one table.
///
/// For outputs of models and answers to benchmarks, of which there are thousands and not hundreds of millions: a String a cell, some
/// 500 nanoseconds a cell. Rows that cannot be read are left out, counted and named.
public struct TableRecordReader: Sendable {
  /// The columns, or paths of fields in JSON lines.
  public let columns: [String]
  /// Columns that may be absent from a table.
  public let optional: Set<String>
  /// Texts that stand for a missing value.
  public let missing: Set<String>
  /// How many rows could not be read.
  public private(set) var failed = 0
  /// What was wrong with the first of them.
  public private(set) var problems: [RowProblem] = []
  /// How many rows have a value, by column.
  public private(set) var present: [Int]

  /// Names the columns.
  public init(columns: [String], optional: Set<String> = [], missing: [String] = ["NaN", "nan"]) {
    (self.columns, self.optional, self.missing) = (columns, optional, Set(missing))
    present = columns.map { _ in 0 }
  }

  /// Calls `body` with each row of the tables, in their order.
  ///
  /// Throws when a file cannot be read, or a column that is not optional stands in no row of all tables.
  public mutating func forEach(in paths: [String], _ body: (TableRecord) -> Void) throws(TabularError) {
    var rows = 0
    for path in paths {
      let file = try TableFile(path: path)
      try file.require(columns.filter { !optional.contains($0) }.map { TableColumn($0) })
      while let piece = try file.next() {
        switch piece.layout {
        case .delimited(let delimiter, let header):
          delimited(piece, delimiter: delimiter, header: header) {
            rows += 1
            body($0)
          }
        case .jsonLines:
          try lines(piece) {
            rows += 1
            body($0)
          }
        }
      }
    }
    guard rows > 0 else { return }
    for (column, count) in zip(columns, present) where count == 0 && !optional.contains(column) {
      throw TabularError(
        code: .noSuchColumn, message: "no row has a value for '\(column)'",
        hint: "check the name of the column or field", offset: 0)
    }
  }

  private mutating func report(_ piece: TablePiece, line: Int, _ error: TabularError, column: String? = nil) {
    failed += 1
    guard problems.count < TableDecoder.problemLimit else { return }
    problems.append(
      RowProblem(source: piece.source, line: piece.firstLine + line, column: column, error: error))
  }

  /// The row with these cells, or nil and a problem where one is not UTF-8.
  private mutating func record(_ piece: TablePiece, line: Int, _ cells: [[UInt8]?]) -> TableRecord? {
    var values: [String?] = []
    values.reserveCapacity(cells.count)
    for (place, cell) in cells.enumerated() {
      guard let cell, !cell.isEmpty else {
        values.append(nil)
        continue
      }
      guard let text = String(validating: cell, as: UTF8.self) else {
        report(
          piece, line: line,
          TabularError(
            code: .invalidUTF8, message: "the field is not UTF-8",
            hint: "convert the table first: iconv -f WINDOWS-1252 -t UTF-8", offset: piece.offset),
          column: columns[place])
        return nil
      }
      values.append(missing.contains(text) ? nil : text)
    }
    for (place, value) in values.enumerated() where value != nil { present[place] += 1 }
    return TableRecord(source: piece.source, line: piece.firstLine + line, values: values)
  }

  // MARK: - Delimited text

  private mutating func delimited(
    _ piece: TablePiece, delimiter: UInt8, header: [String], _ body: (TableRecord) -> Void
  ) {
    let places = columns.map { header.firstIndex(of: $0) }
    var rows: [(line: Int, fields: [Range<Int>])] = []
    piece.withBytes { rows = Self.rows($0, delimiter: delimiter, width: header.count) }
    for (line, fields) in rows {
      guard fields.count == header.count else {
        report(
          piece, line: line,
          TabularError(
            code: .raggedRow, message: "the row has \(fields.count) fields, the header \(header.count)",
            hint: "quote fields that hold the delimiter (RFC 4180)", offset: piece.offset))
        continue
      }
      var cells: [[UInt8]?] = []
      var strayed: String?
      piece.withBytes { bytes in
        for (place, column) in zip(places, columns) {
          guard let place else {
            cells.append(nil)
            continue
          }
          let cell = DelimitedField.unquoted(UnsafeBufferPointer(rebasing: bytes[fields[place]]))
          if cell == nil { strayed = column }
          cells.append(cell)
        }
      }
      if let strayed {
        report(
          piece, line: line,
          TabularError(
            code: .strayQuote, message: "a quote stands in a field that is not quoted as a whole",
            hint: "quote the field and double the quotes in it (RFC 4180)", offset: piece.offset),
          column: strayed)
      } else if let record = record(piece, line: line, cells) {
        body(record)
      }
    }
  }

  /// The fields of each row that is not empty, and the line it begins at.
  private static func rows(
    _ bytes: UnsafeBufferPointer<UInt8>, delimiter: UInt8, width: Int
  ) -> [(line: Int, fields: [Range<Int>])] {
    var rows: [(line: Int, fields: [Range<Int>])] = []
    var fields: [Range<Int>] = []
    var (start, line, rowLine, isInside) = (0, 0, 0, false)
    for index in 0...bytes.count {
      let byte = index < bytes.count ? bytes[index] : 0x0a
      if byte == 0x22, index < bytes.count { isInside.toggle() }
      let ends = index == bytes.count || (byte == 0x0a && !isInside)
      if ends || (byte == delimiter && !isInside) {
        let isReturn = ends && index > start && bytes[index - 1] == 0x0d
        fields.append(start..<(isReturn ? index - 1 : index))
        start = index + 1
      }
      if byte == 0x0a { line += 1 }
      guard ends else { continue }
      let isEmpty = fields.count == 1 && fields[0].isEmpty
      if !isEmpty || (width == 1 && index < bytes.count) { rows.append((rowLine, fields)) }
      fields.removeAll(keepingCapacity: true)
      rowLine = line
    }
    return rows
  }

  // MARK: - JSON lines

  private mutating func lines(_ piece: TablePiece, _ body: (TableRecord) -> Void) throws(TabularError) {
    var paths: [FieldPath] = []
    for column in columns { paths.append(try FieldPath(column)) }
    guard paths.count <= 64 else {
      throw TabularError(
        code: .invalidColumn, message: "\(paths.count) fields are asked for", hint: "at most 64 can be",
        offset: 0)
    }
    let scanner = JSONLineScanner(paths: paths)
    var results: [(line: Int, cells: Result<[[UInt8]?], TabularError>)] = []
    piece.withBytes { bytes in
      var fields: [JSONField?] = []
      var (start, line) = (0, 0)
      while start < bytes.count {
        var end = start
        while end < bytes.count, bytes[end] != 0x0a { end += 1 }
        let text = UnsafeBufferPointer(rebasing: bytes[start..<end])
        if !text.allSatisfy({ $0 == 0x20 || $0 == 0x0d || $0 == 0x09 }) {
          do throws(TabularError) {
            try scanner.scan(text, into: &fields)
            let cells = fields.map { field -> [UInt8]? in
              guard let field, field.kind != .null else { return nil }
              return (try? field.text(in: text)) ?? Array(text[field.range])
            }
            results.append((line, .success(cells)))
          } catch {
            var error = error
            error.offset += piece.offset + start
            results.append((line, .failure(error)))
          }
        }
        start = end + 1
        line += 1
      }
    }
    for (line, cells) in results {
      switch cells {
      case .success(let cells): if let record = record(piece, line: line, cells) { body(record) }
      case .failure(let error): report(piece, line: line, error)
      }
    }
  }
}
