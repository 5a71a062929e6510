import Statistics
import TestSupport
import Testing
import TextWatermark

@Suite("Detector: tails, verdicts, windows and spans")
struct TextDetectorTests {
  private func detector(_ more: String = "", vocabulary: Int = 512) throws -> TextDetector {
    let profile = try WatermarkProfile(
      json: Array(
        #"{"name": "p", "scheme": "kgw-transformers", "key": "k", "vocabulary_size": \#(vocabulary)\#(more)}"#
          .utf8),
      place: "test")
    return try profile.detector(
      keys: KeyRing(json: Array(#"{"keys": [{"id": "k", "integer": "15485863"}]}"#.utf8), place: "test"))
  }

  private func marked(_ count: Int, bias: Float = 4, seed: UInt64, detector: TextDetector) -> [UInt32] {
    let processor = GreenListProcessor(scheme: detector.greenList.scheme, bias: bias)
    var model = RandomModel(vocabulary: 512, seed: seed)
    var ids: [UInt32] = [7]
    var workspace = GreenListProcessor.Workspace()
    while ids.count < count {
      var logits = model.logits()
      processor.bias(&logits, context: ids, workspace: &workspace)
      ids.append(model.sample(logits))
    }
    return ids
  }

  private func unmarked(_ count: Int, seed: UInt64) -> [UInt32] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in UInt32.random(in: 0..<512, using: &generator) }
  }

  @Test("the p-value is the exact binomial tail of what was counted, and survives where a double would not")
  func tail() throws {
    let detector = try detector()
    let workspace = TextDetector.Workspace(for: detector)
    let seen = try detector.detect(marked(160, seed: 1, detector: detector), workspace: workspace)
    let expected = try Binomial(trials: seen.scored, probability: 0.25).logUpperTail(atLeast: seen.value)
    #expect(seen.logPValue == expected && seen.nullRate == 0.25)
    let long = try detector.detect(
      marked(4_000, bias: 12, seed: 2, detector: detector), workspace: workspace)
    #expect(expOf(long.logPValue) == 0 && long.log10PValue < -400 && long.log10PValue.isFinite)
    let nothing = try detector.detect([], workspace: workspace)
    #expect(nothing.scored == 0 && nothing.logPValue == 0)
  }

  @Test("a short text is insufficient, not clean; a long unmarked one is not-detected")
  func verdicts() throws {
    let detector = try detector()
    let workspace = TextDetector.Workspace(for: detector)
    let rule = try DecisionRule(alpha: 1e-6)
    func verdict(_ ids: [UInt32]) throws -> Verdict {
      let seen = try detector.detect(ids, workspace: workspace)
      return try detector.verdict(seen, rule: rule, workspace: workspace)
    }
    #expect(try verdict(unmarked(12, seed: 3)) == .insufficient)
    #expect(try verdict([]) == .insufficient)
    #expect(try verdict([UInt32](repeating: 9, count: 5_000)) == .insufficient)
    #expect(try verdict(unmarked(2_000, seed: 3)) == .notDetected)
    #expect(try verdict(marked(200, seed: 3, detector: detector)) == .detected)
    // Power grows with the number of tokens, and shrinks with the number of hypotheses.
    let powers = try [20, 100, 400].map { try detector.power(scored: $0, rule: rule, workspace: workspace) }
    #expect(powers == powers.sorted() && powers[0] < 0.1 && powers[2] > 0.9)
    let many = try DecisionRule(alpha: 1e-6, testsPerRecord: 1_000)
    #expect(try detector.power(scored: 100, rule: many, workspace: workspace) < powers[1])
    #expect(many.adjusted(log10PValue: -9) == -6 && many.adjusted(log10PValue: -1) == 0)
    #expect(throws: TextWatermarkError.self) { try DecisionRule(alpha: 0) }
  }

  @Test(
    "a marked passage in a long text is found by windows where the whole count misses it, and its place is named"
  )
  func windowsAndSpans() throws {
    let whole = try detector()
    let windows = try detector(#", "window": "max""#)
    let passage = marked(150, seed: 4, detector: whole)
    let ids = unmarked(6_000, seed: 5) + passage + unmarked(6_000, seed: 6)
    let diluted = try whole.detect(ids, workspace: .init(for: whole))
    let workspace = TextDetector.Workspace(for: windows)
    let seen = try windows.detect(ids, workspace: workspace)
    #expect(diluted.log10PValue > -6 && seen.log10PValue < -12)
    #expect(seen.statistic == "window_green_count" && seen.logHypotheses > 9)
    let spans = try windows.spans(rule: try DecisionRule(), workspace: workspace)
    #expect(spans.count == 1)
    let span = try #require(spans.first)
    let common = span.tokens.clamped(to: 6_000..<6_150).count
    #expect(common > 110 && span.tokens.count < 190, "\(span.tokens)")
    #expect(span.log10PValue <= -6)
  }

  @Test("two passages give two spans, unmarked text none")
  func severalSpans() throws {
    let detector = try detector()
    let workspace = TextDetector.Workspace(for: detector)
    let rule = try DecisionRule()
    let ids =
      marked(200, seed: 7, detector: detector) + unmarked(800, seed: 8)
      + marked(200, seed: 9, detector: detector)
    _ = try detector.detect(ids, workspace: workspace)
    let spans = try detector.spans(rule: rule, workspace: workspace)
    #expect(spans.count == 2)
    #expect(spans.map(\.tokens.lowerBound) == spans.map(\.tokens.lowerBound).sorted())
    _ = try detector.detect(unmarked(3_000, seed: 10), workspace: workspace)
    #expect(try detector.spans(rule: rule, workspace: workspace).isEmpty)
  }

  @Test("the memory bound on lists changes no result")
  func memoryBound() throws {
    let detector = try detector()
    let ids = marked(2_000, seed: 11, detector: detector)
    let bounds = [0, 200, 4_096, 1 << 20]
    let seen = try bounds.map { try detector.detect(ids, workspace: .init(for: detector, byteLimit: $0)) }
    #expect(Set(seen.map(\.value)).count == 1 && Set(seen.map(\.scored)).count == 1)
  }
}
