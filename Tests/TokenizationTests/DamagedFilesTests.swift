import FoundationEssentials
import TestSupport
import Testing
import Tokenization

@Suite("Damaged and foreign tokenizer files")
struct DamagedFilesTests {
  private func error(_ json: String) -> TokenizationError? {
    do {
      _ = try Tokenizer(huggingFaceJSON: Array(json.utf8))
      return nil
    } catch {
      return error
    }
  }

  private func tokenizer(
    vocabulary: String = #"{"a": 0, "b": 1, "ab": 2}"#, merges: String = #"["a b"]"#, rest: String = ""
  ) -> String {
    #"{"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false}, "model": {"type": "BPE", "vocab": \#(vocabulary), "merges": \#(merges)}\#(rest)}"#
  }

  @Test("a sound file is read, merges in either form")
  func sound() throws {
    #expect(error(tokenizer()) == nil)
    let pairs = try Tokenizer(huggingFaceJSON: Array(tokenizer(merges: #"[["a", "b"]]"#).utf8))
    #expect(pairs.encode("abab").ids == [2, 2])
    #expect(pairs.vocabularySize == 3)
    // What the vocabulary cannot spell is dropped, as the maker does; offsets stay true.
    let encoding = pairs.encode("xaxbx")
    #expect(encoding.ids == [0, 1] || encoding.ids == [2])
  }

  @Test("what is wrong is named")
  func wrong() {
    let cases: [(String, String)] = [
      ("", "ends too early"), ("{", "name is needed"), ("{}", "no 'model'"),
      (#"{"model": {"type": "Unigram"}}"#, "Unigram"),
      (tokenizer(merges: #"["a c"]"#), "merge 0 names a token"),
      (tokenizer(merges: #"["ab"]"#), "merge 0 is no pair"),
      (tokenizer(vocabulary: #"{"a": 0, "b": 0}"#), "id 0 stands twice"),
      (tokenizer(vocabulary: #"{"a": -1}"#), "no whole number"),
      (tokenizer(vocabulary: #"{"a": 4000000000}"#), "out of range"), (tokenizer(vocabulary: "{}"), "empty"),
      (tokenizer(rest: #", "normalizer": {"type": "BertNormalizer"}"#), "BertNormalizer"),
      (tokenizer(rest: #", "post_processor": {"type": "BertProcessing"}"#), "BertProcessing"),
      (tokenizer(rest: #", "pre_tokenizer": {"type": "Metaspace"}"#), "Metaspace"),
      (
        tokenizer(rest: #", "pre_tokenizer": {"type": "Sequence", "pretokenizers": []}"#), "without ByteLevel"
      ),
      (tokenizer() + "x", "follows"), (String(repeating: "[", count: 200), "nests too deep"),
    ]
    for (json, part) in cases {
      let found = error(json)
      #expect(found?.message.contains(part) == true, "\(json.prefix(80)): \(found?.message ?? "no error")")
    }
  }

  @Test("rank files that are no rank files")
  func ranks() {
    for text in [
      "", "aGk=", "aGk= x", "a 1", "!!!! 1", "aGk= 0\naGk= 1", "aGk= 0\naG8= 0", "aGk= 99999999999",
    ] {
      #expect(throws: TokenizationError.self) {
        try Tokenizer(tiktokenRanks: Array(text.utf8), encoding: .cl100k)
      }
    }
    #expect(throws: TokenizationError.self) { try Tokenizer(tiktokenRanks: Array("aGk= 0".utf8)) }
  }

  @Test("what fuzzing found stays mended, and every prefix of a file is an error or a tokenizer")
  func fuzzCorpus() throws {
    let folder = Golden.packageRoot + "/Tests/TokenizationTests/FuzzCorpus"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(!names.isEmpty)
    for name in names {
      let bytes = Array(try Data(contentsOf: URL(filePath: folder + "/" + name)))
      for end in Set(stride(from: 0, to: bytes.count, by: 7)).union([bytes.count]) {
        if let made = try? Tokenizer(huggingFaceJSON: Array(bytes[..<end])) {
          _ = made.encode("some text 12 é")
        }
        if let made = try? Tokenizer(tiktokenRanks: Array(bytes[..<end]), encoding: .o200k) {
          _ = made.encode("some text 12 é")
        }
      }
    }
  }
}
