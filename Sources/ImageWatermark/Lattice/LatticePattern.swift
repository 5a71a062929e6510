import Kernels

/// The periodic pattern of a key and a payload, row by row, before mask and strength.
///
/// w(x, y) = Re Σ sₖ |k|^−0.4 exp(i (2π k·(x, y) ⁄ T + φₖ)), scaled to unit variance. Each row is a sum of 98 waves along x
/// whose weights depend on y, so the cost is 98 products a pixel, and any strip of a large picture can be made alone.
struct LatticePattern {
  private let waves: [Float]
  /// Lines that are there: where they lie, and their amplitude, sign and phase.
  private let lines: [(column: Int, y: Int, coefficient: Complex)]
  private let tile: Double
  private let scale: Double
  let width: Int
  private let kernels: PlaneKernels

  /// Line amplitudes fall as this power of the radius: fine lines show less.
  static let slope = -0.4

  init(key: LatticeKey, payload: [Bool], width: Int, tile: Double, kernels: PlaneKernels) {
    let outer = LatticeKey.outerRadius
    let symbols = LatticeSymbols.values(of: payload, key: key)
    var lines: [(column: Int, y: Int, coefficient: Complex)] = []
    var energy = 0.0
    for (index, point) in key.points.enumerated() {
      let amplitude = powerOf(point.radius, Self.slope)
      energy += amplitude * amplitude / 2
      lines.append((point.x + outer, point.y, symbols[index] * Complex.unit(key.phases[index]) * amplitude))
    }
    self.lines = lines
    scale = 1 / energy.squareRoot()
    self.tile = tile
    self.width = width
    self.kernels = kernels
    var waves: [Float] = []
    waves.reserveCapacity(2 * (2 * outer + 1) * width)
    for frequency in -outer...outer {
      let step = 2 * Double.pi * Double(frequency) / tile
      waves += (0..<width).map { Float(cosineOf(step * Double($0))) }
      waves += (0..<width).map { Float(-sineOf(step * Double($0))) }
    }
    self.waves = waves
  }

  /// One row of the pattern.
  func write(row y: Int, into out: UnsafeMutableBufferPointer<Float>) {
    let outer = LatticeKey.outerRadius
    var weights = [Float](repeating: 0, count: 2 * (2 * outer + 1))
    var sums = [Complex](repeating: .zero, count: 2 * outer + 1)
    let turns = (0...outer).map { Complex.unit(2 * Double.pi * Double($0) * Double(y) / tile) }
    for line in lines { sums[line.column] = sums[line.column] + line.coefficient * turns[line.y] }
    for column in sums.indices {
      weights[2 * column] = Float(sums[column].re * scale)
      weights[2 * column + 1] = Float(sums[column].im * scale)
    }
    kernels.combine(waves: waves, weights: weights, into: out)
  }
}
