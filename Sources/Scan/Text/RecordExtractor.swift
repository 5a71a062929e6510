import Tabular

/// Reads records out of lines of JSON.
///
/// One extractor serves one task at a time.
public struct RecordExtractor {
  private let fields: RecordFields
  private let scanner: JSONLineScanner
  private var turns: TurnReader?
  private var found: [JSONField?] = []

  /// Makes an extractor.
  public init(fields: RecordFields) {
    self.fields = fields
    scanner = JSONLineScanner(paths: fields.all)
    turns = fields.turns.map { TurnReader(fields: $0) }
  }

  /// Appends the records of one line: one, or as many as it holds outputs.
  ///
  /// What is wrong goes to `errors` with the line's id, if that could be read, or with that of the output it is wrong with. `accepts`
  /// decides by the line's id whether its records are wanted at all, before anything else is decoded.
  public mutating func records(
    _ line: UnsafeBufferPointer<UInt8>, source: String, number: Int, offset: Int, accepts: (String) -> Bool,
    into records: inout [TextRecord], errors: inout [ErrorLine]
  ) {
    var record = TextRecord(id: "", source: source, line: number, offset: offset)
    // Made only where nothing else names the record.
    var place: String { "\(source):\(number)" }
    var name: String?
    do throws(TabularError) {
      try scanner.scan(line, into: &found)
      guard line.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") else {
        throw TabularError(
          code: .wrongType, message: "the line is no JSON object", hint: "write one object a line", offset: 0)
      }
      let ids = fields.turns?.lists.count ?? fields.text.count
      let labels = ids + (fields.turns == nil ? fields.ids.count : 0)
      let prompt = labels + fields.id.count
      guard isRecord(from: prompt + (fields.promptIDs == nil ? 0 : 1), line) else { return }
      if let label = first(labels..<prompt) {
        let label = label.label(in: line)
        guard label.utf8.count <= Self.mostIDBytes else {
          if accepts(place) { errors.append(Self.longID(record)) }
          return
        }
        name = label
      }
      record.id = name ?? place
      guard accepts(record.id) else { return }
      if fields.promptIDs != nil, let field = first(prompt..<(prompt + 1)) {
        try field.appendIDs(in: line, to: &record.promptIDs)
      }
      if turns != nil {
        let before = records.count + errors.count
        if let list = first(0..<ids),
          try turns?.records(in: list, of: line, like: record, into: &records, errors: &errors) == false
        {
          errors.append(Self.tooManyOutputs(record))
        }
        if records.count + errors.count == before { errors.append(Self.noOutput(record)) }
        return
      }
      if let field = first(ids..<labels) {
        var list: [UInt32] = []
        list.reserveCapacity(field.range.count / 4)
        try field.appendIDs(in: line, to: &list)
        record.ids = list
      }
      if let field = first(0..<ids) { record.text = try field.text(in: line) }
      records.append(record)
    } catch {
      record.id = name ?? place
      guard accepts(record.id) else { return }
      errors.append(
        ErrorLine(
          outcome: .failed, source: source, id: record.id, record: number, offset: offset + error.offset,
          code: error.code.rawValue, message: error.message, hint: error.hint))
    }
  }

  /// Whether the line meets the preset's conditions.
  private func isRecord(from first: Int, _ line: UnsafeBufferPointer<UInt8>) -> Bool {
    for (place, condition) in (fields.turns?.conditions ?? []).enumerated() {
      if let field = found[first + place], !condition.values.contains(field.label(in: line)) { return false }
    }
    return true
  }

  /// The longest id, in bytes: every line of results repeats it.
  static let mostIDBytes = 4096

  /// The line of a record whose id is not kept.
  static func longID(_ record: TextRecord) -> ErrorLine {
    ErrorLine(
      outcome: .skipped, source: record.source, record: record.line, offset: record.offset,
      code: "id-too-long", message: "the record's id is longer than \(mostIDBytes) bytes",
      hint: "name another field with --id-field")
  }

  private static func tooManyOutputs(_ record: TextRecord) -> ErrorLine {
    ErrorLine(
      outcome: .skipped, source: record.source, id: record.id, record: record.line, offset: record.offset,
      code: "too-many-outputs", message: "the line holds more than \(TurnReader.most) outputs",
      hint: "write them on several lines")
  }

  private static func noOutput(_ record: TextRecord) -> ErrorLine {
    ErrorLine(
      outcome: .skipped, source: record.source, id: record.id, record: record.line, offset: record.offset,
      code: "no-output", message: "the record holds no generated text",
      hint: "check --preset; a request that failed has no output")
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
