import TestSupport
import Testing
import TextWatermark

@Suite("Cache of green lists")
struct GreenListCacheTests {
  /// Bounds that hold no list, one, a few, and all.
  @Test(
    "the memory bound never changes an answer", arguments: [0, 200, 700, 5_000, 1 << 20], [UInt64(1), 2, 3])
  func boundsDoNotChangeAnswers(byteLimit: Int, seed: UInt64) throws {
    let scheme = try GreenListScheme.transformers(vocabularySize: 1_531)
    let cache = GreenListCache(scheme: scheme, byteLimit: byteLimit)
    // An eighth of a mebibyte goes to answers, none of less than half a one.
    let forAnswers = byteLimit == 1 << 20 ? 1 << 17 : 0
    #expect(cache.capacity == (byteLimit - forAnswers) / ((1_531 + 63) / 64 * 8))
    var generator = SplitMix64(seed: seed)
    var answers: [Bool] = []
    for round in 0..<300 {
      // Few seeds, so that lists are made, forgotten and made again; runs long enough to make one at once.
      let count = Int.random(in: 0..<60, using: &generator)
      let seeds = (0..<count).map { _ in UInt32.random(in: 0..<(round % 2 == 0 ? 12 : 90), using: &generator)
      }
      let tokens = (0..<count).map { _ in UInt32.random(in: 0..<1_540, using: &generator) }
      cache.answer(seeds: seeds, tokens: tokens, green: &answers)
      #expect(answers == zip(seeds, tokens).map { scheme.isGreen($1, listSeed: $0) }, "round \(round)")
    }
    #expect(cache.hits + cache.misses > 0)
    if byteLimit == 0 { #expect(cache.hits == 0) } else { #expect(cache.hits > 0) }
  }

  @Test("many colliding seeds survive evictions")
  func evictions() throws {
    let scheme = try GreenListScheme.transformers(vocabularySize: 257)
    let cache = GreenListCache(scheme: scheme, byteLimit: 40 * 64)
    var generator = SplitMix64(seed: 9)
    var answers: [Bool] = []
    for _ in 0..<2_000 {
      let seeds = (0..<8).map { _ in UInt32.random(in: 0..<200, using: &generator) &* 0x0100_0000 }
      let tokens = (0..<8).map { _ in UInt32.random(in: 0..<257, using: &generator) }
      cache.answer(seeds: seeds, tokens: tokens, green: &answers)
      #expect(answers == zip(seeds, tokens).map { scheme.isGreen($1, listSeed: $0) })
    }
  }

  @Test("contexts that come in turns are answered from lists at the third time, as many as there are")
  func turns() throws {
    let scheme = try GreenListScheme.transformers(vocabularySize: 257)
    let cache = GreenListCache(scheme: scheme)
    var answers: [Bool] = []
    var misses: [Int] = []
    for round in 0..<3 {
      let before = cache.misses
      for start in stride(from: 0, to: 60_000, by: 500) {
        let seeds = (start..<(start + 500)).map { UInt32($0) &* 15_485_863 }
        // Never the same question twice, whose answer might have been kept.
        cache.answer(seeds: seeds, tokens: seeds.map { ($0 &+ UInt32(round)) % 257 }, green: &answers)
      }
      misses.append(cache.misses - before)
    }
    #expect(misses[0] == 60_000 && misses[2] == 0, "\(misses)")
  }

  @Test("frequent contexts keep their lists though far more rare ones pass by than there is room for")
  func pressure() throws {
    let scheme = try GreenListScheme.transformers(vocabularySize: 257)
    let cache = GreenListCache(scheme: scheme, byteLimit: 40 * 40)
    var answers: [Bool] = []
    var rare: UInt32 = 0
    var hits = 0
    for round in 0..<400 {
      for frequent in UInt32(1)...20 {
        let before = cache.hits
        cache.answer(seeds: [frequent &* 15_485_863], tokens: [frequent], green: &answers)
        if round >= 200 { hits += cache.hits - before }
        // Each rare context comes again after 4,000 questions for others.
        for _ in 0..<10 {
          rare = (rare + 1) % 2_000
          cache.answer(seeds: [(rare + 100) &* 15_485_863], tokens: [rare % 257], green: &answers)
        }
      }
    }
    #expect(hits > 200 * 20 / 2, "\(hits) of 4,000")
  }

  @Test("once there is no room for lists, the same question of a rare context is answered from memory")
  func rareContexts() throws {
    let scheme = try GreenListScheme.transformers(vocabularySize: 257)
    let cache = GreenListCache(scheme: scheme, byteLimit: 1 << 20)
    var answers: [Bool] = []
    // More than there is room for, each twice.
    let seeds = (0..<(2 * UInt32(cache.capacity))).map { $0 &* 15_485_863 }
    for _ in 0..<2 { cache.answer(seeds: seeds, tokens: seeds.map { $0 % 257 }, green: &answers) }
    let rare = (0..<2_000).map { UInt32($0) &* 40_503 &+ 1_000_000_007 }
    for round in 0..<4 {
      let (before, hits) = (cache.misses, cache.hits)
      for start in stride(from: 0, to: 2_000, by: 100) {
        let some = Array(rare[start..<(start + 100)])
        cache.answer(seeds: some, tokens: some.map { $0 % 257 }, green: &answers)
        #expect(answers == some.map { scheme.isGreen($0 % 257, listSeed: $0) })
      }
      if round == 0 { #expect(cache.misses - before > 1_900) } else { #expect(cache.hits - hits > 1_900) }
    }
  }

  @Test("tasks that share a store answer as one alone does, whatever makes way meanwhile")
  func sharing() async throws {
    let scheme = try GreenListScheme.transformers(vocabularySize: 1_531)
    let store = GreenListStore(scheme: scheme, byteLimit: 30 * 192)
    let wrong = await withTaskGroup(of: Int.self) { group in
      for worker in 0..<4 {
        group.addTask {
          let cache = GreenListCache(sharing: store)
          var generator = SplitMix64(seed: UInt64(worker))
          var answers: [Bool] = []
          var wrong = 0
          for _ in 0..<150 {
            let seeds = (0..<50).map { _ in UInt32.random(in: 0..<60, using: &generator) }
            let tokens = (0..<50).map { _ in UInt32.random(in: 0..<1_540, using: &generator) }
            let count = cache.answer(seeds: seeds, tokens: tokens, green: &answers)
            let wanted = zip(seeds, tokens).map { scheme.isGreen($1, listSeed: $0) }
            if answers != wanted || count != wanted.count(where: { $0 }) { wrong += 1 }
          }
          return cache.hits > 0 ? wrong : -1
        }
      }
      return await group.reduce(0) { $0 + $1 }
    }
    #expect(wrong == 0)
  }
}
