/// Takes out what a reader does not see and a tokenizer does.
///
/// Unlike lm-watermarking's sanitiser it keeps line ends, composes nothing, and makes no space where a character without width stood
/// inside a word; so it leaves a text that was not tampered with as it is, and may always be on. Joiners stay between letters of
/// scripts that need them (Indic and Arabic scripts, and emoji).
public enum InvisibleCharacters {
  /// The text without them.
  ///
  /// Linear.
  public static func removed(from text: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0xad, 0x200b, 0x200e, 0x200f, 0x202a...0x202e, 0x2060...0x2064, 0x2066...0x206f, 0xfeff,
        0xfff9...0xfffb,
        0xe0000...0xe007f:
        continue
      case 0x200c, 0x200d:
        // Between Latin, Greek or Cyrillic letters a joiner joins nothing.
        if let last = out.last, last.value < 0x590 { continue }
        if out.isEmpty { continue }
        out.append(scalar)
      case 0xa0, 0x1680, 0x2000...0x200a, 0x202f, 0x205f, 0x3164, 0xffa0: out.append(" ")
      default: out.append(scalar)
      }
    }
    return String(out)
  }
}
