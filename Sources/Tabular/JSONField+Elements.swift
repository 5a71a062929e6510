extension JSONField {
  /// The elements of an array, in their order.
  ///
  /// For arrays whose elements are looked at one by one, such as the turns of a conversation. Throws where the value is no array.
  ///
  /// - Parameter most: how many are wanted; those behind them are not looked at.
  public func elements(
    in line: UnsafeBufferPointer<UInt8>, most: Int = .max
  ) throws(TabularError) -> [JSONField] {
    guard kind == .array else {
      throw TabularError(
        code: .wrongType, message: "the field is of type \(kind.rawValue)", hint: "it should be an array",
        offset: range.lowerBound)
    }
    var cursor = JSONCursor(bytes: line, depthLimit: 128)
    cursor.index = range.lowerBound + 1
    var elements: [JSONField] = []
    while elements.count < most {
      cursor.skipSpace()
      if cursor.index >= range.upperBound - 1 { return elements }
      let start = cursor.index
      guard let kind = Kind(firstByte: cursor.peek) else { throw cursor.unexpected("a value") }
      try cursor.skipValue(depth: 1)
      elements.append(JSONField(kind: kind, range: start..<cursor.index))
      cursor.skipSpace()
      _ = cursor.take(UInt8(ascii: ","))
    }
    return elements
  }
}

extension JSONField {
  /// A text that has been checked to be one value, as a field; nil where it is blank.
  public init?(wholeOf line: UnsafeBufferPointer<UInt8>) {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d }
    guard let start = line.firstIndex(where: { !isSpace($0) }),
      let last = line.lastIndex(where: { !isSpace($0) }),
      let kind = Kind(firstByte: line[start])
    else { return nil }
    self.init(kind: kind, range: start..<(last + 1))
  }
}

extension JSONField {
  /// The value of a number; nil for other kinds and beyond the range of a double.
  public func number(in line: UnsafeBufferPointer<UInt8>) -> Double? {
    kind == .number ? DecimalNumber.parse(UnsafeBufferPointer(rebasing: line[range])) : nil
  }
}
