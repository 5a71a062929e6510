import FoundationEssentials
import LanguageModel
import TestSupport
import Testing

/// On SmolLM2-135M-Instruct, where `make model` or COUNTERMARK_MODEL gives it.
@Suite("The real model", .enabled(if: RealModel.isThere))
struct RealModelTests {
  @Test("conversation, logits and greedy text are transformers'")
  func transformers() throws {
    let reference = try References.load().real
    let model = try LlamaModel(contentsOfFile: RealModel.path)
    let text = try model.chatTemplate().render([.user(reference.question)])
    let ids = model.tokenizer.encode(text).ids
    #expect(ids == reference.prompt)
    let logits = try model.evaluate(ids, cache: model.makeCache(capacity: 64), positions: .last)[0]
    for (id, expected) in zip(reference.likeliest, reference.logits) {
      #expect(abs(logits[id] - expected) < 2e-3)
    }
    var generation = try TextGeneration(
      of: GenerationRequest(prompt: ids, sampling: .greedy, seed: 0, maximumTokens: 64), by: model)
    // transformers keeps the token that ends a text.
    let written = reference.written.filter { !model.endOfTextTokens.contains($0) }
    #expect(try generation.run().ids == written)
  }

  @Test("a batch writes what each sequence writes alone, and the draws are the seed's")
  func batch() throws {
    let model = try LlamaModel(contentsOfFile: RealModel.path)
    let requests = ["Describe a bridge.", "What is tea?", "Name three birds."].enumerated().map {
      index, question in
      GenerationRequest(
        prompt: model.tokenizer.encode("<|im_start|>user\n\(question)<|im_end|>\n<|im_start|>assistant\n")
          .ids,
        sampling: SamplingOptions(temperature: 0.8, topP: 0.95), seed: 7, stream: UInt64(index),
        maximumTokens: 24)
    }
    var batch = BatchGeneration(of: requests, by: model)
    for (request, result) in zip(requests, batch.run()) {
      var alone = try TextGeneration(of: request, by: model)
      #expect(try result.get() == alone.run())
    }
  }
}
