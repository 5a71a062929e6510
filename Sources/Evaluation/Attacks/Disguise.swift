import Statistics

/// Edits that a reader does not see: other spaces, characters without width, letters of other scripts.
struct Disguise {
  var kind: TextAttack.Kind
  /// The share of the characters that could be changed, or of the places between letters.
  var share: Double

  /// Spaces of about the usual width.
  static let spaces: [UnicodeScalar] = ["\u{a0}", "\u{2004}", "\u{2005}", "\u{2009}", "\u{202f}"]
  /// Zero width space, non-joiner, joiner, word joiner.
  static let invisible: [UnicodeScalar] = ["\u{200b}", "\u{200c}", "\u{200d}", "\u{2060}"]
  /// Cyrillic and Greek letters drawn like Latin ones in usual fonts.
  static let lookAlikes: [UnicodeScalar: UnicodeScalar] = [
    "a": "\u{430}", "c": "\u{441}", "e": "\u{435}", "i": "\u{456}", "j": "\u{458}", "o": "\u{43e}",
    "p": "\u{440}",
    "s": "\u{455}", "x": "\u{445}", "y": "\u{443}", "A": "\u{410}", "B": "\u{412}", "C": "\u{421}",
    "E": "\u{415}",
    "H": "\u{41d}", "I": "\u{406}", "K": "\u{41a}", "M": "\u{41c}", "N": "\u{39d}", "O": "\u{41e}",
    "P": "\u{420}",
    "T": "\u{422}", "X": "\u{425}", "Z": "\u{396}",
  ]

  func apply(to text: String, _ random: inout Philox) -> String {
    var scalars = Array(text.unicodeScalars)
    switch kind {
    case .spaces:
      for place in chosen(scalars.indices.filter { scalars[$0] == " " }, &random) {
        scalars[place] = Self.spaces[Int.random(in: 0..<Self.spaces.count, using: &random)]
      }
    case .homoglyphs:
      for place in chosen(scalars.indices.filter { Self.lookAlikes[scalars[$0]] != nil }, &random) {
        if let other = Self.lookAlikes[scalars[place]] { scalars[place] = other }
      }
    default:
      let places = scalars.indices.dropFirst().filter {
        scalars[$0].properties.isAlphabetic && scalars[$0 - 1].properties.isAlphabetic
      }
      for place in chosen(places, &random).reversed() {
        scalars.insert(Self.invisible[Int.random(in: 0..<Self.invisible.count, using: &random)], at: place)
      }
    }
    return String(String.UnicodeScalarView(scalars))
  }

  private func chosen(_ places: [Int], _ random: inout Philox) -> [Int] {
    TextAttack.chosen(Int((Double(places.count) * share).rounded()), of: places.count, &random).map {
      places[$0]
    }
  }
}
