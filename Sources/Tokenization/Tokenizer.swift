/// A model's tokenizer: text to token ids and back, exactly as its maker's library does it.
///
/// Byte-level byte-pair encodings, from Hugging Face's `tokenizer.json` or from tiktoken's rank files. Bytes that are not UTF-8
/// are read as U+FFFD, as Python's `decode("utf-8", errors="replace")` does before the makers see them. Immutable: share one among
/// tasks, and give each task a ``Workspace`` where speed matters.
///
/// Cost: on one core some tens of megabytes of text a second. Memory: about 20 MB for a vocabulary of 50,000, 60 MB for 200,000.
///
/// Source: Hugging Face tokenizers 0.23, tiktoken 0.14; compared token for token by `Benchmarks/tokenization`.
public struct Tokenizer: Sendable {
  let model: BytePairModel
  let normalizers: [NormalizerStep]
  let splits: [SplitStep]
  let addsPrefixSpace: Bool
  /// Added tokens that are looked for in the text itself, and in the normalised text.
  let rawTokens: AddedTokenFinder
  let normalizedTokens: AddedTokenFinder
  /// Ids put before and after the text when special tokens are asked for.
  let prefix: [UInt32]
  let suffix: [UInt32]
  let addedContent: [UInt32: [UInt8]]

  /// Ids of tokens that are no text: ends, separators, chat markers.
  public let specialTokenIDs: Set<UInt32>
  /// One more than the highest id: what a model's output must cover at least.
  public let vocabularySize: Int

  init(
    model: BytePairModel, normalizers: [NormalizerStep] = [], splits: [SplitStep],
    addsPrefixSpace: Bool = false,
    added: [AddedToken], prefix: [UInt32] = [], suffix: [UInt32] = [], parsesAdded: Bool = true
  ) {
    self.model = model
    self.normalizers = normalizers
    self.splits = splits
    self.addsPrefixSpace = addsPrefixSpace
    rawTokens = AddedTokenFinder(parsesAdded ? added.filter { !$0.isNormalized } : [])
    normalizedTokens = AddedTokenFinder(parsesAdded ? added.filter(\.isNormalized) : [])
    self.prefix = prefix
    self.suffix = suffix
    addedContent = Dictionary(added.map { ($0.id, $0.content) }, uniquingKeysWith: { first, _ in first })
    specialTokenIDs = Set(added.filter(\.isSpecial).map(\.id))
    vocabularySize = max(model.tokenBytes.count, added.map { Int($0.id) + 1 }.max() ?? 0)
  }

  /// Encodes UTF-8 bytes.
  ///
  /// - Parameter addSpecialTokens: whether the tokens that the model expects around a text are added.
  public func encode(_ utf8: [UInt8], addSpecialTokens: Bool = false) -> Encoding {
    let workspace = Workspace()
    return encode(utf8, addSpecialTokens: addSpecialTokens, workspace: workspace)
  }

  /// Encodes a string.
  public func encode(_ text: String, addSpecialTokens: Bool = false) -> Encoding {
    encode(Array(text.utf8), addSpecialTokens: addSpecialTokens)
  }

  /// Encodes UTF-8 bytes with the memory of earlier calls, which is faster.
  public func encode(_ utf8: [UInt8], addSpecialTokens: Bool = false, workspace: Workspace) -> Encoding {
    var encoding = Encoding()
    if addSpecialTokens { append(prefix, at: 0, to: &encoding) }
    run(utf8, workspace: workspace, encoding: &encoding, wantsOffsets: true)
    if addSpecialTokens { append(suffix, at: utf8.count, to: &encoding) }
    return encoding
  }

  /// The ids alone, without offsets.
  public func encodeIDs(_ utf8: [UInt8], workspace: Workspace) -> [UInt32] {
    var encoding = Encoding()
    run(utf8, workspace: workspace, encoding: &encoding, wantsOffsets: false)
    return encoding.ids
  }

  private func append(_ ids: [UInt32], at place: Int, to encoding: inout Encoding) {
    encoding.ids += ids
    encoding.offsets += ids.map { _ in place..<place }
  }

  /// The bytes of a token, or nil if there is none of this id.
  ///
  /// An added token stands for its own text.
  public func bytes(ofToken id: UInt32) -> [UInt8]? {
    if let content = addedContent[id] { return content }
    return Int(id) < model.tokenBytes.count ? model.tokenBytes[Int(id)] : nil
  }

  /// The id of a token by its text; added tokens first.
  public func id(ofToken token: String) -> UInt32? {
    let bytes = Array(token.utf8)
    return addedContent.filter { $0.value == bytes }.keys.min() ?? model.pieces.id(of: bytes)
  }

  /// The bytes of a row of tokens.
  ///
  /// Ids that the tokenizer does not know are passed over.
  public func decode(_ ids: some Sequence<UInt32>, skipSpecialTokens: Bool = true) -> [UInt8] {
    var text: [UInt8] = []
    for id in ids where !(skipSpecialTokens && specialTokenIDs.contains(id)) {
      if let bytes = bytes(ofToken: id) { text += bytes }
    }
    return text
  }
}
