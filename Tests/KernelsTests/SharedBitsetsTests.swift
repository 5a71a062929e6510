import Kernels
import TestSupport
import Testing

@Suite("Shared bitsets")
struct SharedBitsetsTests {
  /// A bitset that its name tells, so that any answer can be checked by itself.
  static func words(_ name: UInt32, _ count: Int) -> [UInt64] {
    var random = SplitMix64(seed: UInt64(name))
    return (0..<count).map { _ in random.next() }
  }

  static func isSet(_ bit: UInt32, _ words: [UInt64]) -> Bool {
    words[Int(bit >> 6)] >> UInt64(bit & 63) & 1 == 1
  }

  @Test("What is kept is found, and what had to make way is missing", arguments: [0, 1, 2, 5, 64, 1_000])
  func bounds(_ slots: Int) {
    let sets = SharedBitsets(wordsPerSlot: 5, byteLimit: slots * 40 + 39)
    #expect(sets.slotCount == slots)
    var random = SplitMix64(seed: 5)
    var (found, missing): ([Bool], [UInt32]) = ([], [])
    var kept: Set<UInt32> = []
    for round in 0..<400 {
      let names = (0..<(round % 70)).map { _ in UInt32(random.next() % 90) &* 0x0200_0000 }
      let bits = names.map { _ in UInt32(random.next() % 330) }
      let count = sets.answer(bits, limit: 300, under: names, into: &found, missing: &missing)
      let absent = Set(missing)
      #expect(count == found.count { $0 } && found.count == names.count)
      for (index, name) in names.enumerated() {
        let isMissing = absent.contains(UInt32(index))
        #expect(isMissing || kept.contains(name))
        if slots >= 90 { #expect(isMissing != kept.contains(name)) }
        #expect(
          found[index] == (!isMissing && bits[index] < 300 && Self.isSet(bits[index], Self.words(name, 5))))
      }
      for name in names.prefix(3) {
        sets.keep(Self.words(name, 5), under: name)
        kept.insert(name)
        if slots > 0 {
          _ = sets.answer([0], limit: 300, under: [name], into: &found, missing: &missing)
          #expect(missing.isEmpty)
        }
      }
    }
  }

  @Test("Readers never see a bitset that is being replaced")
  func threads() async {
    let sets = SharedBitsets(wordsPerSlot: 40, byteLimit: 24 * 320)
    let all = (0..<64).map { Self.words($0, 40) }
    let wrong = await withTaskGroup(of: Int.self) { group in
      for worker in 0..<4 {
        group.addTask {
          var random = SplitMix64(seed: UInt64(worker))
          var (found, missing): ([Bool], [UInt32]) = ([], [])
          var wrong = 0
          for _ in 0..<4_000 {
            let names = (0..<40).map { _ in UInt32(random.next() % 64) }
            let bits = names.map { _ in UInt32(random.next() % 2_560) }
            _ = sets.answer(bits, limit: 2_560, under: names, into: &found, missing: &missing)
            let absent = Set(missing)
            for index in names.indices where !absent.contains(UInt32(index)) {
              if found[index] != Self.isSet(bits[index], all[Int(names[index])]) { wrong += 1 }
            }
            if let first = missing.first { sets.keep(all[Int(names[Int(first)])], under: names[Int(first)]) }
          }
          return wrong
        }
      }
      return await group.reduce(0, +)
    }
    #expect(wrong == 0)
  }
}
