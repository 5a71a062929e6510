/// The text normalisers of lm-watermarking's detector and one of ours, which undo some disguises before a text is tokenised.
///
/// Off by default here although its maker turns `unicode` on: it drops line ends, so a marked text is tokenised otherwise than
/// it was written. Use them on evidence that was tampered with.
///
/// Source: lm-watermarking `normalizers.py`.
public enum TextNormalizer: String, CaseIterable, Sendable {
  /// White space of all kinds becomes a space, control characters go.
  case unicode
  /// Look-alikes from other scripts become characters of the text's main script.
  case homoglyphs
  /// Characters without width go, spaces that look alike become one, line ends stay; our own, see ``InvisibleCharacters``.
  case invisible

  /// The normalisers of a profile's list.
  ///
  /// lm-watermarking's third one, `truecase`, needs a language model of its own and is refused by name.
  static func named(_ names: [String]) throws(TextWatermarkError) -> [TextNormalizer] {
    var normalizers: [TextNormalizer] = []
    for name in names {
      guard let normalizer = TextNormalizer(rawValue: name) else {
        throw TextWatermarkError(
          code: .unsupportedNormalizer, message: "the normaliser '\(name)' is not supported",
          hint: "use \(allCases.map(\.rawValue).joined(separator: ", ")); truecase needs a language model")
      }
      normalizers.append(normalizer)
    }
    return normalizers
  }

  /// Applies normalisers in order to a text in UTF-8.
  public static func apply(_ normalizers: [TextNormalizer], to utf8: [UInt8]) -> [UInt8] {
    guard !normalizers.isEmpty else { return utf8 }
    var text = String(decoding: utf8, as: UTF8.self)
    for normalizer in normalizers {
      switch normalizer {
      case .unicode: text = UnicodeSanitizer()(text)
      case .homoglyphs: text = HomoglyphCanonizer()(text).text
      case .invisible: text = InvisibleCharacters.removed(from: text)
      }
    }
    return Array(text.utf8)
  }
}
