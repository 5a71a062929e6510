import Kernels
import Tokenization

/// A llama model read from a GGUF file and run on one core.
///
/// The weights are those that transformers makes of the file, and activations stay in single precision, so logits are transformers'
/// to a few thousandths. All sums have one order: a text is the same alone or in a batch, in one prompt or in pieces, at every
/// ``CPULevel``. For evaluation, not for serving; another engine can stand in its place (``CausalLanguageModel``).
///
/// Cost with SmolLM2-135M in Q4_1: see Benchmarks/models. Memory: 46 kB a token of each cache.
///
/// Source: Touvron et al., "LLaMA", 2023; Ainslie et al., "GQA", 2023.
public final class LlamaModel: CausalLanguageModel {
  /// The sizes.
  public let configuration: LlamaConfiguration
  /// The name that the file states.
  public let name: String
  /// The tokenizer of the file.
  public let tokenizer: Tokenizer
  /// The number of logits.
  public let vocabularySize: Int
  /// Ids that end a text.
  public let endOfTextTokens: Set<UInt32>
  /// The chat template as the file states it; see ``chatTemplate()``.
  public let chatTemplateText: String?

  struct Layer: Sendable {
    let attentionNorm, feedForwardNorm: AlignedFloats
    let query, key, value, output, gate, up, down: WeightMatrix
  }

  let layers: [Layer]
  let embeddings: WeightMatrix
  let outputNorm: AlignedFloats
  let output: WeightMatrix
  /// The turn of each pair a position, in radians.
  let frequencies: [Float]
  let kernels: ModelKernels
  let workspaces = WorkspacePool()

  /// Reads a model's file.
  public convenience init(
    contentsOfFile path: String, level: CPULevel = .active
  ) throws(LanguageModelError) {
    let file = try GGUFFile(contentsOfFile: path)
    do {
      try self.init(file, level: level)
    } catch {
      var error = error
      error.message = "\(path): \(error.message)"
      throw error
    }
  }

  /// Makes a model of a file; every tensor is either used or refused by name.
  public init(_ file: GGUFFile, level: CPULevel = .active) throws(LanguageModelError) {
    kernels = ModelKernels(level: level)
    let sizes = try LlamaConfiguration(file.metadata)
    let vocabulary = try GGUFVocabulary(file.metadata)
    var used: Set<String> = []
    func matrix(_ name: String, _ rows: Int, _ columns: Int) throws(LanguageModelError) -> WeightMatrix {
      used.insert(name)
      return try file.matrix(name, rows: rows, columns: columns)
    }
    func vector(_ name: String, _ count: Int) throws(LanguageModelError) -> AlignedFloats {
      let row = try matrix(name, 1, count)
      guard let floats = AlignedFloats(count: count) else { throw LlamaCache.outOfMemory(4 * count) }
      row.spread(row: 0, into: floats.all)
      return floats
    }
    guard let rows = file.tensors["token_embd.weight"]?.shape.last else {
      throw GGUFFile.missing("the tensor token_embd.weight")
    }
    try vocabulary.check(against: rows, metadata: file.metadata)
    let embedding = sizes.embeddingSize
    embeddings = try matrix("token_embd.weight", rows, embedding)
    outputNorm = try vector("output_norm.weight", embedding)
    output =
      file.tensors["output.weight"] == nil ? embeddings : try matrix("output.weight", rows, embedding)
    var layers: [Layer] = []
    for index in 0..<sizes.layerCount {
      let block = "blk.\(index)."
      let heads = sizes.headCount * sizes.headSize
      layers.append(
        Layer(
          attentionNorm: try vector(block + "attn_norm.weight", embedding),
          feedForwardNorm: try vector(block + "ffn_norm.weight", embedding),
          query: try matrix(block + "attn_q.weight", heads, embedding),
          key: try matrix(block + "attn_k.weight", sizes.keySize, embedding),
          value: try matrix(block + "attn_v.weight", sizes.keySize, embedding),
          output: try matrix(block + "attn_output.weight", embedding, heads),
          gate: try matrix(block + "ffn_gate.weight", sizes.feedForwardSize, embedding),
          up: try matrix(block + "ffn_up.weight", sizes.feedForwardSize, embedding),
          down: try matrix(block + "ffn_down.weight", embedding, sizes.feedForwardSize)))
    }
    self.layers = layers
    if let other = file.tensors.keys.filter({ !used.contains($0) }).min() {
      throw LanguageModelError(
        code: .unsupportedModel, message: "the model has the tensor \(other), which is not supported",
        hint: "plain llama models without biases are run")
    }
    frequencies = (0..<(sizes.rotatedSize / 2)).map { pair in
      Float(1 / power(sizes.rotationBase, Double(2 * pair) / Double(sizes.rotatedSize)))
    }
    configuration = sizes
    name = file.metadata["general.name"]?.string ?? "unnamed"
    tokenizer = try vocabulary.tokenizer()
    vocabularySize = rows
    endOfTextTokens = vocabulary.endOfText
    chatTemplateText = file.metadata["tokenizer.chat_template"]?.string
  }

  /// How many tokens the model looks at.
  public var contextLength: Int { configuration.contextLength }

  /// The model's chat template; throws where the file has none, or one of an unknown form.
  public func chatTemplate() throws(LanguageModelError) -> ChatTemplate {
    guard let text = chatTemplateText else { throw GGUFFile.missing("a chat template") }
    return try ChatTemplate(text)
  }

  /// An empty cache.
  public func makeCache(capacity: Int) throws(LanguageModelError) -> LlamaCache {
    try LlamaCache(configuration, capacity: capacity)
  }
}
