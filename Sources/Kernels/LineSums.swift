import CKernels

/// Power that can be asked for along a lattice: half a spectrum in 16 bits, frequency zero in the middle row.
///
/// Integer sums have no order, so every ``CPULevel`` gives the same. Cost: about half a nanosecond a line while the bins
/// stay in the second cache level.
public struct LinePower: Sendable {
  /// The size of the transform.
  public let size: Int
  /// Bins from one row to the next, size ⁄ 2 + 1.
  public let stride: Int
  /// The bins; ``scale`` stands for one.
  public let bins: [UInt16]
  private let level: CPULevel

  /// What a power of one is stored as; powers up to 7.9 fit.
  public static let scale: Float = 8192

  /// Takes power in rows of size ⁄ 2 + 1 bins, row 0 the most negative frequency.
  public init(size: Int, power: [Float], level: CPULevel = .active) {
    precondition(power.count == size * (size / 2 + 1), "half a spectrum")
    self.size = size
    stride = size / 2 + 1
    bins = power.map { UInt16(min(max($0 * Self.scale, 0), 65_535)) }
    self.level = level
  }

  /// Sums of power at the bins nearest to (x, y) × gain, for several gains: over the first `inner` lines and over all.
  ///
  /// - Parameters:
  ///   - x: not negative; with the gain it must stay below half the size.
  ///   - y: with the gain it must stay within half the size on either side.
  ///   - counts: how many lines count at each gain.
  public func sums(
    x: [Float], y: [Float], inner: Int, gains: [Float], counts: [UInt32]
  ) -> (inner: [UInt32], all: [UInt32]) {
    precondition(x.count == y.count && gains.count == counts.count, "one count a gain")
    var near = [UInt32](repeating: 0, count: gains.count)
    var all = near
    level.imageTable.line_sums!(
      bins, stride, Int32(size / 2), x, y, inner, gains, counts, gains.count, &near, &all)
    return (near, all)
  }

  /// The stored power at the bin nearest to a frequency in bins, of either half.
  @inline(__always)
  public func bin(_ x: Float, _ y: Float) -> UInt16 {
    let (fx, fy) = x < 0 ? (-x, -y) : (x, y)
    let column = Int(fx + 0.5)
    let row = (Int(fy + Float(size / 2) + 0.5)) & (size - 1)
    return column < stride ? bins[row * stride + column] : 0
  }
}
