/// Writes GGUF files for tests: sound ones, and ones that are wrong in one place.
public struct GGUFWriter: Sendable {
  /// A value of the metadata.
  public enum Value: Sendable {
    /// Type 4.
    case u32(UInt32)
    /// Type 10.
    case u64(UInt64)
    /// Type 6.
    case f32(Float)
    /// Type 7.
    case truth(Bool)
    /// Type 8.
    case text(String)
    /// Type 9 of type 8.
    case texts([String])
    /// Type 9 of type 5.
    case i32s([Int32])
    /// Any type number, with bytes as they stand.
    case raw(UInt32, [UInt8])
  }

  /// A tensor's entry and bytes.
  public struct Tensor: Sendable {
    /// The name.
    public var name: String
    /// The sizes.
    public var shape: [UInt64]
    /// ggml's type.
    public var type: UInt32
    /// The bytes.
    public var bytes: [UInt8]
    /// Added to the place that the entry states.
    public var offsetError: UInt64 = 0

    /// Makes a tensor.
    public init(name: String, shape: [UInt64], type: UInt32, bytes: [UInt8]) {
      (self.name, self.shape, self.type, self.bytes) = (name, shape, type, bytes)
    }
  }

  /// The first four bytes.
  public var magic: [UInt8] = Array("GGUF".utf8)
  /// The version.
  public var version: UInt32 = 3
  /// Keys and values in order.
  public var values: [(key: String, value: Value)] = []
  /// Tensors in order.
  public var tensors: [Tensor] = []
  /// Stated in place of the numbers of tensors and values.
  public var statedCounts: (tensors: UInt64?, values: UInt64?)

  /// An empty file.
  public init() {}

  /// Little-endian bytes of a number.
  public static func bytes<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  private static func bytes(_ text: String) -> [UInt8] { bytes(UInt64(text.utf8.count)) + Array(text.utf8) }

  private static func bytes(_ value: Value) -> [UInt8] {
    switch value {
    case .u32(let number): bytes(UInt32(4)) + bytes(number)
    case .u64(let number): bytes(UInt32(10)) + bytes(number)
    case .f32(let number): bytes(UInt32(6)) + bytes(number.bitPattern)
    case .truth(let truth): bytes(UInt32(7)) + [truth ? 1 : 0]
    case .text(let text): bytes(UInt32(8)) + bytes(text)
    case .texts(let texts):
      bytes(UInt32(9)) + bytes(UInt32(8)) + bytes(UInt64(texts.count)) + texts.flatMap { bytes($0) }
    case .i32s(let numbers):
      bytes(UInt32(9)) + bytes(UInt32(5)) + bytes(UInt64(numbers.count)) + numbers.flatMap { bytes($0) }
    case .raw(let type, let rest): bytes(type) + rest
    }
  }

  /// The file.
  public func file() -> [UInt8] {
    var out = magic + Self.bytes(version)
    out += Self.bytes(statedCounts.tensors ?? UInt64(tensors.count))
    out += Self.bytes(statedCounts.values ?? UInt64(values.count))
    for (key, value) in values { out += Self.bytes(key) + Self.bytes(value) }
    var data: [UInt8] = []
    for tensor in tensors {
      out += Self.bytes(tensor.name) + Self.bytes(UInt32(tensor.shape.count))
      out += tensor.shape.flatMap { Self.bytes($0) } + Self.bytes(tensor.type)
      out += Self.bytes(UInt64(data.count) &+ tensor.offsetError)
      data += tensor.bytes
      data += [UInt8](repeating: 0, count: (32 - data.count % 32) % 32)
    }
    out += [UInt8](repeating: 0, count: (32 - out.count % 32) % 32)
    return out + data
  }

  /// Puts a value in place of a key's, or takes the key away.
  public mutating func set(_ key: String, _ value: Value?) {
    if let index = values.firstIndex(where: { $0.key == key }) {
      if let value { values[index].value = value } else { values.remove(at: index) }
    } else if let value {
      values.append((key, value))
    }
  }
}

extension GGUFWriter {
  /// GPT-2's printable stand-ins for all bytes, in the order of the bytes.
  public static let alphabet: [String] = {
    var following: UInt32 = 0x100
    return (0..<256).map { byte in
      switch byte {
      case 0x21...0x7e, 0xa1...0xac, 0xae...0xff: return String(Unicode.Scalar(UInt8(byte)))
      default:
        following += 1
        return String(Unicode.Scalar(following - 1)!)
      }
    }
  }()

  /// A small llama model with random weights in single precision: 2 layers of 32, 2 heads that share one of keys, 262 tokens.
  ///
  /// - Parameter context: how many tokens it looks at.
  public static func tinyLlama(seed: UInt64 = 1, context: UInt32 = 64) -> GGUFWriter {
    var writer = GGUFWriter()
    let merges = ["t h", "th e", "\u{120} the"]
    let tokens =
      ["<|endoftext|>", "<|im_start|>", "<|im_end|>"] + alphabet
      + merges.map { $0.split(separator: " ").joined() }
    writer.values = [
      ("general.architecture", .text("llama")), ("general.name", .text("tiny")),
      ("llama.block_count", .u32(2)), ("llama.context_length", .u32(context)),
      ("llama.embedding_length", .u32(32)), ("llama.feed_forward_length", .u32(64)),
      ("llama.attention.head_count", .u32(2)), ("llama.attention.head_count_kv", .u32(1)),
      ("llama.attention.layer_norm_rms_epsilon", .f32(1e-5)), ("llama.rope.freq_base", .f32(10000)),
      ("tokenizer.ggml.model", .text("gpt2")), ("tokenizer.ggml.pre", .text("gpt-2")),
      ("tokenizer.ggml.tokens", .texts(tokens)),
      ("tokenizer.ggml.token_type", .i32s(tokens.indices.map { $0 < 3 ? 3 : 1 })),
      ("tokenizer.ggml.merges", .texts(merges)), ("tokenizer.ggml.eos_token_id", .u32(2)),
    ]
    var random = SplitMix64(seed: seed)
    func add(_ name: String, _ rows: Int, _ columns: Int, norm: Bool = false) {
      var bytes: [UInt8] = []
      for _ in 0..<(rows * columns) {
        let noise = Float.random(in: -1...1, using: &random)
        bytes += Self.bytes((norm ? 1 + noise / 4 : noise / 2).bitPattern)
      }
      writer.tensors.append(
        Tensor(
          name: name, shape: norm ? [UInt64(columns)] : [UInt64(columns), UInt64(rows)], type: 0, bytes: bytes
        ))
    }
    add("token_embd.weight", tokens.count, 32)
    for layer in 0..<2 {
      let block = "blk.\(layer)."
      add(block + "attn_norm.weight", 1, 32, norm: true)
      add(block + "attn_q.weight", 32, 32)
      add(block + "attn_k.weight", 16, 32)
      add(block + "attn_v.weight", 16, 32)
      add(block + "attn_output.weight", 32, 32)
      add(block + "ffn_norm.weight", 1, 32, norm: true)
      add(block + "ffn_gate.weight", 64, 32)
      add(block + "ffn_up.weight", 64, 32)
      add(block + "ffn_down.weight", 32, 64)
    }
    add("output_norm.weight", 1, 32, norm: true)
    return writer
  }
}
