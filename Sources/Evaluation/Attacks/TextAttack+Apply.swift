import Statistics

extension TextAttack {
  /// The edited text.
  ///
  /// - Parameters:
  ///   - text: what was written.
  ///   - donor: a text that words are taken from: by a human for copy-paste. Edits that need none pass it by.
  ///   - seed: of the places and choices.
  public func apply(to text: String, donor: String = "", seed: UInt64) throws(EvaluationError) -> String {
    var random = Philox(seed: seed, stream: 0x6564_6974)
    switch kind {
    case .none: return text
    case .lowercase: return text.lowercased()
    case .stripPunctuation: return Self.strippingPunctuation(text)
    case .stripMarkdown: return MarkdownStripper.plain(text)
    case .spaces, .invisible, .homoglyphs:
      return Disguise(kind: kind, share: strength).apply(to: text, &random)
    case .insert, .delete, .substitute, .swap, .truncate, .copyPaste: break
    }
    var words = WordRow(text)
    let others = WordRow(donor).words
    guard !kind.needsDonor || !others.isEmpty else {
      throw EvaluationError(
        code: .noDonor, message: "the edit '\(self)' takes words from another text, and there is none",
        hint: "give one by a human")
    }
    switch kind {
    case .truncate:
      words.keep(Int((Double(words.count) * strength).rounded(.up)))
    case .copyPaste:
      return try Self.pasted(text, words: words.count, into: donor, share: strength, &random)
    case .delete:
      let gone = Self.chosen(Int((Double(words.count) * strength).rounded()), of: words.count, &random)
      words.remove(gone)
    case .substitute:
      for place in Self.chosen(Int((Double(words.count) * strength).rounded()), of: words.count, &random) {
        words.words[place] = others[Int.random(in: 0..<others.count, using: &random)]
      }
    case .insert:
      // Shares are of the words that were there; several may go into one gap.
      for _ in 0..<Int((Double(words.count) * strength).rounded()) {
        let place = Int.random(in: 0...words.count, using: &random)
        words.insert(others[Int.random(in: 0..<others.count, using: &random)], at: place)
      }
    case .swap:
      // Pairs that do not overlap: a share of 1 moves every word.
      let pairs = words.count / 2
      let shift = words.count > 2 * pairs ? Int.random(in: 0...1, using: &random) : 0
      for pair in Self.chosen(Int((Double(pairs) * strength).rounded()), of: pairs, &random) {
        words.words.swapAt(2 * pair + shift, 2 * pair + shift + 1)
      }
    default: break
    }
    return words.text
  }

  /// Some of the numbers below `count`, in order.
  static func chosen(_ wanted: Int, of count: Int, _ random: inout Philox) -> [Int] {
    var places = Array(0..<count)
    for place in 0..<min(wanted, count) {
      places.swapAt(place, Int.random(in: place..<count, using: &random))
    }
    return places.prefix(min(wanted, count)).sorted()
  }

  private static func strippingPunctuation(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.filter { scalar in
          switch scalar.properties.generalCategory {
          case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
            .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            false
          default: true
          }
        }))
  }

  /// The whole text inside a stretch of the donor, so long that the text's words are the share wanted.
  private static func pasted(
    _ text: String, words: Int, into donor: String, share: Double, _ random: inout Philox
  ) throws(EvaluationError) -> String {
    let others = WordRow(donor)
    let wanted = Int((Double(words) * (1 - share) / share).rounded())
    guard wanted <= others.count else {
      throw EvaluationError(
        code: .noDonor,
        message:
          "\(words) marked words as a share of \(share) need \(wanted) words around them, and there are \(others.count)",
        hint: "give a longer text by a human, or a larger share")
    }
    let start = Int.random(in: 0...(others.count - wanted), using: &random)
    let before = Int.random(in: 0...wanted, using: &random)
    var (head, tail) = (others, others)
    head.keep(start..<(start + before))
    tail.keep((start + before)..<(start + wanted))
    return [head.text, text, tail.text].filter { !$0.isEmpty }.joined(separator: "\n\n")
  }
}
