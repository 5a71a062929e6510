extension Tokenizer {
  /// Makes a tokenizer of the vocabulary and merges that a GGUF file carries (`tokenizer.ggml.model` "gpt2").
  ///
  /// The text is cut before merging as transformers' export of such a file does: "smollm" by GPT-2's pattern, though llama.cpp cuts
  /// each digit off first. The two differ only where spaces or line ends stand before digits, and a mark is looked for with the
  /// tokenizer that transformers exports.
  ///
  /// - Parameters:
  ///   - ggufTokens: the texts of tokens by id, in GPT-2's alphabet.
  ///   - special: for each token whether it is a control token, found in text before anything else.
  ///   - added: for each token whether it is a word of the user's, found likewise.
  ///   - merges: pairs with a space between, in the order of their rank.
  ///   - preTokenizer: `tokenizer.ggml.pre`; unknown ones are refused.
  ///   - beginning: the id that is put before a text when special tokens are asked for.
  ///   - end: the id that is put after it.
  public init(
    ggufTokens: [[UInt8]], special: [Bool], added: [Bool], merges: [[UInt8]], preTokenizer: String,
    beginning: UInt32? = nil, end: UInt32? = nil
  ) throws(TokenizationError) {
    let splits: [SplitStep]
    var takesWholePieces = false
    switch preTokenizer {
    case "gpt-2", "gpt2", "smollm": splits = [.scanner(.gpt2)]
    case "llama-bpe", "llama3", "llama-v3":
      splits = [.scanner(.cl100k(.init()))]
      takesWholePieces = true
    case "qwen2": splits = [.scanner(.cl100k(.init(digits: 1)))]
    default: throw .unsupported("the pre-tokenizer '\(preTokenizer)'")
    }
    guard special.count == ggufTokens.count, added.count == ggufTokens.count, ggufTokens.count < 1 << 24
    else {
      throw .invalid("its lists of tokens differ in length")
    }
    var pairs: [(left: [UInt8], right: [UInt8])] = []
    pairs.reserveCapacity(merges.count)
    for (rank, merge) in merges.enumerated() {
      guard let space = merge.firstIndex(of: 0x20) else { throw .invalid("merge \(rank) is no pair") }
      pairs.append((Array(merge[..<space]), Array(merge[(space + 1)...])))
    }
    let model = try BytePairModel(
      vocabulary: ggufTokens.enumerated().map { ($0.element, UInt32($0.offset)) }, merges: pairs,
      takesWholePieces: takesWholePieces)
    var tokens: [AddedToken] = []
    for (id, content) in ggufTokens.enumerated() where special[id] || added[id] {
      guard !content.isEmpty else { throw .invalid("the special token \(id) has no text") }
      tokens.append(AddedToken(content: content, id: UInt32(id), isSpecial: special[id]))
    }
    self.init(
      model: model, splits: splits, added: tokens, prefix: [beginning].compactMap { $0 },
      suffix: [end].compactMap { $0 })
  }
}
