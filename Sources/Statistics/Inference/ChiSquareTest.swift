/// Pearson's chi-square test of goodness of fit.
public struct ChiSquareTest: Hashable, Sendable {
  /// Σ (observed − expected)² / expected.
  public let statistic: Double
  /// Cells − 1 − parameters fitted to the data.
  public let degreesOfFreedom: Double
  /// ln P(χ² ≥ statistic); asymptotic, good when cells expect about 5 or more.
  public let logP: Double

  /// Tests counts against expected counts; throws when lengths differ, fewer than two cells remain, or a cell expects nothing.
  public init(observed: [Int], expected: [Double], fittedParameters: Int = 0) throws(StatisticsError) {
    let cells = observed.count
    guard cells == expected.count, cells >= 2, fittedParameters >= 0, fittedParameters < cells - 1 else {
      throw StatisticsError(
        code: .invalidSample,
        message:
          "\(cells) observed and \(expected.count) expected counts, \(fittedParameters) fitted parameters",
        hint: "give as many expected as observed counts, at least two more than fitted parameters")
    }
    var sum = CompensatedSum()
    for index in 0..<cells {
      guard expected[index] > 0, expected[index].isFinite, observed[index] >= 0 else {
        throw StatisticsError(
          code: .invalidSample,
          message: "cell \(index) has \(observed[index]) of \(expected[index]) expected",
          hint: "use counts from 0 and finite expected counts above 0; pool empty cells", offset: index)
      }
      let difference = Double(observed[index]) - expected[index]
      sum.add(difference * difference / expected[index])
    }
    statistic = sum.value
    degreesOfFreedom = Double(cells - 1 - fittedParameters)
    logP = try ChiSquare(degreesOfFreedom: degreesOfFreedom).logUpperTail(above: statistic)
  }
}
