import FoundationEssentials
import LanguageModel
import TestSupport
import Testing
import Tokenization

@Suite("Tokenizers of GGUF files")
struct GGUFTokenizerTests {
  /// A file whose tokenizer is SmolLM2's, written from its tokenizer.json.
  private func model() throws -> LlamaModel {
    struct File: Decodable {
      struct Model: Decodable {
        var vocab: [String: Int]
        var merges: [[String]]
      }
      struct Added: Decodable {
        var id: Int
        var special: Bool
      }
      var model: Model
      var added_tokens: [Added]
    }
    let file = try JSONDecoder().decode(
      File.self,
      from: Data(contentsOf: URL(filePath: Golden.packageRoot + "/Corpora/smollm2/tokenizer.json")))
    var tokens = [String](repeating: "", count: file.model.vocab.count)
    for (token, id) in file.model.vocab { tokens[id] = token }
    var types = [Int32](repeating: 1, count: tokens.count)
    for added in file.added_tokens where added.special { types[added.id] = 3 }
    var writer = GGUFWriter.tinyLlama()
    writer.set("tokenizer.ggml.tokens", .texts(tokens))
    writer.set("tokenizer.ggml.token_type", .i32s(types))
    writer.set("tokenizer.ggml.merges", .texts(file.model.merges.map { $0.joined(separator: " ") }))
    writer.set("tokenizer.ggml.pre", .text("smollm"))
    // Q4_0: 18 bytes a token.
    writer.tensors[0].type = 2
    writer.tensors[0].shape[1] = UInt64(tokens.count)
    writer.tensors[0].bytes = [UInt8](repeating: 0, count: 18 * tokens.count)
    return try LlamaModel(GGUFFile(bytes: writer.file()))
  }

  private func expectEqual(_ ours: Tokenizer) throws {
    let theirs = try Tokenizer(contentsOfFile: Golden.packageRoot + "/Corpora/smollm2/tokenizer.json")
    #expect(ours.vocabularySize == theirs.vocabularySize && ours.specialTokenIDs == theirs.specialTokenIDs)
    for id in 0..<UInt32(theirs.vocabularySize) {
      #expect(ours.bytes(ofToken: id) == theirs.bytes(ofToken: id))
    }
    struct Fixtures: Decodable {
      struct Row: Decodable { var bytes: String }
      var cases: [String: [Row]]
    }
    struct Record: Decodable { var output: String }
    let rows = try JSONDecoder().decode(
      Fixtures.self,
      from: Data(
        contentsOf: URL(filePath: Golden.packageRoot + "/Tests/TokenizationTests/Fixtures/expected.json")))
    var texts = try (rows.cases["smollm2"] ?? []).map { Array(try #require(Data(base64Encoded: $0.bytes))) }
    #expect(texts.count > 20)
    let file = try String(contentsOfFile: Golden.packageRoot + "/Corpora/llm-open.jsonl", encoding: .utf8)
    for line in file.split(separator: "\n") {
      texts.append(Array(try JSONDecoder().decode(Record.self, from: Data(line.utf8)).output.utf8))
    }
    for text in texts {
      #expect(ours.encode(text, addSpecialTokens: true) == theirs.encode(text, addSpecialTokens: true))
    }
  }

  @Test("a file's own tokenizer equals the tokenizer.json that transformers exports of it")
  func exported() throws { try expectEqual(model().tokenizer) }

  @Test("the real model's tokenizer does, too", .enabled(if: RealModel.isThere))
  func real() throws { try expectEqual(LlamaModel(contentsOfFile: RealModel.path).tokenizer) }

  @Test("tokens around a text come where the file asks for them")
  func around() throws {
    var writer = GGUFWriter.tinyLlama()
    writer.set("tokenizer.ggml.bos_token_id", .u32(1))
    writer.set("tokenizer.ggml.add_bos_token", .truth(true))
    writer.set("tokenizer.ggml.add_eos_token", .truth(true))
    let tokenizer = try LlamaModel(GGUFFile(bytes: writer.file())).tokenizer
    let plain = tokenizer.encode("the").ids
    #expect(plain == [260] && tokenizer.encode("the", addSpecialTokens: true).ids == [1, 260, 2])
    #expect(tokenizer.encode("<|im_end|> the").ids == [2, 261])
  }
}
