import Kernels
import Raster

/// blind-watermark 0.4.4, read as the tool does it, given its two passwords and the message's length.
///
/// Every 8 × 8 block of pixels votes in Y, U and V: the block's coefficients are put in an order that the first password
/// draws, and the two largest singular values of the result carry the bit. The second password draws the order of the bits.
///
/// Source: the package's behaviour, checked against its output on real pictures (golden vectors).
public struct BlindWatermark: Sendable {
  /// Draws the order of each block's coefficients, `password_img`.
  private let imagePassword: UInt32
  /// Draws the order of the bits, `password_wm`.
  private let markPassword: UInt32

  /// Makes a reader; passwords are seeds of 32 bits, as in the tool.
  public init(imagePassword: UInt32, markPassword: UInt32) {
    (self.imagePassword, self.markPassword) = (imagePassword, markPassword)
  }

  /// What the tool's decoder gives.
  public struct Reading: Hashable, Sendable {
    /// The mean vote for a one, for each bit in the order in which blocks carry them.
    public var storedAverages: [Double]
    /// The same in the order of the message.
    public var averages: [Double]
    /// The bits of the message: ones above the threshold between two means.
    public var bits: [Bool]
    /// The blocks that voted in each channel.
    public var blocks: Int

    /// The text that the bits spell, where they do: a number whose bytes are UTF-8, as the tool's mode `str` writes it.
    public var text: String? {
      var digits = Array(bits.drop { !$0 })
      guard !digits.isEmpty else { return nil }
      digits.insert(contentsOf: [Bool](repeating: false, count: (8 - digits.count % 8) % 8), at: 0)
      let bytes = Swift.stride(from: 0, to: digits.count, by: 8).map { start in
        digits[start..<(start + 8)].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
      }
      return String(validating: bytes, as: UTF8.self)
    }
  }

  /// Reads a message of known length; nil where the picture has fewer blocks than bits.
  ///
  /// Cost: about 150 ms a megapixel.
  public func read(_ image: RasterImage, length: Int) -> Reading? {
    let (rows, columns) = ((image.height + 1) / 2 / 4, (image.width + 1) / 2 / 4)
    let blocks = rows * columns
    guard length > 0, length <= Self.mostBits, blocks >= length else { return nil }
    let orders = Self.blockOrders(password: imagePassword, blocks: blocks)
    var sums = [Double](repeating: 0, count: length)
    for plane in Self.planes(image) {
      for block in 0..<blocks {
        let values = plane.block(row: block / columns, column: block % columns)
        sums[block % length] += Self.vote(values, order: orders[(16 * block)..<(16 * block + 16)])
      }
    }
    let stored = sums.enumerated().map { bit, sum in
      sum / Double(3 * ((blocks - bit + length - 1) / length))
    }
    let threshold = Self.threshold(stored)
    var averages = stored
    for (place, bit) in Self.bitOrder(password: markPassword, length: length).enumerated() {
      averages[bit] = stored[place]
    }
    return Reading(
      storedAverages: stored, averages: averages, bits: averages.map { $0 > threshold }, blocks: blocks)
  }

  /// The longest message that is read, in bits.
  public static let mostBits = 1 << 16
}

extension BlindWatermark.Reading {
  /// Natural logarithm of a bound on the chance that a message with as many ones agrees as well, at most 0.
  ///
  /// The second password puts the bits in a random order, so for somebody who does not have it every order is as likely
  /// as another: the bound holds for every picture.
  public func logPValue(of message: [Bool]) -> Double {
    precondition(message.count == averages.count, "a message of the length that was read")
    return SubsetTail(values: averages, isChosen: message, classes: 1).logUpperBound()
  }
}

extension DeployedMessage {
  /// The bits that blind-watermark writes for the message: those of text begin with its first one.
  public var blindWatermarkBits: [Bool] { isText ? Array(bits.drop { !$0 }) : bits }
}

// MARK: - What the passwords draw

extension BlindWatermark {
  /// Sixteen places a block: the place in the block from which each coefficient is taken.
  ///
  /// The tool sorts sixteen doubles a block, drawn by numpy's old generator.
  static func blockOrders(password: UInt32, blocks: Int) -> [UInt8] {
    var words = TwisterWords(seed: password)
    var orders: [UInt8] = []
    orders.reserveCapacity(16 * blocks)
    for _ in 0..<blocks {
      let draws = (0..<16).map { _ in words.double() }
      orders += (0..<16).sorted { (draws[$0], $0) < (draws[$1], $1) }.map { UInt8($0) }
    }
    return orders
  }

  /// The bit of the message at each stored place.
  static func bitOrder(password: UInt32, length: Int) -> [Int] {
    var words = TwisterWords(seed: password)
    var order = Array(0..<length)
    for last in Swift.stride(from: length - 1, to: 0, by: -1) {
      order.swapAt(last, Int(words.word(atMost: UInt32(last))))
    }
    return order
  }

  /// The threshold between two means of numbers on a line.
  static func threshold(_ values: [Double]) -> Double {
    var (low, high) = (values.min() ?? 0, values.max() ?? 0)
    var threshold = (low + high) / 2
    for _ in 0..<300 {
      let above = values.filter { $0 > threshold }
      let below = values.filter { $0 <= threshold }
      if !below.isEmpty { low = below.reduce(0, +) / Double(below.count) }
      if !above.isEmpty { high = above.reduce(0, +) / Double(above.count) }
      let next = (low + high) / 2
      let isSettled = abs(next - threshold) < 1e-6
      threshold = next
      if isSettled { break }
    }
    return threshold
  }
}

/// Words of MT19937 one by one, and what numpy's `RandomState` makes of them.
private struct TwisterWords {
  private var generator: MersenneTwisterBlock
  private var block: [UInt32] = []
  private var place = MersenneTwisterBlock.wordCount

  init(seed: UInt32) { generator = MersenneTwisterBlock(seed: seed) }

  mutating func word() -> UInt32 {
    if place == MersenneTwisterBlock.wordCount {
      generator.next(into: &block)
      place = 0
    }
    defer { place += 1 }
    return block[place]
  }

  /// In [0, 1), with 53 bits.
  mutating func double() -> Double {
    let (high, low) = (Double(word() >> 5), Double(word() >> 6))
    return (high * 67_108_864 + low) / 9_007_199_254_740_992
  }

  /// From 0 to `most`: words under a mask until one fits.
  mutating func word(atMost most: UInt32) -> UInt32 {
    guard most > 0 else { return 0 }
    let mask = UInt32.max >> UInt32(most.leadingZeroBitCount)
    while true {
      let value = word() & mask
      if value <= most { return value }
    }
  }
}

// MARK: - Votes of blocks

extension BlindWatermark {
  /// The Haar approximation of one channel, in single precision.
  private struct Approximation {
    var columns: Int
    var values: [Float]

    func block(row: Int, column: Int) -> [Float] {
      (0..<16).map { values[(4 * row + $0 / 4) * columns + 4 * column + $0 % 4] }
    }
  }

  /// Y, U and V of the picture, padded by a zero row and column where a side is odd.
  private static func planes(_ image: RasterImage) -> [Approximation] {
    let rgb = image.rgbBytes()
    let (rows, columns) = ((image.height + 1) / 2, (image.width + 1) / 2)
    let c: Float = 0.70710678
    func approximation(_ value: (Float, Float, Float) -> Float) -> Approximation {
      var values = [Float](repeating: 0, count: rows * columns)
      rgb.withUnsafeBufferPointer { rgb in
        func sample(_ x: Int, _ y: Int) -> Float {
          guard x < image.width, y < image.height else { return 0 }
          let place = 3 * (y * image.width + x)
          return value(Float(rgb[place]), Float(rgb[place + 1]), Float(rgb[place + 2]))
        }
        for row in 0..<rows {
          for column in 0..<columns {
            let left = c * sample(2 * column, 2 * row + 1) + c * sample(2 * column, 2 * row)
            let right = c * sample(2 * column + 1, 2 * row + 1) + c * sample(2 * column + 1, 2 * row)
            values[row * columns + column] = c * right + c * left
          }
        }
      }
      return Approximation(columns: columns, values: values)
    }
    func luma(_ r: Float, _ g: Float, _ b: Float) -> Float { b * 0.114 + g * 0.587 + r * 0.299 }
    return [
      approximation(luma), approximation { r, g, b in (b - luma(r, g, b)) * 0.492 + 0.5 },
      approximation { r, g, b in (r - luma(r, g, b)) * 0.877 + 0.5 },
    ]
  }

  /// Three votes of the largest singular value, one of the second.
  private static func vote(_ values: [Float], order: ArraySlice<UInt8>) -> Double {
    let coefficients = cosineTransform(values)
    let shuffled = order.map { coefficients[Int($0)] }
    let (first, second) = largestSingularValues(shuffled)
    let isFirst = first.truncatingRemainder(dividingBy: 36) > 18
    let isSecond = second.truncatingRemainder(dividingBy: 20) > 10
    return ((isFirst ? 3 : 0) + (isSecond ? 1 : 0)) / 4
  }

  /// The orthonormal DCT-II of four points.
  private static let basis: [SIMD4<Double>] = (0..<4).map { frequency in
    let scale = frequency == 0 ? 0.5 : 0.5.squareRoot()
    return SIMD4(
      (0..<4).map { scale * cosineOf(Double.pi * Double(2 * $0 + 1) * Double(frequency) / 8) })
  }

  private static func cosineTransform(_ values: [Float]) -> [Double] {
    var rows: [SIMD4<Double>] = []
    for row in 0..<4 {
      let line = SIMD4(
        Double(values[4 * row]), Double(values[4 * row + 1]), Double(values[4 * row + 2]),
        Double(values[4 * row + 3]))
      rows.append(
        SIMD4(
          (basis[0] * line).sum(), (basis[1] * line).sum(), (basis[2] * line).sum(), (basis[3] * line).sum()))
    }
    return (0..<4).flatMap { frequency -> [Double] in
      let weights = basis[frequency]
      var line = rows[0] * weights[0]
      for row in 1..<4 { line += rows[row] * weights[row] }
      return [line[0], line[1], line[2], line[3]]
    }
  }

  /// By one-sided Jacobi rotations of the columns, which keeps small values as exact as large ones.
  private static func largestSingularValues(_ values: [Double]) -> (Double, Double) {
    var columns = (0..<4).map { SIMD4(values[$0], values[4 + $0], values[8 + $0], values[12 + $0]) }
    for _ in 0..<12 {
      var isSettled = true
      for left in 0..<3 {
        for right in (left + 1)..<4 {
          let (a, b) = (columns[left], columns[right])
          let (aa, bb, ab) = ((a * a).sum(), (b * b).sum(), (a * b).sum())
          guard abs(ab) > 1e-15 * (aa * bb).squareRoot(), ab != 0 else { continue }
          isSettled = false
          let slope = (bb - aa) / (2 * ab)
          let tangent = (slope < 0 ? -1 : 1) / (abs(slope) + (1 + slope * slope).squareRoot())
          let cosine = 1 / (1 + tangent * tangent).squareRoot()
          let sine = cosine * tangent
          columns[left] = a * cosine - b * sine
          columns[right] = a * sine + b * cosine
        }
      }
      if isSettled { break }
    }
    let lengths = columns.map { ($0 * $0).sum().squareRoot() }.sorted(by: >)
    return (lengths[0], lengths[1])
  }
}
