import CKernels

/// Separable filters over planes of floats: rows without padding, borders repeated as d c b a | a b c d | d c b a.
///
/// Pure functions, equal bit for bit at every ``CPULevel``: each sample is one sum in one order.
/// Cost: about 0.2 ns a sample and tap.
public struct PlaneKernels: Sendable {
  /// The level that runs.
  public let level: CPULevel

  /// Chooses a level.
  public init(level: CPULevel = .active) { self.level = level }

  /// Convolves rows and then columns with a symmetric kernel: `taps[0]` in the middle, `taps[t]` at distance t.
  public func convolve(_ plane: [Float], width: Int, height: Int, taps: [Float]) -> [Float] {
    precondition(plane.count == width * height && !taps.isEmpty, "a plane of its size, and a kernel")
    guard !plane.isEmpty else { return [] }
    let radius = taps.count - 1
    var scratch = [Float](repeating: 0, count: width + 2 * radius)
    let rows = Self.made(plane.count) {
      level.imageTable.fir_rows!(plane, $0, width, height, taps, radius, &scratch)
    }
    return Self.made(plane.count) {
      level.imageTable.fir_columns!(rows, $0, width, height, taps, radius, 0, 1)
    }
  }

  /// Some rows of what ``convolve(_:width:height:taps:)`` gives but for rounding: every `step`-th from `first` on.
  ///
  /// Columns come first here, so that the other rows are not worked on.
  public func convolve(
    _ plane: [Float], width: Int, height: Int, taps: [Float], first: Int, step: Int
  ) -> [Float] {
    precondition(plane.count == width * height && !taps.isEmpty, "a plane of its size, and a kernel")
    precondition(first >= 0 && step > 0, "rows from the top down")
    guard !plane.isEmpty, first < height else { return [] }
    let radius = taps.count - 1
    let count = (height - first + step - 1) / step
    var rows = Self.made(count * width) {
      level.imageTable.fir_columns!(plane, $0, width, height, taps, radius, first, step)
    }
    var scratch = [Float](repeating: 0, count: width + 2 * radius)
    rows.withUnsafeMutableBufferPointer {
      level.imageTable.fir_rows!($0.baseAddress, $0.baseAddress, width, count, taps, radius, &scratch)
    }
    return rows
  }

  /// The smallest value within `radius` in each direction.
  public func minimum(_ plane: [Float], width: Int, height: Int, radius: Int) -> [Float] {
    precondition(plane.count == width * height && radius >= 0, "a plane of its size")
    guard !plane.isEmpty else { return [] }
    var scratch = [Float](repeating: 0, count: width + 2 * radius)
    let rows = Self.made(plane.count) {
      level.imageTable.minimum_rows!(plane, $0, width, height, radius, &scratch)
    }
    return Self.made(plane.count) { level.imageTable.minimum_columns!(rows, $0, width, height, radius) }
  }

  /// Samples that a kernel writes without reading them first.
  private static func made(_ count: Int, _ fill: (UnsafeMutablePointer<Float>) -> Void) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      if let base = buffer.baseAddress { fill(base) }
      filled = count
    }
  }

  /// Rows of weighted sums of waves.
  ///
  /// - Parameters:
  ///   - waves: as ``waveBlocks(count:width:_:)`` lays them.
  ///   - weights: one a wave and row, row by row.
  /// - Returns: rows of `width` samples.
  public func combine(waves: [Float], weights: [Float], count: Int, width: Int) -> [Float] {
    let blocks = (width + Int(CM_WAVE_BLOCK) - 1) / Int(CM_WAVE_BLOCK)
    precondition(
      count > 0 && weights.count.isMultiple(of: count) && waves.count == blocks * Int(CM_WAVE_BLOCK) * count,
      "blocks of waves, and one weight a wave and row")
    let rows = weights.count / count
    return Self.made(rows * width) {
      level.imageTable.combine_waves!(waves, weights, count, width, rows, $0)
    }
  }

  /// Waves laid side by side in blocks of columns, as ``combine(waves:weights:count:width:)`` takes them.
  public static func waveBlocks(count: Int, width: Int, _ sample: (_ wave: Int, _ x: Int) -> Float) -> [Float]
  {
    let lanes = Int(CM_WAVE_BLOCK)
    let blocks = (width + lanes - 1) / lanes
    var laid = [Float](repeating: 0, count: blocks * lanes * count)
    for wave in 0..<count {
      for x in 0..<width { laid[(x / lanes * count + wave) * lanes + x % lanes] = sample(wave, x) }
    }
    return laid
  }

  /// How strongly each pixel may carry a pattern: v^0.85, to one part in ten thousand, for v = deviation, at most
  /// 1.6 √quiet + 0.5, plus 1.5, between 1.5 and 25.
  ///
  /// - Parameters:
  ///   - deviation: the local deviation, not negative.
  ///   - quiet: the mean of the squared least deviations around, not negative.
  public func maskStrengths(deviation: [Float], quiet: [Float]) -> [Float] {
    precondition(deviation.count == quiet.count, "one of each a pixel")
    return Self.made(deviation.count) {
      level.imageTable.mask_strengths!(deviation, quiet, $0, deviation.count)
    }
  }

  /// Multiplies values by factors; returns the sum of the squares of the products.
  public func multiply(_ values: inout [Float], by factors: ArraySlice<Float>) -> Double {
    precondition(values.count == factors.count, "one factor a value")
    return factors.withUnsafeBufferPointer {
      level.imageTable.multiply_rows!(&values, $0.baseAddress, values.count)
    }
  }

  /// Sums of structural similarities of windows with gains times a pattern added, from the windows' moments.
  public func similaritySums(
    mean: ArraySlice<Float>, patternMean: ArraySlice<Float>, variance: ArraySlice<Float>,
    covariance: ArraySlice<Float>, patternVariance: ArraySlice<Float>, gains: [Float]
  ) -> [Double] {
    let count = mean.count
    precondition(
      patternMean.count == count && variance.count == count && covariance.count == count
        && patternVariance.count == count, "five moments a window")
    var sums = [Double](repeating: 0, count: gains.count)
    mean.withUnsafeBufferPointer { mean in
      patternMean.withUnsafeBufferPointer { patternMean in
        variance.withUnsafeBufferPointer { variance in
          covariance.withUnsafeBufferPointer { covariance in
            patternVariance.withUnsafeBufferPointer { patternVariance in
              level.imageTable.similarity_sums!(
                mean.baseAddress, patternMean.baseAddress, variance.baseAddress, covariance.baseAddress,
                patternVariance.baseAddress, count, gains, gains.count, &sums)
            }
          }
        }
      }
    }
    return sums
  }

  /// Half of a Gaussian kernel cut at four deviations, for ``convolve(_:width:height:taps:)``.
  public static func gaussianTaps(deviation: Double) -> [Float] {
    let radius = Int(4 * deviation + 0.5)
    let values = (0...radius).map { exponential(-0.5 * Double($0 * $0) / (deviation * deviation)) }
    let sum = values[0] + 2 * values[1...].reduce(0, +)
    return values.map { Float($0 / sum) }
  }

  /// Half of a kernel that takes the mean of 2 `radius` + 1 samples.
  public static func meanTaps(radius: Int) -> [Float] {
    [Float](repeating: 1 / Float(2 * radius + 1), count: radius + 1)
  }
}
