import Tokenization

/// The vocabulary of a GGUF file, as its tokenizer's part states it.
struct GGUFVocabulary {
  let tokens: [[UInt8]]
  private let kinds: [Int64]
  private let merges: [[UInt8]]
  private let preTokenizer: String
  private let beginning: UInt32?
  private let end: UInt32?
  let endOfText: Set<UInt32>

  init(_ metadata: [String: GGUFValue]) throws(LanguageModelError) {
    func field(_ name: String) -> GGUFValue? { metadata["tokenizer.ggml.\(name)"] }
    guard let model = field("model")?.string else { throw GGUFFile.missing("tokenizer.ggml.model") }
    guard model == "gpt2" else {
      throw LanguageModelError(
        code: .unsupportedModel, message: "the model's tokenizer is '\(model)', which is not supported",
        hint: "byte-level BPE ('gpt2') is supported")
    }
    guard case .texts(let tokens)? = field("tokens"), !tokens.isEmpty else {
      throw GGUFFile.missing("tokenizer.ggml.tokens")
    }
    guard case .texts(let merges)? = field("merges") else { throw GGUFFile.missing("tokenizer.ggml.merges") }
    var kinds = [Int64](repeating: 1, count: tokens.count)
    if let types = field("token_type") {
      guard case .integers(let stated) = types, stated.count == tokens.count else {
        throw GGUFReader.invalid("tokenizer.ggml.token_type does not fit its \(tokens.count) tokens")
      }
      kinds = stated
    }
    func id(_ name: String) throws(LanguageModelError) -> UInt32? {
      guard let value = field(name) else { return nil }
      guard let id = value.integer, id >= 0, id < Int64(tokens.count) else {
        throw GGUFReader.invalid("tokenizer.ggml.\(name) is outside the vocabulary")
      }
      return UInt32(id)
    }
    let (bos, eos) = (try id("bos_token_id"), try id("eos_token_id"))
    // A model of this kind adds nothing unless told to.
    beginning = field("add_bos_token")?.truth ?? false ? bos : nil
    end = field("add_eos_token")?.truth ?? false ? eos : nil
    var ends = Set([eos, try id("eot_token_id")].compactMap { $0 })
    let known: Set<[UInt8]> = Set(
      ["<|endoftext|>", "<|im_end|>", "<|eot_id|>", "</s>", "<|end_of_text|>"].map { Array($0.utf8) })
    for (id, token) in tokens.enumerated() where kinds[id] == 3 && known.contains(token) {
      ends.insert(UInt32(id))
    }
    (self.tokens, self.kinds, self.merges, endOfText) = (tokens, kinds, merges, ends)
    preTokenizer = field("pre")?.string ?? "default"
  }

  /// Throws where the vocabulary is not the model's.
  func check(against rows: Int, metadata: [String: GGUFValue]) throws(LanguageModelError) {
    let stated = metadata["llama.vocab_size"]?.integer
    guard tokens.count <= rows, stated == nil || stated == Int64(rows), rows < 1 << 24 else {
      throw LanguageModelError(
        code: .vocabularyMismatch,
        message:
          "the model has embeddings of \(rows) tokens, its tokenizer \(tokens.count)"
          + (stated.map { ", and the file states \($0)" } ?? ""),
        hint: "the file was put together from two models; fetch it again")
    }
  }

  func tokenizer() throws(LanguageModelError) -> Tokenizer {
    do {
      return try Tokenizer(
        ggufTokens: tokens, special: kinds.map { $0 == 3 }, added: kinds.map { $0 == 4 }, merges: merges,
        preTokenizer: preTokenizer, beginning: beginning, end: end)
    } catch {
      let code: LanguageModelError.Code =
        error.code == .unsupportedTokenizer ? .unsupportedModel : .invalidFile
      throw LanguageModelError(
        code: code, message: "the model's tokenizer: \(error.message)", hint: error.hint)
    }
  }
}
