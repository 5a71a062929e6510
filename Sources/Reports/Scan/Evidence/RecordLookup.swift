import Scan
import Tabular

/// Finds records of some ids among the lines of their input.
struct RecordLookup {
  enum Found {
    case none, several
    case one(TextRecord)
  }

  /// What was found of each record, in their order.
  private(set) var found: [Found]
  private let places: [String: Int]
  private var extractor: RecordExtractor
  private let fields: RecordFields

  init(_ records: [ScanRecord], account: ScanRunAccount) {
    found = records.map { _ in .none }
    places = Dictionary(records.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
    fields = Self.fields(of: account)
    extractor = RecordExtractor(fields: fields)
  }

  mutating func add(_ bytes: [UInt8], firstLine: Int, source: String) {
    var extractor = extractor
    var seen: [TextRecord] = []
    var errors: [ErrorLine] = []
    var line = firstLine
    bytes.withUnsafeBufferPointer { lines in
      ByteLines.forEach(in: lines) { text, offset in
        // A line's outputs have its id and their place, so ids are compared after they are made.
        extractor.records(
          text, source: source, number: line, offset: offset, accepts: { _ in true }, into: &seen,
          errors: &errors)
        errors.removeAll(keepingCapacity: true)
        line += 1
        seen.removeAll { places[$0.id] == nil }
      }
    }
    self.extractor = extractor
    for record in seen { keep(record) }
  }

  /// Adds rows of a table.
  mutating func add(_ bytes: [UInt8], header: TableHeader, firstLine: Int, offset: Int, source: String) {
    var rows = RowExtractor(fields: fields, header: header)
    var seen: [TextRecord] = []
    bytes.withUnsafeBufferPointer {
      rows.forEach(in: $0, source: source, firstLine: firstLine, offset: offset) { row in
        if case .success(let record) = row, places[record.id] != nil { seen.append(record) }
      }
    }
    for record in seen { keep(record) }
  }

  private mutating func keep(_ record: TextRecord) {
    guard let place = places[record.id] else { return }
    if case .none = found[place] { found[place] = .one(record) } else { found[place] = .several }
  }

  /// Where the run found the parts of its records.
  private static func fields(of account: ScanRunAccount) -> RecordFields {
    var fields = account.preset.flatMap { RecordPreset(rawValue: $0) }?.fields ?? RecordFields()
    func paths(_ name: String) -> [FieldPath]? { account.fields[name]?.compactMap { try? FieldPath($0) } }
    if let text = paths("text") { fields.text = text }
    if let ids = paths("ids") { fields.ids = ids }
    if let id = paths("id") { fields.id = id }
    if let prompt = paths("prompt_ids")?.first { fields.promptIDs = prompt }
    return fields
  }
}
