import Kernels
import Testing

@Suite("MT19937 blocks")
struct MersenneTwisterTests {
  @Test("every level gives the words of the plain Swift form", arguments: CPULevel.available)
  func levelsEqualReference(level: CPULevel) {
    for seed: UInt32 in [0, 1, 5489, 0x7fff_ffff, 0xffff_ffff] {
      var kernel = MersenneTwisterBlock(seed: seed, level: level)
      var reference = MersenneTwisterBlock(seed: seed, level: .base)
      var block: [UInt32] = []
      var expected: [UInt32] = []
      for _ in 0..<5 {
        kernel.next(into: &block)
        reference.referenceNext(into: &expected)
        #expect(block == expected, "seed \(seed)")
      }
    }
  }

  @Test("the ten thousandth word from seed 5489 is the one the C++ standard names")
  func tenThousandthWord() {
    var twister = MersenneTwisterBlock(seed: 5489)
    var block: [UInt32] = []
    for _ in 0...(9_999 / 624) { twister.next(into: &block) }
    #expect(block[9_999 % 624] == 4_123_659_995)
  }
}
