import Kernels

/// A value found in a line: its kind, and where it stands.
public struct JSONField: Hashable, Sendable {
  /// What kind of value it is.
  public enum Kind: String, Sendable {
    /// A string.
    case string
    /// A number.
    case number
    /// An array.
    case array
    /// An object.
    case object
    /// `true` or `false`.
    case bool
    /// `null`.
    case null

    init?(firstByte: UInt8) {
      switch firstByte {
      case UInt8(ascii: "\""): self = .string
      case UInt8(ascii: "["): self = .array
      case UInt8(ascii: "{"): self = .object
      case UInt8(ascii: "t"), UInt8(ascii: "f"): self = .bool
      case UInt8(ascii: "n"): self = .null
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): self = .number
      default: return nil
      }
    }
  }

  /// The kind.
  public let kind: Kind
  /// The bytes of the value in its line, quotes and brackets included.
  public let range: Range<Int>

  static func hexValue(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte) - 48
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte) - 87
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte) - 55
    default: nil
    }
  }
}

extension JSONField {
  /// The text of a string in UTF-8, its escapes resolved; a lone surrogate becomes U+FFFD.
  public func text(in line: UnsafeBufferPointer<UInt8>) throws(TabularError) -> [UInt8] {
    guard kind == .string else { throw wrongType("a string") }
    return Self.unescaped(line, (range.lowerBound + 1)..<(range.upperBound - 1))
  }

  /// The value as it can stand for a record's name: a string's text, or a number or word as written.
  public func label(in line: UnsafeBufferPointer<UInt8>) -> String {
    if kind == .string, let text = try? text(in: line) { return String(decoding: text, as: UTF8.self) }
    return String(decoding: UnsafeBufferPointer(rebasing: line[range]), as: UTF8.self)
  }

  /// Appends the token ids of an array of whole numbers.
  public func appendIDs(in line: UnsafeBufferPointer<UInt8>, to ids: inout [UInt32]) throws(TabularError) {
    guard kind == .array else { throw wrongType("an array of token ids") }
    var index = range.lowerBound + 1
    let end = range.upperBound - 1
    while true {
      while index < end, line[index] <= 0x20 || line[index] == UInt8(ascii: ",") { index += 1 }
      guard index < end else { return }
      let start = index
      // Rows of ids are most of all bytes: the kernel takes whole runs of them, and leaves the last number and strange ones.
      index = NumberListKernel.active.appendValues(of: line, index..<end, to: &ids)
      if index > start { continue }
      var value: UInt64 = 0
      while index < end, line[index] >= 0x30, line[index] <= 0x39 {
        // Ten digits hold every id; more can only be out of range.
        value = index - start < 10 ? value * 10 + UInt64(line[index] - 0x30) : .max
        index += 1
      }
      let isNegative =
        line[start] == UInt8(ascii: "-") && start + 1 < end && line[start + 1] >= 0x30
        && line[start + 1] <= 0x39
      let isWhole = index > start && (index == end || line[index] <= 0x20 || line[index] == UInt8(ascii: ","))
      if isWhole, let id = UInt32(exactly: value) {
        ids.append(id)
        continue
      }
      guard isWhole || isNegative else {
        throw TabularError(
          code: .idsNotIntegers, message: "an element of the token ids is no whole number",
          hint: "give the ids as an array of integers", offset: start)
      }
      throw TabularError(
        code: .idOutOfRange, message: "a token id is below 0 or above 4294967295",
        hint: "give the ids that the model's tokenizer gave", offset: start)
    }
  }

  private func wrongType(_ wanted: String) -> TabularError {
    TabularError(
      code: .wrongType, message: "the field is of type \(kind.rawValue)", hint: "it should be \(wanted)",
      offset: range.lowerBound)
  }

  static func unescaped(_ line: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [UInt8] {
    // No escape is shorter than what it stands for.
    [UInt8](unsafeUninitializedCapacity: range.count) { out, count in
      let kernel = JSONStringKernel.active
      var index = range.lowerBound
      while index < range.upperBound {
        let copied = kernel.unescape(line, index..<range.upperBound, to: out, at: count)
        (index, count) = (index + copied.read, count + copied.written)
        // A backslash that begins no escape, which no checked string has, stands for itself.
        guard index < range.upperBound else { break }
        out.initializeElement(at: count, to: line[index])
        (index, count) = (index + 1, count + 1)
      }
    }
  }
}
