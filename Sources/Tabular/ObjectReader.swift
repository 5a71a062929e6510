/// Takes members out of a JSON object by name and type, and in the end names those that nobody took.
///
/// A misspelt field of a plan would leave its default in force without a word; here it is an error that says what was meant.
public struct ObjectReader {
  private let members: [String: JSONValue]
  private let order: [String]
  private var taken: Set<String> = []
  /// What is being read, for messages ("plan hiring.json").
  public let place: String

  /// Begins to read an object.
  public init(_ value: JSONValue, place: String) throws(TabularError) {
    guard case .object(let members) = value else {
      throw Self.error("\(place) is \(value.kind)", "it takes an object: {\"name\": …}")
    }
    self.members = Dictionary(members.map { ($0.name, $0.value) }) { first, _ in first }
    order = members.map(\.name)
    self.place = place
  }

  /// Reads the object that a file holds; syntax errors are told with line and column.
  public init(parsing bytes: [UInt8], place: String) throws(TabularError) {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: bytes)
    } catch {
      let before = bytes[..<min(error.offset, bytes.count)]
      let line = before.count { $0 == 0x0a } + 1
      let column = before.count - (before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0) + 1
      throw TabularError(
        code: error.code, message: "\(place), line \(line), column \(column): \(error.message)",
        hint: error.hint, offset: error.offset)
    }
    try self.init(value, place: place)
  }

  private static func error(_ message: String, _ hint: String) -> TabularError {
    TabularError(code: .wrongType, message: message, hint: hint, offset: 0)
  }

  /// The error of a value that a field cannot have.
  public func invalid(_ name: String, _ problem: String, hint: String) -> TabularError {
    TabularError(
      code: .invalidField, message: "\(place): '\(name)' \(problem)", hint: hint, offset: 0)
  }

  private func wrong(_ name: String, _ value: JSONValue, _ wanted: String) -> TabularError {
    Self.error("\(place): '\(name)' is \(value.kind)", "it takes \(wanted)")
  }

  /// The value of a field; nil where it is absent or null.
  public mutating func value(_ name: String) -> JSONValue? {
    taken.insert(name)
    guard let value = members[name], value != .null else { return nil }
    return value
  }

  /// A string.
  public mutating func string(_ name: String) throws(TabularError) -> String? {
    guard let value = value(name) else { return nil }
    guard case .string(let text) = value else { throw wrong(name, value, "a string") }
    return text
  }

  /// A string that must be there and not be empty.
  public mutating func requiredString(_ name: String) throws(TabularError) -> String {
    guard let text = try string(name), !text.isEmpty else {
      throw invalid(name, "is missing or empty", hint: "add the field")
    }
    return text
  }

  /// A whole number.
  public mutating func integer(_ name: String) throws(TabularError) -> Int? {
    guard let value = value(name) else { return nil }
    guard case .integer(let whole) = value else { throw wrong(name, value, "a whole number") }
    return whole
  }

  /// A number.
  public mutating func number(_ name: String) throws(TabularError) -> Double? {
    guard let value = value(name) else { return nil }
    switch value {
    case .integer(let whole): return Double(whole)
    case .number(let number): return number
    default: throw wrong(name, value, "a number")
    }
  }

  /// A truth value.
  public mutating func bool(_ name: String) throws(TabularError) -> Bool? {
    guard let value = value(name) else { return nil }
    guard case .bool(let flag) = value else { throw wrong(name, value, "true or false") }
    return flag
  }

  /// An array.
  public mutating func array(_ name: String) throws(TabularError) -> [JSONValue]? {
    guard let value = value(name) else { return nil }
    guard case .array(let elements) = value else { throw wrong(name, value, "an array") }
    return elements
  }

  /// An array of strings.
  public mutating func strings(_ name: String) throws(TabularError) -> [String]? {
    guard let elements = try array(name) else { return nil }
    var texts: [String] = []
    for element in elements {
      guard case .string(let text) = element else { throw wrong(name, element, "an array of strings") }
      texts.append(text)
    }
    return texts
  }

  /// A reader of an object within this one.
  public mutating func object(_ name: String) throws(TabularError) -> ObjectReader? {
    guard let value = value(name) else { return nil }
    return try ObjectReader(value, place: "\(place): '\(name)'")
  }

  /// The names of the object's members in their order, all of which count as taken: for objects whose names are data.
  public mutating func names() -> [String] {
    taken.formUnion(order)
    return order
  }

  /// Refuses the fields that nobody took, naming the nearest known one.
  public func finish() throws(TabularError) {
    guard let unknown = order.first(where: { !taken.contains($0) }) else { return }
    let nearest = taken.min {
      (EditDistance.between(unknown, $0), $0) < (EditDistance.between(unknown, $1), $1)
    }
    let isNear = nearest.map { EditDistance.between(unknown, $0) <= 3 } ?? false
    throw TabularError(
      code: .unknownField, message: "\(place): nothing reads the field '\(unknown)'",
      hint: isNear
        ? "did you mean '\(nearest ?? "")'?" : "known fields: \(taken.sorted().joined(separator: ", "))",
      offset: 0)
  }
}

extension TabularError.Code {
  /// A field of a configuration that nothing reads.
  public static let unknownField = TabularError.Code(rawValue: "unknown-field")
  /// A field of a configuration with a value that it cannot have.
  public static let invalidField = TabularError.Code(rawValue: "invalid-field")
  /// A file larger than is read.
  public static let fileTooLarge = TabularError.Code(rawValue: "file-too-large")
}
