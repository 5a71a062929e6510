#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A small dense matrix, for Durbin's recursion only.
struct SquareMatrix {
  let size: Int
  private var entries: [Double]

  init(identity size: Int) {
    self.size = size
    entries = [Double](repeating: 0, count: size * size)
    for index in 0..<size { entries[index * size + index] = 1 }
  }

  /// H of Durbin (1973): 1/(i−j+1)! on and below the superdiagonal, corrected for h in the first column and last row.
  init(durbinSize size: Int, h: Double) {
    self.init(identity: size)
    for i in 0..<size {
      for j in 0..<size { self[i, j] = i - j + 1 >= 0 ? 1 : 0 }
    }
    var power = h
    for i in 0..<size {
      self[i, 0] -= power
      self[size - 1, size - 1 - i] -= power
      power *= h
    }
    if 2 * h > 1 { self[size - 1, 0] += pow(2 * h - 1, Double(size)) }
    for i in 0..<size {
      for j in 0...min(i + 1, size - 1) {
        var factorial = 1.0
        for g in stride(from: 2, through: i - j + 1, by: 1) { factorial *= Double(g) }
        self[i, j] /= factorial
      }
    }
  }

  subscript(row: Int, column: Int) -> Double {
    get { entries[row * size + column] }
    set { entries[row * size + column] = newValue }
  }

  /// Divides by a power of two, so that powers cannot overflow; returns its exponent.
  mutating func rescale() -> Int {
    let largest = entries.max() ?? 0
    guard largest > 0, largest.isFinite else { return 0 }
    let exponent = Int(largest.exponent)
    let factor = Double(sign: .plus, exponent: -exponent, significand: 1)
    for index in entries.indices { entries[index] *= factor }
    return exponent
  }

  static func * (left: SquareMatrix, right: SquareMatrix) -> SquareMatrix {
    let size = left.size
    var product = SquareMatrix(identity: size)
    for i in 0..<size {
      product[i, i] = 0
      for k in 0..<size {
        let factor = left[i, k]
        if factor == 0 { continue }
        for j in 0..<size { product.entries[i * size + j] += factor * right.entries[k * size + j] }
      }
    }
    return product
  }
}
