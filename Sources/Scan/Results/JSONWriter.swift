/// Writes JSON text straight into bytes, field by field, in the order of the calls.
///
/// Results must have the same bytes for any number of workers, so the order of fields is the program's and numbers have their
/// shortest form that reads back to the same value.
public struct JSONWriter: Sendable {
  private var room = ByteRoom()
  private var needsComma = false
  private var order: [Int] = []

  /// What has been written; a copy.
  public var bytes: [UInt8] { room.bytes }

  /// An empty text.
  public init() {}

  /// Forgets what was written but keeps the memory.
  public mutating func removeAll() {
    room.removeAll()
    needsComma = false
  }

  /// Hands out what was written, and forgets it.
  mutating func take() -> [UInt8] {
    let written = bytes
    removeAll()
    return written
  }

  /// Lets the next object begin with its place in the run, which merging sorts by and takes out again.
  mutating func placeNextObject(_ order: [Int]) { self.order = order }

  /// Writes the comma before a value, its name if it has one, and the value, of at most so many bytes.
  @inline(__always)
  private mutating func value(_ name: StaticString?, atMost size: Int, _ body: (inout ByteCursor) -> Void) {
    let isFirst = !needsComma
    needsComma = true
    room.write(atMost: (name?.utf8CodeUnitCount ?? 0) + 4 + size) { out in
      if !isFirst { out.write(UInt8(ascii: ",")) }
      if let name {
        out.write(UInt8(ascii: "\""))
        name.withUTF8Buffer { out.write($0) }
        out.write(UInt8(ascii: "\""))
        out.write(UInt8(ascii: ":"))
      }
      body(&out)
    }
  }

  /// Writes the comma before a value and its name, which is data.
  private mutating func name(_ name: String) {
    string(nil, name)
    room.write(atMost: 1) { $0.write(UInt8(ascii: ":")) }
    needsComma = false
  }

  private mutating func open(_ name: StaticString?, _ bracket: UInt8) {
    value(name, atMost: 1) { $0.write(bracket) }
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    room.write(atMost: 1) { $0.write(bracket) }
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
    let size = ByteCursor.quotedSize(text)
    value(name, atMost: size) { $0.quote(text, size: size) }
  }

  /// A string under a name that is data, such as a column's.
  public mutating func string(named name: String, _ text: String) {
    self.name(name)
    string(nil, text)
  }

  /// A number under a name that is data.
  public mutating func number(named name: String, _ value: Double) {
    self.name(name)
    number(nil, value)
  }

  /// A whole number under a name that is data.
  public mutating func integer(named name: String, _ value: Int) {
    self.name(name)
    integer(nil, value)
  }

  /// A whole number.
  public mutating func integer(_ name: StaticString? = nil, _ value: Int) {
    self.value(name, atMost: ByteCursor.integerSize) { out in
      if value < 0 { out.write(UInt8(ascii: "-")) }
      out.write(value.magnitude)
    }
  }

  /// A number in its shortest form; JSON has no infinities and no NaN, which become null.
  public mutating func number(_ name: StaticString? = nil, _ value: Double) {
    guard value.isFinite else {
      self.value(name, atMost: 4) { $0.write("null") }
      return
    }
    // The search for the shortest form can be spared for numbers of few digits.
    if let few = ShortDecimal(value, digits: 12), few.value == value {
      self.value(name, atMost: ByteCursor.decimalSize) { $0.write(few) }
      return
    }
    // -0 would be a difference that nobody means.
    let text = (value == 0 ? 0 : value).description
    self.value(name, atMost: text.utf8.count) { $0.write(text) }
  }

  /// A number in the shortest form of what ``rounded(_:_:)`` makes of it.
  public mutating func number(_ name: StaticString? = nil, _ value: Double, digits: Int) {
    guard let few = ShortDecimal(value, digits: digits) else {
      number(name, rounded(value, digits))
      return
    }
    self.value(name, atMost: ByteCursor.decimalSize) { $0.write(few) }
  }

  /// A truth value.
  public mutating func bool(_ name: StaticString? = nil, _ value: Bool) {
    self.value(name, atMost: 5) { $0.write(value ? "true" : "false") }
  }

  /// Ends a line and starts the next text.
  public mutating func endLine() {
    room.write(atMost: 1) { $0.write(UInt8(ascii: "\n")) }
    needsComma = false
  }
}
