/// A JSON document as a tree, for tokenizer.json: strict, quick to load, strings kept as UTF-8.
enum JSONTree {
  case null
  case bool(Bool)
  case number(Double)
  case string([UInt8])
  case array([JSONTree])
  case object([(name: [UInt8], value: JSONTree)])

  /// Arrays and objects may nest this deep.
  static let depthLimit = 64

  /// Parses a whole document.
  init(parsing bytes: [UInt8]) throws(TokenizationError) {
    self = try bytes.withUnsafeBufferPointer { bytes throws(TokenizationError) -> JSONTree in
      var parser = Parser(bytes: bytes)
      parser.skipSpace()
      let tree = try parser.value(depth: 0)
      parser.skipSpace()
      guard parser.index == bytes.count else { throw parser.failure("something follows the JSON document") }
      return tree
    }
  }

  /// The member of an object; the last of several of one name.
  subscript(name: StaticString) -> JSONTree? {
    guard case .object(let members) = self else { return nil }
    let wanted = name.withUTF8Buffer { Array($0) }
    return members.last { $0.name == wanted }?.value
  }

  var string: [UInt8]? { if case .string(let text) = self { text } else { nil } }
  var text: String? { string.map { String(decoding: $0, as: UTF8.self) } }
  var array: [JSONTree]? { if case .array(let elements) = self { elements } else { nil } }
  var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
  var isNull: Bool { if case .null = self { true } else { false } }
  /// A token id or another small whole number.
  var id: UInt32? { if case .number(let value) = self { UInt32(exactly: value) } else { nil } }

  private struct Parser {
    let bytes: UnsafeBufferPointer<UInt8>
    var index = 0

    func failure(_ message: String) -> TokenizationError { .invalid(message, offset: index) }

    mutating func skipSpace() {
      while index < bytes.count, [0x20, 0x0a, 0x0d, 0x09].contains(bytes[index]) { index += 1 }
    }

    mutating func take(_ byte: UInt8) -> Bool {
      guard index < bytes.count, bytes[index] == byte else { return false }
      index += 1
      return true
    }

    mutating func value(depth: Int) throws(TokenizationError) -> JSONTree {
      guard index < bytes.count else { throw failure("it ends too early") }
      guard depth < JSONTree.depthLimit else { throw failure("it nests too deep") }
      switch bytes[index] {
      case UInt8(ascii: "{"): return try object(depth: depth)
      case UInt8(ascii: "["): return try array(depth: depth)
      case UInt8(ascii: "\""): return .string(try string())
      case UInt8(ascii: "t"): return try word("true", .bool(true))
      case UInt8(ascii: "f"): return try word("false", .bool(false))
      case UInt8(ascii: "n"): return try word("null", .null)
      default: return try number()
      }
    }

    private mutating func word(_ word: StaticString, _ value: JSONTree) throws(TokenizationError) -> JSONTree
    {
      for offset in 0..<word.utf8CodeUnitCount {
        guard take(word.utf8Start[offset]) else { throw failure("'\(word)' is needed here") }
      }
      return value
    }

    private mutating func number() throws(TokenizationError) -> JSONTree {
      let start = index
      while index < bytes.count, bytes[index] > 0x20, ![0x2c, 0x5d, 0x7d].contains(bytes[index]) {
        index += 1
      }
      var value: Double = 0
      if index - start <= 10, bytes[start..<index].allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), index > start {
        for digit in bytes[start..<index] { value = value * 10 + Double(digit - 0x30) }
        return .number(value)
      }
      guard let parsed = Double(String(decoding: bytes[start..<index], as: UTF8.self)), parsed.isFinite else {
        throw .invalid("a number is malformed", offset: start)
      }
      return .number(parsed)
    }

    private mutating func array(depth: Int) throws(TokenizationError) -> JSONTree {
      index += 1
      skipSpace()
      var elements: [JSONTree] = []
      if take(UInt8(ascii: "]")) { return .array([]) }
      while true {
        elements.append(try value(depth: depth + 1))
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        guard take(UInt8(ascii: ",")) else { throw failure("',' or ']' is needed here") }
        skipSpace()
      }
    }

    private mutating func object(depth: Int) throws(TokenizationError) -> JSONTree {
      index += 1
      skipSpace()
      var members: [(name: [UInt8], value: JSONTree)] = []
      if take(UInt8(ascii: "}")) { return .object([]) }
      while true {
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
          throw failure("a name is needed here")
        }
        let name = try string()
        skipSpace()
        guard take(UInt8(ascii: ":")) else { throw failure("':' is needed here") }
        skipSpace()
        members.append((name, try value(depth: depth + 1)))
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        guard take(UInt8(ascii: ",")) else { throw failure("',' or '}' is needed here") }
        skipSpace()
      }
    }

    private mutating func string() throws(TokenizationError) -> [UInt8] {
      index += 1
      var out: [UInt8] = []
      while true {
        let start = index
        while index < bytes.count, bytes[index] != 0x22, bytes[index] != 0x5c, bytes[index] >= 0x20 {
          index += 1
        }
        out.append(contentsOf: bytes[start..<index])
        guard index < bytes.count, bytes[index] >= 0x20 else { throw failure("a string is not closed") }
        index += 1
        if bytes[index - 1] == 0x22 { return out }
        try escape(into: &out)
      }
    }

    private mutating func escape(into out: inout [UInt8]) throws(TokenizationError) {
      guard index < bytes.count else { throw failure("it ends too early") }
      index += 1
      switch bytes[index - 1] {
      case UInt8(ascii: "\""): out.append(0x22)
      case UInt8(ascii: "\\"): out.append(0x5c)
      case UInt8(ascii: "/"): out.append(0x2f)
      case UInt8(ascii: "b"): out.append(0x08)
      case UInt8(ascii: "f"): out.append(0x0c)
      case UInt8(ascii: "n"): out.append(0x0a)
      case UInt8(ascii: "r"): out.append(0x0d)
      case UInt8(ascii: "t"): out.append(0x09)
      case UInt8(ascii: "u"):
        var value = try hex()
        if value >= 0xd800, value < 0xdc00, index + 1 < bytes.count, bytes[index] == 0x5c,
          bytes[index + 1] == 0x75
        {
          index += 2
          let low = try hex()
          guard low >= 0xdc00, low < 0xe000 else { throw failure("half of a surrogate pair") }
          value = 0x10000 + (value - 0xd800) << 10 + (low - 0xdc00)
        }
        guard let scalar = UnicodeScalar(value) else { throw failure("half of a surrogate pair") }
        out.append(contentsOf: UTF8.encode(scalar)!)
      default: throw failure("an escape that JSON does not have")
      }
    }

    private mutating func hex() throws(TokenizationError) -> UInt32 {
      guard index + 4 <= bytes.count,
        let value = UInt32(String(decoding: bytes[index..<(index + 4)], as: UTF8.self), radix: 16)
      else { throw failure("four hex digits are needed here") }
      index += 4
      return value
    }
  }
}
