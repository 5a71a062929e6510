import TestSupport
import Testing
import TextWatermark

private struct LMWatermarking: Decodable {
  struct Figures: Decodable {
    var num_tokens_scored: Int
    var num_green_tokens: Int
    var green_fraction: Double
    var z_score: Double
    var p_value: Double
    var prediction: Bool
    var green_token_mask: [Bool]?
    var z_score_at_T: [Double]
  }
  struct Item: Decodable {
    var scheme: String
    var ignore_repeated_ngrams: Bool
    var vocab: Int
    var gamma: Double
    var hash_key: Int64
    var name: String
    var tokens: [UInt32]
    var full: Figures
    var window_max: Figures?
    var window_10_20_30: Figures?

    enum CodingKeys: String, CodingKey {
      case scheme, ignore_repeated_ngrams, vocab, gamma, hash_key, name, tokens, full, window_max
      case window_10_20_30 = "window_10,20,30"
    }
  }
  var items: [Item]
}

private struct Transformers: Decodable {
  struct Item: Decodable {
    var hashing_key: Int64
    var scheme: String
    var context_width: Int
    var vocab: Int
    var gamma: Double
    var bos_token_id: UInt32
    var ignore_repeated_ngrams: Bool
    var name: String
    var tokens: [UInt32]
    var num_tokens_scored: Double
    var num_green_tokens: Double
    var z_score: Double
    var p_value: Double
    var prediction: Bool
  }
  var detect: [Item]
}

private struct Versions: Decodable {
  struct Item: Decodable {
    var name: String
    var scheme: String
    var context_width: Int
    var ignore: Bool
    var new: [Double]
    var old: [Double]
  }
  var items: [Item]
}

/// |a − b| within `tolerance` of the larger one.
func isClose(_ a: Double, _ b: Double, relative tolerance: Double, absolute: Double = 0) -> Bool {
  abs(a - b) <= max(tolerance * max(abs(a), abs(b)), absolute)
}

@Suite("Makers' detectors, Golden")
struct DetectorGoldenTests {
  private func check(
    _ figures: MakerFigures, _ expected: LMWatermarking.Figures, z: Double, _ comment: Comment
  ) {
    #expect(figures.scored == expected.num_tokens_scored, comment)
    #expect(figures.green == expected.num_green_tokens, comment)
    #expect(isClose(figures.z, expected.z_score, relative: z, absolute: z), comment)
    #expect(isClose(figures.pValue, expected.p_value, relative: max(z * 10, 1e-12)), comment)
    #expect(figures.prediction == expected.prediction, comment)
    #expect(
      isClose(Double(figures.green) / Double(figures.scored), expected.green_fraction, relative: 1e-12),
      comment)
    #expect(figures.zAtToken.count == expected.z_score_at_T.count, comment)
    for (ours, theirs) in zip(figures.zAtToken, expected.z_score_at_T) {
      #expect(isClose(Double(ours), theirs, relative: 1e-5, absolute: 1e-5), comment)
    }
  }

  @Test("lm-watermarking: whole records and windows")
  func lmWatermarking() throws {
    for item in try Golden.load(LMWatermarking.self, from: "text/kgw_detect.json").items {
      let comment: Comment = "\(item.scheme), \(item.name), repeats ignored: \(item.ignore_repeated_ngrams)"
      let scheme = try GreenListScheme.lmWatermarking(
        vocabularySize: item.vocab, gamma: item.gamma, hashKey: Int128(item.hash_key),
        seeding: try .init(named: item.scheme))
      let detector = GreenListDetector(scheme: scheme)
      let workspace = GreenListDetector.Workspace(scheme: scheme)
      let full = try detector.makerFigures(
        item.tokens, detector: .lmWatermarking, ignoresRepeats: item.ignore_repeated_ngrams,
        workspace: workspace)
      check(full, item.full, z: 1e-12, comment)

      if let mask = item.full.green_token_mask {
        let all = GreenListDetector(scheme: scheme, repetition: .everyOccurrence)
        var trace = GreenListTrace()
        try all.trace(item.tokens, workspace: workspace, into: &trace)
        #expect(trace.outcomes == mask, comment)
      }
      for (sizes, expected) in [("max", item.window_max), ("10,20,30", item.window_10_20_30)] {
        guard let expected else { continue }
        let figures = try detector.makerWindowFigures(
          item.tokens, sizes: try .init(sizes), ignoresRepeats: item.ignore_repeated_ngrams,
          workspace: workspace)
        check(figures, expected, z: 1e-5, comment)
      }
    }
  }

  @Test("transformers 5 and 4")
  func transformers() throws {
    let items = try Golden.load(Transformers.self, from: "text/hf_watermark.json").detect
    let versions = try Golden.load(Versions.self, from: "text/hf_detector_4_57_vs_5_23.json").items
    try #require(items.count == versions.count)
    for (item, version) in zip(items, versions) {
      let comment: Comment =
        "\(item.scheme) \(item.context_width), \(item.name), \(item.ignore_repeated_ngrams)"
      let scheme = try GreenListScheme.transformers(
        vocabularySize: item.vocab, greenlistRatio: item.gamma, hashingKey: Int128(item.hashing_key),
        seedingScheme: try #require(.init(rawValue: item.scheme)), contextWidth: item.context_width)
      let detector = GreenListDetector(scheme: scheme, beginningOfText: item.bos_token_id)
      let workspace = GreenListDetector.Workspace(scheme: scheme)
      func figures(_ maker: MakerDetector) throws -> MakerFigures {
        try detector.makerFigures(
          item.tokens, detector: maker, ignoresRepeats: item.ignore_repeated_ngrams, workspace: workspace)
      }
      let new = try figures(.transformers5)
      #expect(Double(new.scored) == item.num_tokens_scored, comment)
      #expect(Double(new.green) == item.num_green_tokens, comment)
      #expect(isClose(new.z, item.z_score, relative: 1e-12, absolute: 1e-12), comment)
      #expect(isClose(new.pValue, item.p_value, relative: 1e-12), comment)
      #expect(new.prediction == item.prediction, comment)

      try #require(version.name == item.name && version.ignore == item.ignore_repeated_ngrams)
      for (ours, theirs) in [(new, version.new), (try figures(.transformers4), version.old)] {
        #expect(Double(ours.scored) == theirs[0], comment)
        #expect(Double(ours.green) == theirs[1], comment)
        #expect(isClose(ours.z, theirs[2], relative: 1e-12, absolute: 1e-12), comment)
        // 1 − (…) cancels near one: the maker's own double has no more digits.
        #expect(isClose(ours.pValue, theirs[3], relative: 1e-12, absolute: 1e-15), comment)
      }
    }
  }
}
