/// What each block of a picture says of its bit, as the tool decides it.
struct BlockVotes {
  /// True for a one, block by block, row by row.
  var hard: [Bool]

  init(_ approximation: HaarApproximation, method: DeployedMethod) {
    let (across, down, stride) = (
      approximation.blockColumns, approximation.blockRows, approximation.columns
    )
    hard = []
    hard.reserveCapacity(across * down)
    var block = [Double](repeating: 0, count: 16)
    for row in 0..<down {
      for column in 0..<across {
        approximation.values.withUnsafeBufferPointer { values in
          for y in 0..<4 {
            for x in 0..<4 { block[4 * y + x] = values[(4 * row + y) * stride + 4 * column + x] }
          }
        }
        // An orthonormal DCT does not change singular values, so dwtDctSvd's is not taken.
        let size = method == .dwtDct ? Self.largestCoefficient(block) : SingularVectors(block).value
        hard.append(size.truncatingRemainder(dividingBy: DeployedMethod.step) > DeployedMethod.step / 2)
      }
    }
  }

  /// dwtDct: the largest coefficient decides, the first of several.
  private static func largestCoefficient(_ block: [Double]) -> Double {
    var place = 1
    for index in 2..<16 where abs(block[index]) > abs(block[place]) { place = index }
    return abs(block[place])
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
