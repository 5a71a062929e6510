/// The plain Swift forms of ``PermutationKernel``, written for reading; the kernels must equal them.
public enum PermutationReference {
  /// The first `steps` places of `torch.randperm(n)`: a shuffle of a real array, with real remainders.
  public static func prefix(elementCount: UInt32, steps: UInt32, seed: UInt32) -> [UInt32] {
    guard elementCount > 0 else { return [] }
    var permutation = [UInt32](0..<elementCount)
    var twister = MersenneTwisterBlock(seed: seed, level: .base)
    var block: [UInt32] = []
    let steps = min(steps, elementCount - 1)
    for step in 0..<Int(steps) {
      if step % MersenneTwisterBlock.wordCount == 0 { twister.referenceNext(into: &block) }
      let word = block[step % MersenneTwisterBlock.wordCount]
      permutation.swapAt(step, step + Int(word % (elementCount - UInt32(step))))
    }
    return Array(permutation.prefix(Int(steps)))
  }

  /// The place of `element` among the first `steps` places, or nil.
  public static func rank(of element: UInt32, elementCount: UInt32, steps: UInt32, seed: UInt32) -> Int? {
    prefix(elementCount: elementCount, steps: steps, seed: seed).firstIndex(of: element)
  }

  /// Logits with `bias` added where the bit is set.
  public static func biased(_ logits: [Float], by bias: Float, whereSet words: [UInt64]) -> [Float] {
    logits.enumerated().map { index, logit in
      (words[index >> 6] >> UInt64(index & 63)) & 1 == 1 ? logit + bias : logit
    }
  }
}
