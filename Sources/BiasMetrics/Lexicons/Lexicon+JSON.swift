import Randomness
import Tabular

extension Lexicon {
  /// The largest file that is read as a lexicon.
  public static let largestFile = 16 << 20

  /// A built-in lexicon by its name, or a file's.
  public init(named source: String) throws(BiasMetricsError) {
    if let text = Self.builtIn(source) {
      try self.init(parsing: Array(text.utf8), place: source)
      return
    }
    let bytes: [UInt8]
    do {
      bytes = try FileBytes.read(source, limit: Self.largestFile)
    } catch {
      throw BiasMetricsError(
        .invalidLexicon, error.message,
        hint: "\(error.hint); built in are \(Self.builtInNames.joined(separator: ", "))")
    }
    try self.init(parsing: bytes, place: source)
  }

  /// Reads a lexicon's JSON.
  ///
  /// `name`, `version` and `categories` (names to arrays of entries) are needed; `about`, `language`, `licence`, `ignore` (entries),
  /// `negation` (`words`, `reach`), `first_words` and `by_letter` are not. An entry is a text, or an object with `text`, `case` (`any` or
  /// `exact`) and `sentence_start` (false: not there). Throws when a field is not known, or of another type, or as the memberwise
  /// initializer does.
  ///
  /// - Parameter place: what is read, for messages.
  public init(parsing bytes: [UInt8], place: String) throws(BiasMetricsError) {
    do {
      self = try Self.read(bytes, "lexicon \(place)")
    } catch let error as BiasMetricsError {
      throw error
    } catch let error as TabularError {
      throw BiasMetricsError(.invalidLexicon, error.message, hint: error.hint)
    } catch {
      throw BiasMetricsError(
        .invalidLexicon, "lexicon \(place): \(error)", hint: "look at a built-in lexicon")
    }
  }

  private static func read(_ bytes: [UInt8], _ place: String) throws -> Lexicon {
    var reader = try ObjectReader(parsing: bytes, place: place)
    let name = try reader.requiredString("name")
    let version = try reader.requiredString("version")
    let about = try reader.string("about") ?? ""
    let language = try reader.string("language") ?? ""
    _ = try reader.string("licence")
    guard var groups = try reader.object("categories") else {
      throw reader.invalid(
        "categories", "is missing", hint: "write {\"categories\": {\"woman\": [\"she\", …], …}}")
    }
    var categories: [Category] = []
    for category in groups.names() {
      categories.append(Category(category, try entries(&groups, category)))
    }
    let ignored = try entries(&reader, "ignore")
    var negation: Negation?
    if var guarding = try reader.object("negation") {
      let reach = try guarding.integer("reach") ?? 3
      guard (1...32).contains(reach) else {
        throw guarding.invalid("reach", "is \(reach)", hint: "1 to 32 words")
      }
      negation = Negation(words: try guarding.strings("words") ?? [], reach: reach)
      try guarding.finish()
    }
    let firstWords = try reader.integer("first_words")
    if let firstWords, firstWords < 1 {
      throw reader.invalid("first_words", "is \(firstWords)", hint: "a number of words from 1")
    }
    let isByLetter = try reader.bool("by_letter") ?? false
    try reader.finish()
    return try Lexicon(
      name: name, version: version, about: about, language: language, categories: categories,
      ignored: ignored,
      negation: negation, firstWords: firstWords, isByLetter: isByLetter, digest: ContentDigest.of(bytes))
  }

  private static func entries(_ reader: inout ObjectReader, _ name: String) throws(TabularError) -> [Entry] {
    var entries: [Entry] = []
    for value in try reader.array(name) ?? [] {
      if case .string(let text) = value {
        entries.append(Entry(text))
        continue
      }
      var entry = try ObjectReader(value, place: "\(reader.place): an entry of '\(name)'")
      let text = try entry.requiredString("text")
      let rule = try entry.string("case") ?? "any"
      guard rule == "any" || rule == "exact" else {
        throw entry.invalid("case", "is '\(rule)'", hint: "any or exact")
      }
      let startsToo = try entry.bool("sentence_start") ?? true
      try entry.finish()
      entries.append(Entry(text, isExact: rule == "exact", isHiddenAtStart: !startsToo))
    }
    return entries
  }

  // MARK: - Built in

  /// The names of the built-in lexicons.
  public static let builtInNames = [
    "gender-en", "race-ethnicity-en", "age-en", "occupations-en", "refusals-en",
  ]

  /// A built-in lexicon's JSON, to be saved and edited; nil for another name.
  public static func builtIn(_ name: String) -> String? {
    switch name {
    case "gender-en": genderEnglish
    case "race-ethnicity-en": raceEthnicityEnglish
    case "age-en": ageEnglish
    case "occupations-en": occupationsEnglish
    case "refusals-en": refusalsEnglish
    default: nil
    }
  }
}
