import Kernels
import TestSupport
import Testing

/// A size of vocabulary and of list, with tails on either side of a block of 624 words.
struct Shape: Sendable, CustomTestStringConvertible {
  var elements: UInt32
  var steps: UInt32
  var testDescription: String { "n = \(elements), steps = \(steps)" }

  static let all: [Shape] = [
    (1, 0), (1, 1), (2, 1), (2, 2), (3, 1), (64, 16), (65, 64), (623, 623), (624, 624), (625, 624),
    (626, 625),
    (1_000, 1), (1_249, 1_248), (4_097, 1_024), (65_536, 1_300), (65_537, 1_300), (50_257, 12_564),
  ].map { Shape(elements: $0.0, steps: $0.1) }
}

@Suite("Front of a permutation")
struct PermutationKernelTests {
  @Test(
    "prefix, rank, ranks and bits equal the plain Swift shuffle", arguments: CPULevel.available, Shape.all)
  func levelsEqualReference(level: CPULevel, shape: Shape) {
    let kernel = PermutationKernel(elementCount: shape.elements, steps: shape.steps, level: level)
    var generator = SplitMix64(seed: UInt64(shape.elements) << 32 | UInt64(shape.steps))
    var scratch = PermutationKernel.Scratch()
    for _ in 0..<4 {
      let seed = UInt32.random(in: .min ... .max, using: &generator)
      let expected = PermutationReference.prefix(elementCount: shape.elements, steps: shape.steps, seed: seed)
      #expect(kernel.prefix(seed: seed) == expected)

      var rankOf = [UInt32: Int](uniqueKeysWithValues: zip(expected, expected.indices))
      let asked =
        (0..<64).map { _ in UInt32.random(in: 0..<shape.elements, using: &generator) } + [
          shape.elements, .max,
        ]
      let ranks = kernel.ranks(of: asked, seed: seed)
      for (element, rank) in zip(asked, ranks) {
        #expect(rank == Int32(rankOf[element] ?? -1), "element \(element), seed \(seed)")
        #expect(kernel.rank(of: element, seed: seed) == rankOf[element], "element \(element), seed \(seed)")
      }

      // An odd offset into a larger buffer: the kernels must not rely on alignment.
      var storage = [UInt64](repeating: .max, count: kernel.bitsetWordCount + 3)
      storage.withUnsafeMutableBufferPointer { storage in
        let words = UnsafeMutableBufferPointer(rebasing: storage[1..<(1 + kernel.bitsetWordCount)])
        kernel.setBits(seed: seed, in: words, scratch: &scratch)
        for element in 0..<Int(shape.elements) {
          let isSet = (words[element >> 6] >> UInt64(element & 63)) & 1 == 1
          if isSet != (rankOf[UInt32(element)] != nil) {
            Issue.record("bit \(element) is wrong for seed \(seed)")
            break
          }
        }
        #expect(storage[0] == .max && storage[1 + kernel.bitsetWordCount] == .max, "wrote outside the list")
      }
      rankOf.removeAll()
    }
  }

  @Test("remainders by reciprocals are exact at the edges of 32 bits", arguments: CPULevel.available)
  func exactRemainders(level: CPULevel) {
    // Every modulus from n down to 2 meets a fresh word; a wrong quotient would derail the whole permutation.
    for elements: UInt32 in [2_000, 151_936] {
      let kernel = PermutationKernel(elementCount: elements, steps: elements - 1, level: level)
      for seed: UInt32 in [3, 0xdead_beef] {
        #expect(
          kernel.prefix(seed: seed)
            == PermutationReference.prefix(elementCount: elements, steps: elements - 1, seed: seed))
      }
    }
  }

  @Test(
    "bias reaches exactly the set bits", arguments: CPULevel.available,
    [0, 1, 63, 64, 65, 127, 1_000, 50_257])
  func biasReachesSetBits(level: CPULevel, count: Int) {
    var generator = SplitMix64(seed: UInt64(count))
    var logits = (0..<count).map { _ in Float.random(in: -30...30, using: &generator) }
    for index in stride(from: 0, to: count, by: 7) {
      logits[index] = [-0.0, .nan, -.infinity, .infinity][(index / 7) % 4]
    }
    let words = (0..<((count + 63) / 64)).map { _ in UInt64.random(in: .min ... .max, using: &generator) }
    let kernel = PermutationKernel(elementCount: 2, steps: 1, level: level)
    let expected = PermutationReference.biased(logits, by: 2.5, whereSet: words)
    kernel.addBias(2.5, toLogits: &logits, whereSet: words)
    #expect(logits.map(\.bitPattern) == expected.map(\.bitPattern))
  }
}
