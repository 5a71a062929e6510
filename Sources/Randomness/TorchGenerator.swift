import Kernels

/// torch's CPU generator, bit for bit: what `torch.Generator().manual_seed(seed)` draws.
///
/// Marks were made with these draws, so a detector must repeat them. Only the CPU's generator is here: a GPU's `randperm` is a
/// different function of the same seed, and text marked with it cannot be read by this one.
///
/// The seed is taken modulo 2³², as torch's Mersenne Twister does: seeds that agree there draw the same numbers.
///
/// Source: PyTorch 2.13 (`at::mt19937`, `randperm`, `random_from_to`, `uniform_real_distribution`), checked against its output.
public struct TorchGenerator: Sendable {
  private var twister: MersenneTwisterBlock
  private var block: [UInt32] = []
  private var position = MersenneTwisterBlock.wordCount

  /// Seeds the generator as `manual_seed` does with an unsigned 64-bit seed.
  public init(seed: UInt64) {
    twister = MersenneTwisterBlock(seed: UInt32(truncatingIfNeeded: seed))
  }

  /// Seeds the generator with a signed seed; a negative one stands for itself modulo 2⁶⁴.
  public init(seed: Int64) {
    self.init(seed: UInt64(bitPattern: seed))
  }

  /// The next 32-bit word.
  public mutating func next32() -> UInt32 {
    if position == MersenneTwisterBlock.wordCount {
      twister.next(into: &block)
      position = 0
    }
    defer { position += 1 }
    return block[position]
  }

  /// The next two words as one number, the first in the high half.
  public mutating func next64() -> UInt64 {
    let high = UInt64(next32())
    return high << 32 | UInt64(next32())
  }
}

extension TorchGenerator {
  /// `torch.randint(low, high, (count,))`: a word modulo the range, two words from a range of 2²⁸ on.
  ///
  /// torch before 2.4 or so changed over to two words at 2³² instead; ranges below 2²⁸ agree in every version.
  public mutating func integers(in range: Range<Int64>, count: Int) -> [Int64] {
    let width = UInt64(bitPattern: range.upperBound &- range.lowerBound)
    guard width > 0 else { return [] }
    return (0..<max(count, 0)).map { _ in
      let word = width < 1 << 28 ? UInt64(next32()) : next64()
      return range.lowerBound &+ Int64(bitPattern: word % width)
    }
  }

  /// `torch.rand(count)` in 32 bits: 24 bits of one word each, in [0, 1).
  public mutating func uniformFloats(count: Int) -> [Float] {
    (0..<max(count, 0)).map { _ in Float(next32() & 0xff_ffff) * 0x1p-24 }
  }

  /// `torch.rand(count, dtype=float64)`: 53 bits of two words each, in [0, 1).
  public mutating func uniformDoubles(count: Int) -> [Double] {
    (0..<max(count, 0)).map { _ in Double(next64() & ((1 << 53) - 1)) * 0x1p-53 }
  }

  /// The largest `n` for which ``permutation(of:)`` is torch's: beyond it torch draws 64-bit words.
  public static let largestPermutation = UInt32((UInt64(UInt32.max) - 1) / 20)

  /// `torch.randperm(n)`; draws n − 1 words.
  ///
  /// Throws beyond ``largestPermutation``.
  ///
  /// A fresh generator is better served by `PermutationKernel`, which gives the same from the seed.
  public mutating func permutation(of n: UInt32) throws(RandomnessError) -> [UInt32] {
    guard n <= Self.largestPermutation else {
      throw RandomnessError(
        code: .unsupportedSize,
        message: "randperm of \(n) elements; at most \(Self.largestPermutation) are supported",
        hint: "torch draws 64-bit words for larger permutations; no vocabulary is that large")
    }
    var permutation = [UInt32](0..<n)
    guard n > 1 else { return permutation }
    for step in 0..<(n - 1) {
      permutation.swapAt(Int(step), Int(step + next32() % (n - step)))
    }
    return permutation
  }
}
