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
}
