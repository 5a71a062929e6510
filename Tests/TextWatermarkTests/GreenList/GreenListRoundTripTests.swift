import TestSupport
import Testing
import TextWatermark

/// A stand-in for a language model: fixed preferences that depend on the last token, and a sampler.
struct RandomModel {
  var vocabulary: Int
  var generator: SplitMix64

  init(vocabulary: Int, seed: UInt64) { (self.vocabulary, generator) = (vocabulary, SplitMix64(seed: seed)) }

  mutating func logits() -> [Float] {
    (0..<vocabulary).map { _ in Float.random(in: -2...2, using: &generator) }
  }

  /// Draws a token from the softmax of logits, by the Gumbel-max trick.
  mutating func sample(_ logits: [Float]) -> UInt32 {
    var best = (score: -Double.infinity, token: 0)
    for (token, logit) in logits.enumerated() {
      let uniform = Double.random(in: Double.leastNonzeroMagnitude..<1, using: &generator)
      let score = Double(logit) - logOf(-logOf(uniform))
      if score > best.score { best = (score, token) }
    }
    return UInt32(best.token)
  }
}

@Suite("Green lists, marked and found")
struct GreenListRoundTripTests {
  static let schemes: [(String, GreenListScheme)] = {
    var list: [(String, GreenListScheme)] = [
      ("lefthash", try! .transformers(vocabularySize: 512)),
      ("lefthash, width 4", try! .transformers(vocabularySize: 512, contextWidth: 4)),
      ("selfhash", try! .transformers(vocabularySize: 512, seedingScheme: .selfhash, contextWidth: 4)),
      (
        "red-first",
        try! .lmWatermarking(
          vocabularySize: 512, gamma: 0.5, seeding: .init(named: "simple_1"), selectGreenTokens: false)
      ),
    ]
    for function in PseudoRandomFunction.allCases {
      for isSelfSalted in [false, true] {
        list.append(
          (
            "\(function.rawValue)\(isSelfSalted ? ", self-salted" : "")",
            try! .lmWatermarking(
              vocabularySize: 512,
              seeding: .init(function: function, contextWidth: 3, selfSalted: isSelfSalted))
          ))
      }
    }
    return list
  }()

  @Test(
    "text written with a processor is found by its detector and by no other key's", arguments: schemes.indices
  )
  func markedTextIsFound(index: Int) throws {
    let (name, scheme) = Self.schemes[index]
    let processor = GreenListProcessor(scheme: scheme, bias: 3)
    var model = RandomModel(vocabulary: 512, seed: UInt64(index) + 100)
    var ids: [UInt32] = (0..<8).map { _ in UInt32.random(in: 0..<512, using: &model.generator) }
    let promptCount = ids.count
    var workspace = GreenListProcessor.Workspace()
    for _ in 0..<160 {
      var logits = model.logits()
      processor.bias(&logits, context: ids, workspace: &workspace)
      ids.append(model.sample(logits))
    }
    var trace = GreenListTrace()
    try GreenListDetector(scheme: scheme).trace(
      ids, promptCount: promptCount, workspace: .init(scheme: scheme), into: &trace)
    #expect(trace.scored <= 160)
    let rate = Double(trace.green) / Double(trace.scored)
    // The functions that look at a minimum or a first token share few lists in so small a vocabulary, but all rise far.
    #expect(rate > scheme.nullGreenRate + 0.25, "\(name): \(trace.green) of \(trace.scored)")
    #expect(trace.marks[..<promptCount].allSatisfy { $0 == .notScored })
  }

  @Test("a processor leaves logits alone where there is no context yet, and red ones always")
  func untouchedLogits() throws {
    let scheme = try GreenListScheme.transformers(vocabularySize: 300, contextWidth: 3)
    let logits = (0..<300).map { Float($0) }
    let processor = GreenListProcessor(scheme: scheme)
    #expect(processor.biased(logits, context: [1, 2]) == logits)
    let biased = processor.biased(logits, context: [1, 2, 3])
    #expect(zip(biased, logits).filter { $0 != $1 }.count == scheme.greenlistSize)
    // A model's output may be wider than the scheme's vocabulary.
    let wide = logits + [5, 6, 7]
    #expect(Array(processor.biased(wide, context: [1, 2, 3]).suffix(3)) == [5, 6, 7])
  }

  @Test("prompt, special and repeated tokens are told apart, and repeats count once")
  func traceOfTokens() throws {
    let scheme = try GreenListScheme.transformers(vocabularySize: 100)
    let detector = GreenListDetector(scheme: scheme, beginningOfText: 1, unscoredTokens: [2])
    let workspace = GreenListDetector.Workspace(scheme: scheme)
    var trace = GreenListTrace()
    try detector.trace([1, 7, 8, 7, 8, 2, 9], workspace: workspace, into: &trace)
    #expect(trace.scored == 3)
    #expect(trace.positions == [2, 3, 6])
    #expect(trace.marks[4] == .repeated && trace.marks[5] == .notScored && trace.marks[0] == .notScored)
    // With a prompt its last token is context for the first generated one.
    try detector.trace([7, 8, 9], promptCount: 2, workspace: workspace, into: &trace)
    #expect(trace.positions == [2])
    try detector.trace([], workspace: workspace, into: &trace)
    #expect(trace.scored == 0)
    let error = #expect(throws: TextWatermarkError.self) {
      try detector.trace([7, 100], workspace: workspace, into: &trace)
    }
    #expect(error?.code == .tokenOutOfRange && error?.message.contains("token 1 is 100") == true)
  }

  @Test("n-grams that share list and token are one unit of evidence")
  func unitsAreFinerThanNgrams() throws {
    // With a minimum over hashes most of a wide context does not matter: distinct n-grams repeat the same draw.
    let scheme = try GreenListScheme.lmWatermarking(
      vocabularySize: 50, seeding: .init(function: .anchoredMinimumHash, contextWidth: 4, selfSalted: true))
    var generator = SplitMix64(seed: 4)
    let ids = (0..<3_000).map { _ in UInt32.random(in: 0..<50, using: &generator) }
    let workspace = GreenListDetector.Workspace(scheme: scheme)
    var units = GreenListTrace()
    var ngrams = GreenListTrace()
    try GreenListDetector(scheme: scheme).trace(ids, workspace: workspace, into: &units)
    try GreenListDetector(scheme: scheme, repetition: .distinctNgrams).trace(
      ids, workspace: workspace, into: &ngrams)
    #expect(units.scored <= 50 * 50)
    #expect(ngrams.scored > units.scored)
  }
}
