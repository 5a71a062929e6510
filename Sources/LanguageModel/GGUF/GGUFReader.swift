/// Reads little-endian values off bytes; every length is checked before anything is read or reserved.
struct GGUFReader {
  let bytes: UnsafeRawBufferPointer
  private(set) var position = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var remaining: Int { bytes.count - position }

  static func invalid(_ message: String) -> LanguageModelError {
    LanguageModelError(
      code: .invalidFile, message: "the GGUF file: \(message)", hint: "fetch the model's file again")
  }

  mutating func take(
    _ count: UInt64, _ what: @autoclosure () -> String
  ) throws(LanguageModelError) -> Range<
    Int
  > {
    guard count <= UInt64(remaining) else {
      throw Self.invalid("it ends within \(what()), at byte \(position) of \(bytes.count)")
    }
    let start = position
    position += Int(count)
    return start..<position
  }

  mutating func integer<Value: FixedWidthInteger>(
    _ type: Value.Type, _ what: @autoclosure () -> String
  ) throws(LanguageModelError) -> Value {
    let range = try take(UInt64(MemoryLayout<Value>.size), what())
    return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: range.lowerBound, as: Value.self))
  }

  mutating func text(_ what: @autoclosure () -> String) throws(LanguageModelError) -> [UInt8] {
    let count = try integer(UInt64.self, what())
    return Array(bytes[try take(count, what())])
  }

  /// A name: UTF-8, and not without end.
  mutating func name(_ what: @autoclosure () -> String) throws(LanguageModelError) -> String {
    let place = position
    let text = try text(what())
    guard text.count <= 1 << 16, let name = String(validating: text, as: UTF8.self) else {
      throw Self.invalid("\(what()) at byte \(place) is no name")
    }
    return name
  }

  /// A count of things that take `size` bytes each at least.
  mutating func count(_ size: Int, _ what: @autoclosure () -> String) throws(LanguageModelError) -> Int {
    let count = try integer(UInt64.self, what())
    guard count <= UInt64(remaining / size) else {
      throw Self.invalid("it states \(count) \(what()), more than its \(bytes.count) bytes can hold")
    }
    return Int(count)
  }

  /// A value of a type, which is arrays of arrays at the most.
  mutating func value(
    type: UInt32, _ key: String, depth: Int = 0
  ) throws(LanguageModelError) -> GGUFValue {
    let what = "the value of \(key)"
    switch type {
    case 0: return .integer(Int64(try integer(UInt8.self, what)))
    case 1: return .integer(Int64(try integer(Int8.self, what)))
    case 2: return .integer(Int64(try integer(UInt16.self, what)))
    case 3: return .integer(Int64(try integer(Int16.self, what)))
    case 4: return .integer(Int64(try integer(UInt32.self, what)))
    case 5: return .integer(Int64(try integer(Int32.self, what)))
    case 6: return .number(Double(Float(bitPattern: try integer(UInt32.self, what))))
    case 7:
      let byte = try integer(UInt8.self, what)
      guard byte < 2 else { throw Self.invalid("\(what) is no truth value") }
      return .truth(byte == 1)
    case 8: return .text(try text(what))
    case 9:
      guard depth < 2 else { throw Self.invalid("\(what) nests too deep") }
      return try array(key, depth: depth)
    case 10:
      let value = try integer(UInt64.self, what)
      return Int64(exactly: value).map { .integer($0) } ?? .large(value)
    case 11: return .integer(try integer(Int64.self, what))
    case 12: return .number(Double(bitPattern: try integer(UInt64.self, what)))
    default: throw Self.invalid("\(what) has the unknown type \(type)")
    }
  }

  private mutating func array(_ key: String, depth: Int) throws(LanguageModelError) -> GGUFValue {
    let type = try integer(UInt32.self, "the value of \(key)")
    let sizes = [1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8]
    guard type < UInt32(sizes.count) else {
      throw Self.invalid("the value of \(key) has elements of the unknown type \(type)")
    }
    let count = try count(sizes[Int(type)], "elements of \(key)")
    if type == 8 {
      var texts: [[UInt8]] = []
      texts.reserveCapacity(count)
      for _ in 0..<count { texts.append(try text("an element of \(key)")) }
      return .texts(texts)
    }
    var (integers, numbers, truths, values) = ([Int64](), [Double](), [Bool](), [GGUFValue]())
    for index in 0..<count {
      switch try value(type: type, key, depth: depth + 1) {
      case .integer(let value): integers.append(value)
      case .number(let value): numbers.append(value)
      case .truth(let value): truths.append(value)
      case let other:
        // Whole numbers of which some are large lose no place.
        if values.isEmpty { values = integers.map { .integer($0) } }
        guard values.count == index else {
          throw Self.invalid("the value of \(key) mixes kinds of numbers")
        }
        values.append(other)
        continue
      }
      if !values.isEmpty { values.append(.integer(integers.removeLast())) }
    }
    switch type {
    case 6, 12: return .numbers(numbers)
    case 7: return .truths(truths)
    case 9: return .values(values)
    default: return values.isEmpty ? .integers(integers) : .values(values)
    }
  }
}
