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
    var rows = [Float](repeating: 0, count: plane.count)
    var out = rows
    var scratch = [Float](repeating: 0, count: width + 2 * radius)
    level.imageTable.fir_rows!(plane, &rows, width, height, taps, radius, &scratch)
    level.imageTable.fir_columns!(rows, &out, width, height, taps, radius)
    return out
  }

  /// The smallest value within `radius` in each direction.
  public func minimum(_ plane: [Float], width: Int, height: Int, radius: Int) -> [Float] {
    precondition(plane.count == width * height && radius >= 0, "a plane of its size")
    guard !plane.isEmpty else { return [] }
    var rows = [Float](repeating: 0, count: plane.count)
    var out = rows
    var scratch = [Float](repeating: 0, count: width + 2 * radius)
    level.imageTable.minimum_rows!(plane, &rows, width, height, radius, &scratch)
    level.imageTable.minimum_columns!(rows, &out, width, height, radius)
    return out
  }

  /// Writes the weighted sum of `weights.count` waves of one row each into `row`.
  ///
  /// - Parameter waves: `weights.count` rows of `row.count` samples, one after another.
  public func combine(waves: [Float], weights: [Float], into row: UnsafeMutableBufferPointer<Float>) {
    precondition(waves.count == weights.count * row.count, "one row a wave")
    guard let base = row.baseAddress else { return }
    level.imageTable.combine_waves!(waves, weights, weights.count, row.count, base)
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
