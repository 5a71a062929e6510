import Evaluation
import LanguageModel
import Statistics
import TestSupport
import Testing
import TextMarking
import TextWatermark

@Suite struct TextEvaluationTests {
  /// Words of letters by chance, so that hardly any pair of them repeats.
  static let donor: String = {
    var random = SplitMix64(seed: 9)
    return (1...3000).map { _ in
      String(decoding: (0..<6).map { _ in UInt8(33 + random.next() % 94) }, as: UTF8.self)
    }.joined(separator: " ")
  }()

  private func evaluation(
    model: ToyModel = .writer(), prompts: Int = 30, biases: [Double] = [1, 3],
    lengths: [Int] = [25, 100, 200],
    attacks: [String] = [], key: Int = 15_485_863
  ) throws -> TextEvaluation<ToyModel> {
    let plan = try EvaluationPlan(
      prompts: (0..<prompts).map {
        .init(id: "p\($0)", ids: [97 + UInt32($0 % 26), 97 + UInt32($0 / 26), 110])
      },
      seeds: [1], strengths: biases.map { .init(ratio: 0.25, bias: $0) }, lengths: lengths,
      attacks: attacks.map { try TextAttack(named: $0) }, donor: Self.donor)
    return try TextEvaluation(
      plan, model: model, tokenizer: ToyModel.tokenizer(), profile: ToyModel.profile(),
      keys: ToyModel.keys(key))
  }

  @Test("power grows with strength and length, and lies between the two lines of theory")
  func power() async throws {
    let result = try #require(try await evaluation().run(workers: 2))
    #expect(result.failures.isEmpty)
    let plain = result.power.filter { $0.weighting == .plain }
    #expect(plain.count == 2 * 3 * 3)
    func row(_ bias: Double, _ length: Int, _ rate: Double) throws -> EvaluationResult.PowerRow {
      try #require(
        plain.first { $0.strength.bias == bias && $0.length == length && $0.falsePositiveRate == rate })
    }
    #expect(try row(3, 200, 1e-9).power.share == 1)
    #expect(try row(3, 25, 1e-9).power.share < row(3, 200, 1e-9).power.share)
    #expect(try row(1, 100, 1e-5).power.share < row(3, 100, 1e-5).power.share)
    for row in plain {
      // Both lines are about means over all texts; what was seen in thirty may differ by its interval.
      #expect(row.power.interval.upper >= (row.leastPower ?? 1) - 1e-9, "\(row)")
      #expect(row.power.interval.lower <= (row.greatestPower ?? 0) + 1e-9, "\(row)")
    }
    #expect(result.quality.count == 3)
    #expect(result.quality[0].strength == nil && result.quality[0].perplexityRatio == nil)
    let (weak, strong) = (
      try #require(result.quality[1].perplexityRatio), try #require(result.quality[2].perplexityRatio)
    )
    #expect(weak.lower < weak.value && weak.value < weak.upper)
    #expect(strong.value > weak.value)
    #expect(strong.lower > 1)
  }

  @Test("any number of workers and any width of batches gives the same figures")
  func isDeterministic() async throws {
    let evaluation = try evaluation(prompts: 7, lengths: [40], attacks: ["delete:0.3"])
    let one = try #require(try await evaluation.run(workers: 1, width: 7))
    let other = try #require(try await evaluation.run(workers: 3, width: 2))
    #expect("\(one)" == "\(other)")
  }

  @Test("p-values of unmarked twins are uniform under several keys", arguments: [7, 1_234_567, 15_485_863])
  func nullHolds(key: Int) async throws {
    let result = try #require(
      try await evaluation(prompts: 200, biases: [2], lengths: [150], key: key).run(workers: 2, width: 50))
    let row = try #require(result.null.first)
    #expect(row.texts == 200)
    #expect(row.uniformity > 1e-3)
    #expect((0...1).contains(row.uniformityOfKey))
    #expect(row.smallestLog10P > -5)
  }

  @Test("where most steps have no choice, weights by entropy find what the plain count misses")
  func weightsHelp() async throws {
    let result = try #require(
      try await evaluation(model: ToyModel.writer(fixedEvery: 4), prompts: 40, biases: [3], lengths: [200])
        .run(
          workers: 2))
    func found(_ weighting: EntropyWeighting) -> Int {
      result.power.first { $0.weighting == weighting && $0.falsePositiveRate == 1e-5 }?.power.found ?? -1
    }
    #expect(found(.plain) < 35)
    #expect(found(.sweet) == 40)
    #expect(found(.spike) == 40)
  }

  @Test("weighted tests keep their level on unmarked text", arguments: [EntropyWeighting.sweet, .spike])
  func weightedNull(weighting: EntropyWeighting) throws {
    var random = SplitMix64(seed: 11)
    var uniform: [Double] = []
    for _ in 0..<2000 {
      let steps = (0..<80).map { _ -> MarkingStep in
        let peak = Float(random.next() % 8)
        return MarkingStep(before: [peak, 0, 0, 0, 0, 0], modulus: 3)
      }
      let weights = steps.map { weighting.weight($0, modulus: 3) }
      let outcomes = weights.map { _ in Double(random.next() >> 11) * 0x1p-53 < 0.25 }
      uniform.append(expOf(try EntropyWeighting.logPValue(outcomes: outcomes, weights: weights, rate: 0.25)))
    }
    // Tails of counts are a little above uniform, never below.
    for level in [0.001, 0.01, 0.05, 0.2] {
      let seen = uniform.count { $0 <= level }
      let bound = try Binomial(trials: 2000, probability: level)
      #expect(bound.logUpperTail(atLeast: seen) > logOf(1e-4), "\(seen) at \(level)")
    }
    #expect(uniform.count { $0 <= 0.2 } > 200)
  }

  @Test("edits lower the power, windows find a pasted text, repair undoes a disguise")
  func attacks() async throws {
    let names = ["none", "substitute:0.5", "copy-paste:0.1", "invisible:0.2"]
    let result = try #require(
      try await evaluation(prompts: 20, biases: [4], lengths: [150], attacks: names).run(workers: 2))
    func row(_ name: String, _ isRepaired: Bool = false) throws -> EvaluationResult.AttackRow {
      try #require(
        result.attacks.first {
          $0.attack.description == name && $0.isRepaired == isRepaired && $0.falsePositiveRate == 1e-5
        })
    }
    #expect(try row("none").whole.share == 1)
    #expect(try row("substitute:0.5").medianLog10P > row("none").medianLog10P)
    #expect(try row("copy-paste:0.1").window.share > row("copy-paste:0.1").whole.share)
    #expect(try row("invisible:0.2").medianLog10P > row("none").medianLog10P)
    #expect(try row("invisible:0.2", true).medianLog10P == row("none").medianLog10P)
  }

  @Test("an evaluation that is stopped gives no figures")
  func stops() async throws {
    #expect(try await evaluation(prompts: 4).run(isCancelled: { true }) == nil)
  }

  @Test("a prompt that cannot be read is listed, and the others are evaluated")
  func listsFailures() async throws {
    let plan = try EvaluationPlan(
      prompts: [.init(id: "long", ids: .init(repeating: 97, count: 5000)), .init(id: "good", ids: [97])],
      seeds: [1],
      strengths: [.init(ratio: 0.25, bias: 2)], lengths: [20])
    let evaluation = try TextEvaluation(
      plan, model: ToyModel.writer(), tokenizer: ToyModel.tokenizer(), profile: ToyModel.profile(),
      keys: ToyModel.keys())
    let result = try #require(try await evaluation.run())
    #expect(result.failures.map(\.prompt) == ["long", "long"])
    #expect(result.power.allSatisfy { $0.power.texts == 1 })
  }

  @Test("plans that ask for nothing, or twice for the same, are refused")
  func refusesPlans() throws {
    let prompt = EvaluationPlan.Prompt(id: "p", ids: [97])
    let strength = EvaluationPlan.Strength(ratio: 0.25, bias: 2)
    #expect(throws: EvaluationError.self) {
      try EvaluationPlan(prompts: [], seeds: [1], strengths: [strength], lengths: [10])
    }
    #expect(throws: EvaluationError.self) {
      try EvaluationPlan(
        prompts: [prompt, .init(id: "q", ids: [97])], seeds: [1], strengths: [strength], lengths: [10])
    }
    #expect(throws: EvaluationError.self) {
      try EvaluationPlan(prompts: [prompt], seeds: [1, 1], strengths: [strength], lengths: [10])
    }
    #expect(throws: EvaluationError.self) {
      try EvaluationPlan(prompts: [prompt], seeds: [1], strengths: [strength], lengths: [0])
    }
    let error = #expect(throws: EvaluationError.self) {
      try EvaluationPlan(
        prompts: [prompt], seeds: [1], strengths: [strength], lengths: [10],
        attacks: [.init(named: "insert:0.1")])
    }
    #expect(error?.code == .noDonor)
  }

  @Test("the lines of theory are right where they can be told by hand")
  func theory() throws {
    // With every logit free (spike entropy 1) the rate is γ e^δ / (1 + (e^δ - 1) γ).
    let all = try MarkTheory.leastPower(
      tokens: 1000, spikeEntropy: 1, ratio: 0.25, bias: 2, nullRate: 0.25, logFalsePositiveRate: logOf(1e-9))
    #expect(all > 0.999)
    let none = try MarkTheory.leastPower(
      tokens: 200, spikeEntropy: 0, ratio: 0.25, bias: 2, nullRate: 0.25, logFalsePositiveRate: logOf(1e-2))
    #expect(none < 0.02)
    // No divergence, no power beyond the rate itself; ln(1/α) nats suffice for certainty.
    #expect(abs(MarkTheory.greatestPower(divergence: 0, logFalsePositiveRate: logOf(0.01)) - 0.01) < 1e-6)
    #expect(MarkTheory.greatestPower(divergence: logOf(1e5) + 1e-9, logFalsePositiveRate: logOf(1e-5)) == 1)
    #expect(MarkTheory.greatestPower(divergence: 5, logFalsePositiveRate: logOf(1e-5)) < 0.55)
  }
}
