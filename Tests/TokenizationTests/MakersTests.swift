import FoundationEssentials
import TestSupport
import Testing
import Tokenization

/// Small tokenizers and what the real packages give for them; made by Fixtures/make_fixtures.py.
struct Fixtures: Decodable {
  struct Row: Decodable {
    var bytes: String
    var ids: [UInt32]
    var character_offsets: [[Int]]?
  }
  var cases: [String: [Row]]

  static let folder = Golden.packageRoot + "/Tests/TokenizationTests/Fixtures/"

  static func load() throws -> Fixtures {
    try JSONDecoder().decode(Fixtures.self, from: Data(contentsOf: URL(filePath: folder + "expected.json")))
  }

  static func tokenizer(_ name: String) throws -> Tokenizer {
    switch name {
    case "smollm2":
      return try Tokenizer(contentsOfFile: Golden.packageRoot + "/Corpora/smollm2/tokenizer.json")
    case "cl100k_base", "o200k_base":
      return try Tokenizer(
        tiktokenRanks: Array(try Data(contentsOf: URL(filePath: folder + "small.tiktoken"))),
        encoding: TiktokenEncoding(rawValue: name))
    default: return try Tokenizer(contentsOfFile: folder + name + ".json")
    }
  }

  static let names = [
    "smollm2", "llama3-style", "qwen2-style", "deepseek-style", "gpt2-style", "other-pattern", "cl100k_base",
    "o200k_base",
  ]
}

@Suite("Tokenizers against their makers")
struct MakersTests {
  @Test("ids and offsets are the makers'", arguments: Fixtures.names)
  func idsAndOffsets(name: String) throws {
    let tokenizer = try Fixtures.tokenizer(name)
    let workspace = Tokenizer.Workspace()
    let rows = try #require(try Fixtures.load().cases[name])
    for row in rows {
      let bytes = Array(try #require(Data(base64Encoded: row.bytes)))
      let comment: Comment = "\(String(decoding: bytes, as: UTF8.self).debugDescription)"
      let encoding = tokenizer.encode(bytes, workspace: workspace)
      #expect(encoding.ids == row.ids, comment)
      #expect(tokenizer.encodeIDs(bytes, workspace: workspace) == row.ids, comment)
      guard let expected = row.character_offsets, expected.count == encoding.offsets.count else { continue }
      for (ours, theirs) in zip(encoding.offsets, expected) where !ours.isEmpty {
        // The maker rounds to whole characters. What a normaliser made of several characters stands for all of them here.
        if ["qwen2-style", "other-pattern"].contains(name) {
          #expect(ours.overlaps(theirs[0]..<max(theirs[1], theirs[0] + 1)), comment)
        } else {
          #expect(theirs[0] <= ours.lowerBound && ours.upperBound <= theirs[1], comment)
        }
      }
    }
  }

  @Test(
    "offsets follow each other and spell the tokens",
    arguments: ["smollm2", "llama3-style", "deepseek-style", "cl100k_base"])
  func offsetsSpellTokens(name: String) throws {
    let tokenizer = try Fixtures.tokenizer(name)
    var generator = SplitMix64(seed: 5)
    let pool = Array("aA1 .,'\n\té中あ한عह😀👍🏽ſ_<|>".unicodeScalars)
    for _ in 0..<300 {
      let text = (0..<Int.random(in: 0..<40, using: &generator)).map { _ in
        String(pool.randomElement(using: &generator)!)
      }.joined()
      let bytes = Array(text.utf8)
      let encoding = tokenizer.encode(bytes)
      #expect(encoding.offsets.first?.lowerBound ?? 0 == 0)
      #expect(encoding.offsets.last?.upperBound ?? 0 == bytes.count)
      for (index, (id, range)) in zip(encoding.ids, encoding.offsets).enumerated() {
        #expect(Array(bytes[range]) == tokenizer.bytes(ofToken: id))
        if index > 0 { #expect(encoding.offsets[index - 1].upperBound == range.lowerBound) }
      }
      #expect(tokenizer.decode(encoding.ids, skipSpecialTokens: false) == bytes)
    }
  }

  @Test("broken UTF-8 is read as Python reads it, and offsets stay in the given bytes")
  func brokenBytes() throws {
    let tokenizer = try Fixtures.tokenizer("cl100k_base")
    let bytes = Array("a".utf8) + [0xf0, 0x9f, 0x98] + Array("b".utf8)
    let encoding = tokenizer.encode(bytes)
    #expect(tokenizer.decode(encoding.ids) == Array("a\u{fffd}b".utf8))
    #expect(encoding.offsets.first == 0..<1 && encoding.offsets.last == 4..<5)
    #expect(encoding.offsets.dropFirst().dropLast().allSatisfy { $0 == 1..<4 })
  }

  @Test("tokens around a text are added only when asked for, with empty ranges")
  func specialTokens() throws {
    let tokenizer = try Fixtures.tokenizer("llama3-style")
    let end = try #require(tokenizer.id(ofToken: "<|endoftext|>"))
    let plain = tokenizer.encode("Hello")
    let marked = tokenizer.encode("Hello", addSpecialTokens: true)
    #expect(marked.ids == [end] + plain.ids)
    #expect(marked.offsets.first == 0..<0)
    #expect(tokenizer.specialTokenIDs.contains(end))
    #expect(tokenizer.decode(marked.ids) == Array("Hello".utf8))
  }

  @Test("a megabyte of one letter, and of no letter at all", arguments: ["smollm2", "cl100k_base"])
  func longPieces(name: String) throws {
    let tokenizer = try Fixtures.tokenizer(name)
    let workspace = Tokenizer.Workspace()
    for byte in [UInt8(ascii: "a"), UInt8(ascii: " "), UInt8(ascii: "!")] {
      let bytes = [UInt8](repeating: byte, count: 1 << 20)
      #expect(tokenizer.decode(tokenizer.encodeIDs(bytes, workspace: workspace)) == bytes)
    }
  }

  @Test("real outputs retokenise to the ids that were generated")
  func realOutputs() throws {
    struct Record: Decodable {
      var output: String
      var token_ids: [UInt32]
      var retokenises_exactly: Bool
    }
    let tokenizer = try Fixtures.tokenizer("smollm2")
    let workspace = Tokenizer.Workspace()
    let file = try String(contentsOfFile: Golden.packageRoot + "/Corpora/llm-open.jsonl", encoding: .utf8)
    var exact = 0
    for line in file.split(separator: "\n") {
      let record = try JSONDecoder().decode(Record.self, from: Data(line.utf8))
      let ids = tokenizer.encodeIDs(Array(record.output.utf8), workspace: workspace)
      #expect((ids == record.token_ids) == record.retokenises_exactly)
      if ids == record.token_ids { exact += 1 }
    }
    #expect(exact == 109)
  }

  @Test(
    "compatibility forms join what they make across characters: vowels of old Hangul, voicing marks of kana")
  func compatibilityForms() throws {
    let json = try String(contentsOfFile: Fixtures.folder + "qwen2-style.json", encoding: .utf8)
    #expect(json.contains("\"NFC\""))
    let tokenizer = try Tokenizer(
      huggingFaceJSON: Array(json.replacing("\"NFC\"", with: "\"NFKC\"").utf8))
    // Left: as written. Right: NFKC by Python's unicodedata.
    for (written, normal) in [
      ("x\u{314e}\u{314f}", "x\u{d558}"), ("\u{ff76}\u{ff9e} ", "\u{30ac} "),
      ("\u{314e}\u{314f}\u{3133}", "\u{d55b}"), ("\u{ff8a}\u{ff9f}", "\u{30d1}"),
      ("\u{ffa4}\u{ffc2}", "\u{b098}"), ("a\u{b4}", "a \u{301}"),
    ] {
      #expect(tokenizer.encode(written).ids == tokenizer.encode(normal).ids, "\(written)")
    }
  }
}
