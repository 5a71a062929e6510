import FoundationEssentials
import LanguageModel
import TestSupport
import Testing

@Suite("GGUF files")
struct GGUFTests {
  private func error(_ bytes: [UInt8]) -> LanguageModelError? {
    do {
      _ = try LlamaModel(GGUFFile(bytes: bytes))
      return nil
    } catch {
      return error
    }
  }

  private func error(_ change: (inout GGUFWriter) -> Void) -> LanguageModelError? {
    var writer = GGUFWriter.tinyLlama()
    change(&writer)
    return error(writer.file())
  }

  @Test("a sound file is read, of version 2 too")
  func sound() throws {
    #expect(error { _ in } == nil)
    #expect(error { $0.version = 2 } == nil)
    let file = try GGUFFile(contentsOfFile: References.folder + "tied.gguf")
    #expect(file.version == 3 && file.metadata["general.architecture"]?.string == "llama")
    #expect(file.tensors["blk.0.ffn_down.weight"]?.shape == [96, 64])
    let model = try LlamaModel(file)
    #expect(model.name == "tiny tied.gguf" && model.vocabularySize == 265 && model.contextLength == 256)
    #expect(model.endOfTextTokens == [0, 2])
    #expect(model.configuration.keyHeadCount == 2 && model.configuration.headSize == 16)
  }

  @Test("a file that ends anywhere is an error")
  func truncated() {
    let bytes = GGUFWriter.tinyLlama().file()
    let ends = Array(0..<400) + Array(stride(from: 400, to: bytes.count - 1, by: 97)) + [bytes.count - 1]
    for end in ends {
      let found = error(Array(bytes[..<end]))
      #expect(found?.code == .invalidFile, "\(end)")
      #expect(found?.message.isEmpty == false && found?.hint.isEmpty == false)
    }
  }

  @Test("what is wrong with a file is named")
  func wrong() {
    typealias Change = (inout GGUFWriter) -> Void
    let cases: [(String, Change)] = [
      ("does not begin with GGUF", { $0.magic = Array("GGML".utf8) }),
      ("version 1", { $0.version = 1 }), ("version 4", { $0.version = 4 }),
      ("big-endian", { $0.version = UInt32(3).byteSwapped }),
      ("tensors, more than", { $0.statedCounts.tensors = .max }),
      ("values, more than", { $0.statedCounts.values = 1 << 40 }),
      ("stands twice", { $0.values.append($0.values[3]) }),
      ("stands twice", { $0.tensors.append($0.tensors[3]) }),
      ("unknown type 13", { $0.values.append(("x", .raw(13, [0, 0, 0, 0]))) }),
      (
        "unknown type 77",
        { $0.values.append(("x", .raw(9, GGUFWriter.bytes(UInt32(77)) + GGUFWriter.bytes(UInt64(0))))) }
      ),
      ("no truth value", { $0.values.append(("x", .raw(7, [2]))) }),
      (
        "elements of x, more than",
        { $0.values.append(("x", .raw(9, GGUFWriter.bytes(UInt32(4)) + GGUFWriter.bytes(UInt64.max)))) }
      ),
      ("ends within the value of x", { $0.values.append(("x", .raw(8, GGUFWriter.bytes(UInt64.max)))) }),
      (
        "nests too deep",
        { writer in
          let array = GGUFWriter.bytes(UInt32(9)) + GGUFWriter.bytes(UInt64(1))
          writer.values.append(("x", .raw(9, array + array + array + array)))
        }
      ),
      ("0 dimensions", { $0.tensors[2].shape = [] }),
      ("5 dimensions", { $0.tensors[2].shape = [32, 1, 1, 1, 1] }),
      ("a size of 0", { $0.tensors[2].shape = [0, 32] }),
      ("a size of 18446744073709551615", { $0.tensors[2].shape = [.max, 32] }),
      ("larger than any memory", { $0.tensors[2].shape = [1 << 40, 1 << 40] }),
      ("larger than any memory", { $0.tensors[2].shape = [1 << 62, 1] }),
      ("Q4_K", { $0.tensors[2].type = 12 }), ("number 4000", { $0.tensors[2].type = 4000 }),
      ("rows of 33 weights", { $0.tensors[2].shape = [33, 32] }),
      ("has the shape [32, 33]", { $0.tensors[2].shape = [32, 33] }),
      ("ends within the tensor", { $0.tensors[2].shape = [32, 1 << 30] }),
      ("off the alignment", { $0.tensors[2].offsetError = 4 }),
      ("ends within the tensor", { $0.tensors[2].offsetError = 1 << 60 }),
      ("general.alignment", { $0.set("general.alignment", .u32(48)) }),
      ("general.alignment", { $0.set("general.alignment", .u32(0)) }),
      ("general.alignment", { $0.set("general.alignment", .text("x")) }),
      ("'mamba'", { $0.set("general.architecture", .text("mamba")) }),
      ("llama.block_count is 0", { $0.set("llama.block_count", .u32(0)) }),
      ("llama.block_count is no whole number", { $0.set("llama.block_count", .text("2")) }),
      ("blk.2.attn_norm", { $0.set("llama.block_count", .u32(3)) }),
      ("the tensor blk.1.", { $0.set("llama.block_count", .u32(1)) }),
      ("llama.embedding_length is 4294967295", { $0.set("llama.embedding_length", .u32(.max)) }),
      ("cannot share", { $0.set("llama.attention.head_count_kv", .u32(3)) }),
      ("heads of 8", { $0.set("llama.attention.head_count", .u32(4)) }),
      ("32 turned", { $0.set("llama.rope.dimension_count", .u32(32)) }),
      ("epsilon", { $0.set("llama.attention.layer_norm_rms_epsilon", .f32(.nan)) }),
      ("freq_base", { $0.set("llama.rope.freq_base", .f32(.nan)) }),
      ("rotary scaling 'yarn'", { $0.set("llama.rope.scaling.type", .text("yarn")) }),
      ("experts", { $0.set("llama.expert_count", .u32(8)) }),
      (
        "the tensor blk.0.attn_q.bias",
        { writer in
          writer.tensors.append(
            .init(name: "blk.0.attn_q.bias", shape: [32], type: 0, bytes: [UInt8](repeating: 0, count: 128)))
        }
      ),
      ("tokenizer is 'llama'", { $0.set("tokenizer.ggml.model", .text("llama")) }),
      ("pre-tokenizer 'other'", { $0.set("tokenizer.ggml.pre", .text("other")) }),
      ("tokenizer.ggml.eos_token_id is outside", { $0.set("tokenizer.ggml.eos_token_id", .u32(262)) }),
      ("token_type does not fit", { $0.set("tokenizer.ggml.token_type", .i32s([1])) }),
      ("merge 0 names a token", { $0.set("tokenizer.ggml.merges", .texts(["x yz"])) }),
      ("merge 0 is no pair", { $0.set("tokenizer.ggml.merges", .texts(["xyz"])) }),
      ("embeddings of 262 tokens, its tokenizer 262", { $0.set("llama.vocab_size", .u32(300)) }),
      (
        "its tokenizer 263",
        { writer in
          writer.set("tokenizer.ggml.tokens", .texts((0..<263).map { "t\($0)" }))
          writer.set("tokenizer.ggml.token_type", nil)
        }
      ),
    ]
    for (part, change) in cases {
      let found = error(change)
      #expect(found?.message.contains(part) == true, "\(part): \(found?.message ?? "no error")")
      #expect(found?.hint.isEmpty == false)
    }
  }

  @Test("metadata that is needed and missing is named")
  func missing() {
    let optional: Set<String> = [
      "general.name", "llama.attention.head_count_kv", "llama.rope.freq_base", "tokenizer.ggml.token_type",
      "tokenizer.ggml.pre", "tokenizer.ggml.eos_token_id",
    ]
    for key in GGUFWriter.tinyLlama().values.map(\.key) {
      let found = error { $0.set(key, nil) }
      if !optional.contains(key) {
        #expect(found?.code == .invalidFile && found?.message.contains(key) == true, "\(key)")
      }
    }
    for name in GGUFWriter.tinyLlama().tensors.map(\.name) {
      let found = error { $0.tensors.removeAll { $0.name == name } }
      #expect(found?.message.contains(name) == true, "\(name)")
    }
  }

  @Test("a vocabulary that disagrees has a code of its own")
  func vocabulary() {
    #expect(error { $0.set("llama.vocab_size", .u32(300)) }?.code == .vocabularyMismatch)
    #expect(error { $0.set("llama.vocab_size", .u32(262)) } == nil)
  }

  @Test("metadata of every type is read as it was written")
  func values() throws {
    var writer = GGUFWriter()
    func list(_ type: UInt32, _ count: UInt64, _ bytes: [UInt8]) -> GGUFWriter.Value {
      .raw(9, GGUFWriter.bytes(type) + GGUFWriter.bytes(count) + bytes)
    }
    writer.values = [
      ("a", .raw(0, [255])), ("b", .raw(1, [255])), ("c", .raw(2, [1, 2])), ("d", .raw(3, [0, 128])),
      ("e", .u32(.max)), ("f", .raw(5, GGUFWriter.bytes(Int32(-7)))), ("g", .f32(1.5)), ("h", .truth(true)),
      ("i", .text("né")), ("j", .u64(5)), ("k", .u64(.max)), ("l", .raw(11, GGUFWriter.bytes(Int64.min))),
      ("m", .raw(12, GGUFWriter.bytes((0.1).bitPattern))), ("n", .i32s([1, -2])), ("o", .texts(["x", ""])),
      (
        "p",
        list(10, 3, GGUFWriter.bytes(UInt64(1)) + GGUFWriter.bytes(UInt64.max) + GGUFWriter.bytes(UInt64(2)))
      ),
      ("q", list(6, 1, GGUFWriter.bytes(Float(2).bitPattern))), ("r", list(7, 2, [0, 1])),
      ("s", list(9, 1, GGUFWriter.bytes(UInt32(0)) + GGUFWriter.bytes(UInt64(2)) + [3, 4])),
      ("t", list(4, 0, [])),
    ]
    let file = try GGUFFile(bytes: writer.file())
    let expected: [String: GGUFValue] = [
      "a": .integer(255), "b": .integer(-1), "c": .integer(513), "d": .integer(-32768),
      "e": .integer(4_294_967_295), "f": .integer(-7), "g": .number(1.5), "h": .truth(true),
      "i": .text(Array("né".utf8)), "j": .integer(5), "k": .large(.max), "l": .integer(.min),
      "m": .number(0.1), "n": .integers([1, -2]), "o": .texts([[120], []]),
      "p": .values([.integer(1), .large(.max), .integer(2)]), "q": .numbers([2]),
      "r": .truths([false, true]),
      "s": .values([.integers([3, 4])]), "t": .integers([]),
    ]
    #expect(file.metadata == expected && file.tensors.isEmpty)
  }

  @Test("files that cannot be opened say why")
  func unreadable() {
    for path in ["/nonexistent.gguf", "/", "/dev/null"] {
      let error = #expect(throws: LanguageModelError.self) { try LlamaModel(contentsOfFile: path) }
      #expect(error?.code == .unreadableFile && error?.message.contains(path) == true)
    }
  }

  @Test("what fuzzing found stays mended, with every byte of a small file's head changed")
  func fuzzCorpus() throws {
    let folder = Golden.packageRoot + "/Tests/LanguageModelTests/FuzzCorpus"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(!names.isEmpty)
    for name in names {
      let bytes = Array(try Data(contentsOf: URL(filePath: folder + "/" + name)))
      try run(bytes)
      for place in 0..<min(bytes.count, 1200) {
        var changed = bytes
        changed[place] ^= UInt8(1 << (place % 8))
        try run(changed)
      }
    }
  }

  /// What loads must run, or say that its weights are no good.
  private func run(_ bytes: [UInt8]) throws {
    guard let file = try? GGUFFile(bytes: bytes), let model = try? LlamaModel(file) else { return }
    let result = Result<[[Float]], any Error> {
      try model.evaluate([0, 0, 0], cache: model.makeCache(capacity: 2), positions: .last)
    }
    switch result {
    case .success(let logits): #expect(logits.count == 1 && logits[0].count == model.vocabularySize)
    case .failure(let error):
      let code = try #require(error as? LanguageModelError).code
      #expect([.invalidLogits, .contextExceeded, .outOfMemory].contains(code))
    }
  }
}
