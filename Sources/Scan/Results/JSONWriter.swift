/// Writes JSON text straight into bytes, field by field, in the order of the calls.
///
/// Results must have the same bytes for any number of workers, so the order of fields is the program's and numbers have their
/// shortest form that reads back to the same value.
public struct JSONWriter: Sendable {
  /// What has been written.
  public private(set) var bytes: [UInt8] = []
  private var needsComma = false
  private var order: [Int] = []

  /// An empty text.
  public init() {}

  /// Forgets what was written but keeps the memory.
  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    needsComma = false
  }

  /// Hands out what was written and its memory: bytes that two hold are copied at the next change, with all their room.
  mutating func take() -> [UInt8] {
    let written = bytes
    bytes = []
    needsComma = false
    return written
  }

  /// Lets the next object begin with its place in the run, which merging sorts by and takes out again.
  mutating func placeNextObject(_ order: [Int]) { self.order = order }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func key(_ name: StaticString?) {
    separate()
    guard let name else { return }
    bytes.append(UInt8(ascii: "\""))
    name.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }

  private mutating func open(_ name: StaticString?, _ bracket: UInt8) {
    key(name)
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  /// An object; without a name an element of an array, or the whole text.
  public mutating func object(_ name: StaticString? = nil, _ body: (inout JSONWriter) -> Void) {
    open(name, UInt8(ascii: "{"))
    if !order.isEmpty {
      let places = order
      order = []
      array("order") { for place in places { $0.integer(nil, place) } }
    }
    body(&self)
    close(UInt8(ascii: "}"))
  }

  /// An array.
  public mutating func array(_ name: StaticString? = nil, _ body: (inout JSONWriter) -> Void) {
    open(name, UInt8(ascii: "["))
    body(&self)
    close(UInt8(ascii: "]"))
  }

  /// A string.
  public mutating func string(_ name: StaticString? = nil, _ text: String) {
    key(name)
    quote(text.utf8)
  }

  /// A string under a name that is data, such as a column's.
  public mutating func string(named name: String, _ text: String) {
    separate()
    quote(name.utf8)
    bytes.append(UInt8(ascii: ":"))
    quote(text.utf8)
  }

  /// A number under a name that is data.
  public mutating func number(named name: String, _ value: Double) {
    separate()
    quote(name.utf8)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
    number(nil, value)
  }

  /// A whole number under a name that is data.
  public mutating func integer(named name: String, _ value: Int) {
    separate()
    quote(name.utf8)
    bytes.append(UInt8(ascii: ":"))
    bytes.append(contentsOf: String(value).utf8)
  }

  /// A whole number.
  public mutating func integer(_ name: StaticString? = nil, _ value: Int) {
    key(name)
    bytes.append(contentsOf: String(value).utf8)
  }

  /// A number in its shortest form; JSON has no infinities and no NaN, which become null.
  public mutating func number(_ name: StaticString? = nil, _ value: Double) {
    key(name)
    guard value.isFinite else {
      bytes.append(contentsOf: "null".utf8)
      return
    }
    // -0 would be a difference that nobody means.
    bytes.append(contentsOf: (value == 0 ? 0 : value).description.utf8)
  }

  /// A truth value.
  public mutating func bool(_ name: StaticString? = nil, _ value: Bool) {
    key(name)
    bytes.append(contentsOf: (value ? "true" : "false").utf8)
  }

  /// Ends a line and starts the next text.
  public mutating func endLine() {
    bytes.append(UInt8(ascii: "\n"))
    needsComma = false
  }

  private mutating func quote(_ text: String.UTF8View) {
    bytes.append(UInt8(ascii: "\""))
    // Nearly every string stands in JSON as it is.
    let isPlain = text.withContiguousStorageIfAvailable { plain in
      var isPlain = true
      for byte in plain where byte < 0x20 || byte == 0x7f || byte == 0x22 || byte == 0x5c { isPlain = false }
      if isPlain { bytes.append(contentsOf: plain) }
      return isPlain
    }
    if isPlain != true { escape(text) }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func escape(_ text: String.UTF8View) {
    let hex = Array("0123456789abcdef".utf8)
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
      case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
      case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
      case 0..<0x20, 0x7f:
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(contentsOf: [hex[Int(byte >> 4)], hex[Int(byte & 15)]])
      default: bytes.append(byte)
      }
    }
  }
}
