import Raster

/// invisible-watermark 0.2.0, read and written as the tool does it.
///
/// Source: the package's behaviour, checked against its output on real pictures (golden vectors); `dwtDct` takes no DCT, only the U
/// channel is ever marked, and writing exchanges two Haar bands and wraps around at 256, all of which is kept.
public enum InvisibleWatermark {
  /// The fewest pixels the tool accepts.
  public static let fewestPixels = 65_536

  /// What the tool's decoder gives.
  public struct Reading: Hashable, Sendable {
    /// The mean vote for a one, bit by bit.
    public var averages: [Double]
    /// The blocks that voted, bit by bit.
    public var votes: [Int]
    /// The bits: ones where the mean is above 127 ⁄ 255.
    public var bits: [Bool]
  }

  /// Reads a message of known length; nil where the picture is smaller than the tool accepts.
  ///
  /// - Parameter phase: columns and rows to cut off at the left and top, for pictures whose grid was moved.
  public static func read(
    _ image: RasterImage, method: DeployedMethod, feed: DeployedFeed, length: Int,
    phase: (x: Int, y: Int) = (0, 0)
  ) -> Reading? {
    guard length > 0, image.width * image.height >= fewestPixels else { return nil }
    let approximation = HaarApproximation(
      HaarApproximation.chroma(image.rgbBytes(), feed: feed), width: image.width, height: image.height,
      phase: phase,
      arithmetic: feed.arithmetic)
    let votes = BlockVotes(approximation, method: method).hard
    var ones = [Int](repeating: 0, count: length)
    var counts = ones
    for (block, vote) in votes.enumerated() {
      counts[block % length] += 1
      if vote { ones[block % length] += 1 }
    }
    let averages = zip(ones, counts).map { $1 == 0 ? 0 : Double($0) / Double($1) }
    return Reading(averages: averages, votes: counts, bits: averages.map { $0 * 255 > 127 })
  }

  /// The picture with a message, as the tool writes it in 8-bit mode.
  public static func mark(
    _ image: RasterImage, method: DeployedMethod, bits: [Bool]
  ) throws(ImageWatermarkError) -> RasterImage {
    guard image.width * image.height >= fewestPixels else {
      throw ImageWatermarkError(
        code: .unsupportedSize, message: "the picture is \(image.width) × \(image.height) pixels",
        hint: "invisible-watermark needs 256 × 256 pixels")
    }
    guard !bits.isEmpty else {
      throw ImageWatermarkError(
        code: .invalidPayload, message: "the message is empty", hint: "give some bits")
    }
    let rgb = image.rgbBytes()
    let chroma = HaarApproximation.chroma(rgb, feed: DeployedFeed(.uint8))
    let marked = MarkedChroma(chroma, width: image.width, height: image.height, method: method, bits: bits)
      .values
    var out = rgb
    for index in 0..<(image.width * image.height) {
      let (r, g, b) = (Int(rgb[3 * index]), Int(rgb[3 * index + 1]), Int(rgb[3 * index + 2]))
      let y = FixedPoint.luma(b, g, r)
      let v = FixedPoint.v(r, y)
      let u = Int(marked[index])
      out[3 * index] = UInt8(FixedPoint.red(y, v))
      out[3 * index + 1] = UInt8(FixedPoint.green(y, u, v))
      out[3 * index + 2] = UInt8(FixedPoint.blue(y, u))
    }
    return RasterImage(width: image.width, height: image.height, model: .rgb, samples: .bytes(out))
  }
}

/// The U channel after embedding, back in bytes.
private struct MarkedChroma {
  var values: [UInt8]

  init(_ chroma: [Double], width: Int, height: Int, method: DeployedMethod, bits: [Bool]) {
    values = chroma.map { UInt8($0) }
    let (tall, wide) = (height / 4 * 4, width / 4 * 4)
    let (rows, columns) = (tall / 2, wide / 2)
    let c = 0.7071067811865475244
    // Down the columns, then along the rows.
    var bands = [[Double]](repeating: [Double](repeating: 0, count: rows * columns), count: 4)
    for row in 0..<rows {
      for column in 0..<columns {
        let upper = 2 * row * width + 2 * column
        let lower = upper + width
        func low(_ x: Int) -> Double { c * chroma[lower + x] + c * chroma[upper + x] }
        func high(_ x: Int) -> Double { -c * chroma[lower + x] + c * chroma[upper + x] }
        let place = row * columns + column
        bands[0][place] = c * low(1) + c * low(0)
        bands[1][place] = c * high(1) + c * high(0)
        bands[2][place] = -c * low(1) + c * low(0)
        bands[3][place] = -c * high(1) + c * high(0)
      }
    }
    Self.embed(bits, in: &bands[0], rows: rows, columns: columns, method: method)
    // Back along the rows, with the second and third bands exchanged as the tool does it, then up the columns.
    for row in 0..<rows {
      for column in 0..<columns {
        let place = row * columns + column
        let (a, h, v, d) = (bands[0][place], bands[1][place], bands[2][place], bands[3][place])
        let above = (c * a + c * h, c * a - c * h)
        let below = (c * v + c * d, c * v - c * d)
        let upper = 2 * row * width + 2 * column
        values[upper] = Self.byte(c * above.0 + c * below.0)
        values[upper + 1] = Self.byte(c * above.1 + c * below.1)
        values[upper + width] = Self.byte(c * above.0 - c * below.0)
        values[upper + width + 1] = Self.byte(c * above.1 - c * below.1)
      }
    }
  }

  /// Truncated toward zero and wrapped around, as storing a double into a byte does.
  private static func byte(_ value: Double) -> UInt8 {
    UInt8(truncatingIfNeeded: Int(value.rounded(.towardZero)))
  }

  private static func embed(
    _ bits: [Bool], in band: inout [Double], rows: Int, columns: Int, method: DeployedMethod
  ) {
    let step = DeployedMethod.step
    var number = 0
    for row in 0..<(rows / 4) {
      for column in 0..<(columns / 4) {
        let bit = bits[number % bits.count] ? 1.0 : 0.0
        number += 1
        let places = (0..<16).map { (4 * row + $0 / 4) * columns + 4 * column + $0 % 4 }
        switch method {
        case .dwtDct:
          var chosen = places[1]
          for place in places[2...] where abs(band[place]) > abs(band[chosen]) { chosen = place }
          let size = ((abs(band[chosen]) / step).rounded(.down) + 0.25 + 0.5 * bit) * step
          band[chosen] = band[chosen] >= 0 ? size : -size
        case .dwtDctSvd:
          let vectors = SingularVectors(places.map { band[$0] })
          let size = ((vectors.value / step).rounded(.down) + 0.25 + 0.5 * bit) * step
          let change = size - vectors.value
          for (index, place) in places.enumerated() {
            band[place] += change * vectors.left[index / 4] * vectors.right[index % 4]
          }
        }
      }
    }
  }
}
