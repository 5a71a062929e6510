import CPCRE2

/// A regular expression of a tokenizer that no hand-written scanner knows, run by PCRE2 with its just-in-time compiler.
///
/// PCRE2's Unicode tables are those of the system's version, which may lack the newest characters that the makers' engines know;
/// the well-known patterns therefore go through ``PatternScanner``.
final class RegexPattern: @unchecked Sendable {
  private let code: OpaquePointer

  /// Compiles a pattern, or a literal text.
  init(_ pattern: [UInt8], isLiteral: Bool) throws(TokenizationError) {
    var errorNumber: Int32 = 0
    var errorOffset = 0
    let pattern = isLiteral ? pattern : Self.translated(pattern)
    let options: UInt32 = UInt32(PCRE2_UTF) | (isLiteral ? UInt32(PCRE2_LITERAL) : UInt32(PCRE2_UCP))
    guard !pattern.isEmpty,
      let code = pcre2_compile_8(pattern, pattern.count, options, &errorNumber, &errorOffset, nil)
    else {
      throw .unsupported("the pattern '\(String(decoding: pattern, as: UTF8.self))'")
    }
    self.code = code
    // Without a compiler for this machine the interpreter runs; the matches are the same.
    pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE))
  }

  deinit { pcre2_code_free_8(code) }

  /// The matches inside a range, in order, empty ones left out.
  ///
  /// What lies outside the range is not seen by the pattern.
  func matches(in bytes: UnsafeBufferPointer<UInt8>, range: Range<Int>) -> [Range<Int>] {
    guard !range.isEmpty, let data = pcre2_match_data_create_from_pattern_8(code, nil) else { return [] }
    defer { pcre2_match_data_free_8(data) }
    let subject = UnsafeBufferPointer(rebasing: bytes[range])
    var found: [Range<Int>] = []
    var start = 0
    while start <= subject.count {
      let count = pcre2_match_8(
        code, subject.baseAddress, subject.count, start, UInt32(PCRE2_NO_UTF_CHECK), data, nil)
      // No match, or a limit of the engine was met: what is left stays one piece.
      guard count > 0, let offsets = pcre2_get_ovector_pointer_8(data) else { break }
      if offsets[1] > offsets[0] {
        found.append((range.lowerBound + offsets[0])..<(range.lowerBound + offsets[1]))
        start = offsets[1]
      } else {
        start = offsets[1] + 1
        while start < subject.count, subject[start] & 0xc0 == 0x80 { start += 1 }
      }
    }
    return found
  }

  /// The pattern with `\w` and `\W` spelled out: the makers' engine counts marks among the word characters, PCRE2 does not.
  private static func translated(_ pattern: [UInt8]) -> [UInt8] {
    let word = Array(#"\p{L}\p{M}\p{Nd}\p{Pc}"#.utf8)
    var out: [UInt8] = []
    var isInClass = false
    var index = 0
    while index < pattern.count {
      let byte = pattern[index]
      if byte == UInt8(ascii: "\\"), index + 1 < pattern.count {
        switch pattern[index + 1] {
        case UInt8(ascii: "w"): out += isInClass ? word : Array("[".utf8) + word + Array("]".utf8)
        case UInt8(ascii: "W") where !isInClass: out += Array("[^".utf8) + word + Array("]".utf8)
        default: out += pattern[index...(index + 1)]
        }
        index += 2
        continue
      }
      if byte == UInt8(ascii: "[") { isInClass = true }
      if byte == UInt8(ascii: "]") { isInClass = false }
      out.append(byte)
      index += 1
    }
    return out
  }
}
