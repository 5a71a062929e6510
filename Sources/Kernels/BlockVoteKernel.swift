import CKernels

/// How surely each 4 × 4 block of samples says zero (−1) or one (1), for marks that quantise a coefficient of the block.
///
/// Two readings: by the largest coefficients but the first, weighed by how near they come to the largest; and by the largest
/// singular value. Equal bit for bit at every ``CPULevel``. Cost: about 30 ns a block for both.
public struct BlockVoteKernel: Sendable {
  /// The distance of the quantiser's lattice; a quarter of it stands for zero, three quarters for one.
  public let step: Float
  private let level: CPULevel

  /// Chooses a step and a level.
  public init(step: Float, level: CPULevel = .active) { (self.step, self.level) = (step, level) }

  /// Which readings are wanted.
  public struct Readings: OptionSet, Sendable {
    /// The bits of the set.
    public let rawValue: Int

    /// Makes a set.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// By the largest coefficients.
    public static let largest = Readings(rawValue: 1)
    /// By the largest singular value.
    public static let singular = Readings(rawValue: 2)
  }

  /// Votes of blocks, row by row; an array that was not asked for is empty.
  ///
  /// - Parameters:
  ///   - plane: rows of `stride` samples, whose magnitudes stay below 2²⁰.
  ///   - x: the column at which the first block begins.
  ///   - y: its row.
  public func votes(
    _ plane: [Float], stride: Int, x: Int, y: Int, columns: Int, rows: Int, readings: Readings
  ) -> (largest: [Float], singular: [Float]) {
    guard columns > 0, rows > 0 else { return ([], []) }
    precondition(
      x >= 0 && y >= 0 && x + 4 * columns <= stride && (y + 4 * rows) * stride <= plane.count,
      "blocks lie in the plane")
    let kernel = level.imageTable.block_votes!
    var largest = [Float](repeating: 0, count: readings.contains(.largest) ? columns * rows : 0)
    var singular = [Float](repeating: 0, count: readings.contains(.singular) ? columns * rows : 0)
    plane.withUnsafeBufferPointer { plane in
      largest.withUnsafeMutableBufferPointer { largest in
        singular.withUnsafeMutableBufferPointer { singular in
          for row in 0..<rows {
            kernel(
              plane.baseAddress! + (y + 4 * row) * stride + x, stride, columns, step,
              largest.isEmpty ? nil : largest.baseAddress! + row * columns,
              singular.isEmpty ? nil : singular.baseAddress! + row * columns)
          }
        }
      }
    }
    return (largest, singular)
  }
}

/// What ``BlockVoteKernel`` computes, written plainly: the tests hold every level to it.
public enum BlockVoteReference {
  private static func wave(_ value: Float, _ inverse: Float) -> Float {
    let turns = value * inverse
    let u = turns - Float(Int32(turns)) - 0.5
    let y = 8 * u - 16 * u * abs(u)
    return 0.225 * (y * abs(y) - y) + y
  }

  /// The vote of a block's largest coefficients.
  public static func largest(_ block: [Float], step: Float) -> Float {
    let most = block[1...].reduce(Float(0)) { max($0, abs($1)) }
    var (sum, weights): (Float, Float) = (0, 0)
    for value in block[1...] {
      let near = max(0, 1 - (most - abs(value)) * (2 / step))
      let weight = near * near
      sum += weight * wave(abs(value), 1 / step)
      weights += weight
    }
    return sum / weights
  }

  /// The vote of a block's largest singular value.
  public static func singular(_ block: [Float], step: Float) -> Float {
    func square(_ m: [[Float]]) -> [[Float]] {
      (0..<4).map { i in
        (0..<4).map { j in
          let (low, high) = (min(i, j), max(i, j))
          return m[low][0] * m[0][high] + m[low][1] * m[1][high] + m[low][2] * m[2][high] + m[low][3]
            * m[3][high]
        }
      }
    }
    var gram = (0..<4).map { i in
      (0..<4).map { j in
        let (low, high) = (min(i, j), max(i, j))
        let first = block[low] * block[high] + block[4 + low] * block[4 + high]
        return first + block[8 + low] * block[8 + high] + block[12 + low] * block[12 + high]
      }
    }
    let trace = gram[0][0] + gram[1][1] + gram[2][2] + gram[3][3]
    let scale = 1 / (trace + 1e-20)
    gram = gram.map { $0.map { $0 * scale } }
    let power = square(square(square(gram)))
    var over: Float = 0
    for i in 0..<4 { for j in 0..<4 { over += power[i][j] * gram[i][j] } }
    let under = power[0][0] + power[1][1] + power[2][2] + power[3][3] + 1e-20
    return wave((over / under * trace).squareRoot(), 1 / step)
  }
}
