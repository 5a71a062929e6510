import Kernels

/// How a lattice lies in a picture: tile size, angle, a little anisotropy and shear, and whether it is mirrored.
public struct LatticeGeometry: Hashable, Sendable {
  /// Natural logarithm of the tile's side, in pixels of the examined plane.
  public internal(set) var logTile: Double
  /// The angle, in radians, by which the picture was turned.
  public internal(set) var angle: Double
  /// Logarithm of the ratio by which the sides were stretched against each other, half of it each.
  public internal(set) var anisotropy = 0.0
  /// Shear.
  public internal(set) var shear = 0.0
  /// Whether left and right are exchanged.
  public internal(set) var isMirrored = false

  /// From lattice points to cycles a pixel: (fx, fy) = (a x + b y, c x + d y).
  var matrix: (a: Double, b: Double, c: Double, d: Double) {
    let (cosine, sine) = (cosineOf(angle), sineOf(angle))
    let scale = exponentialOf(-logTile)
    let (stretch, squeeze) = (exponentialOf(anisotropy) * scale, exponentialOf(-anisotropy) * scale)
    let lean = shear * scale
    let mirror = isMirrored ? -1.0 : 1.0
    return (
      mirror * cosine * stretch, cosine * lean - sine * squeeze, mirror * sine * stretch,
      sine * lean + cosine * squeeze
    )
  }
}

extension SuspectSpectrum {
  /// Lines beyond this frequency, in cycles a pixel, are not looked at.
  static let largestFrequency = 0.47

  /// The mean excess power at the bins nearest to a key's lines, in deviations: noise has exponential power of mean 1.
  func score(_ geometry: LatticeGeometry, points: [LatticePoint], power: LinePower) -> Double {
    let matrix = geometry.matrix
    let size = Double(self.size)
    let limit = Self.largestFrequency
    var sum = 0
    var count = 0
    for point in points {
      let fx = matrix.a * Double(point.x) + matrix.b * Double(point.y)
      let fy = matrix.c * Double(point.x) + matrix.d * Double(point.y)
      guard abs(fx) < limit, abs(fy) < limit else { continue }
      sum += Int(power.bin(Float(fx * size), Float(fy * size)))
      count += 1
    }
    return (Double(sum) / Double(LinePower.scale) - Double(count)) / Double(max(count, 40)).squareRoot()
  }

  /// Moves a geometry uphill, in ever smaller steps.
  func climbed(_ start: LatticeGeometry, points: [LatticePoint], power: LinePower) -> LatticeGeometry {
    var best = start
    var value = score(best, points: points, power: power)
    let directions: [WritableKeyPath<LatticeGeometry, Double>] = [
      \.logTile, \.angle, \.anisotropy, \.shear,
    ]
    for step in [0.003, 0.0015, 0.0007, 0.00035] {
      for _ in 0..<4 {
        var hasMoved = false
        for direction in directions {
          for change in [-step, step] {
            var tried = best
            tried[keyPath: direction] += change
            let score = score(tried, points: points, power: power)
            if score > value { (best, value, hasMoved) = (tried, score, true) }
          }
        }
        if !hasMoved { break }
      }
    }
    return best
  }

  /// The spectrum at a key's lines, read between bins, magnitudes clipped; zero beyond the largest frequency.
  func lines(_ geometry: LatticeGeometry, points: [LatticePoint]) -> [Complex] {
    let matrix = geometry.matrix
    let size = Double(self.size)
    return points.map { point in
      let fx = matrix.a * Double(point.x) + matrix.b * Double(point.y)
      let fy = matrix.c * Double(point.x) + matrix.d * Double(point.y)
      guard abs(fx) < Self.largestFrequency, abs(fy) < Self.largestFrequency else { return .zero }
      let (column, row) = ((fx * size).rounded(.down), (fy * size).rounded(.down))
      let (dx, dy) = (fx * size - column, fy * size - row)
      var value = Complex.zero
      for (oy, wy) in [(0, 1 - dy), (1, dy)] {
        for (ox, wx) in [(0, 1 - dx), (1, dx)] {
          value = value + bin(Int(column) + ox, Int(row) + oy) * (wx * wy)
        }
      }
      let magnitude = value.squaredMagnitude.squareRoot()
      return magnitude > 2.5 ? value * (2.5 / magnitude) : value
    }
  }

  private func bin(_ x: Int, _ y: Int) -> Complex {
    let isConjugate = x < 0
    let column = isConjugate ? -x : x
    let row = (isConjugate ? -y : y) & (size - 1)
    let place = row * spectrum.stride + column
    let (re, im) = (Double(spectrum.real[place]), Double(spectrum.imaginary[place]))
    return Complex(re: re, im: isConjugate ? -im : im)
  }
}
