/// Means over square neighbourhoods of half a spectrum, frequency zero in the middle row.
///
/// The missing half is the mirror image through zero, and both directions wrap around.
enum PowerSmoothing {
  /// The mean over `width` × `width` bins; `width` is odd.
  ///
  /// Sums run in double precision, so their order hardly shows.
  static func boxMean(_ power: [Float], size: Int, stride: Int, width: Int) -> [Float] {
    guard width > 1 else { return power }
    let radius = width / 2
    let half = size / 2
    var rows = [Float](repeating: 0, count: power.count)
    var line = [Float](repeating: 0, count: stride + 2 * radius)
    power.withUnsafeBufferPointer { power in
      rows.withUnsafeMutableBufferPointer { rows in
        line.withUnsafeMutableBufferPointer { line in
          for row in 0..<size {
            let own = row * stride
            // Row r is frequency r − half; its negative is row size − r (and row 0, the Nyquist row, is its own).
            let mirror = ((size - row) & (size - 1)) * stride
            for column in 0..<stride { line[radius + column] = power[own + column] }
            for step in 1...radius {
              line[radius - step] = power[mirror + step]
              // Beyond half the size the frequencies are negative ones again.
              line[radius + half + step] = power[mirror + half - step]
            }
            var sum = 0.0
            for index in 0..<(2 * radius) { sum += Double(line[index]) }
            for column in 0..<stride {
              sum += Double(line[column + 2 * radius])
              rows[own + column] = Float(sum)
              sum -= Double(line[column])
            }
          }
        }
      }
    }
    var out = [Float](repeating: 0, count: power.count)
    var sums = [Double](repeating: 0, count: stride)
    let scale = 1 / Double(width * width)
    rows.withUnsafeBufferPointer { rows in
      out.withUnsafeMutableBufferPointer { out in
        sums.withUnsafeMutableBufferPointer { sums in
          for row in -radius..<radius {
            let source = (row & (size - 1)) * stride
            for column in 0..<stride { sums[column] += Double(rows[source + column]) }
          }
          for row in 0..<size {
            let entering = ((row + radius) & (size - 1)) * stride
            let leaving = ((row - radius) & (size - 1)) * stride
            for column in 0..<stride {
              sums[column] += Double(rows[entering + column])
              out[row * stride + column] = Float(sums[column] * scale)
              sums[column] -= Double(rows[leaving + column])
            }
          }
        }
      }
    }
    return out
  }
}
