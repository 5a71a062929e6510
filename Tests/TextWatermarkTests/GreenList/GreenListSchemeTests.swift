import TestSupport
import Testing
import TextWatermark

@Suite("Green-list schemes")
struct GreenListSchemeTests {
  @Test("a negative context integer is reduced as Python does, one below its low half")
  func negativeIntegers() throws {
    // x mod (2^64 - 1) for x = -5 is 2^64 - 6; its low half is 0xfffffffa, not the 0xfffffffb of x itself.
    #expect(GreenListScheme.seed(fromContextInteger: -5) == UInt64.max - 5)
    #expect(UInt32(truncatingIfNeeded: GreenListScheme.seed(fromContextInteger: -5)) == 0xffff_fffa)
    #expect(GreenListScheme.seed(fromContextInteger: 0) == 0)
    #expect(GreenListScheme.seed(fromContextInteger: Int128(UInt64.max)) == 0)
    #expect(GreenListScheme.seed(fromContextInteger: -Int128(UInt64.max)) == 0)
    #expect(GreenListScheme.seed(fromContextInteger: Int128(UInt64.max) * 7 + 3) == 3)
    #expect(GreenListScheme.seed(fromContextInteger: Int128(Int64.min)) == UInt64(1) << 63 - 1)
  }

  @Test("products of hashes are often negative, and the detector then asks for the right list")
  func negativeSeedsReachTheDetector() throws {
    let scheme = try GreenListScheme.transformers(
      vocabularySize: 1_000, seedingScheme: .selfhash, contextWidth: 3)
    var generator = SplitMix64(seed: 11)
    let ids = (0..<120).map { _ in UInt32.random(in: 0..<1_000, using: &generator) }
    var trace = GreenListTrace()
    let detector = GreenListDetector(scheme: scheme, repetition: .everyOccurrence)
    try detector.trace(ids, workspace: .init(scheme: scheme), into: &trace)
    var negative = 0
    for (position, isGreen) in zip(trace.positions, trace.outcomes) {
      let end = Int(position) + 1
      let integer = scheme.contextInteger(ids, end: end)
      if integer < 0 { negative += 1 }
      let list = Set(scheme.greenlist(seed: GreenListScheme.seed(fromContextInteger: integer)))
      #expect(list.contains(ids[Int(position)]) == isGreen)
    }
    #expect(negative > 20, "the trap was not met")
  }

  @Test(
    "seeds of a record are those of its contexts one by one, whatever the key",
    arguments: [15_485_863, 0, -5, Int128(Int64.max), Int128(Int64.min), 4_294_967_296, Int128(UInt64.max)])
  func seedsOfRecords(key: Int128) throws {
    var schemes = [
      try GreenListScheme.transformers(vocabularySize: 1_000, hashingKey: key, contextWidth: 3)
    ]
    for function in PseudoRandomFunction.allCases where function == .additive || key <= Int128(Int64.max) {
      for (width, selfSalted) in [(1, false), (1, true), (2, false)] {
        schemes.append(
          try GreenListScheme.lmWatermarking(
            vocabularySize: 1_000, hashKey: key,
            seeding: .init(function: function, contextWidth: width, selfSalted: selfSalted)))
      }
    }
    var generator = SplitMix64(seed: 23)
    let ids = (0..<90).map { _ in UInt32.random(in: 0..<1_000, using: &generator) }
    for scheme in schemes {
      for promptCount in [0, 1, 40, 90, 1_000, Int.max] {
        var trace = GreenListTrace()
        try GreenListDetector(scheme: scheme, repetition: .everyOccurrence).trace(
          ids, promptCount: promptCount, workspace: .init(scheme: scheme), into: &trace)
        let first = min(max(promptCount, scheme.ngramLength - 1), ids.count)
        #expect(trace.positions.map(Int.init) == Array(first..<ids.count))
        let seeds = (first..<ids.count).map { index in
          UInt32(
            truncatingIfNeeded: GreenListScheme.seed(
              fromContextInteger: scheme.contextInteger(ids, end: scheme.selfSalted ? index + 1 : index)))
        }
        #expect(trace.seeds == seeds, "\(scheme.summary), key \(key), prompt \(promptCount)")
      }
    }
  }

  @Test("red-first lists are the back of the same permutation")
  func redFirst() throws {
    let seeding = try GreenListScheme.LMWatermarkingSeeding(named: "simple_1")
    for size in [130, 1_000] {
      let front = try GreenListScheme.lmWatermarking(vocabularySize: size, gamma: 0.9, seeding: seeding)
      let back = try GreenListScheme.lmWatermarking(
        vocabularySize: size, gamma: 0.1, seeding: seeding, selectGreenTokens: false)
      let reds = Set(front.greenlist(seed: 77))
      let greens = Set(back.greenlist(seed: 77))
      #expect(greens == Set(0..<UInt32(size)).subtracting(reds))
      let lists = GreenListCache(scheme: back)
      var answers: [Bool] = []
      let tokens = [UInt32](0..<UInt32(size))
      lists.answer(seeds: .init(repeating: 77, count: size), tokens: tokens, green: &answers)
      #expect(answers == tokens.map(greens.contains))
      #expect(tokens.map { back.isGreen($0, listSeed: 77) } == answers)
    }
  }

  @Test("seeding schemes that cannot be are refused with a reason")
  func refusedSeedings() {
    for (name, code) in [
      ("selfhas", "not known"), ("ff-minhash-4", "free form"), ("ff-nothing-4-True", "not known"),
      ("ff-minhash-x-True", "no number"), ("ff-minhash-4-true", "True or False"),
      ("ff-minhash-4-True-123", "carries a key"),
    ] {
      let error = #expect(throws: TextWatermarkError.self) {
        try GreenListScheme.LMWatermarkingSeeding(named: name)
      }
      #expect(error?.message.contains(code) == true, "\(name): \(error?.message ?? "")")
    }
  }

  @Test("parameters outside a scheme's range are refused")
  func refusedParameters() {
    for (size, ratio, width) in [
      (1, 0.25, 1), (0, 0.25, 1), (-4, 0.25, 1), (1 << 25, 0.25, 1), (1_000, 0, 1), (1_000, 1, 1),
      (1_000, .nan, 1), (1_000, 0.25, 0), (1_000, 0.25, 65), (3, 0.1, 1),
    ] {
      #expect(throws: TextWatermarkError.self) {
        try GreenListScheme.transformers(vocabularySize: size, greenlistRatio: ratio, contextWidth: width)
      }
    }
    #expect(throws: TextWatermarkError.self) {
      try GreenListScheme.transformers(
        vocabularySize: 1_000, hashingKey: Int128(UInt64.max), seedingScheme: .selfhash)
    }
    #expect(throws: Never.self) {
      try GreenListScheme.transformers(vocabularySize: 1_000, hashingKey: Int128(UInt64.max))
    }
  }
}
