/// Exact remainders without division for the shrinking moduli of a Fisher–Yates shuffle.
///
/// Step i of `torch.randperm(n)` takes a 32-bit word modulo n - i. Entry i is ⌊2³² ⁄ (n − i)⌋; the quotient it gives is at
/// most one too small for any 32-bit word, and the kernels mend that with one subtraction. One table serves every
/// seed: make it once a vocabulary and share it. Memory: 4 bytes × `steps`.
///
/// Source: Granlund and Montgomery, "Division by Invariant Integers using Multiplication", PLDI 1994.
public struct ReciprocalTable: Sendable {
  /// The number of elements that are permuted (the vocabulary size).
  public let elementCount: UInt32
  /// One entry a step; a permutation of n elements takes n − 1 steps.
  public let reciprocals: [UInt32]

  /// Makes the table for a permutation of `elementCount` elements.
  ///
  /// Linear in it.
  ///
  /// - Parameter steps: how many steps will ever be asked for; all n − 1 by default, and never more than that.
  public init(elementCount: UInt32, steps: UInt32? = nil) {
    self.elementCount = elementCount
    let all = elementCount == 0 ? 0 : elementCount - 1
    let wanted = min(steps ?? all, all)
    reciprocals = (0..<wanted).map { UInt32((UInt64(1) << 32) / UInt64(elementCount - $0)) }
  }

  /// The number of steps the table covers.
  public var steps: UInt32 { UInt32(reciprocals.count) }
}
