import Kernels

/// The periodic pattern of a key and a payload, before mask and strength.
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
    waves = PlaneKernels.waveBlocks(count: 2 * (2 * outer + 1), width: width) { wave, x in
      let angle = 2 * Double.pi * Double(wave / 2 - outer) / tile * Double(x)
      return Float(wave % 2 == 0 ? cosineOf(angle) : -sineOf(angle))
    }
  }

  /// Some rows of the pattern.
  func rows(_ rows: Range<Int>) -> [Float] {
    let outer = LatticeKey.outerRadius
    let count = 2 * (2 * outer + 1)
    var weights = [Float](repeating: 0, count: rows.count * count)
    for (place, y) in rows.enumerated() {
      var sums = [Complex](repeating: .zero, count: 2 * outer + 1)
      let turns = (0...outer).map { Complex.unit(2 * Double.pi * Double($0) * Double(y) / tile) }
      for line in lines { sums[line.column] = sums[line.column] + line.coefficient * turns[line.y] }
      for column in sums.indices {
        weights[place * count + 2 * column] = Float(sums[column].re * scale)
        weights[place * count + 2 * column + 1] = Float(sums[column].im * scale)
      }
    }
    return kernels.combine(waves: waves, weights: weights, count: count, width: width)
  }
}
