extension JSONValue {
  /// One text for equal values: members sorted by the bytes of their names, no spaces, numbers in the shortest form that reads
  /// back to the same double.
  ///
  /// Digests are taken of this form, so that neither the order of fields nor white space shows in them.
  public var canonical: [UInt8] {
    var out: [UInt8] = []
    append(to: &out, isSorted: true, indent: nil)
    return out
  }

  /// The text in the members' own order, without spaces.
  public var compact: [UInt8] {
    var out: [UInt8] = []
    append(to: &out, isSorted: false, indent: nil)
    return out
  }

  /// The text as a person writes it: a line a member, short arrays on one line, a line feed at the end.
  public var pretty: [UInt8] {
    var out: [UInt8] = []
    append(to: &out, isSorted: false, indent: 0)
    return out + [0x0a]
  }

  private var isScalar: Bool {
    switch self {
    case .array, .object: false
    default: true
    }
  }

  private func append(to out: inout [UInt8], isSorted: Bool, indent: Int?) {
    switch self {
    case .null: out += "null".utf8
    case .bool(let flag): out += (flag ? "true" : "false").utf8
    case .integer(let whole): out += String(whole).utf8
    case .number(let number):
      // JSON has neither infinities nor NaN; what cannot be written is null.
      out += (number.isFinite ? "\(number)" : "null").utf8
    case .string(let text): Self.quote(text, to: &out)
    case .array(let elements):
      let inner = elements.allSatisfy(\.isScalar) ? nil : indent.map { $0 + 2 }
      Self.list(elements, "[", "]", to: &out, inner) { element, out in
        element.append(to: &out, isSorted: isSorted, indent: inner)
      }
    case .object(let members):
      let ordered =
        isSorted ? members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) } : members
      let inner = indent.map { $0 + 2 }
      Self.list(ordered, "{", "}", to: &out, members.isEmpty ? nil : inner) { member, out in
        Self.quote(member.name, to: &out)
        out += (indent == nil ? ":" : ": ").utf8
        member.value.append(to: &out, isSorted: isSorted, indent: inner)
      }
    }
  }

  private static func list<Element>(
    _ elements: [Element], _ open: String, _ close: String, to out: inout [UInt8], _ inner: Int?,
    _ write: (Element, inout [UInt8]) -> Void
  ) {
    out += open.utf8
    for (place, element) in elements.enumerated() {
      if place > 0 { out += ",".utf8 }
      if let inner { out += ("\n" + String(repeating: " ", count: inner)).utf8 }
      write(element, &out)
    }
    if let inner { out += ("\n" + String(repeating: " ", count: inner - 2)).utf8 }
    out += close.utf8
  }

  private static func quote(_ text: String, to out: inout [UInt8]) {
    let hex = Array("0123456789abcdef".utf8)
    out.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
      case 0..<0x20, 0x7f: out += Array("\\u00".utf8) + [hex[Int(byte >> 4)], hex[Int(byte & 15)]]
      default: out.append(byte)
      }
    }
    out.append(UInt8(ascii: "\""))
  }
}
