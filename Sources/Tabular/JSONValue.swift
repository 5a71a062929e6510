/// A whole JSON text as a value, for configuration files and saved cubes, where nothing may be passed over.
///
/// Members keep their order, and a name that stands twice in an object is an error: readers disagree on which one counts.
public enum JSONValue: Hashable, Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number without fraction and exponent that an `Int` holds.
  case integer(Int)
  /// Any other number.
  case number(Double)
  /// A string.
  case string(String)
  /// An array.
  case array([JSONValue])
  /// An object.
  case object([Member])

  /// A name of an object and its value.
  public struct Member: Hashable, Sendable {
    /// The name.
    public var name: String
    /// The value.
    public var value: JSONValue

    /// Makes a member.
    public init(_ name: String, _ value: JSONValue) { (self.name, self.value) = (name, value) }
  }

  /// Reads one JSON text (RFC 8259, UTF-8, at most 64 levels deep); the error's offset is the byte at which it goes wrong.
  ///
  /// Cost: some 20 ns a byte.
  public init(parsing bytes: [UInt8]) throws(TabularError) {
    // One text in another encoding could turn into another's characters.
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw TabularError(
        code: .invalidUTF8, message: "the text is not UTF-8", hint: "save it as UTF-8", offset: 0)
    }
    let result: Result<JSONValue, TabularError> = bytes.withUnsafeBufferPointer { buffer in
      var cursor = JSONCursor(bytes: buffer, depthLimit: 64)
      do throws(TabularError) {
        if buffer.starts(with: [0xef, 0xbb, 0xbf]) { cursor.index = 3 }
        cursor.skipSpace()
        let value = try JSONValue(&cursor, depth: 0)
        cursor.skipSpace()
        guard cursor.index == buffer.count else { throw cursor.unexpected("the end of the text") }
        return .success(value)
      } catch {
        var error = error
        error.hint = "the file must be one JSON value (RFC 8259)"
        return .failure(error)
      }
    }
    self = try result.get()
  }

  private init(_ cursor: inout JSONCursor, depth: Int) throws(TabularError) {
    switch cursor.peek {
    case UInt8(ascii: "\""): self = .string(try Self.text(&cursor))
    case UInt8(ascii: "["):
      try cursor.enter(depth)
      var elements: [JSONValue] = []
      cursor.skipSpace()
      while !cursor.take(UInt8(ascii: "]")) {
        if !elements.isEmpty {
          guard cursor.take(UInt8(ascii: ",")) else { throw cursor.unexpected("',' or ']'") }
          cursor.skipSpace()
        }
        elements.append(try JSONValue(&cursor, depth: depth + 1))
        cursor.skipSpace()
      }
      self = .array(elements)
    case UInt8(ascii: "{"): self = .object(try Self.members(&cursor, depth: depth))
    default:
      let start = cursor.index
      try cursor.skipValue(depth: depth)
      let token = cursor.bytes[start..<cursor.index]
      switch token.first {
      case UInt8(ascii: "t"): self = .bool(true)
      case UInt8(ascii: "f"): self = .bool(false)
      case UInt8(ascii: "n"): self = .null
      default:
        let text = String(decoding: token, as: UTF8.self)
        if let whole = Int(text), text != "-0" {
          self = .integer(whole)
        } else if let number = DecimalNumber.parse(UnsafeBufferPointer(rebasing: token)) {
          self = .number(number)
        } else {
          cursor.index = start
          throw cursor.invalid("a number is beyond the range of a double")
        }
      }
    }
  }

  private static func members(_ cursor: inout JSONCursor, depth: Int) throws(TabularError) -> [Member] {
    try cursor.enter(depth)
    var members: [Member] = []
    var names: Set<String> = []
    cursor.skipSpace()
    while !cursor.take(UInt8(ascii: "}")) {
      if !members.isEmpty {
        guard cursor.take(UInt8(ascii: ",")) else { throw cursor.unexpected("',' or '}'") }
        cursor.skipSpace()
      }
      let start = cursor.index
      let name = try text(&cursor)
      guard names.insert(name).inserted else {
        cursor.index = start
        throw cursor.invalid("'\(name)' stands twice in one object")
      }
      cursor.skipSpace()
      guard cursor.take(UInt8(ascii: ":")) else { throw cursor.unexpected("':'") }
      cursor.skipSpace()
      members.append(Member(name, try JSONValue(&cursor, depth: depth + 1)))
      cursor.skipSpace()
    }
    return members
  }

  private static func text(_ cursor: inout JSONCursor) throws(TabularError) -> String {
    let raw = try cursor.string()
    let bytes = raw.hasEscapes ? JSONField.unescaped(cursor.bytes, raw.range) : Array(cursor.bytes[raw.range])
    return String(decoding: bytes, as: UTF8.self)
  }

  /// What kind of value it is, for messages.
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .integer, .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
