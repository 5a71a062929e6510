import Statistics

/// One sequence being written: turns logits into the next token, step by step.
struct SequenceDecoder: Sendable {
  let request: GenerationRequest
  let stopTokens: Set<UInt32>
  /// How many tokens will be written at most: what was asked for, or what the context has room for.
  let limit: Int
  let endsAtContext: Bool
  var history: TokenHistory
  var finish: FinishReason?
  private var random: Philox
  private var processor: (any LogitsProcessor)?
  private var sampler: (any TokenSampler)?

  init(_ request: GenerationRequest, model: some CausalLanguageModel) throws(LanguageModelError) {
    try request.sampling.validate()
    guard !request.prompt.isEmpty else {
      throw LanguageModelError(
        code: .emptyPrompt, message: "the prompt has no tokens",
        hint: "give at least one token; a chat template makes an empty message into several")
    }
    guard request.prompt.count < model.contextLength else {
      throw LanguageModelError(
        code: .contextExceeded,
        message:
          "the prompt has \(request.prompt.count) tokens; the model looks at \(model.contextLength) in all",
        hint: "shorten the prompt, or take a model with a longer context")
    }
    guard request.maximumTokens >= 0, request.minimumTokens >= 0 else {
      throw LanguageModelError(
        code: .invalidOption, message: "a number of tokens to write is negative", hint: "give 0 or more")
    }
    self.request = request
    stopTokens = request.stopTokens ?? model.endOfTextTokens
    let room = model.contextLength - request.prompt.count
    limit = min(request.maximumTokens, room)
    endsAtContext = room < request.maximumTokens
    history = TokenHistory(prompt: request.prompt)
    random = Philox(seed: request.seed, stream: request.stream)
    (processor, sampler) = (request.processor, request.sampler)
    if limit == 0 { finish = endsAtContext ? .context : .length }
  }

  /// The next token; nil where the text ends instead.
  mutating func advance(_ logits: [Float]) throws(LanguageModelError) -> GeneratedToken? {
    var logits = logits
    let unchanged = request.wantsStatistics ? logits : []
    if request.sampling.repetitionPenalty != 1 { penalizeRepetition(&logits) }
    if history.generated.count < request.minimumTokens {
      for id in stopTokens where Int(id) < logits.count { logits[Int(id)] = -.infinity }
    }
    let id = try choose(logits)
    if stopTokens.contains(id) {
      finish = .stopToken
      return nil
    }
    history.tokens.append(id)
    if history.generated.count >= limit { finish = endsAtContext ? .context : .length }
    return GeneratedToken(
      id: id, statistics: request.wantsStatistics ? TokenStatistics(of: id, logits: unchanged) : nil)
  }

  private mutating func choose(_ logits: [Float]) throws(LanguageModelError) -> UInt32 {
    var candidates: Candidates
    if processor == nil {
      candidates = try Candidates(logits, options: request.sampling)
    } else if request.sampling.processorOrder == .first {
      _ = try Candidates.peak(of: logits)
      var changed = logits
      processor?.process(&changed, history: history)
      candidates = try Candidates(changed, options: request.sampling)
    } else {
      candidates = try processedLast(logits)
    }
    if sampler == nil { return candidates.draw(using: &random) }
    let id = sampler?.sample(candidates, history: history, random: &random) ?? candidates.ids[0]
    guard Int(id) < logits.count else {
      throw LanguageModelError(
        code: .tokenOutOfRange, message: "the sampler chose token \(id) of \(logits.count)",
        hint: "the mark's vocabulary is larger than the model's")
    }
    return id
  }

  /// Temperature and truncation first, then the processor over what is left, as transformers does since 4.46.
  private mutating func processedLast(_ logits: [Float]) throws(LanguageModelError) -> Candidates {
    let temperature = request.sampling.temperature
    // A temperature of zero is no warper: the processor sees the logits, and the likeliest of what it leaves is taken.
    guard temperature > 0 else {
      _ = try Candidates.peak(of: logits)
      var changed = logits
      processor?.process(&changed, history: history)
      return try Candidates(changed, options: request.sampling)
    }
    let kept = try Candidates(logits, options: request.sampling)
    var warped = [Float](repeating: -.infinity, count: logits.count)
    for id in kept.ids { warped[Int(id)] = Float(Double(logits[Int(id)]) / temperature) }
    processor?.process(&warped, history: history)
    var options = SamplingOptions()
    if kept.ids.count < logits.count { options.topK = kept.ids.count }
    return try Candidates(warped, options: options)
  }

  private func penalizeRepetition(_ logits: inout [Float]) {
    let seen = history.tokens.suffix(request.sampling.repetitionWindow ?? history.tokens.count)
    let penalty = Float(request.sampling.repetitionPenalty)
    for id in Set(seen) where Int(id) < logits.count {
      logits[Int(id)] = logits[Int(id)] < 0 ? logits[Int(id)] * penalty : logits[Int(id)] / penalty
    }
  }
}
