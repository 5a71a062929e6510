/// The way to a value inside a JSON object, such as `response.choices[0].message.content` or `messages[-1].content`.
///
/// Names are divided by dots; `[n]` is an element of an array, counted from its end when negative; a name with special
/// characters is written `["a.b"]`. At most 16 steps.
public struct FieldPath: Hashable, Sendable, CustomStringConvertible {
  /// One step into a value.
  public enum Step: Hashable, Sendable {
    /// Into the member of an object.
    case member([UInt8])
    /// Into the element of an array; −1 is the last.
    case element(Int)
  }

  /// The steps, outermost first; never empty.
  public let steps: [Step]
  /// The path as it was written.
  public let description: String

  /// The most steps that a path may have.
  public static let longest = 16

  /// Reads a path.
  public init(_ text: String) throws(TabularError) {
    let bytes = Array(text.utf8)
    var steps: [Step] = []
    var index = 0
    func invalid(_ message: String) -> TabularError {
      TabularError(
        code: .invalidPath, message: "field path '\(text)': \(message)",
        hint: "write it like messages[-1].content",
        offset: index)
    }
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "[") {
        let close = bytes[index...].firstIndex(of: UInt8(ascii: "]")) ?? bytes.count
        guard close < bytes.count else { throw invalid("a '[' is not closed") }
        let inside = bytes[(index + 1)..<close]
        if inside.first == UInt8(ascii: "\"") {
          // The name may hold brackets, so its end is the quote.
          guard let quote = bytes[(index + 2)...].firstIndex(of: UInt8(ascii: "\"")), quote + 1 < bytes.count,
            bytes[quote + 1] == UInt8(ascii: "]")
          else { throw invalid("a quoted name is not closed") }
          steps.append(.member(Array(bytes[(index + 2)..<quote])))
          index = quote + 2
        } else {
          guard let number = Int(String(decoding: inside, as: UTF8.self)) else {
            throw invalid("an index is no whole number")
          }
          steps.append(.element(number))
          index = close + 1
        }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
          index += 1
          guard index < bytes.count else { throw invalid("a name is missing at the end") }
        }
      } else {
        var end = index
        while end < bytes.count, bytes[end] != UInt8(ascii: "."), bytes[end] != UInt8(ascii: "[") { end += 1 }
        guard end > index else { throw invalid("a name is missing") }
        steps.append(.member(Array(bytes[index..<end])))
        index = end
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
          index += 1
          guard index < bytes.count else { throw invalid("a name is missing at the end") }
        }
      }
    }
    guard !steps.isEmpty else { throw invalid("it is empty") }
    guard steps.count <= Self.longest else { throw invalid("it has more than \(Self.longest) steps") }
    self.steps = steps
    description = text
  }
}
