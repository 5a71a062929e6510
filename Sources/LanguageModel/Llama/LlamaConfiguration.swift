/// The sizes of a llama model, as its file states them.
public struct LlamaConfiguration: Hashable, Sendable {
  /// Layers.
  public var layerCount: Int
  /// How many tokens the model looks at.
  public var contextLength: Int
  /// The width of the state that is handed from layer to layer.
  public var embeddingSize: Int
  /// The width within a layer's gate.
  public var feedForwardSize: Int
  /// Heads that ask.
  public var headCount: Int
  /// Heads that are asked: each serves headCount ⁄ keyHeadCount of the others.
  public var keyHeadCount: Int
  /// The size of a head.
  public var headSize: Int
  /// How many elements of a head are turned by its position.
  public var rotatedSize: Int
  /// The base of the turns.
  public var rotationBase: Double
  /// What keeps a norm from dividing by zero.
  public var normEpsilon: Float

  /// The width of a position's keys, and of its values.
  public var keySize: Int { keyHeadCount * headSize }

  /// Reads a file's metadata; what is not supported is refused by name.
  init(_ metadata: [String: GGUFValue]) throws(LanguageModelError) {
    func unsupported(_ what: String) -> LanguageModelError {
      LanguageModelError(
        code: .unsupportedModel, message: "the model has \(what), which is not supported",
        hint: "plain llama models are run, SmolLM2 for one ('make model')")
    }
    guard let architecture = metadata["general.architecture"]?.string else {
      throw GGUFFile.missing("general.architecture")
    }
    guard architecture == "llama" else { throw unsupported("the architecture '\(architecture)'") }
    func size(_ key: String, default usual: Int? = nil) throws(LanguageModelError) -> Int {
      guard let value = metadata["llama.\(key)"] else {
        if let usual { return usual }
        throw GGUFFile.missing("llama.\(key)")
      }
      // Larger than any model, and small enough that products of two fit.
      guard let integer = value.integer, (1...(1 << 30)).contains(integer) else {
        throw GGUFReader.invalid("llama.\(key) is \(value.integer.map(String.init) ?? "no whole number")")
      }
      return Int(integer)
    }
    layerCount = try size("block_count")
    contextLength = try size("context_length")
    embeddingSize = try size("embedding_length")
    feedForwardSize = try size("feed_forward_length")
    headCount = try size("attention.head_count")
    keyHeadCount = try size("attention.head_count_kv", default: headCount)
    headSize = try size("attention.key_length", default: embeddingSize / headCount)
    rotatedSize = try size("rope.dimension_count", default: headSize)
    rotationBase = metadata["llama.rope.freq_base"].map { $0.number ?? -1 } ?? 10000
    guard let epsilon = metadata["llama.attention.layer_norm_rms_epsilon"]?.number else {
      throw GGUFFile.missing("llama.attention.layer_norm_rms_epsilon")
    }
    normEpsilon = Float(epsilon)
    guard normEpsilon >= 0, normEpsilon < 1 else { throw GGUFReader.invalid("its epsilon is \(epsilon)") }
    guard rotationBase >= 1, rotationBase < 1e30 else {
      throw GGUFReader.invalid("llama.rope.freq_base is \(rotationBase)")
    }
    guard headCount % keyHeadCount == 0 else {
      throw GGUFReader.invalid("\(headCount) heads cannot share \(keyHeadCount) heads of keys")
    }
    guard headSize > 0, headSize % 16 == 0, rotatedSize <= headSize, rotatedSize % 2 == 0 else {
      throw unsupported("heads of \(headSize) with \(rotatedSize) turned")
    }
    for (name, value) in [("embeddings", embeddingSize), ("gates", feedForwardSize)] where value % 32 != 0 {
      throw unsupported("\(name) of \(value), no multiple of 32")
    }
    if let other = metadata["llama.attention.value_length"]?.integer, other != Int64(headSize) {
      throw unsupported("values of another size than keys")
    }
    if let scaling = metadata["llama.rope.scaling.type"]?.string, scaling != "none" {
      throw unsupported("the rotary scaling '\(scaling)'")
    }
    if (metadata["llama.expert_count"]?.integer ?? 0) > 0 { throw unsupported("experts") }
  }
}
