import Kernels
import LanguageModel
import TestSupport
import Testing

@Suite("Llama models")
struct LlamaTests {
  @Test("logits are transformers' on the same file, in every storage format", arguments: [0, 1])
  func logits(index: Int) throws {
    let reference = try References.load().models[index]
    let model = try LlamaModel(contentsOfFile: References.folder + reference.file)
    let rows = try model.evaluate(reference.ids, cache: model.makeCache(capacity: 0), positions: .all)
    #expect(rows.count == reference.ids.count && rows[0].count == model.vocabularySize)
    for (position, expected) in zip(reference.positions, reference.logits) {
      #expect(rows[position].count == expected.count)
      for (ours, theirs) in zip(rows[position], expected) { #expect(abs(ours - theirs) < 5e-4) }
    }
    #expect(rows.map(likeliest) == reference.likeliest)
  }

  @Test("all levels of the CPU give the same bits", arguments: [0, 1])
  func levels(index: Int) throws {
    let reference = try References.load().models[index]
    let file = try GGUFFile(contentsOfFile: References.folder + reference.file)
    var first: [[Float]]?
    for level in CPULevel.available {
      let model = try LlamaModel(file, level: level)
      let rows = try model.evaluate(reference.ids, cache: model.makeCache(capacity: 8), positions: .all)
      if let first { #expect(rows == first) } else { first = rows }
    }
  }

  @Test("a text gives the same bits in one piece, in pieces, token by token, in a batch, and after a fork")
  func pieces() throws {
    let reference = try References.load().models[0]
    let model = try LlamaModel(contentsOfFile: References.folder + reference.file)
    let ids = reference.ids
    let whole = try model.evaluate(ids, cache: model.makeCache(capacity: 100), positions: .all)

    let cache = try model.makeCache(capacity: 0)
    var rows: [[Float]] = []
    for piece in [0..<1, 1..<3, 3..<20, 20..<90] {
      rows += try model.evaluate(Array(ids[piece]), cache: cache, positions: .all)
    }
    #expect(rows == whole && cache.tokens == ids)

    cache.truncate(to: 30)
    #expect(try model.evaluate(Array(ids[30..<40]), cache: cache, positions: .last) == [whole[39]])

    // Sequences of different lengths side by side, one of them forked from another.
    let starts = [1, 5, 30, 31]
    var caches = try starts.map { start in
      let cache = try model.makeCache(capacity: 1)
      _ = try model.evaluate(Array(ids[..<start]), cache: cache, positions: .last)
      return cache
    }
    caches.append(try caches[2].fork())
    for step in 0..<20 {
      let next = caches.map { ids[$0.tokens.count] }
      let logits = try model.evaluateNext(next, caches: caches)
      for (row, start) in zip(logits, starts + [30]) { #expect(row == whole[start + step]) }
    }
    // The fork's end is its own.
    caches[4].truncate(to: 10)
    _ = try model.evaluateNext([7], caches: [caches[4]])
    #expect(try model.evaluateNext([ids[50]], caches: [caches[2]]) == [whole[50]])
  }

  @Test("batches write what sequences write alone, seventy at once too")
  func batches() throws {
    let model = try LlamaModel(contentsOfFile: References.folder + "tied.gguf")
    let requests = (0..<70).map { index in
      GenerationRequest(
        prompt: model.tokenizer.encode("the \(index)").ids,
        sampling: SamplingOptions(temperature: 0.9, topK: index % 2 == 0 ? 20 : nil), seed: 3,
        stream: UInt64(index), maximumTokens: 12)
    }
    var batch = BatchGeneration(of: requests, by: model, width: 70)
    for (request, result) in zip(requests, batch.run()) {
      var alone = try TextGeneration(of: request, by: model)
      #expect(try result.get() == alone.run())
    }
  }

  @Test("what cannot be read leaves the cache as it was, and says what is wrong")
  func refusals() throws {
    let model = try LlamaModel(GGUFFile(bytes: GGUFWriter.tinyLlama().file()))
    let cache = try model.makeCache(capacity: 4)
    _ = try model.evaluate([5, 6], cache: cache, positions: .last)
    func code(_ body: () throws -> Void) -> LanguageModelError.Code? {
      do { try body() } catch let error as LanguageModelError { return error.code } catch {}
      return nil
    }
    #expect(code { _ = try model.evaluate([], cache: cache, positions: .last) } == .emptyPrompt)
    #expect(code { _ = try model.evaluate([262], cache: cache, positions: .last) } == .tokenOutOfRange)
    #expect(code { _ = try model.evaluateNext([.max], caches: [cache]) } == .tokenOutOfRange)
    let long = [UInt32](repeating: 4, count: 63)
    #expect(code { _ = try model.evaluate(long, cache: cache, positions: .last) } == .contextExceeded)
    #expect(code { _ = try model.evaluateNext([1, 1], caches: [cache, cache]) } == .invalidOption)
    #expect(code { _ = try model.evaluateNext([1], caches: []) } == .invalidOption)
    let other = try LlamaModel(GGUFFile(bytes: GGUFWriter.tinyLlama(context: 65).file()))
    #expect(code { _ = try other.evaluate([1], cache: cache, positions: .last) } == .invalidOption)
    #expect(cache.tokens == [5, 6])
    #expect(
      code { _ = try TextGeneration(of: GenerationRequest(prompt: [], seed: 0, maximumTokens: 1), by: model) }
        == .emptyPrompt)
    _ = try model.evaluate([UInt32](repeating: 4, count: 62), cache: cache, positions: .last)
    #expect(code { _ = try model.evaluateNext([1], caches: [cache]) } == .contextExceeded)
  }

  @Test("logits that are no numbers are an error that names the position")
  func badWeights() throws {
    for (value, name) in [(Float.nan, "output_norm.weight"), (.infinity, "blk.1.ffn_down.weight")] {
      var writer = GGUFWriter.tinyLlama()
      let index = try #require(writer.tensors.firstIndex { $0.name == name })
      writer.tensors[index].bytes.replaceSubrange(8..<12, with: GGUFWriter.bytes(value.bitPattern))
      let model = try LlamaModel(GGUFFile(bytes: writer.file()))
      let cache = try model.makeCache(capacity: 4)
      let error = #expect(throws: LanguageModelError.self) {
        try model.evaluate([5, 6, 7], cache: cache, positions: .last)
      }
      #expect(error?.code == .invalidLogits && error?.message.contains("position 2") == true)
      #expect(cache.tokens.isEmpty)
      #expect(throws: LanguageModelError.self) {
        try model.evaluateNext([5, 6], caches: [model.makeCache(capacity: 1), model.makeCache(capacity: 1)])
      }
    }
  }

  @Test("a cache for which there is no memory is an error")
  func memory() throws {
    // Wide keys and a context of 2³⁰: no machine has so many addresses.
    var writer = GGUFWriter.tinyLlama(context: 1 << 30)
    writer.set("llama.attention.head_count", .u32(1024))
    writer.set("llama.attention.head_count_kv", .u32(1024))
    writer.set("llama.attention.key_length", .u32(16))
    for index in writer.tensors.indices {
      let name = writer.tensors[index].name
      guard name.contains("attn_"), !name.contains("norm") else { continue }
      // Q4_0: 18 bytes a block of 32.
      writer.tensors[index].type = 2
      writer.tensors[index].shape = name.contains("output") ? [1 << 14, 32] : [32, 1 << 14]
      writer.tensors[index].bytes = [UInt8](repeating: 0, count: 18 << 14)
    }
    let model = try LlamaModel(GGUFFile(bytes: writer.file()))
    let error = #expect(throws: LanguageModelError.self) { try model.makeCache(capacity: 1 << 30) }
    #expect(error?.code == .outOfMemory)
    // Room for what is needed is there, and grows.
    let cache = try model.makeCache(capacity: 0)
    _ = try model.evaluate([UInt32](repeating: 3, count: 40), cache: cache, positions: .last)
    #expect(cache.tokens.count == 40 && cache.capacity >= 40)
  }
}
