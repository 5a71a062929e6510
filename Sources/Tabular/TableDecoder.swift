import Kernels

/// Decodes pieces of one kind of table; every worker has its own.
///
/// Not safe to share between threads. Labels keep their codes over all pieces that one decoder sees.
public final class TableDecoder {
  /// The columns that are decoded.
  public let columns: [TableColumn]
  /// The labels of each column; empty for numbers, in their own order for classes.
  public private(set) var dictionaries: [LabelDictionary]
  /// The rows of the last piece.
  public private(set) var chunk: TableChunk
  /// What was wrong with rows, in order; at most ``problemLimit`` are kept a piece.
  public private(set) var problems: [RowProblem] = []
  /// How many rows were left out, kept problems or not.
  public private(set) var failed = 0
  /// How many problems of a piece are kept.
  public static let problemLimit = 100

  /// Columns in which a label was beyond the limit.
  private var overflow: [Bool]
  private let missing: Set<[UInt8]>
  private let index: DelimitedIndexKernel?
  private var positions: [UInt32] = []
  private var fields: [JSONField?] = []
  private let scanner: JSONLineScanner?

  /// Makes a decoder.
  ///
  /// - Parameters:
  ///   - missing: texts that stand for a missing value, beside the empty one.
  ///   - limits: how many labels a column may have, by its name, where it is not ``LabelDictionary/largest``.
  public init(
    columns: [TableColumn], missing: [String], layout: TableLayout, limits: [String: Int] = [:]
  ) throws(TabularError) {
    self.columns = columns
    self.missing = Set(missing.map { Array($0.utf8) })
    dictionaries = columns.map { LabelDictionary(limit: limits[$0.name] ?? LabelDictionary.largest) }
    overflow = columns.map { _ in false }
    chunk = TableChunk(columns: columns)
    switch layout {
    case .delimited(let delimiter, _):
      index = DelimitedIndexKernel(delimiter: delimiter)
      scanner = nil
    case .jsonLines:
      index = nil
      var paths: [FieldPath] = []
      for column in columns { paths.append(try FieldPath(column.name)) }
      scanner = JSONLineScanner(paths: paths)
    }
    for (place, column) in columns.enumerated() {
      guard case .classes(let classes) = column.content else { continue }
      for entry in classes {
        let label = Array(entry.label.utf8)
        label.withUnsafeBufferPointer { _ = dictionaries[place].code($0.baseAddress!, $0.count) }
      }
    }
  }

  /// Decodes a piece that begins at a row's begin and ends at a row's end.
  public func decode(_ piece: borrowing TablePiece) {
    problems.removeAll(keepingCapacity: true)
    failed = 0
    piece.withBytes { bytes in
      switch piece.layout {
      case .delimited(let delimiter, let header):
        decodeDelimited(bytes, delimiter: delimiter, header: header, piece)
      case .jsonLines: decodeLines(bytes, piece)
      }
    }
  }

  private func report(_ piece: borrowing TablePiece, line: Int, column: Int?, _ error: TabularError) {
    failed += 1
    guard problems.count < Self.problemLimit else { return }
    problems.append(
      RowProblem(
        source: piece.source, line: piece.firstLine + line, column: column.map { columns[$0].name },
        error: error))
  }

  // MARK: - Delimited text

  /// Where a row that has the header's width lies.
  private struct Row {
    var start: UInt32
    var end: UInt32
    /// Its first separator's place in the index.
    var separator: UInt32
    var line: UInt32
  }

  private func decodeDelimited(
    _ bytes: UnsafeBufferPointer<UInt8>, delimiter: UInt8, header: [String], _ piece: borrowing TablePiece
  ) {
    guard let base = bytes.baseAddress else { return }
    let count = index!.index(bytes, into: &positions)
    // Local while it is read, so that the inner loops need no checks of exclusive access.
    var separators: [UInt32] = []
    swap(&separators, &positions)
    defer { swap(&separators, &positions) }
    let mayBeQuoted = ByteCount.occurrences(of: 0x22, in: bytes) > 0
    let rows = findRows(bytes, separators, count, header.count, mayBeQuoted, piece)
    chunk.removeAll(roomFor: rows.count, columns: columns)
    var isBad: [Bool] = []
    for column in columns.indices {
      let place = header.firstIndex(of: columns[column].name) ?? 0
      if columns[column].content == .labels, !mayBeQuoted,
        decodeLabels(column, rows, separators, bytes, place: place, width: header.count)
      {
        continue
      }
      if isBad.isEmpty { isBad = [Bool](repeating: false, count: rows.count) }
      for (number, row) in rows.enumerated() where !isBad[number] {
        let start = place == 0 ? Int(row.start) : Int(separators[Int(row.separator) + place - 1]) + 1
        let end = place == header.count - 1 ? Int(row.end) : Int(separators[Int(row.separator) + place])
        isBad[number] = !store(
          base, start, end, mayBeQuoted, column: column, row: number, piece, line: Int(row.line))
      }
    }
    chunk.rowCount = rows.count
    if isBad.contains(true) {
      chunk.keep { !isBad[$0] }
      problems.sort { $0.line < $1.line }
    }
  }

  private func findRows(
    _ bytes: UnsafeBufferPointer<UInt8>, _ separators: [UInt32], _ count: Int, _ width: Int,
    _ mayBeQuoted: Bool,
    _ piece: borrowing TablePiece
  ) -> [Row] {
    let base = bytes.baseAddress!
    var rows: [Row] = []
    rows.reserveCapacity(count / width + 2)
    var (line, next, start) = (0, 0, 0)
    while start < bytes.count {
      // Where the row ends: the last row may have no line feed.
      var last = next
      while last < count, base[Int(separators[last])] != 0x0a { last += 1 }
      let end = last < count ? Int(separators[last]) : bytes.count
      var trimmedEnd = end
      if trimmedEnd > start, base[trimmedEnd - 1] == 0x0d { trimmedEnd -= 1 }
      let rowLine = line
      line += 1
      // The last row's own line feed, if quotes hid it, begins no line.
      if mayBeQuoted { line += Self.lineFeeds(base, start, last < count ? end : end - 1) }
      if trimmedEnd == start, width > 1 || last >= count {
        // An empty line.
      } else if last - next + 1 == width {
        rows.append(
          Row(start: UInt32(start), end: UInt32(trimmedEnd), separator: UInt32(next), line: UInt32(rowLine)))
      } else {
        reportRagged(
          piece, line: rowLine, lines: line - rowLine, fields: last - next + 1, width, offset: start)
      }
      next = last + 1
      start = end + 1
    }
    return rows
  }

  /// The codes of a column of plain labels; false where one is beyond the limit, and the slow way tells which.
  private func decodeLabels(
    _ column: Int, _ rows: [Row], _ separators: [UInt32], _ bytes: UnsafeBufferPointer<UInt8>, place: Int,
    width: Int
  ) -> Bool {
    guard let base = bytes.baseAddress else { return rows.isEmpty }
    var dictionary = LabelDictionary(limit: 0)
    swap(&dictionary, &dictionaries[column])
    defer { swap(&dictionary, &dictionaries[column]) }
    return chunk.codes[column].withUnsafeMutableBufferPointer { codes in
      separators.withUnsafeBufferPointer { separators in
        rows.withUnsafeBufferPointer { rows in
          func field(_ row: Row) -> (start: Int, end: Int) {
            (
              place == 0 ? Int(row.start) : Int(separators[Int(row.separator) + place - 1]) + 1,
              place == width - 1 ? Int(row.end) : Int(separators[Int(row.separator) + place])
            )
          }
          var number = 0
          while number < rows.count {
            // Short labels that are known already, as nearly all are, without a call; up to the first that is not.
            dictionary.withShortLabels { known in
              while number < rows.count {
                let (start, end) = field(rows[number])
                guard start + 8 <= bytes.count, let code = known.code(base + start, end - start) else {
                  break
                }
                codes[number] = code
                number += 1
              }
            }
            guard number < rows.count else { break }
            let (start, end) = field(rows[number])
            if start == end {
              codes[number] = 0
            } else if let code = dictionary.code(base + start, end - start) {
              codes[number] = code
            } else {
              return false
            }
            number += 1
          }
          return true
        }
      }
    }
  }

  /// A quote that is never closed swallows rows: each of them counts as failed.
  private func reportRagged(
    _ piece: borrowing TablePiece, line: Int, lines: Int, fields: Int, _ width: Int, offset: Int
  ) {
    let swallows = lines > 1
    report(
      piece, line: line, column: nil,
      TabularError(
        code: swallows ? .strayQuote : .raggedRow,
        message: swallows
          ? "a quote that is not closed makes \(lines) lines one row"
          : "the row has \(fields) fields, the header \(width)",
        hint: swallows
          ? "close the quote, or double it within a quoted field (RFC 4180)"
          : "quote fields that hold the delimiter",
        offset: piece.offset + offset))
    failed += lines - 1
  }

  private static func lineFeeds(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
    var found = 0
    for place in start..<max(start, end) where base[place] == 0x0a { found += 1 }
    return found
  }

  @inline(__always)
  private func store(
    _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ mayBeQuoted: Bool, column: Int, row: Int,
    _ piece: borrowing TablePiece, line: Int
  ) -> Bool {
    if mayBeQuoted, start < end, hasQuote(base + start, end - start) {
      return storeQuoted(base, start, end, column: column, row: row, piece, line: line)
    }
    return store(
      base + start, end - start, column: column, row: row, piece, line: line, offset: start)
  }

  @inline(__always)
  private func hasQuote(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    UnsafeBufferPointer(start: bytes, count: count).contains(0x22)
  }

  @inline(never)
  private func storeQuoted(
    _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int, column: Int, row: Int,
    _ piece: borrowing TablePiece,
    line: Int
  ) -> Bool {
    guard let text = DelimitedField.unquoted(UnsafeBufferPointer(start: base + start, count: end - start))
    else {
      report(
        piece, line: line, column: column,
        TabularError(
          code: .strayQuote, message: "a quote stands in a field that is not quoted as a whole",
          hint: "quote the field and double the quotes in it (RFC 4180)", offset: piece.offset + start))
      return false
    }
    return text.withUnsafeBufferPointer {
      store(
        $0.baseAddress ?? base, $0.count, column: column, row: row, piece, line: line,
        offset: start)
    }
  }

  // MARK: - JSON lines

  private func decodeLines(_ bytes: UnsafeBufferPointer<UInt8>, _ piece: borrowing TablePiece) {
    var rows = 1
    rows += ByteCount.occurrences(of: 0x0a, in: bytes)
    chunk.removeAll(roomFor: rows, columns: columns)
    var (start, line) = (0, 0)
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != 0x0a { end += 1 }
      defer {
        start = end + 1
        line += 1
      }
      let text = UnsafeBufferPointer(rebasing: bytes[start..<end])
      if text.allSatisfy({ $0 == 0x20 || $0 == 0x0d || $0 == 0x09 }) { continue }
      do throws(TabularError) {
        try scanner!.scan(text, into: &fields)
      } catch {
        var error = error
        error.offset += piece.offset + start
        report(piece, line: line, column: nil, error)
        continue
      }
      if storeFields(text, piece, line: line, offset: start) { chunk.rowCount += 1 }
    }
  }

  private func storeFields(
    _ text: UnsafeBufferPointer<UInt8>, _ piece: borrowing TablePiece, line: Int, offset: Int
  ) -> Bool {
    for column in 0..<columns.count {
      var value: [UInt8] = []
      if let field = fields[column], field.kind != .null {
        guard field.kind != .array, field.kind != .object else {
          report(
            piece, line: line, column: column,
            TabularError(
              code: .wrongType, message: "the field holds an \(field.kind.rawValue)",
              hint: "name a field that holds a text, a number or a truth value", offset: piece.offset + offset
            ))
          return false
        }
        value = (try? field.text(in: text)) ?? Array(text[field.range])
      }
      let isStored = value.withUnsafeBufferPointer { bytes in
        // A missing field and an empty text are the same: no value.
        guard let base = bytes.baseAddress else {
          storeMissing(column: column, row: chunk.rowCount)
          return true
        }
        return store(
          base, bytes.count, column: column, row: chunk.rowCount, piece, line: line,
          offset: offset)
      }
      guard isStored else { return false }
    }
    return true
  }

  // MARK: - Values

  private func storeMissing(column: Int, row: Int) {
    if columns[column].content == .numbers {
      chunk.numbers[column][row] = .nan
    } else {
      chunk.codes[column][row] = 0
    }
  }

  @inline(__always)
  private func store(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, column: Int, row: Int,
    _ piece: borrowing TablePiece, line: Int, offset: Int
  ) -> Bool {
    if count == 0 {
      storeMissing(column: column, row: row)
      return true
    }
    if case .labels = columns[column].content {
      guard let code = dictionaries[column].code(bytes, count) else {
        return tooManyLabels(column: column, piece, line: line, offset: offset)
      }
      chunk.codes[column][row] = code
      return true
    }
    return storeSlow(bytes, count, column: column, row: row, piece, line: line, offset: offset)
  }

  private func tooManyLabels(column: Int, _ piece: borrowing TablePiece, line: Int, offset: Int) -> Bool {
    overflow[column] = true
    report(
      piece, line: line, column: column,
      LabelDictionary.tooMany(column: columns[column].name, offset: piece.offset + offset))
    return false
  }

  /// Fails when a column of labels has too many of them, or labels that are not UTF-8.
  ///
  /// Two texts in another encoding could become the same characters, and two groups one.
  public func checkLabels() throws(TabularError) {
    for (place, column) in columns.enumerated() where column.content != .numbers {
      if overflow[place] { throw LabelDictionary.tooMany(column: column.name, offset: 0) }
      for label in dictionaries[place].labels where String(validating: label, as: UTF8.self) == nil {
        throw TabularError(
          code: .unreadable,
          message:
            "column '\(column.name)' holds '\(String(decoding: label.prefix(40), as: UTF8.self))', which is not UTF-8",
          hint: "convert the table first: iconv -f WINDOWS-1252 -t UTF-8", offset: 0)
      }
    }
  }

  private func storeSlow(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, column: Int, row: Int, _ piece: borrowing TablePiece,
    line: Int,
    offset: Int
  ) -> Bool {
    let text = UnsafeBufferPointer(start: bytes, count: count)
    if !missing.isEmpty, count <= 16, missing.contains(Array(text)) {
      storeMissing(column: column, row: row)
      return true
    }
    let number = DecimalNumber.parse(text)
    if case .classes(let classes) = columns[column].content {
      chunk.codes[column][row] = UInt32((classes.firstIndex { $0.holds(text, number: number) } ?? -1) + 1)
      return true
    }
    guard let number else {
      report(
        piece, line: line, column: column,
        TabularError(
          code: .notANumber, message: "'\(String(decoding: text.prefix(40), as: UTF8.self))' is no number",
          hint: "numbers are written like 0.25 or 1e-3; name texts that mean missing with --missing",
          offset: piece.offset + offset))
      return false
    }
    chunk.numbers[column][row] = number
    return true
  }

  /// Whether a label of a column is one of the texts that stand for a missing value.
  public func isMissing(_ label: [UInt8]) -> Bool { missing.contains(label) }
}

/// The quoting of RFC 4180.
package enum DelimitedField {
  /// The text of a field, its quotes resolved; nil if it is not quoted as a whole.
  package static func unquoted(_ field: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard field.contains(0x22) else { return Array(field) }
    guard field.count >= 2, field.first == 0x22, field.last == 0x22 else { return nil }
    var text: [UInt8] = []
    var index = 1
    while index < field.count - 1 {
      if field[index] == 0x22 {
        guard index + 1 < field.count - 1, field[index + 1] == 0x22 else { return nil }
        index += 1
      }
      text.append(field[index])
      index += 1
    }
    return text
  }
}
