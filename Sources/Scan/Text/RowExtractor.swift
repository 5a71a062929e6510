import Kernels
import Tabular

/// Reads records out of the rows of a table, by the names of its columns.
///
/// One extractor serves one task at a time.
public struct RowExtractor {
  private let fields: RecordFields
  private let header: TableHeader
  private let kernel: DelimitedIndexKernel
  private let text: Int?
  private let ids: Int?
  private let id: Int?
  private var positions: [UInt32] = []

  /// Makes an extractor for tables under one header.
  public init(fields: RecordFields, header: TableHeader) {
    self.fields = fields
    self.header = header
    kernel = DelimitedIndexKernel(delimiter: header.delimiter)
    func column(_ paths: [FieldPath]) -> Int? {
      paths.lazy.compactMap { header.names.firstIndex(of: $0.description) }.first
    }
    text = column(fields.text)
    ids = column(fields.ids)
    id = column(fields.id)
  }

  /// Whether this extractor is for such tables.
  func fits(_ header: TableHeader) -> Bool { self.header == header }

  /// Hands each row that is not empty to `body`: its record, or what is wrong with it.
  public mutating func forEach(
    in bytes: UnsafeBufferPointer<UInt8>, source: String, firstLine: Int, offset: Int,
    _ body: (Result<TextRecord, ErrorLine>) -> Void
  ) {
    let count = kernel.index(bytes, into: &positions)
    var (start, line, rowLine) = (0, firstLine, firstLine)
    var rowStart = 0
    var row: [Range<Int>] = []
    for place in 0...count {
      let end = place < count ? Int(positions[place]) : bytes.count
      let isLast = place == count
      if isLast, start >= bytes.count, row.isEmpty { break }
      let endsRow = isLast || bytes[end] == UInt8(ascii: "\n")
      let isReturn = endsRow && end > start && bytes[end - 1] == 0x0d
      row.append(start..<(isReturn ? end - 1 : end))
      start = end + 1
      guard endsRow else { continue }
      line += NumberListKernel.active.count(
        of: UInt8(ascii: "\n"), in: UnsafeBufferPointer(rebasing: bytes[rowStart..<min(end + 1, bytes.count)])
      )
      if row.count > 1 || !row[0].isEmpty {
        body(record(row, bytes, source: source, line: rowLine, offset: offset + rowStart))
      }
      row.removeAll(keepingCapacity: true)
      (rowStart, rowLine) = (start, line)
    }
  }

  private func record(
    _ row: [Range<Int>], _ bytes: UnsafeBufferPointer<UInt8>, source: String, line: Int, offset: Int
  ) -> Result<TextRecord, ErrorLine> {
    var record = TextRecord(id: "\(source):\(line)", source: source, line: line, offset: offset)
    func failure(_ code: String, _ message: String, _ hint: String) -> Result<TextRecord, ErrorLine> {
      .failure(
        ErrorLine(
          outcome: .failed, source: source, id: record.id, record: line, offset: offset, code: code,
          message: message, hint: hint))
    }
    func failure(_ error: TabularError) -> Result<TextRecord, ErrorLine> {
      failure(error.code.rawValue, error.message, error.hint)
    }
    func strayQuote() -> Result<TextRecord, ErrorLine> {
      failure(
        "stray-quote", "a quote stands in a field that is not quoted as a whole",
        "quote the field and double the quotes in it (RFC 4180)")
    }
    func cell(_ column: Int) -> [UInt8]? {
      DelimitedField.unquoted(UnsafeBufferPointer(rebasing: bytes[row[column]]))
    }
    guard row.count == header.names.count else {
      return failure(
        "ragged-row", "the row has \(row.count) fields, the header \(header.names.count)",
        "quote fields that hold the delimiter (RFC 4180)")
    }
    if let id {
      guard let name = cell(id) else { return strayQuote() }
      guard name.count <= RecordExtractor.mostIDBytes else {
        return .failure(RecordExtractor.longID(record))
      }
      if !name.isEmpty { record.id = String(decoding: name, as: UTF8.self) }
    }
    guard text != nil || ids != nil else {
      return failure(
        "no-such-column", "the table has no column of texts or token ids",
        "name it with --text-field or --ids-field")
    }
    do throws(TabularError) {
      if let text {
        guard let value = cell(text) else { return strayQuote() }
        try value.withUnsafeBufferPointer { bytes throws(TabularError) in try UTF8Check.check(bytes) }
        record.text = value
      }
      if let ids {
        guard let list = cell(ids) else { return strayQuote() }
        if !list.isEmpty { record.ids = try Self.ids(in: list) }
      }
    } catch {
      return failure(error)
    }
    return .success(record)
  }

  /// The token ids of a cell that holds a list of JSON.
  private static func ids(in list: [UInt8]) throws(TabularError) -> [UInt32] {
    try list.withUnsafeBufferPointer { bytes throws(TabularError) in
      let scanner = JSONLineScanner(paths: [])
      var found: [JSONField?] = []
      try scanner.scan(bytes, into: &found)
      var ids: [UInt32] = []
      guard let field = JSONField(wholeOf: bytes) else { return ids }
      try field.appendIDs(in: bytes, to: &ids)
      return ids
    }
  }
}
