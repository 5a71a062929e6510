/// Words and phrases that stand for groups, or for anything else that is to be counted in texts.
///
/// A lexicon is data: a JSON file with a name, a version and a digest that results carry, so that a count can be repeated. Phrases are
/// matched word by word, the longest first; a phrase to ignore ("white house") hides the ones within it. Each letter's case
/// counts only where an entry says so ("White", "May"). A count from a lexicon is an estimate until people have looked at hits:
/// ``LexiconPrecision``.
public struct Lexicon: Sendable {
  /// A word or phrase.
  public struct Entry: Hashable, Sendable {
    /// As it is written.
    public var text: String
    /// Whether the letters' case must be the same.
    public var isExact: Bool
    /// Whether it does not count as the first words of a sentence, where a capital says nothing.
    public var isHiddenAtStart: Bool
    /// Makes one.
    public init(_ text: String, isExact: Bool = false, isHiddenAtStart: Bool = false) {
      (self.text, self.isExact, self.isHiddenAtStart) = (text, isExact, isHiddenAtStart)
    }
  }

  /// Entries that mean the same.
  public struct Category: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Its entries.
    public var entries: [Entry]
    /// Makes one.
    public init(_ name: String, _ entries: [Entry]) { (self.name, self.entries) = (name, entries) }
  }

  /// Words that turn what follows around, and how far they reach.
  public struct Negation: Hashable, Sendable {
    /// The words, or phrases such as "isn't".
    public var words: [String]
    /// How many words after its last one they reach, within the sentence.
    public var reach: Int
    /// Makes one.
    public init(words: [String], reach: Int) { (self.words, self.reach) = (words, reach) }
  }

  /// The name.
  public let name: String
  /// The version.
  public let version: String
  /// What it is for.
  public let about: String
  /// The language, as in `en`.
  public let language: String
  /// The categories, in order.
  public let categories: [Category]
  /// Phrases that hide the entries within them.
  public let ignored: [Entry]
  /// The guard against negated entries; nil where a negated entry counts like another.
  public let negation: Negation?
  /// Entries count only within so many first words; nil for the whole text.
  public let firstWords: Int?
  /// Whether each letter is a word, for scripts without spaces.
  public let isByLetter: Bool
  /// SHA-256 of the file it was read from.
  public let digest: String

  /// A place where an entry was found.
  public struct Hit: Hashable, Sendable {
    /// The category's place.
    public var category: Int
    /// The entry's place within it.
    public var entry: Int
    /// The words' places in the text.
    public var words: Range<Int>
    /// Whether a negation reaches it.
    public var isNegated: Bool
  }

  /// A node of the tree of phrases: where each next word leads, and what ends here.
  private struct Node {
    var next: [String: Int] = [:]
    var ends: [Target] = []
  }
  private struct Target {
    var category: Int
    var entry: Int
    /// The widest gap within the entry as it is written: a text may not have a wider one.
    var gap: WordText.Gap
  }
  private var nodes = [Node()]
  /// Negations by their first word, each with the words that follow.
  private let negating: [String: [[String]]]
  private let longestNegation: Int

  /// Makes a lexicon.
  ///
  /// Throws when it has no category, two of one name, or an entry without a word or with more than ``longestEntry``.
  public init(
    name: String, version: String, about: String = "", language: String = "", categories: [Category],
    ignored: [Entry] = [], negation: Negation? = nil, firstWords: Int? = nil, isByLetter: Bool = false,
    digest: String
  ) throws(BiasMetricsError) {
    (self.name, self.version, self.about, self.language) = (name, version, about, language)
    (self.categories, self.ignored, self.negation) = (categories, ignored, negation)
    (self.firstWords, self.isByLetter, self.digest) = (firstWords, isByLetter, digest)
    let phrases = (negation?.words ?? []).map { WordText($0, letters: isByLetter).words.map(\.folded) }
    negating = Dictionary(grouping: phrases.filter { !$0.isEmpty }, by: { $0[0] }).mapValues { phrases in
      phrases.map { Array($0.dropFirst()) }
    }
    longestNegation = phrases.map(\.count).max() ?? 0
    func invalid(_ message: String, _ hint: String) -> BiasMetricsError {
      BiasMetricsError(.invalidLexicon, "lexicon '\(name)': \(message)", hint: hint)
    }
    guard !categories.isEmpty, Set(categories.map(\.name)).count == categories.count else {
      throw invalid("it has no category, or two of one name", "name each category once")
    }
    for (place, category) in categories.enumerated() {
      guard !category.entries.isEmpty else {
        throw invalid("category '\(category.name)' is empty", "give it an entry")
      }
      for (number, entry) in category.entries.enumerated() {
        try add(entry, (place, number), invalid)
      }
    }
    for (phrase, text) in zip(phrases, negation?.words ?? [])
    where phrase.isEmpty || phrase.count > Self.longestEntry {
      throw invalid(
        "the negation '\(text.prefix(60))' has \(phrase.count) words",
        "a negation has 1 to \(Self.longestEntry) words")
    }
    for (number, entry) in ignored.enumerated() {
      try add(entry, (-1, number), invalid)
    }
  }

  /// The most words of an entry.
  public static let longestEntry = 16

  private mutating func add(
    _ entry: Entry, _ place: (category: Int, entry: Int), _ invalid: (String, String) -> BiasMetricsError
  ) throws(BiasMetricsError) {
    let words = WordText(entry.text, letters: isByLetter).words
    guard !words.isEmpty, words.count <= Self.longestEntry else {
      throw invalid(
        "'\(entry.text.prefix(60))' has \(words.count) words", "an entry has 1 to \(Self.longestEntry) words")
    }
    guard words.dropFirst().allSatisfy({ $0.gap < .far }) else {
      throw invalid(
        "'\(entry.text.prefix(60))' holds a mark that no phrase reaches over",
        "part words by spaces, hyphens, apostrophes or commas")
    }
    var node = 0
    for word in words {
      if let next = nodes[node].next[word.folded] {
        node = next
      } else {
        nodes.append(Node())
        nodes[node].next[word.folded] = nodes.count - 1
        node = nodes.count - 1
      }
    }
    let gap = words.dropFirst().map(\.gap).max() ?? .near
    nodes[node].ends.append(Target(category: place.category, entry: place.entry, gap: gap))
  }

  /// The entries in a text, from left to right, none within another.
  ///
  /// Where several categories hold one phrase all count. Cost: linear in the text, times the longest entry.
  public func hits(in text: String) -> [Hit] { hits(in: WordText(text, letters: isByLetter)) }

  /// The entries in a text that has been cut into words.
  public func hits(in text: WordText) -> [Hit] {
    var hits: [Hit] = []
    let words = text.words
    let limit = min(words.count, firstWords ?? words.count)
    var place = 0
    while place < limit {
      let (length, targets) = longest(text, at: place)
      guard length > 0 else {
        place += 1
        continue
      }
      for target in targets where target.category >= 0 {
        hits.append(
          Hit(
            category: target.category, entry: target.entry, words: place..<(place + length),
            isNegated: isNegated(words, at: place)))
      }
      place += length
    }
    return hits
  }

  /// The longest phrase that begins at a word, and what it stands for.
  private func longest(_ text: WordText, at place: Int) -> (length: Int, targets: [Target]) {
    let words = text.words
    var (node, length, gap) = (0, 0, WordText.Gap.near)
    var best: (length: Int, targets: [Target]) = (0, [])
    while place + length < words.count, length == 0 || words[place + length].gap < .far,
      let next = nodes[node].next[words[place + length].folded]
    {
      if length > 0 { gap = max(gap, words[place + length].gap) }
      (node, length) = (next, length + 1)
      if nodes[node].ends.isEmpty { continue }
      let range = words[place].range.lowerBound..<words[place + length - 1].range.upperBound
      let targets = nodes[node].ends.filter { target in
        let entry =
          target.category < 0 ? ignored[target.entry] : categories[target.category].entries[target.entry]
        if gap > target.gap || (entry.isHiddenAtStart && words[place].startsSentence) { return false }
        return !entry.isExact || text.excerpt(range) == entry.text
      }
      if !targets.isEmpty { best = (length, targets) }
    }
    return best
  }

  private func isNegated(_ words: [WordText.Word], at place: Int) -> Bool {
    guard let negation else { return false }
    var before = place
    while before > 0, place - before - longestNegation < negation.reach, !words[before].startsSentence {
      before -= 1
      for rest in negating[words[before].folded] ?? [] {
        let end = before + 1 + rest.count
        guard end <= place, place - end < negation.reach else { continue }
        if rest.indices.allSatisfy({
          words[before + 1 + $0].gap == .near && words[before + 1 + $0].folded == rest[$0]
        }) {
          return true
        }
      }
    }
    return false
  }

  /// For each category whether a text mentions it, negated mentions left out.
  public func mentions(in text: String) -> [Bool] {
    var found = categories.map { _ in false }
    for hit in hits(in: text) where !hit.isNegated { found[hit.category] = true }
    return found
  }
}

extension BiasMetricsError.Code {
  /// A lexicon that cannot be used.
  public static let invalidLexicon = BiasMetricsError.Code(rawValue: "invalid-lexicon")
}
