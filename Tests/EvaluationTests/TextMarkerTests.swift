import LanguageModel
import TestSupport
import Testing
import TextMarking
import TextWatermark

@Suite struct TextMarkerTests {
  private func marker(
    _ model: ToyModel = .writer(), profile rest: String = #", "bias": 3"#, key: Int = 15_485_863,
    alpha: Double = 1e-6
  ) throws -> TextMarker<ToyModel> {
    try TextMarker(
      model: model, tokenizer: ToyModel.tokenizer(), profile: ToyModel.profile(rest),
      keys: ToyModel.keys(key),
      rule: DecisionRule(alpha: alpha))
  }

  private func write(
    _ marker: TextMarker<ToyModel>, tokens: Int, count: Int = 1, isMarked: Bool = true
  ) throws -> [(ids: [UInt32], check: MarkCheck, record: MeasuredMarking.Record)] {
    let records = (0..<count).map { _ in MeasuredMarking.Record() }
    var generation = BatchGeneration(
      of: records.enumerated().map { index, record in
        marker.request(
          prompt: [97, 98, 99], tokens: tokens, seed: 5, stream: UInt64(index), isMarked: isMarked,
          measuring: record)
      }, by: marker.model)
    let workspace = TextDetector.Workspace(for: marker.detector)
    return try zip(generation.run(), records).map { result, record in
      let ids = try result.get().ids
      return (ids, try marker.check(ids, workspace: workspace), record)
    }
  }

  @Test("marked texts are found in their ids and in their text; unmarked twins are not")
  func roundTrip() throws {
    let marker = try marker()
    for (ids, check, _) in try write(marker, tokens: 300, count: 20) {
      #expect(check.isMarked)
      #expect(check.reason(entropy: nil) == nil)
      #expect(check.text == ids.map { UInt8($0) })
      #expect(check.isReadAlike)
    }
    for (_, check, _) in try write(marker, tokens: 300, count: 20, isMarked: false) {
      #expect(check.fromIDs.detection.log10PValue > -4)
      #expect(!check.isMarked)
    }
  }

  @Test("the same seed writes the same text, another seed another one")
  func isSeeded() throws {
    let marker = try marker()
    let first = try write(marker, tokens: 50, count: 2).map(\.ids)
    #expect(try write(marker, tokens: 50, count: 2).map(\.ids) == first)
    #expect(first[0] != first[1])
  }

  @Test("a text that cannot show its mark is not called marked, and the reason is said")
  func saysWhy() throws {
    let short = try write(marker(), tokens: 12)[0].check
    #expect(!short.isMarked)
    #expect(short.reason(entropy: 1)?.code == "too-short")
    // Hardly any step has a choice, so the list cannot be heeded.
    let dull = try write(marker(ToyModel.writer(fixedEvery: 50)), tokens: 400)[0].check
    #expect(!dull.isMarked)
    let reason = dull.reason(entropy: 0.07)
    #expect(reason?.code == "low-entropy")
    #expect(reason?.message.contains("0.07 nats") == true)
  }

  @Test("a profile of another vocabulary is refused")
  func refusesOtherVocabulary() throws {
    let profile = try WatermarkProfile(
      json: Array(#"{"name": "p", "scheme": "kgw-transformers", "key": "k", "vocabulary_size": 255}"#.utf8),
      place: "p")
    let error = #expect(throws: LanguageModelError.self) {
      try TextMarker(
        model: ToyModel.writer(), tokenizer: ToyModel.tokenizer(), profile: profile, keys: ToyModel.keys(),
        rule: DecisionRule())
    }
    #expect(error?.code == .vocabularyMismatch)
    #expect(error?.message.contains("255") == true)
  }

  @Test("a step's measures are those of their definitions")
  func measuresSteps() {
    let uniform = MarkingStep(before: [Float](repeating: 1, count: 8) + [-.infinity], modulus: 1)
    #expect(abs(uniform.entropy - logOf(8)) < 1e-12)
    #expect(abs(uniform.spikeEntropy - 8.0 / 9) < 1e-12)
    #expect(uniform.greenChance == 0 && uniform.divergence == 0)
    // Two of eight raised by ln 3: the chance is 6/12, the divergence 1/2 ln 3 - ln(12/8).
    var raised = [Float](repeating: 1, count: 8)
    for index in [2, 5] { raised[index] += Float(logOf(3)) }
    let marked = MarkingStep(before: [Float](repeating: 1, count: 8), after: raised, modulus: 1)
    #expect(abs(marked.greenChance - 0.5) < 1e-6)
    #expect(abs(marked.divergence - (0.5 * logOf(3) - logOf(1.5))) < 1e-6)
    let certain = MarkingStep(before: [50, -50, -50], modulus: 2)
    #expect(certain.entropy < 1e-9)
    #expect(abs(certain.spikeEntropy - 1.0 / 3) < 1e-9)
  }

  @Test("as many tokens are green as the measured steps promise")
  func greenChancesHold() throws {
    let marker = try marker()
    var (expected, variance, seen, steps) = (0.0, 0.0, 0.0, 0)
    for (ids, _, record) in try write(marker, tokens: 200, count: 40) {
      // Every occurrence, with the prompt's last token as the first one's context.
      let detector = GreenListDetector(scheme: marker.processor.scheme, repetition: .everyOccurrence)
      var trace = GreenListTrace()
      try detector.trace(
        [99] + ids, promptCount: 1, workspace: .init(scheme: marker.processor.scheme), into: &trace)
      seen += Double(trace.green)
      for step in record.steps.prefix(ids.count) {
        expected += step.greenChance
        variance += step.greenChance * (1 - step.greenChance)
        steps += 1
      }
    }
    #expect(steps == 8000)
    #expect(abs(seen - expected) < 4 * variance.squareRoot(), "\(seen) green, \(expected) expected")
  }
}
