import Raster

/// The quarter-size Haar approximation of a picture's U channel, as invisible-watermark computes it.
///
/// Rounding is part of the format: products with 1⁄√2 are rounded one by one and added in the tool's order, in double
/// precision for bytes and in single for floats. The order decides ties among coefficients of flat blocks.
struct HaarApproximation {
  /// Rows of the approximation; blocks are 4 × 4 of its values.
  let rows: Int
  let columns: Int
  let values: [Double]

  var blockRows: Int { rows / 4 }
  var blockColumns: Int { columns / 4 }

  /// The tool's U channel of interleaved RGB bytes.
  static func chroma(_ rgb: [UInt8], feed: DeployedFeed) -> [Double] {
    let count = rgb.count / 3
    let (blue, red) = feed.order == .bgr ? (2, 0) : (0, 2)
    return [Double](unsafeUninitializedCapacity: count) { out, filled in
      rgb.withUnsafeBufferPointer { rgb in
        switch feed.arithmetic {
        case .uint8:
          for index in 0..<count {
            let (b, g, r) = (Int(rgb[3 * index + blue]), Int(rgb[3 * index + 1]), Int(rgb[3 * index + red]))
            let luma = FixedPoint.luma(b, g, r)
            out[index] = Double(FixedPoint.u(b, luma))
          }
        case .float32:
          for index in 0..<count {
            let (b, g, r) = (
              Float(rgb[3 * index + blue]), Float(rgb[3 * index + 1]), Float(rgb[3 * index + red])
            )
            let luma = b * 0.114 + g * 0.587 + r * 0.299
            out[index] = Double((b - luma) * 0.492 + 0.5)
          }
        }
      }
      filled = count
    }
  }

  /// The approximation of a channel, of which `phase` columns and rows were cut off at the left and top.
  init(
    _ chroma: [Double], width: Int, height: Int, phase: (x: Int, y: Int), arithmetic: DeployedFeed.Arithmetic
  ) {
    let tall = max(0, height - phase.y) / 4 * 4
    let wide = max(0, width - phase.x) / 4 * 4
    rows = tall / 2
    columns = wide / 2
    var values = [Double](repeating: 0, count: rows * columns)
    var line = [Double](repeating: 0, count: wide)
    let (rows, columns) = (rows, columns)
    chroma.withUnsafeBufferPointer { chroma in
      values.withUnsafeMutableBufferPointer { values in
        line.withUnsafeMutableBufferPointer { line in
          for row in 0..<rows {
            let upper = (phase.y + 2 * row) * width + phase.x
            let lower = upper + width
            switch arithmetic {
            case .uint8:
              let c = 0.7071067811865475244
              for x in 0..<wide { line[x] = c * chroma[lower + x] + c * chroma[upper + x] }
              for x in 0..<columns { values[row * columns + x] = c * line[2 * x + 1] + c * line[2 * x] }
            case .float32:
              let c: Float = 0.70710678
              for x in 0..<wide {
                line[x] = Double(c * Float(chroma[lower + x]) + c * Float(chroma[upper + x]))
              }
              for x in 0..<columns {
                values[row * columns + x] = Double(c * Float(line[2 * x + 1]) + c * Float(line[2 * x]))
              }
            }
          }
        }
      }
    }
    self.values = values
  }
}

/// OpenCV's conversion of bytes to YUV and back, in 14-bit fixed point.
enum FixedPoint {
  // Bytes and weights of 14 bits stay far inside 32: nothing wraps.
  @inline(__always) static func descale<Value: FixedWidthInteger>(_ value: Value) -> Value {
    (value &+ 8192) >> 14
  }
  @inline(__always) static func clip<Value: FixedWidthInteger>(_ value: Value) -> Value {
    min(max(value, 0), 255)
  }
  @inline(__always) static func luma<Value: FixedWidthInteger>(_ b: Value, _ g: Value, _ r: Value) -> Value {
    descale(1868 &* b &+ 9617 &* g &+ 4899 &* r)
  }
  @inline(__always) static func u<Value: FixedWidthInteger>(_ b: Value, _ luma: Value) -> Value {
    clip(descale(8061 &* (b &- luma) &+ 128 &* 16384))
  }
  @inline(__always) static func v(_ r: Int, _ luma: Int) -> Int {
    clip(descale(14369 * (r - luma) + 128 * 16384))
  }
  @inline(__always) static func blue(_ y: Int, _ u: Int) -> Int { clip(y + descale(33292 * (u - 128))) }
  @inline(__always) static func green(_ y: Int, _ u: Int, _ v: Int) -> Int {
    clip(y + descale(-6472 * (u - 128) - 9519 * (v - 128)))
  }
  @inline(__always) static func red(_ y: Int, _ v: Int) -> Int { clip(y + descale(18678 * (v - 128))) }
}
