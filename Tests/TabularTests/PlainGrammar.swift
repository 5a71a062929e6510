/// RFC 8259's grammar, one function per rule: slow, and short enough to be seen right.
struct PlainGrammar {
  private var rest: ArraySlice<UInt8>

  /// Whether ASCII bytes are one JSON text.
  static func accepts(_ bytes: [UInt8]) -> Bool {
    var parser = PlainGrammar(rest: bytes[...])
    return parser.value() && parser.rest.isEmpty
  }

  private mutating func take(_ symbol: String) -> Bool {
    guard rest.starts(with: symbol.utf8) else { return false }
    rest = rest.dropFirst(symbol.utf8.count)
    return true
  }

  private mutating func takeOne(of set: String) -> Bool {
    guard let byte = rest.first, set.utf8.contains(byte) else { return false }
    rest = rest.dropFirst()
    return true
  }

  private mutating func space() { while takeOne(of: " \t\r\n") {} }

  private mutating func value() -> Bool {
    space()
    defer { space() }
    if take("true") || take("false") || take("null") { return true }
    if take("[") { return members(until: "]") { $0.value() } }
    if take("{") {
      return members(until: "}") { parser in
        parser.space()
        guard parser.string() else { return false }
        parser.space()
        return parser.take(":") && parser.value()
      }
    }
    return rest.first == UInt8(ascii: "\"") ? string() : number()
  }

  private mutating func members(until end: String, _ member: (inout PlainGrammar) -> Bool) -> Bool {
    space()
    if take(end) { return true }
    repeat {
      guard member(&self) else { return false }
    } while take(",")
    return take(end)
  }

  private mutating func string() -> Bool {
    guard take("\"") else { return false }
    while let byte = rest.first {
      if take("\"") { return true }
      if byte < 0x20 { return false }
      rest = rest.dropFirst()
      guard byte == UInt8(ascii: "\\") else { continue }
      if takeOne(of: "\"\\/bfnrt") { continue }
      guard take("u") else { return false }
      for _ in 0..<4 where !takeOne(of: "0123456789abcdefABCDEF") { return false }
    }
    return false
  }

  private mutating func number() -> Bool {
    let digits = "0123456789"
    _ = take("-")
    if !take("0") {
      guard takeOne(of: "123456789") else { return false }
      while takeOne(of: digits) {}
    }
    if take(".") {
      guard takeOne(of: digits) else { return false }
      while takeOne(of: digits) {}
    }
    if takeOne(of: "eE") {
      _ = takeOne(of: "+-")
      guard takeOne(of: digits) else { return false }
      while takeOne(of: digits) {}
    }
    return true
  }
}
