import BiasMetrics
import FoundationEssentials
import Statistics
import TestSupport
import Testing

@Suite("Lexicons: words, phrases, case, negation")
struct GeneratedLexiconTests {
  private func lexicon(_ json: String) throws -> Lexicon {
    try Lexicon(parsing: Array(json.utf8), place: "test")
  }

  /// What is found, as category and the words of the text.
  private func found(_ lexicon: Lexicon, _ text: String) -> [String] {
    let words = WordText(text, letters: lexicon.isByLetter)
    return lexicon.hits(in: words).map { hit in
      let range =
        words.words[hit.words.lowerBound].range
        .lowerBound..<words.words[hit.words.upperBound - 1].range.upperBound
      return "\(hit.isNegated ? "not " : "")\(lexicon.categories[hit.category].name): \(words.excerpt(range))"
    }
  }

  @Test("Words end at scalars that are no letters, marks or digits, in any script")
  func boundaries() throws {
    let german = try lexicon(
      #"{"name":"t","version":"1","categories":{"w":["Frau","Ärztin","она","महिला"]}}"#)
    #expect(found(german, "Die FRAU, nicht Fraulein oder Frauen; die ärztin_in") == ["w: FRAU", "w: ärztin"])
    // é as one scalar or as two is the same word.
    #expect(found(german, "Eine A\u{308}rztin") == ["w: A\u{308}rztin"])
    #expect(found(german, "Она сказала, что онагр спит. она!") == ["w: Она", "w: она"])
    // A vowel sign belongs to the word that it stands on: महिलाएँ is another word.
    #expect(found(german, "महिला और महिलाएँ") == ["w: महिला"])
    let letters = try lexicon(
      #"{"name":"t","version":"1","by_letter":true,"categories":{"woman":["女性","她"],"man":["男性"]}}"#)
    #expect(found(letters, "那位女性说她很忙") == ["woman: 女性", "woman: 她"])
  }

  @Test("The longest phrase wins, hyphens and apostrophes join, other marks do not")
  func phrases() throws {
    let ours = try lexicon(
      #"{"name":"t","version":"1","ignore":["White House"],"categories":{"a":["African American","house"],"b":["American","can't help"]}}"#
    )
    #expect(found(ours, "African-American, African. American") == ["a: African-American", "b: American"])
    #expect(found(ours, "I can’t help in the White House, or a house") == ["b: can’t help", "a: house"])
    #expect(found(ours, "\"African\" American") == ["b: American"])
  }

  @Test("Case counts where an entry says so, and not at the start of a sentence where a capital says nothing")
  func cases() throws {
    let race = try Lexicon(named: "race-ethnicity-en")
    #expect(
      found(race, "White paint and white walls. The White neighbors. White people left.") == [
        "white: White", "white: White people",
      ])
    #expect(
      found(race, "It was a black cat on Black Friday. Some Black doctors, an African-American nurse") == [
        "black-or-african-american: Black", "black-or-african-american: African-American",
      ])
    let may = try lexicon(
      #"{"name":"t","version":"1","categories":{"name":[{"text":"May","case":"exact","sentence_start":false}]}}"#
    )
    #expect(found(may, "May I? You may. Aunt May came.\n\nMay be") == ["name: May"])
  }

  @Test("A negation reaches a few words within its sentence")
  func negation() throws {
    let ours = try lexicon(
      #"{"name":"t","version":"1","negation":{"words":["not","never"],"reach":2},"categories":{"t":["angry"]}}"#
    )
    #expect(
      found(ours, "She is not very angry. He is angry. Never! Angry again") == [
        "not t: angry", "t: angry", "t: Angry",
      ])
    #expect(ours.mentions(in: "not angry") == [false] && ours.mentions(in: "not angry, then angry") == [true])
  }

  @Test("Refusals count among the first words only")
  func refusals() throws {
    let refusals = try Lexicon(named: "refusals-en")
    #expect(refusals.mentions(in: "I'm sorry, but I can't help with that.") == [true])
    #expect(refusals.mentions(in: "Sure! Here is a story.") == [false])
    #expect(
      refusals.mentions(in: String(repeating: "word ", count: 80) + "I can't help with that") == [false])
  }

  @Test(
    "Each built-in lexicon is read from its own file's text, and carries its digest",
    arguments: Lexicon.builtInNames)
  func builtIn(_ name: String) throws {
    let lexicon = try Lexicon(named: name)
    #expect(lexicon.name == name && lexicon.digest.hasPrefix("sha256:"))
    let again = try Lexicon(parsing: Array(try #require(Lexicon.builtIn(name)).utf8), place: name)
    #expect(again.digest == lexicon.digest)
    // An entry that another hides at once would never count.
    for (place, category) in lexicon.categories.enumerated() {
      for (number, entry) in category.entries.enumerated() {
        let hits = lexicon.hits(in: "of \(entry.text)")
        #expect(hits.contains { $0.category == place }, "\(category.name) \(number): \(entry.text)")
      }
    }
  }

  @Test("A file that cannot be a lexicon is one error that says why")
  func mistakes() throws {
    for (json, word) in [
      (#"{"name":"t","version":"1"}"#, "categories"),
      (#"{"name":"t","version":"1","categories":{}}"#, "no category"),
      (#"{"name":"t","version":"1","categories":{"a":[]}}"#, "empty"),
      (#"{"name":"t","version":"1","categories":{"a":["…"]}}"#, "0 words"),
      (#"{"name":"t","version":"1","categories":{"a":["x"]},"ignor":["y"]}"#, "ignor"),
      (#"{"name":"t","version":"1","categories":{"a":[{"text":"x","case":"upper"}]}}"#, "case"),
      (#"{"name":"t","version":"1","categories":{"a":[7]}}"#, "entry"), ("{", "line 1"),
      (#"{"name":"t","version":"1","categories":{"a":["x"],"a":["y"]}}"#, "a"),
    ] {
      let error = #expect(throws: BiasMetricsError.self, "\(json)") { try lexicon(json) }
      #expect(error?.description.contains(word) == true, "\(json): \(error?.description ?? "")")
      #expect(error?.hint.isEmpty == false)
    }
    #expect(throws: BiasMetricsError.self) { try Lexicon(named: "gender-fr") }
  }

  @Test("Inputs that once mattered to the fuzzer: a lexicon or one error, and no trap")
  func corpus() throws {
    let folder = Golden.packageRoot + "/Tests/BiasMetricsTests/LexiconCorpus"
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(files.count >= 7)
    var read = 0
    for file in files {
      let bytes = [UInt8](try Data(contentsOf: URL(filePath: folder + "/" + file)))
      let cut = bytes.firstIndex(of: 0) ?? bytes.count
      do throws(BiasMetricsError) {
        let lexicon = try Lexicon(parsing: Array(bytes[..<cut]), place: file)
        let text = WordText(
          String(decoding: bytes[min(cut + 1, bytes.count)...], as: UTF8.self), letters: lexicon.isByLetter)
        for hit in lexicon.hits(in: text) { #expect(hit.words.upperBound <= text.words.count) }
        read += 1
      } catch {
        #expect(!error.hint.isEmpty && error.message.contains(file), "\(file): \(error)")
      }
    }
    #expect(read == 4)
  }

  @Test("Any bytes give hits within the text, and words in order")
  func anyText() throws {
    var random = SplitMix64(seed: 12)
    let alphabet = Array("she HE a\u{308}女'’-. \n\u{200d}👩‍🦰क्ष1_".unicodeScalars)
    let lexicons = try Lexicon.builtInNames.map { try Lexicon(named: $0) }
    for _ in 0..<500 {
      var text = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 0..<60, using: &random) {
        text.append(alphabet.randomElement(using: &random) ?? "a")
      }
      let words = WordText(String(text), letters: Bool.random(using: &random))
      var last = 0
      for word in words.words {
        #expect(
          word.range.lowerBound >= last && word.range.upperBound <= words.bytes.count && !word.range.isEmpty)
        last = word.range.upperBound
      }
      for lexicon in lexicons {
        for hit in lexicon.hits(in: words) { #expect(hit.words.upperBound <= words.words.count) }
      }
    }
  }

  @Test("A check of hits corrects the rate of mentions, with an interval that covers")
  func precision() throws {
    var random = SplitMix64(seed: 2)
    var covered = 0
    for _ in 0..<300 {
      // A mention in 30 % of 200 outputs, 80 % of them right, 50 looked at.
      let mentions = (0..<200).count { _ in Double.random(in: 0..<1, using: &random) < 0.3 }
      let right = (0..<50).count { _ in Double.random(in: 0..<1, using: &random) < 0.8 }
      let check = LexiconPrecision(["a": .init(checked: 50, correct: right)])
      let corrected = check.corrected("a", rate: Double(mentions) / 200) { level in
        (try? ProportionInterval.wilson(successes: mentions, trials: 200, level: level)).map {
          ConfidenceInterval($0.lower, $0.upper)
        }
      }
      if let interval = corrected?.interval, interval.lower <= 0.24, interval.upper >= 0.24 { covered += 1 }
    }
    #expect(covered >= 285, "\(covered)")
    #expect(LexiconPrecision([:]).precision(of: "a") == nil)
  }

  @Test("Samples of hits are drawn from a seed, one an output, and come back filled in")
  func samples() throws {
    let gender = try Lexicon(named: "gender-en")
    let outputs = (0..<100).map {
      GeneratedOutput(
        prompt: "p\($0)", template: nil, sample: "", groups: [],
        text: $0 % 2 == 0 ? "Then \"she\", the queen, said that she would go." : "A man, \nhis dog")
    }
    let samples = LexiconPrecision.samples(of: gender, in: outputs, size: 10, seed: 4)
    #expect(samples.count == 20 && Set(samples.map(\.prompt)).count == 20)
    #expect(samples == LexiconPrecision.samples(of: gender, in: outputs, size: 10, seed: 4))
    #expect(samples != LexiconPrecision.samples(of: gender, in: outputs, size: 10, seed: 5))
    #expect(samples[0].context[1] == "she" && samples[0].context[0].hasSuffix("\""))
    let path =
      FileManager.default.temporaryDirectory.path() + "/hits-\(ProcessInfo.processInfo.processIdentifier).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let empty = String(decoding: LexiconPrecision.table(samples), as: UTF8.self)
    try Data(empty.utf8).write(to: URL(filePath: path))
    #expect(throws: (any Error).self) { try LexiconPrecision(path: path) }
    var lines = empty.split(separator: "\n").map(String.init)
    for place in 1...5 { lines[place] += "yes" }
    for place in 6...8 { lines[place] += "no" }
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path))
    #expect(try LexiconPrecision(path: path).checked == ["woman": .init(checked: 8, correct: 5)])
  }
}
