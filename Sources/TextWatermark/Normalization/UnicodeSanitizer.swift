import CUTF8Proc

/// Makes white space and invisible characters plain.
///
/// The text is brought into form NFC, unwanted characters become spaces, runs of spaces become one, and control characters are
/// dropped, line ends and tabs among them. Linear.
///
/// Source: lm-watermarking `UnicodeSanitizer`.
public struct UnicodeSanitizer: Sendable {
  /// Which characters become spaces.
  public enum Ruleset: String, CaseIterable, Sendable {
    /// Spaces of other widths, joiners, direction marks, fillers, variation selectors.
    case whitespaces
    /// Everything outside ASCII.
    case ascii
  }

  /// The rules.
  public let ruleset: Ruleset

  /// Makes a sanitiser.
  ///
  /// The maker's third ruleset, `IDN.blacklist`, is a malformed pattern there and never ran.
  public init(ruleset: Ruleset = .whitespaces) { self.ruleset = ruleset }

  /// The sanitised text.
  public func callAsFunction(_ text: String) -> String {
    var out = String.UnicodeScalarView()
    var afterSpace = false
    for scalar in Self.composed(text) {
      let isSpace = scalar == " " || isUnwanted(scalar.value)
      // Spaces are folded before control characters go, so a dropped one still keeps two spaces apart.
      defer { afterSpace = isSpace }
      if isSpace {
        if !afterSpace { out.append(" ") }
      } else if utf8proc_category(Int32(bitPattern: scalar.value)) != UTF8PROC_CATEGORY_CC {
        out.append(scalar)
      }
    }
    return String(out)
  }

  private func isUnwanted(_ value: UInt32) -> Bool {
    switch ruleset {
    case .ascii: return value >= 0x80
    case .whitespaces:
      switch value {
      case 0xa0, 0x1680, 0x180e, 0x2000...0x200f, 0x202a...0x202f, 0x2060, 0x2063, 0x205f, 0x3000, 0xfeff,
        0xffa0,
        0xfff9...0xfffb, 0xfe00...0xfe0f, 0x3164:
        return true
      default: return false
      }
    }
  }

  /// The scalars of the text in form NFC.
  private static func composed(_ text: String) -> [UnicodeScalar] {
    let bytes = Array(text.utf8)
    let options = utf8proc_option_t(rawValue: UTF8PROC_STABLE.rawValue | UTF8PROC_COMPOSE.rawValue)
    var points = [utf8proc_int32_t](repeating: 0, count: bytes.count * 4 + 8)
    var count = utf8proc_decompose(bytes, bytes.count, &points, points.count, options)
    guard count >= 0, count <= points.count else { return Array(text.unicodeScalars) }
    count = utf8proc_normalize_utf32(&points, count, options)
    guard count >= 0 else { return Array(text.unicodeScalars) }
    return points[..<count].compactMap { UnicodeScalar(UInt32(bitPattern: $0)) }
  }
}
