import Tabular

/// Where a record's parts are found in its JSON object.
public struct RecordFields: Sendable {
  /// Ways to the text, in the order they are tried.
  public var text: [FieldPath]
  /// Ways to the token ids.
  public var ids: [FieldPath]
  /// Ways to the record's own id.
  public var id: [FieldPath]
  /// The way to the prompt's token ids, if there is one.
  public var promptIDs: FieldPath?

  /// The usual names: `output`, `text`, `completion`; `token_ids`, `output_ids`, `ids`; `id`, `custom_id`.
  public init() {
    func paths(_ names: [String]) -> [FieldPath] { names.compactMap { try? FieldPath($0) } }
    text = paths(["output", "text", "completion"])
    ids = paths(["token_ids", "output_ids", "ids"])
    id = paths(["id", "custom_id"])
  }

  var all: [FieldPath] { text + ids + id + (promptIDs.map { [$0] } ?? []) }
}

/// Reads records out of lines of JSON.
///
/// One extractor serves one task at a time.
struct RecordExtractor {
  private let fields: RecordFields
  private let scanner: JSONLineScanner
  private var found: [JSONField?] = []

  init(fields: RecordFields) {
    self.fields = fields
    scanner = JSONLineScanner(paths: fields.all)
  }

  /// The record of one line.
  ///
  /// What is wrong comes back with the line's id, if that could be read.
  mutating func record(
    _ line: UnsafeBufferPointer<UInt8>, source: String, number: Int, offset: Int
  ) -> Result<TextRecord, ErrorLine> {
    var record = TextRecord(id: "\(source):\(number)", source: source, line: number, offset: offset)
    func failure(_ error: TabularError) -> Result<TextRecord, ErrorLine> {
      .failure(
        ErrorLine(
          outcome: .failed, source: source, id: record.id, record: number, offset: offset + error.offset,
          code: error.code.rawValue, message: error.message, hint: error.hint))
    }
    do throws(TabularError) {
      try scanner.scan(line, into: &found)
      guard line.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") else {
        throw TabularError(
          code: .wrongType, message: "the line is no JSON object", hint: "write one object a line", offset: 0)
      }
      let ids = fields.text.count
      let labels = ids + fields.ids.count
      if let label = first(labels..<(labels + fields.id.count)) { record.id = label.label(in: line) }
      if let field = first(ids..<labels) {
        var list: [UInt32] = []
        list.reserveCapacity(field.range.count / 4)
        try field.appendIDs(in: line, to: &list)
        record.ids = list
      }
      if let field = first(0..<ids) { record.text = try field.text(in: line) }
      if fields.promptIDs != nil, let field = found[found.count - 1], field.kind != .null {
        try field.appendIDs(in: line, to: &record.promptIDs)
      }
      return .success(record)
    } catch {
      return failure(error)
    }
  }

  /// The first of some fields that is there and not null.
  private func first(_ range: Range<Int>) -> JSONField? {
    for index in range {
      if let field = found[index], field.kind != .null { return field }
    }
    return nil
  }
}

extension ErrorLine: Error {}
