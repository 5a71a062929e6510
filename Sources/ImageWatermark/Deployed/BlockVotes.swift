/// What each block of a picture says of its bit: the tool's own vote, and ours, which knows how sure it is.
struct BlockVotes {
  /// True for a one, block by block, row by row.
  var hard: [Bool]
  /// From −1, surely a zero, to 1, surely a one.
  var soft: [Float]

  init(_ approximation: HaarApproximation, method: DeployedMethod) {
    let (across, down, stride) = (
      approximation.blockColumns, approximation.blockRows, approximation.columns
    )
    hard = []
    soft = []
    hard.reserveCapacity(across * down)
    soft.reserveCapacity(across * down)
    var block = [Double](repeating: 0, count: 16)
    for row in 0..<down {
      for column in 0..<across {
        approximation.values.withUnsafeBufferPointer { values in
          for y in 0..<4 {
            for x in 0..<4 { block[4 * y + x] = values[(4 * row + y) * stride + 4 * column + x] }
          }
        }
        let vote = method == .dwtDct ? Self.largestCoefficient(block) : Self.singularValue(block)
        hard.append(vote.hard)
        soft.append(vote.soft)
      }
    }
  }

  /// Where a value lies between the two lattice points of its step: −1 at a quarter, 1 at three quarters.
  private static let waves: [Float] = (0...1024).map { Float(-sineOf(2 * Double.pi * Double($0) / 1024)) }

  @inline(__always)
  private static func wave(_ remainder: Double) -> Float {
    waves[Int(remainder * (1024 / DeployedMethod.step))]
  }

  /// dwtDct: the largest coefficient decides; ours weighs those that may have been the largest before the mark moved it.
  private static func largestCoefficient(_ block: [Double]) -> (hard: Bool, soft: Float) {
    var place = 1
    for index in 2..<16 where abs(block[index]) > abs(block[place]) { place = index }
    let most = abs(block[place])
    var (sum, weights): (Float, Float) = (0, 0)
    for index in 1..<16 {
      let behind = Float((most - abs(block[index])) / (DeployedMethod.step / 2))
      guard behind < 1 else { continue }
      let weight = (1 - behind) * (1 - behind)
      sum += weight * wave(abs(block[index]).truncatingRemainder(dividingBy: DeployedMethod.step))
      weights += weight
    }
    let isOne = most.truncatingRemainder(dividingBy: DeployedMethod.step) > DeployedMethod.step / 2
    return (isOne, sum / weights)
  }

  /// dwtDctSvd: the largest singular value decides.
  ///
  /// An orthonormal DCT does not change it, so none is taken.
  private static func singularValue(_ block: [Double]) -> (hard: Bool, soft: Float) {
    let value = SingularVectors(block).value.truncatingRemainder(dividingBy: DeployedMethod.step)
    return (value > DeployedMethod.step / 2, wave(value))
  }
}

/// The largest singular value of a 4 × 4 matrix, and its vectors.
///
/// Power iteration on AᵀA: blocks of a picture are nearly of rank one, so few steps reach full precision.
struct SingularVectors {
  let value: Double
  let left: SIMD4<Double>
  let right: SIMD4<Double>

  init(_ block: [Double]) {
    self.init(
      SIMD4(block[0], block[1], block[2], block[3]), SIMD4(block[4], block[5], block[6], block[7]),
      SIMD4(block[8], block[9], block[10], block[11]), SIMD4(block[12], block[13], block[14], block[15]))
  }

  /// From the matrix' rows.
  init(_ a: SIMD4<Double>, _ b: SIMD4<Double>, _ c: SIMD4<Double>, _ d: SIMD4<Double>) {
    func product(_ vector: SIMD4<Double>) -> SIMD4<Double> {
      SIMD4((a * vector).sum(), (b * vector).sum(), (c * vector).sum(), (d * vector).sum())
    }
    // The longest row is no worse a start than any vector, and never orthogonal to the answer unless it is zero.
    var vector = a
    var length = (a * a).sum()
    for index in 0..<3 {
      let row = index == 0 ? b : index == 1 ? c : d
      let size = (row * row).sum()
      if size > length { (vector, length) = (row, size) }
    }
    length = length.squareRoot()
    guard length > 0 else {
      (value, left, right) = (0, SIMD4(1, 0, 0, 0), SIMD4(1, 0, 0, 0))
      return
    }
    vector /= length
    var image = product(vector)
    var last = 0.0
    for _ in 0..<200 {
      var next: SIMD4<Double> = a * image[0]
      next += b * image[1]
      next += c * image[2]
      next += d * image[3]
      length = (next * next).sum().squareRoot()
      guard length > 0 else { break }
      vector = next / length
      image = product(vector)
      let size = (image * image).sum().squareRoot()
      if abs(size - last) <= 1e-15 * size { break }
      last = size
    }
    let size = (image * image).sum().squareRoot()
    value = size
    left = size > 0 ? image / size : SIMD4(1, 0, 0, 0)
    right = vector
  }
}
