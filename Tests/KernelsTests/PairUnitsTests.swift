import Kernels
import TestSupport
import Testing

@Suite("Units of pairs")
struct PairUnitsTests {
  @Test("Seeds are the remainders that Python takes, at every level", arguments: CPULevel.available)
  func seeds(_ level: CPULevel) {
    let units = PairUnits(level: level)
    var random = SplitMix64(seed: 21)
    let magnitudes: [UInt64] = [
      0, 1, 15_485_863, UInt64(UInt32.max), 1 << 32, UInt64.max / 3, 1 << 63, .max - 1, .max,
    ]
    for magnitude in magnitudes + (0..<20).map({ _ in random.next() >> (random.next() % 64) }) {
      for isNegative in [false, true] {
        let words =
          [0, 1, 3, UInt32.max] + (0..<33).map { _ in UInt32(truncatingIfNeeded: random.next() >> 40) }
        let range = Int(random.next() % 5)..<(words.count - Int(random.next() % 5))
        var seeds: [UInt32] = [7]
        units.appendSeeds(of: words, range, magnitude: magnitude, isNegative: isNegative, to: &seeds)
        #expect(
          seeds == [7]
            + words[range].map {
              PairUnitsReference.seed(of: $0, magnitude: magnitude, isNegative: isNegative)
            })
        #expect(units.largest(of: words) == words.max())
      }
    }
    #expect(units.largest(of: []) == 0)
  }

  @Test("Each pair is kept once, the first of its kind, at every level", arguments: CPULevel.available)
  func distinct(_ level: CPULevel) {
    var units = PairUnits(level: level)
    var random = SplitMix64(seed: 22)
    var (kept, repeated): ([UInt32], [UInt32]) = ([], [])
    // Up to 65,535 pairs take one way, more of them another.
    for count in [0, 1, 2, 7, 15, 16, 17, 200, 5_000, 63, 64, 1, 65_535, 65_536, 3] {
      for kinds in [1, 3, 40, 1 << 20] {
        let first = (0..<count).map { _ in UInt32(random.next() % UInt64(kinds)) &* 0x0100_0000 }
        let second = (0..<count).map { _ in UInt32(random.next() % 5) }
        let wanted = PairUnitsReference.distinct(first, second)
        var (left, right) = (first, second)
        units.keepDistinct(&left, &right, offset: 3, kept: &kept, repeated: &repeated)
        #expect(kept == wanted.kept.map { $0 + 3 } && repeated == wanted.repeated.map { $0 + 3 })
        #expect(left == wanted.kept.map { first[Int($0)] } && right == wanted.kept.map { second[Int($0)] })
      }
    }
  }
}
