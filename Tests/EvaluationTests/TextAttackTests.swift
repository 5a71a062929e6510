import Evaluation
import TestSupport
import Testing
import TextWatermark

@Suite struct TextAttackTests {
  static let text = "One two,  three\nfour five. Six seven eight nine ten!"
  static let donor = (1...400).map { "donor\($0)" }.joined(separator: " ")

  private func words(_ text: String) -> [String] {
    text.split(whereSeparator: \.isWhitespace).map(String.init)
  }

  private func edited(_ name: String, _ text: String = text, seed: UInt64 = 3) throws -> String {
    try TextAttack(named: name).apply(to: text, donor: Self.donor, seed: seed)
  }

  @Test("shares of words are inserted, deleted, replaced and swapped, and the rest stays")
  func wordEdits() throws {
    let original = words(Self.text)
    #expect(try edited("none") == Self.text)
    let longer = try words(edited("insert:0.3"))
    #expect(longer.count == 13)
    #expect(longer.filter { !$0.hasPrefix("donor") } == original)
    let shorter = try words(edited("delete:0.3"))
    #expect(shorter.count == 7)
    #expect(shorter.allSatisfy(original.contains))
    let replaced = try words(edited("substitute:0.5"))
    #expect(replaced.count == 10)
    #expect(replaced.count { $0.hasPrefix("donor") } == 5)
    let swapped = try words(edited("swap:1"))
    #expect(swapped.sorted() == original.sorted())
    #expect(zip(swapped, original).allSatisfy { $0 != $1 })
    #expect(try edited("truncate:0.5") == "One two,  three\nfour five.")
    #expect(try edited("delete:1").isEmpty)
  }

  @Test("the same seed edits alike, another seed otherwise")
  func isSeeded() throws {
    for name in ["insert:0.5", "delete:0.5", "substitute:0.5", "copy-paste:0.5", "invisible:0.5"] {
      #expect(try edited(name) == edited(name))
      #expect(try edited(name) != edited(name, seed: 4), "\(name)")
    }
  }

  @Test(
    "a pasted text stands whole in the other text, at the share asked for",
    arguments: ["0.1", "0.25", "0.5", "0.9"])
  func pastes(share: String) throws {
    let result = try edited("copy-paste:\(share)")
    #expect(result.contains(Self.text))
    let got = 10 / Double(words(result).count)
    #expect(abs(got - (Double(share) ?? 0)) < 0.06)
    #expect(words(result).filter { $0.hasPrefix("donor") }.count == words(result).count - 10)
  }

  @Test("a donor that is too short, or none, is an error that says how many words are needed")
  func needsDonor() throws {
    let none = #expect(throws: EvaluationError.self) {
      try TextAttack(named: "insert:0.1").apply(to: Self.text, seed: 1)
    }
    #expect(none?.code == .noDonor)
    let short = #expect(throws: EvaluationError.self) {
      try TextAttack(named: "copy-paste:0.1").apply(to: Self.text, donor: "only five words are here", seed: 1)
    }
    #expect(short?.message.contains("90 words") == true)
  }

  @Test("small letters, punctuation and Markdown")
  func strips() throws {
    #expect(try edited("lowercase", "Ärger AND Ω") == "ärger and ω")
    #expect(try edited("strip-punctuation", "A-b, c_d… («e») 3.5 + $4") == "Ab cd e 35 + $4")
    let markdown = """
      # Title
      > **Bold** and *slanted* with `code_here`
      - item [a link](https://example.org/x_y)
      12. twelfth, 2 * 3 = 6, snake_case stays
      ```swift
      let x = 1
      ```
      ---
      ![picture](p.png) \\*not bold\\*
      """
    #expect(
      try edited("strip-markdown", markdown) == """
        Title
        Bold and slanted with code_here
        item a link
        twelfth, 2 * 3 = 6, snake_case stays
        let x = 1
        picture *not bold*
        """)
  }

  @Test(
    "disguises change what a machine reads, and the repair gives the text back",
    arguments: ["spaces", "invisible", "homoglyphs"])
  func disguises(kind: String) throws {
    let text = String(
      repeating: "The quick brown fox jumps over a lazy dog. Then she sleeps,\nthen it runs. ", count: 5)
    let disguised = try edited("\(kind):0.3", text)
    #expect(disguised != text)
    #expect(TextNormalizer.apply([.invisible, .homoglyphs], to: Array(disguised.utf8)) == Array(text.utf8))
  }

  @Test("what was not disguised passes the repair unchanged")
  func repairLeavesText() {
    let text = "Tabs\tand lines\r\nstay; 👩‍👧 and नमस्‍ते too. Wörter, слова."
    #expect(TextNormalizer.apply([.invisible], to: Array(text.utf8)) == Array(text.utf8))
  }

  @Test("names read back, and wrong ones are refused with what there is")
  func names() throws {
    #expect(TextAttack.usual.count == 29)
    for attack in TextAttack.usual { #expect(try TextAttack(named: attack.description) == attack) }
    for wrong in [
      "delete", "delete:0", "delete:1.5", "delete:x", "copy-paste:1", "lowercase:0.5", "paraphrase", "",
    ] {
      #expect(throws: EvaluationError.self, "\(wrong)") { try TextAttack(named: wrong) }
    }
    let error = #expect(throws: EvaluationError.self) { try TextAttack(named: "remove:0.1") }
    #expect(error?.hint.contains("delete") == true)
  }
}
