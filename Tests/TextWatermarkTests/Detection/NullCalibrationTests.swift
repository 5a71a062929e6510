import Foundation
import Statistics
import TestSupport
import Testing
import TextWatermark
import Tokenization

/// Unmarked text under keys that had no part in it: what the p-values must then look like.
///
/// Every document gets a key of its own, so the 20,000 p-values are independent given the texts, and the bounds below are
/// those of independent draws. A discrete p-value is uniform once its last step is spread out: P(X > x) + U P(X = x).
@Suite("Null calibration on unmarked text")
struct NullCalibrationTests {
  static let documentCount = 20_000

  /// Human text in four scripts, cut into documents of 30 to 120 tokens.
  static let documents: [[UInt32]] = {
    let corpora = Golden.packageRoot + "/Corpora"
    let tokenizer = try! Tokenizer(contentsOfFile: corpora + "/smollm2/tokenizer.json")
    var generator = SplitMix64(seed: 20)
    var documents: [[UInt32]] = []
    for language in ["en", "de", "ru", "zh"] {
      let file = try! Data(
        contentsOf: URL(fileURLWithPath: "\(corpora)/human/\(language)-gnome-help.jsonl"))
      for line in file.split(separator: UInt8(ascii: "\n")) {
        let record = try! JSONSerialization.jsonObject(with: line) as! [String: Any]
        var ids = tokenizer.encode(record["text"] as! String).ids[...]
        while ids.count >= 30 {
          let count = Int.random(in: 30...120, using: &generator)
          documents.append(Array(ids.prefix(count)))
          ids = ids.dropFirst(count)
        }
      }
    }
    return documents
  }()

  /// The p-values of documents, each under a fresh key, with and without randomised steps.
  private func pValues(
    _ documents: [[UInt32]], count: Int, profile json: String, seed: UInt64
  ) throws -> (exact: [Double], randomized: [Double]) {
    let profile = try WatermarkProfile(json: Array(json.utf8), place: "test")
    var generator = SplitMix64(seed: seed)
    var exact: [Double] = []
    var randomized: [Double] = []
    for index in 0..<count {
      let key = UInt64.random(in: 1..<(1 << 62), using: &generator)
      let ring = try KeyRing(
        json: Array(#"{"keys": [{"id": "k", "integer": "\#(key)"}]}"#.utf8), place: "test")
      let detector = try profile.detector(keys: ring)
      let seen = try detector.detect(
        documents[index % documents.count], workspace: .init(for: detector, byteLimit: 0))
      let step = Double.random(in: 0..<1, using: &generator)
      let p = expOf(seen.logPValue)
      let beyond =
        seen.scored == 0
        ? 0
        : expOf(
          try Binomial(trials: seen.scored, probability: seen.nullRate).logUpperTail(
            atLeast: seen.value + 1))
      exact.append(p)
      randomized.append(beyond + step * (p - beyond))
    }
    return (exact, randomized)
  }

  private func profile(_ seeding: String, more: String = "") -> String {
    #"{"name": "p", "scheme": "kgw-lm-watermarking", "key": "k", "vocabulary_size": 49152, "seeding_scheme": "\#(seeding)"\#(more)}"#
  }

  @Test(
    "p-values are uniform over 20,000 documents and keys, and no rate exceeds its level",
    arguments: [("lefthash", 101), ("selfhash", 102)])
  func uniform(seeding: String, seed: Int) throws {
    #expect(Self.documents.count > 4_000)
    let values = try pValues(
      Self.documents, count: Self.documentCount, profile: profile(seeding), seed: UInt64(seed))
    // The largest distance to uniform that 999 of 1000 uniform samples of this size keep is 0.0138.
    let test = try KolmogorovSmirnov(uniform: values.randomized)
    #expect(test.p > 1e-3, "distance \(test.statistic), p \(test.p)")
    for level in [0.1, 0.01, 1e-3] {
      let hits = values.randomized.count { $0 <= level }
      let interval = try ProportionInterval.clopperPearson(
        successes: hits, trials: Self.documentCount, level: 0.999)
      #expect(interval.lower <= level && level <= interval.upper, "\(hits) at \(level)")
      // What is reported is never below the randomised value, so its rate is at most the level.
      let reported = values.exact.count { $0 <= level }
      #expect(reported <= hits)
    }
  }

  /// Letters from one template: long shared phrases, lists of near-identical lines, the same sentence over and over.
  static let templated: [[UInt32]] = {
    let tokenizer = try! Tokenizer(
      contentsOfFile: Golden.packageRoot + "/Corpora/smollm2/tokenizer.json")
    var generator = SplitMix64(seed: 21)
    let goods = ["lamps", "chairs", "books", "cables", "pens", "maps", "cups", "coats"]
    return (0..<500).map { number in
      var text = "Dear customer, thank you for your order number \(number).\n"
      for _ in 0..<Int.random(in: 5...12, using: &generator) {
        text += "- Item: \(goods.randomElement(using: &generator)!), status: shipped, carrier: standard.\n"
      }
      for _ in 0..<Int.random(in: 1...8, using: &generator) {
        text += "If you have any questions, please contact our support team. "
      }
      return tokenizer.encode(text).ids
    }
  }()

  @Test(
    "templated, repetitive text keeps the rate at 1e-3 inside its binomial interval; counting repeats would not"
  )
  func templatedText() throws {
    let level = 1e-3
    let values = try pValues(
      Self.templated, count: Self.documentCount, profile: profile("lefthash"), seed: 103)
    let hits = values.randomized.count { $0 <= level }
    let interval = try ProportionInterval.clopperPearson(
      successes: hits, trials: Self.documentCount, level: 0.99)
    #expect(interval.lower <= level && level <= interval.upper, "\(hits) of \(Self.documentCount)")
    // The same texts with every occurrence counted, as makers' detectors do by default.
    let naive = try pValues(
      Self.templated, count: 2_000,
      profile: profile("lefthash", more: #", "repetition": "every-occurrence""#), seed: 104)
    #expect(naive.exact.count { $0 <= level } > 40, "the test would see repeats that count twice")
  }

  @Test("the window statistic's bound holds", arguments: [("lefthash", 105), ("selfhash", 106)])
  func windows(seeding: String, seed: Int) throws {
    let count = 3_000
    let values = try pValues(
      Self.documents, count: count, profile: profile(seeding, more: #", "window": "max""#),
      seed: UInt64(seed))
    for level in [0.1, 0.01] {
      let hits = values.exact.count { $0 <= level }
      let interval = try ProportionInterval.clopperPearson(successes: hits, trials: count, level: 0.999)
      #expect(interval.lower <= level, "\(hits) of \(count) at \(level)")
    }
  }
}
