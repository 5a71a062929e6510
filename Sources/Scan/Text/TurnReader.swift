import Tabular

/// Takes the outputs out of one line that holds several.
struct TurnReader {
  let fields: TurnFields
  private let scanner: JSONLineScanner
  /// The most outputs of one line, lists within the list counted: each is a record with lines of its own, so that a line of
  /// some megabytes could yield gigabytes.
  static let most = 10_000
  private var found: [JSONField?] = []

  init(fields: TurnFields) {
    self.fields = fields
    scanner = JSONLineScanner(
      paths: fields.text + fields.ids + fields.role + (["prompt_token_ids"].compactMap { try? FieldPath($0) })
    )
  }

  /// Appends a record for each output in `list`, each like `base` with its own id, text and ids.
  ///
  /// What is wrong with one comes to `errors` under its own id, and the others are read all the same. Gives false, and nothing
  /// else, where there are more than ``most``.
  mutating func records(
    in list: JSONField, of line: UnsafeBufferPointer<UInt8>, like base: TextRecord,
    into records: inout [TextRecord], errors: inout [ErrorLine]
  ) throws(TabularError) -> Bool {
    let (firstRecord, firstError) = (records.count, errors.count)
    var left = Self.most
    for (place, element) in try list.elements(in: line, most: Self.most + 1).enumerated() {
      left -= 1
      guard left >= 0 else { break }
      guard element.kind == .array else {
        append(element, line, like: base, name: "\(place)", into: &records, errors: &errors)
        continue
      }
      let parts = try element.elements(in: line, most: left + 1)
      left -= parts.count
      guard left >= 0 else { break }
      for (inner, part) in parts.enumerated() {
        append(part, line, like: base, name: "\(place).\(inner)", into: &records, errors: &errors)
      }
    }
    guard left < 0 else { return true }
    records.removeLast(records.count - firstRecord)
    errors.removeLast(errors.count - firstError)
    return false
  }

  private mutating func append(
    _ element: JSONField, _ line: UnsafeBufferPointer<UInt8>, like base: TextRecord, name: String,
    into records: inout [TextRecord], errors: inout [ErrorLine]
  ) {
    var record = base
    record.id = "\(base.id)#\(name)"
    do throws(TabularError) {
      try read(element, line, into: &record)
      if record.text != nil || record.ids != nil { records.append(record) }
    } catch {
      errors.append(
        ErrorLine(
          outcome: .failed, source: record.source, id: record.id, record: record.line,
          offset: (record.offset ?? 0) + element.range.lowerBound + error.offset, code: error.code.rawValue,
          message: error.message, hint: error.hint))
    }
  }

  /// Takes text and ids out of one output; neither where it is not a model's.
  private mutating func read(
    _ element: JSONField, _ line: UnsafeBufferPointer<UInt8>, into record: inout TextRecord
  ) throws(TabularError) {
    switch element.kind {
    case .string where !fields.needsRole: record.text = try element.text(in: line)
    case .object:
      let part = UnsafeBufferPointer(rebasing: line[element.range])
      try scanner.scan(part, into: &found)
      let ids = fields.text.count
      let roles = ids + fields.ids.count
      let prompt = roles + fields.role.count
      let role = first(roles..<prompt)?.label(in: part)
      guard role.map(TurnFields.speakers.contains) ?? !fields.needsRole else { return }
      if let field = first(0..<ids) { record.text = try Self.text(field, in: part) }
      if let field = first(ids..<roles) {
        var list: [UInt32] = []
        try field.appendIDs(in: part, to: &list)
        record.ids = list
      }
      if let field = first(prompt..<(prompt + 1)) {
        record.promptIDs.removeAll()
        try field.appendIDs(in: part, to: &record.promptIDs)
      }
    default: return
    }
  }

  private func first(_ range: Range<Int>) -> JSONField? {
    for index in range {
      if let field = found[index], field.kind != .null { return field }
    }
    return nil
  }

  /// A text, or the texts of an array of parts one after another.
  private static func text(
    _ field: JSONField, in line: UnsafeBufferPointer<UInt8>
  ) throws(TabularError) -> [UInt8]? {
    guard field.kind == .array else { return try field.text(in: line) }
    guard let path = try? FieldPath("text") else { return nil }
    let scanner = JSONLineScanner(paths: [path])
    var text: [UInt8] = []
    var isText = false
    var found: [JSONField?] = []
    for part in try field.elements(in: line) {
      let bytes = UnsafeBufferPointer(rebasing: line[part.range])
      if part.kind == .string {
        text.append(contentsOf: try part.text(in: line))
        isText = true
      } else if part.kind == .object {
        try scanner.scan(bytes, into: &found)
        if let inner = found[0], inner.kind == .string {
          text.append(contentsOf: try inner.text(in: bytes))
          isText = true
        }
      }
    }
    return isText ? text : nil
  }
}
