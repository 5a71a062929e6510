import Countermark

/// Reads bytes as a GGUF file; what loads as a model must run a few tokens, or say that its weights are no good.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzGGUF(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  if let template = try? ChatTemplate(String(decoding: bytes, as: UTF8.self)) {
    precondition(
      template.render([.user("x")]).hasSuffix("assistant\n"), "a rendered template asks for an answer")
  }
  guard let file = try? GGUFFile(bytes: bytes), let model = try? LlamaModel(file) else { return 0 }
  let text = model.tokenizer.encode("some the Text")
  for id in text.ids { precondition(Int(id) < model.vocabularySize, "ids lie in the vocabulary") }
  guard let cache = try? model.makeCache(capacity: 2) else { return 0 }
  if let logits = try? model.evaluate([0, 0, 0], cache: cache, positions: .last) {
    precondition(logits.count == 1 && logits[0].count == model.vocabularySize, "a logit a token")
    precondition(logits[0].allSatisfy(\.isFinite), "logits are numbers")
  }
  return 0
}
