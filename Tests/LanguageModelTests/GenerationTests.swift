import LanguageModel
import Statistics
import TestSupport
import Testing

@Suite("Generation")
struct GenerationTests {
  private let model = ToyModel()

  private func write(_ request: GenerationRequest) throws -> GeneratedText {
    var generation = try TextGeneration(of: request, by: model)
    return try generation.run()
  }

  @Test("a seed gives the same text again, and another seed or stream another one")
  func seeds() throws {
    func ids(_ seed: UInt64, _ stream: UInt64) throws -> [UInt32] {
      try write(
        GenerationRequest(prompt: [5], seed: seed, stream: stream, maximumTokens: 40, stopTokens: [])
      ).ids
    }
    #expect(try ids(1, 0) == ids(1, 0))
    #expect(try ids(1, 0) != ids(2, 0))
    #expect(try ids(1, 0) != ids(1, 1))
    #expect(try ids(1, 0).count == 40)
  }

  @Test("a batch of any width writes what each sequence writes alone", arguments: [1, 3, 16])
  func batches(width: Int) throws {
    let requests = (0..<9).map { index in
      GenerationRequest(
        prompt: [UInt32(index + 1), 3], seed: 11, stream: UInt64(index), maximumTokens: 5 + 3 * index,
        wantsStatistics: index % 2 == 0)
    }
    var batch = BatchGeneration(of: requests, by: model, width: width)
    let results = batch.run()
    #expect(results.count == requests.count)
    for (request, result) in zip(requests, results) { #expect(try result.get() == write(request)) }
  }

  @Test("an error of one sequence leaves the others of its batch alone")
  func errorsInBatches() throws {
    let poisoned = ToyModel(poison: 9)
    var requests = (0..<4).map {
      GenerationRequest(
        prompt: [UInt32($0 + 1)], sampling: .greedy, seed: 1, maximumTokens: 6, stopTokens: [])
    }
    requests.append(GenerationRequest(prompt: [9], seed: 1, maximumTokens: 6))
    requests.append(GenerationRequest(prompt: [], seed: 1, maximumTokens: 6))
    var batch = BatchGeneration(of: requests, by: poisoned, width: 6)
    let results = batch.run()
    for (request, result) in zip(requests, results).prefix(4) {
      let alone = try write(request).ids
      if alone.dropLast().contains(9) {
        #expect(throws: LanguageModelError.self) { try result.get() }
      } else {
        #expect(try result.get().ids == alone)
      }
    }
    #expect(throws: LanguageModelError.self) { try results[4].get() }
    if case .failure(let error) = results[5] { #expect(error.code == .emptyPrompt) } else { Issue.record() }
  }

  @Test("a stop token ends the text and is no part of it, and not before the minimum")
  func stopping() throws {
    let free = try write(
      GenerationRequest(prompt: [5], sampling: .greedy, seed: 0, maximumTokens: 30, stopTokens: []))
    let stop = free.ids[4]
    let cut = try write(
      GenerationRequest(prompt: [5], sampling: .greedy, seed: 0, maximumTokens: 30, stopTokens: [stop]))
    #expect(cut.ids == Array(free.ids[..<free.ids.firstIndex(of: stop)!]))
    #expect(cut.finish == .stopToken)
    let late = try write(
      GenerationRequest(
        prompt: [5], sampling: .greedy, seed: 0, maximumTokens: 30, minimumTokens: 20, stopTokens: [stop]))
    #expect(late.tokens.count >= 20 && !late.ids.contains(stop))
    #expect(free.finish == .length)
  }

  @Test("a text ends where the context does")
  func context() throws {
    let text = try write(
      GenerationRequest(
        prompt: [UInt32](repeating: 4, count: 60), seed: 1, maximumTokens: 30, stopTokens: []))
    #expect(text.tokens.count == 4 && text.finish == .context)
    let endless = GenerationRequest(prompt: [4, 5], seed: 1, maximumTokens: .max, stopTokens: [])
    #expect(try write(endless).tokens.count == 62)
    var batch = BatchGeneration(of: [endless], by: model)
    #expect(try batch.run()[0].get() == write(endless))
    let error = #expect(throws: LanguageModelError.self) {
      try write(GenerationRequest(prompt: [UInt32](repeating: 4, count: 64), seed: 1, maximumTokens: 3))
    }
    #expect(error?.code == .contextExceeded)
  }

  @Test("a cache of a prefix is read once and serves many texts")
  func prefixes() throws {
    let cache = try model.makeCache(capacity: 8)
    _ = try model.evaluate([5, 6, 7], cache: cache, positions: .last)
    let request = GenerationRequest(prompt: [5, 6, 7, 8], seed: 3, maximumTokens: 20)
    var continued = try TextGeneration(of: request, by: model, after: cache)
    #expect(try continued.run() == write(request))
    #expect(cache.tokens == [5, 6, 7])
    #expect(throws: LanguageModelError.self) {
      try TextGeneration(
        of: GenerationRequest(prompt: [5, 9, 7, 8], seed: 3, maximumTokens: 20), by: model, after: cache)
    }
  }

  /// Allows one token alone.
  struct Only: LogitsProcessor {
    var id: UInt32
    func process(_ logits: inout [Float], history: TokenHistory) {
      for index in logits.indices where UInt32(index) != id { logits[index] = -.infinity }
    }
  }

  /// Takes the candidate whose id is next to the last token's.
  struct Nearest: TokenSampler {
    func sample(_ candidates: Candidates, history: TokenHistory, random: inout Philox) -> UInt32 {
      let last = Int(history.tokens[history.tokens.count - 1])
      return candidates.ids.min { abs(Int($0) - last) < abs(Int($1) - last) } ?? 0
    }
  }

  @Test(
    "a processor changes what is drawn, in both places", arguments: SamplingOptions.ProcessorOrder.allCases)
  func processors(order: SamplingOptions.ProcessorOrder) throws {
    let text = try write(
      GenerationRequest(
        prompt: [5], sampling: SamplingOptions(temperature: 0.7, processorOrder: order), seed: 3,
        maximumTokens: 6, processor: Only(id: 17)))
    #expect(text.ids == [17, 17, 17, 17, 17, 17])
  }

  @Test("a processor that comes last sees tempered logits, and minus infinity for what was cut off")
  func processorsLast() throws {
    struct Recording: LogitsProcessor {
      final class Seen: @unchecked Sendable { var rows: [[Float]] = [] }
      let seen = Seen()
      func process(_ logits: inout [Float], history: TokenHistory) { seen.rows.append(logits) }
    }
    let recording = Recording()
    _ = try write(
      GenerationRequest(
        prompt: [5], sampling: SamplingOptions(temperature: 0.5, topK: 7, processorOrder: .last), seed: 3,
        maximumTokens: 1, stopTokens: [], processor: recording))
    let row = try #require(recording.seen.rows.first)
    let raw = try model.evaluate([5], cache: model.makeCache(capacity: 1), positions: .last)[0]
    let kept = row.indices.filter { row[$0] > -.infinity }
    #expect(kept.count == 7)
    for id in kept { #expect(row[id] == raw[id] * 2) }
  }

  @Test("a sampler takes the place of the draw")
  func samplers() throws {
    let text = try write(
      GenerationRequest(prompt: [5], seed: 3, maximumTokens: 3, stopTokens: [], sampler: Nearest()))
    #expect(text.ids == [5, 5, 5])
  }

  @Test("token statistics are those of the model's own distribution")
  func statistics() throws {
    let text = try write(
      GenerationRequest(
        prompt: [5], sampling: SamplingOptions(temperature: 0.7, topK: 3), seed: 3, maximumTokens: 12,
        stopTokens: [], wantsStatistics: true))
    let ids = [5] + text.ids
    let again = try model.statistics(of: ids, chunk: 5)
    #expect(again.count == 12)
    for (token, other) in zip(text.tokens, again) { #expect(token.statistics == other) }
    for (index, one) in again.enumerated() {
      let logits = try model.evaluate(
        Array(ids[...index]), cache: model.makeCache(capacity: 1), positions: .last)[0].map(Double.init)
      let sum = logits.map(expOf).reduce(0, +)
      let p = logits.map { expOf($0) / sum }
      #expect(abs(one.logProbability - logOf(p[Int(ids[index + 1])])) < 1e-9)
      #expect(abs(one.entropy + p.map { $0 * logOf($0) }.reduce(0, +)) < 1e-9)
      #expect(one.rank < 3)
    }
  }
}
