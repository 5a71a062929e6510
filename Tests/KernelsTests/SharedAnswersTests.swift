import Kernels
import TestSupport
import Testing

@Suite("Shared answers")
struct SharedAnswersTests {
  /// An answer that its pair tells, so that any can be checked by itself.
  static func answer(_ name: UInt32, _ bit: UInt32) -> Bool { (name ^ (bit &* 0x9e37_79b1)) >> 7 & 1 == 1 }

  @Test(
    "The room is the largest power of two within the bound", arguments: [0, 63, 64, 127, 128, 1_000, 1 << 20])
  func bounds(_ limit: Int) {
    let bytes = SharedAnswers(byteLimit: limit).byteCount
    #expect(bytes <= limit && (bytes > limit / 2 || limit < 64) && (bytes == 0) == (limit < 64))
  }

  @Test(
    "What was kept is answered, each pair by itself, and what was not keeps waiting",
    arguments: [0, 64, 1 << 16])
  func answers(_ limit: Int) {
    let answers = SharedAnswers(byteLimit: limit)
    var random = SplitMix64(seed: 41)
    var kept: Set<UInt64> = []
    let edges: [UInt32] = [0, 1, .max - 1, .max]
    for round in 0..<300 {
      let names = edges + (0..<100).map { _ in UInt32(random.next() % 40) &* 0x0800_0001 }
      let bits = [0, 1, 149, 150] + (0..<100).map { _ in UInt32(random.next() % 200) }
      // Not all are asked for, and those that are keep their order.
      let asked = names.indices.filter { _ in random.next() % 4 > 0 }.map(UInt32.init)
      var waiting = asked
      var found = names.map { _ in false }
      let count = answers.answer(bits, limit: 150, under: names, into: &found, waiting: &waiting)
      let answered = Set(asked).subtracting(waiting)
      #expect(waiting == asked.filter { !answered.contains($0) } && count == found.count { $0 })
      for index in names.indices {
        let isAnswered = answered.contains(UInt32(index))
        #expect(found[index] == (isAnswered && Self.answer(names[index], bits[index])), "round \(round)")
        if isAnswered {
          #expect(bits[index] < 150 && kept.contains(UInt64(names[index]) << 32 | UInt64(bits[index])))
        }
      }
      for index in 0..<20 {
        answers.keep(
          Self.answer(names[index], bits[index]), to: bits[index], under: names[index], turn: round + index)
        kept.insert(UInt64(names[index]) << 32 | UInt64(bits[index]))
        var (again, seen) = ([UInt32(index)], names.map { _ in false })
        _ = answers.answer(bits, limit: 150, under: names, into: &seen, waiting: &again)
        #expect(again.isEmpty == (limit > 0 && bits[index] < 150))
      }
    }
  }

  @Test("Tasks that keep at once never see the answer of another pair")
  func threads() async {
    let answers = SharedAnswers(byteLimit: 8 * 64)
    let wrong = await withTaskGroup(of: Int.self) { group in
      for worker in 0..<4 {
        group.addTask {
          var random = SplitMix64(seed: UInt64(worker))
          var (wrong, known) = (0, 0)
          for round in 0..<3_000 {
            let names = (0..<50).map { _ in UInt32(random.next() % 16) }
            let bits = names.map { _ in UInt32(random.next() % 8) }
            var (found, waiting) = (names.map { _ in false }, names.indices.map(UInt32.init))
            _ = answers.answer(bits, limit: 8, under: names, into: &found, waiting: &waiting)
            for index in Set(names.indices.map(UInt32.init)).subtracting(waiting).map(Int.init) {
              known += 1
              if found[index] != Self.answer(names[index], bits[index]) { wrong += 1 }
            }
            for index in waiting.map(Int.init) {
              answers.keep(
                Self.answer(names[index], bits[index]), to: bits[index], under: names[index], turn: round)
            }
          }
          return known > 0 ? wrong : 1
        }
      }
      return await group.reduce(0) { $0 + $1 }
    }
    #expect(wrong == 0)
  }
}
