/// A text as words with what stands between them, so that words can be moved and the rest stays as it was.
struct WordRow {
  /// The words: runs without white space.
  var words: [String]
  /// What stands before the first word, between the words, and after the last one.
  private var gaps: [String]

  init(_ text: String) {
    (words, gaps) = ([], [])
    var (word, gap) = ("", "")
    for character in text {
      if character.isWhitespace {
        if !word.isEmpty {
          words.append(word)
          word = ""
        }
        gap.append(character)
      } else {
        if word.isEmpty {
          gaps.append(gap)
          gap = ""
        }
        word.append(character)
      }
    }
    if !word.isEmpty { words.append(word) }
    gaps.append(gap)
  }

  var count: Int { words.count }

  var text: String {
    var out = gaps[0]
    for (word, gap) in zip(words, gaps.dropFirst()) { out += word + gap }
    return out
  }

  /// Puts a word before the one at `place`, or behind the last.
  mutating func insert(_ word: String, at place: Int) {
    words.insert(word, at: place)
    // A space comes before the new word; at the very beginning behind it.
    gaps.insert(" ", at: place == 0 ? 1 : place)
  }

  /// Removes words with the gap after each of them.
  mutating func remove(_ places: [Int]) {
    for place in places.reversed() {
      words.remove(at: place)
      gaps.remove(at: place + 1)
    }
  }

  /// Keeps the first words.
  mutating func keep(_ wanted: Int) { keep(0..<min(wanted, count)) }

  /// Keeps words, without what stood around them.
  mutating func keep(_ range: Range<Int>) {
    words = Array(words[range])
    gaps = range.isEmpty ? [""] : [""] + gaps[(range.lowerBound + 1)..<range.upperBound] + [""]
  }
}
