/// Takes fields out of a JSON object by name and type, and in the end names those that nobody took.
struct FieldReader {
  private var fields: [String: JSONValue]
  private var taken: Set<String> = []
  private let place: String
  private let code: TextWatermarkError.Code

  /// - Parameter place: what is being read, for messages ("profile lefthash.json").
  init(_ fields: [String: JSONValue], place: String, code: TextWatermarkError.Code) {
    (self.fields, self.place, self.code) = (fields, place, code)
  }

  private mutating func take(_ name: String) -> JSONValue? {
    taken.insert(name)
    guard let value = fields[name], value != .null else { return nil }
    return value
  }

  private func wrong(_ name: String, _ value: JSONValue, _ wanted: String) -> TextWatermarkError {
    TextWatermarkError(
      code: code, message: "\(place): '\(name)' is \(value.kind)", hint: "it takes \(wanted)")
  }

  private func missing(_ name: String) -> TextWatermarkError {
    TextWatermarkError(code: code, message: "\(place): '\(name)' is missing", hint: "add the field")
  }

  mutating func string(_ name: String) throws(TextWatermarkError) -> String? {
    guard let value = take(name) else { return nil }
    guard case .string(let text) = value else { throw wrong(name, value, "a string") }
    return text
  }

  mutating func requiredString(_ name: String) throws(TextWatermarkError) -> String {
    guard let text = try string(name), !text.isEmpty else { throw missing(name) }
    return text
  }

  mutating func integer(_ name: String) throws(TextWatermarkError) -> Int64? {
    guard let value = take(name) else { return nil }
    guard case .integer(let number) = value else { throw wrong(name, value, "a whole number") }
    return number
  }

  mutating func int(_ name: String) throws(TextWatermarkError) -> Int? {
    try integer(name).map { Int(clamping: $0) }
  }

  mutating func requiredInt(_ name: String) throws(TextWatermarkError) -> Int {
    guard let number = try int(name) else { throw missing(name) }
    return number
  }

  mutating func number(_ name: String) throws(TextWatermarkError) -> Double? {
    guard let value = take(name) else { return nil }
    switch value {
    case .integer(let number): return Double(number)
    case .number(let number): return number
    default: throw wrong(name, value, "a number")
    }
  }

  mutating func bool(_ name: String) throws(TextWatermarkError) -> Bool? {
    guard let value = take(name) else { return nil }
    guard case .bool(let flag) = value else { throw wrong(name, value, "true or false") }
    return flag
  }

  mutating func tokenID(_ name: String) throws(TextWatermarkError) -> UInt32? {
    guard let number = try integer(name) else { return nil }
    guard let id = UInt32(exactly: number) else { throw wrong(name, .integer(number), "a token id") }
    return id
  }

  mutating func tokenIDs(_ name: String) throws(TextWatermarkError) -> [UInt32]? {
    guard let value = take(name) else { return nil }
    guard case .array(let elements) = value else { throw wrong(name, value, "an array of token ids") }
    var ids: [UInt32] = []
    for element in elements {
      guard case .integer(let number) = element, let id = UInt32(exactly: number) else {
        throw wrong(name, element, "an array of token ids")
      }
      ids.append(id)
    }
    return ids
  }

  mutating func strings(_ name: String) throws(TextWatermarkError) -> [String]? {
    guard let value = take(name) else { return nil }
    guard case .array(let elements) = value else { throw wrong(name, value, "an array of strings") }
    var texts: [String] = []
    for element in elements {
      guard case .string(let text) = element else { throw wrong(name, element, "an array of strings") }
      texts.append(text)
    }
    return texts
  }

  mutating func value(_ name: String) -> JSONValue? { take(name) }

  /// Whether the object has the field, taken or not.
  func has(_ name: String) -> Bool { fields[name] != nil }

  /// Refuses the fields that nobody took, naming the nearest known one.
  func finish() throws(TextWatermarkError) {
    guard let unknown = fields.keys.filter({ !taken.contains($0) }).min() else { return }
    let nearest = taken.min { (editDistance(unknown, $0), $0) < (editDistance(unknown, $1), $1) }
    let close = nearest.map { editDistance(unknown, $0) <= 3 } ?? false
    throw TextWatermarkError(
      code: .unknownField, message: "\(place): nothing reads the field '\(unknown)'",
      hint: close ? "did you mean '\(nearest!)'?" : "known fields: \(taken.sorted().joined(separator: ", "))")
  }
}

/// The number of insertions, deletions and substitutions between two short names.
func editDistance(_ left: String, _ right: String) -> Int {
  let right = Array(right)
  var row = Array(0...right.count)
  for (index, character) in left.enumerated() {
    var diagonal = row[0]
    row[0] = index + 1
    for column in right.indices {
      let above = row[column + 1]
      row[column + 1] = min(diagonal + (character == right[column] ? 0 : 1), above + 1, row[column] + 1)
      diagonal = above
    }
  }
  return row[right.count]
}
