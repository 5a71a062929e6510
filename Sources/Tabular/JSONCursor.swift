import Kernels

/// A place in a JSON text, and the grammar of RFC 8259 from there on.
struct JSONCursor {
  let bytes: UnsafeBufferPointer<UInt8>
  let depthLimit: Int
  var index = 0

  /// A string as it stands in the text, without its quotes.
  struct RawString {
    var range: Range<Int>
    var hasEscapes: Bool
  }

  init(bytes: UnsafeBufferPointer<UInt8>, depthLimit: Int) {
    (self.bytes, self.depthLimit) = (bytes, depthLimit)
  }

  /// The byte here, or 0 at the end; a raw 0 is no JSON, so the two need not be told apart.
  @inline(__always)
  var peek: UInt8 { index < bytes.count ? bytes[index] : 0 }

  @inline(__always)
  mutating func take(_ byte: UInt8) -> Bool {
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  @inline(__always)
  mutating func skipSpace() {
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x09, 0x0a, 0x0d: index += 1
      default: return
      }
    }
  }

  // MARK: - Errors

  func invalid(_ message: String) -> TabularError {
    TabularError(
      code: .invalidJSON, message: message, hint: "each line must be one JSON value (RFC 8259)", offset: index
    )
  }

  func unexpected(_ wanted: String) -> TabularError {
    guard index < bytes.count else {
      return TabularError(
        code: .truncatedJSON, message: "the line ends where \(wanted) is needed",
        hint: "the record was cut off; write it again", offset: index)
    }
    let byte = bytes[index]
    let shown =
      byte > 0x20 && byte < 0x7f ? "'\(Character(UnicodeScalar(byte)))'" : "byte 0x\(String(byte, radix: 16))"
    return invalid("\(shown) stands where \(wanted) is needed")
  }

  // MARK: - Values

  /// Steps over the bracket of an array or object at some depth.
  mutating func enter(_ depth: Int) throws(TabularError) {
    guard depth < depthLimit else {
      throw TabularError(
        code: .tooDeep, message: "arrays and objects nest deeper than \(depthLimit)",
        hint: "flatten the record",
        offset: index)
    }
    index += 1
  }

  /// Steps over one value of any kind, checking all of it.
  mutating func skipValue(depth: Int) throws(TabularError) {
    switch peek {
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "{"): try skipObject(depth: depth)
    case UInt8(ascii: "["): _ = try skipArray(depth: depth)
    case UInt8(ascii: "t"): try word("true")
    case UInt8(ascii: "f"): try word("false")
    case UInt8(ascii: "n"): try word("null")
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
    default: throw unexpected("a value")
    }
  }

  private mutating func skipObject(depth: Int) throws(TabularError) {
    try enter(depth)
    skipSpace()
    if take(UInt8(ascii: "}")) { return }
    while true {
      _ = try string()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw unexpected("':'") }
      skipSpace()
      try skipValue(depth: depth + 1)
      skipSpace()
      if take(UInt8(ascii: "}")) { return }
      guard take(UInt8(ascii: ",")) else { throw unexpected("',' or '}'") }
      skipSpace()
    }
  }

  private mutating func skipArray(depth: Int) throws(TabularError) -> Int {
    try enter(depth)
    skipSpace()
    if take(UInt8(ascii: "]")) { return 0 }
    var count = 1
    while true {
      // Rows of token ids are most of all bytes: the kernel takes whole runs of them.
      if index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 {
        let (length, numbers) = NumberListKernel.active.prefix(of: bytes, from: index)
        index += length
        count += numbers
        // It stops behind a comma where other white space follows than one blank.
        if length > 0 { skipSpace() }
      }
      try skipValue(depth: depth + 1)
      skipSpace()
      if take(UInt8(ascii: "]")) { return count }
      guard take(UInt8(ascii: ",")) else { throw unexpected("',' or ']'") }
      skipSpace()
      count += 1
    }
  }

  /// The number of elements of the array here, which is checked on the way.
  mutating func countElements(depth: Int) throws(TabularError) -> Int { try skipArray(depth: depth) }

  private mutating func word(_ text: StaticString) throws(TabularError) {
    for offset in 0..<text.utf8CodeUnitCount {
      guard index < bytes.count, bytes[index] == text.utf8Start[offset] else { throw unexpected("'\(text)'") }
      index += 1
    }
  }

  private mutating func digits() throws(TabularError) {
    guard index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 else { throw unexpected("a digit") }
    while index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 { index += 1 }
  }

  private mutating func number() throws(TabularError) {
    _ = take(UInt8(ascii: "-"))
    if take(UInt8(ascii: "0")) {
      if index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 {
        throw invalid("a number starts with 0")
      }
    } else {
      try digits()
    }
    if take(UInt8(ascii: ".")) { try digits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits()
    }
  }
}
