extension Explanation {
  /// Errors of models and of what they write.
  static let errorsModels: [Explanation] = [
    .init(
      "no-model", "No model was named.",
      "Add --model FILE.gguf or set COUNTERMARK_MODEL; 'make model' fetches a small one."),
    .init("unreadable-model", "The model's file cannot be opened.", "Check the path."),
    .init("invalid-model", "The file is no GGUF, or is damaged.", "Fetch it again."),
    .init(
      "unsupported-model", "The model has a part that is not supported.",
      "Plain llama models in F32, F16, BF16, Q8_0, Q4_0 and Q4_1 are run."),
    .init(
      "out-of-memory", "There is no memory for the cache or for working.",
      "Write fewer tokens or narrower batches."),
    .init("no-prompts", "The file has no prompts.", "Write a line {\"prompt\": \"...\"} for each."),
    .init("empty-prompt", "The prompt has no tokens.", "Give at least one word."),
    .init(
      "context-exceeded", "Prompt and text are longer than the model can look at.",
      "Shorten the prompt or write fewer tokens."),
    .init(
      "invalid-logits", "The model gave logits from which nothing can be drawn.",
      "The file may be damaged; fetch it again."),
    .init(
      "invalid-option", "An option of sampling is outside its domain.", "The message says what it takes."),
    .init(
      "invalid-attack", "There is no such edit, or not with this strength.",
      "'countermark evaluate text --help' lists them."),
    .init(
      "no-donor-text", "The edit takes words from another text, and there is none, or too little.",
      "Give texts by humans with --human."),
  ]
}
