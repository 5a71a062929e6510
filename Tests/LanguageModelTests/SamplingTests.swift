import LanguageModel
import Statistics
import TestSupport
import Testing

/// A model that gives the same logits always.
private struct Fixed: CausalLanguageModel {
  var logits: [Float]
  var vocabularySize: Int { logits.count }
  var contextLength: Int { 1 << 20 }
  var endOfTextTokens: Set<UInt32> { [] }
  func makeCache(capacity: Int) throws(LanguageModelError) -> ToyModel.Cache { ToyModel.Cache() }
  func evaluate(
    _ tokens: [UInt32], cache: ToyModel.Cache, positions: LogitPositions
  ) throws(LanguageModelError) -> [[Float]] { [logits] }
  func evaluateNext(
    _ tokens: [UInt32], caches: [ToyModel.Cache]
  ) throws(LanguageModelError) -> [[Float]] { tokens.map { _ in logits } }
}

@Suite("Sampling")
struct SamplingTests {
  /// How often each id was drawn.
  private func counts(_ logits: [Float], _ options: SamplingOptions, draws: Int = 20_000) throws -> [Int] {
    var generation = try TextGeneration(
      of: GenerationRequest(prompt: [0], sampling: options, seed: 9, maximumTokens: draws),
      by: Fixed(logits: logits))
    var counts = [Int](repeating: 0, count: logits.count)
    for id in try generation.run().ids { counts[Int(id)] += 1 }
    return counts
  }

  /// Probabilities 0.4, 0.3, 0.2, 0.1, out of order.
  private let four: [Float] = [0.2, 0.4, 0.1, 0.3].map { Float(logOf($0)) + 5 }

  private func expectRates(_ counts: [Int], _ expected: [Double]) {
    let n = Double(counts.reduce(0, +))
    for (count, p) in zip(counts, expected) {
      // Five standard errors: a seeded draw that fails here is wrong.
      #expect(abs(Double(count) - n * p) <= 5 * (n * p * (1 - p)).squareRoot())
    }
  }

  @Test("tokens come as often as the options say")
  func rates() throws {
    expectRates(try counts(four, SamplingOptions()), [0.2, 0.4, 0.1, 0.3])
    expectRates(try counts(four, SamplingOptions(topK: 2)), [0, 4 / 7.0, 0, 3 / 7.0])
    expectRates(try counts(four, SamplingOptions(topP: 0.75)), [2 / 9.0, 4 / 9.0, 0, 3 / 9.0])
    expectRates(try counts(four, SamplingOptions(topP: 0.69)), [0, 4 / 7.0, 0, 3 / 7.0])
    expectRates(try counts(four, SamplingOptions(topP: 0.01)), [0, 1, 0, 0])
    expectRates(try counts(four, SamplingOptions(minP: 0.6)), [0, 4 / 7.0, 0, 3 / 7.0])
    expectRates(
      try counts(four, SamplingOptions(topK: 3, topP: 0.9, minP: 0.3)), [2 / 9.0, 4 / 9.0, 0, 3 / 9.0])
    let squares = [0.04, 0.16, 0.01, 0.09].map { $0 / 0.3 }
    expectRates(try counts(four, SamplingOptions(temperature: 0.5)), squares)
    #expect(try counts(four, .greedy, draws: 50) == [0, 50, 0, 0])
    #expect(try counts(four, SamplingOptions(topK: 1), draws: 50) == [0, 50, 0, 0])
  }

  @Test("the penalty lowers what was seen, on either side of zero")
  func repetition() throws {
    // The prompt is token 0; 2 / 1.25 = 1.6 falls behind 1.7, and then 1.7 / 1.25 behind 1.6.
    var generation = try TextGeneration(
      of: GenerationRequest(
        prompt: [0], sampling: SamplingOptions(temperature: 0, repetitionPenalty: 1.25), seed: 1,
        maximumTokens: 2),
      by: Fixed(logits: [2, 1.7, -1]))
    #expect(try generation.run().ids == [1, 0])
    generation = try TextGeneration(
      of: GenerationRequest(
        prompt: [0], sampling: SamplingOptions(temperature: 0, repetitionPenalty: 1.25), seed: 1,
        maximumTokens: 1),
      by: Fixed(logits: [-2, -2.4, -3]))
    #expect(try generation.run().ids == [1])
  }

  @Test("truncation keeps what sorting everything would keep", arguments: 0..<40)
  func selection(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let logits = (0..<997).map { _ in (Float.random(in: -4...4, using: &random) * 8).rounded() / 8 }
    let k = 1 + Int(random.next() % 60)
    struct Recording: TokenSampler {
      final class Seen: @unchecked Sendable { var ids: [UInt32] = [] }
      let seen = Seen()
      func sample(_ candidates: Candidates, history: TokenHistory, random: inout Philox) -> UInt32 {
        seen.ids = candidates.ids
        return candidates.ids[candidates.likeliest]
      }
    }
    let order = logits.indices.sorted { logits[$0] > logits[$1] || (logits[$0] == logits[$1] && $0 < $1) }
    let weights = order.map { expOf(Double(logits[$0]) / 0.9) }
    let p = Double.random(in: 0.05..<1, using: &random)
    var nucleus = 0
    var sum = 0.0
    while sum < p * weights.reduce(0, +) {
      sum += weights[nucleus]
      nucleus += 1
    }
    let minimum = Double.random(in: 0.01..<0.9, using: &random)
    let likely = weights.filter { $0 >= minimum * weights[0] }.count
    for (options, count) in [
      (SamplingOptions(temperature: 0.9, topK: k), k), (SamplingOptions(temperature: 0.9, topP: p), nucleus),
      (SamplingOptions(temperature: 0.9, minP: minimum), likely),
    ] {
      let recording = Recording()
      var generation = try TextGeneration(
        of: GenerationRequest(
          prompt: [1], sampling: options, seed: 1, maximumTokens: 1, sampler: recording),
        by: Fixed(logits: logits))
      _ = try generation.run()
      #expect(recording.seen.ids == order[..<count].map(UInt32.init))
    }
  }

  @Test("logits that are no numbers, and none that is possible, are errors")
  func badLogits() {
    for logits: [Float] in [[0, .nan], [.infinity, 0], [-.infinity, -.infinity]] {
      let error = #expect(throws: LanguageModelError.self) { try counts(logits, SamplingOptions()) }
      #expect(error?.code == .invalidLogits)
    }
  }

  @Test("options that make no sense are refused by name")
  func badOptions() {
    for (options, name) in [
      (SamplingOptions(temperature: -1), "temperature"), (SamplingOptions(temperature: .nan), "temperature"),
      (SamplingOptions(topK: -1), "top-k"), (SamplingOptions(topP: 0), "top-p"),
      (SamplingOptions(topP: 1.5), "top-p"), (SamplingOptions(minP: 2), "min-p"),
      (SamplingOptions(repetitionPenalty: 0), "repetition penalty"),
    ] {
      let error = #expect(throws: LanguageModelError.self) { try counts(four, options) }
      #expect(error?.code == .invalidOption && error?.message.contains(name) == true)
    }
  }
}
