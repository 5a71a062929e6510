/// Where in a picture a mark is: a proved bound for each of some regions.
///
/// The regions' statistics are computed from parts of the same plane, with the same argument as for the whole: given the
/// picture, the phases of the lines are secret and uniform. A pasted piece or an erased corner shows as a region without a mark.
public struct LatticeMap: Hashable, Sendable {
  /// Regions across.
  public let columns: Int
  /// Regions down.
  public let rows: Int
  /// log₁₀ of the bound of each region, row by row; 0 where nothing speaks for the mark.
  public let log10PValues: [Double]
}

extension LatticeReader {
  /// Regions along the longer side.
  private static let mapRegions = 12

  /// Maps a detected mark, in the frame of the upright picture; nil where no payload was read.
  ///
  /// Each region's lines are read with a window twice its size, so neighbours overlap. Cost: about 0.3 s.
  public func map(_ suspect: SuspectSpectrum, _ detection: LatticeDetection) -> LatticeMap? {
    guard let payload = detection.payload else { return nil }
    let plane = suspect.whitened
    let cell = Double(plane.longSide) / Double(Self.mapRegions)
    let columns = max(1, Int((Double(plane.width) / cell).rounded()))
    let rows = max(1, Int((Double(plane.height) / cell).rounded()))
    let symbols = LatticeSymbols.values(of: payload.bits, key: key)
    let matrix = detection.geometry.matrix
    // What each line should be at the origin of the transform, the plane's centre.
    var lines: [(fx: Double, fy: Double, expected: Complex)] = []
    for (index, point) in key.points.enumerated() {
      let fx = matrix.a * Double(point.x) + matrix.b * Double(point.y)
      let fy = matrix.c * Double(point.x) + matrix.d * Double(point.y)
      guard abs(fx) < SuspectSpectrum.largestFrequency, abs(fy) < SuspectSpectrum.largestFrequency else {
        continue
      }
      let turns =
        Double(point.x * detection.shift.x + point.y * detection.shift.y) / Double(Self.shifts)
      var expected = symbols[index] * Complex.unit(key.phases[index] - 2 * Double.pi * turns)
      if detection.isHalfTurned { expected = expected.conjugate }
      lines.append((fx, fy, expected))
    }
    var values: [Double] = []
    for row in 0..<rows {
      for column in 0..<columns {
        values.append(
          regionBound(
            plane, lines, centreX: (Double(column) + 0.5) * Double(plane.width) / Double(columns),
            centreY: (Double(row) + 0.5) * Double(plane.height) / Double(rows), reach: cell))
      }
    }
    return LatticeMap(columns: columns, rows: rows, log10PValues: values)
  }

  private func regionBound(
    _ plane: Plane, _ lines: [(fx: Double, fy: Double, expected: Complex)], centreX: Double, centreY: Double,
    reach: Double
  ) -> Double {
    let (left, right) = (max(0, Int(centreX - reach)), min(plane.width, Int(centreX + reach)))
    let (top, bottom) = (max(0, Int(centreY - reach)), min(plane.height, Int(centreY + reach)))
    guard right > left, bottom > top else { return 0 }
    var (sum, energy) = (0.0, 0.0)
    var rowRe = [Float](repeating: 0, count: bottom - top)
    var rowIm = rowRe
    for line in lines {
      // Along each row first, then down: the wave is a product of one along x and one along y.
      let across = (left..<right).map {
        Complex.unit(-2 * Double.pi * line.fx * Double($0 - plane.width / 2))
      }
      let cosines = across.map { Float($0.re) }
      let sines = across.map { Float($0.im) }
      plane.samples.withUnsafeBufferPointer { samples in
        for y in top..<bottom {
          var (re, im): (Float, Float) = (0, 0)
          let start = y * plane.width + left
          for x in cosines.indices {
            re += samples[start + x] * cosines[x]
            im += samples[start + x] * sines[x]
          }
          (rowRe[y - top], rowIm[y - top]) = (re, im)
        }
      }
      var value = Complex.zero
      for y in top..<bottom {
        value =
          value + Complex(re: Double(rowRe[y - top]), im: Double(rowIm[y - top]))
          * Complex.unit(-2 * Double.pi * line.fy * Double(y - plane.height / 2))
      }
      sum += (value * line.expected.conjugate).re
      energy += value.squaredMagnitude
    }
    guard sum > 0, energy > 0 else { return 0 }
    return min(0, -sum * sum / energy / 2.302585092994046)
  }
}
