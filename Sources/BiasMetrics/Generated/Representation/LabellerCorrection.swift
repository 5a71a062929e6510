import Statistics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Shares of groups corrected for the errors of whoever or whatever labelled the outputs.
///
/// With M the chances of each label for each true group, seen shares are q = Mᵀ p, so that p = M⁻ᵀ q. The interval takes in both the
/// outputs' chance and that M itself comes from a sample (delta method); where a label was never given, half an item is added to
/// each for the variance alone, since what was not seen in a small check is not impossible. Source: Tenenbein, Technometrics 14 (1972); Greenland,
/// Statistics in Medicine 7 (1988).
public struct LabellerCorrection: Hashable, Sendable {
  /// The groups.
  public let groups: [String]
  /// Items of a check by truth and label: `checked[truth][label]`.
  public let checked: [[Int]]
  private let inverse: [[Double]]
  private static let mostItems = 1_000_000_000_000

  /// Takes the counts of a check.
  ///
  /// Throws when the matrix is not square, a count is negative or beyond 10¹², a group was never checked, or labels say so little that no
  /// correction is possible.
  public init(groups: [String], checked: [[Int]]) throws(BiasMetricsError) {
    guard groups.count > 1, checked.count == groups.count,
      checked.allSatisfy({ $0.count == groups.count && $0.allSatisfy { $0 >= 0 && $0 <= Self.mostItems } })
    else {
      throw BiasMetricsError(
        .invalidPlan,
        "the confusion matrix does not have a row and a column for each of \(groups.joined(separator: ", "))",
        hint: "give counts of truth and label, up to 10^12, for every group")
    }
    if let lacking = checked.firstIndex(where: { $0.reduce(0, +) == 0 }) {
      throw BiasMetricsError(
        .invalidPlan, "the confusion matrix has no item that is truly '\(groups[lacking])'",
        hint: "check some items of each group")
    }
    self.groups = groups
    self.checked = checked
    let chances = checked.map { row in row.map { Double($0) / Double(row.reduce(0, +)) } }
    // Rows of the transpose are labels.
    let transposed = groups.indices.map { label in groups.indices.map { chances[$0][label] } }
    guard let inverse = Self.inverted(transposed) else {
      throw BiasMetricsError(
        .invalidPlan, "labels are no more frequent where they are true: shares cannot be corrected",
        hint: "use a better labeller, or check more items")
    }
    self.inverse = inverse
  }

  /// The shares with intervals that hold together; a share outside 0 to 1 says that the check and the outputs do not fit.
  ///
  /// - Parameters:
  ///   - counts: outputs by label.
  ///   - effectiveTotal: how many independent outputs they are worth.
  public func shares(
    _ counts: [Int], effectiveTotal: Double? = nil, level: Double = 0.95
  ) -> [(value: Double, interval: ConfidenceInterval)]? {
    guard counts.count == groups.count, counts.allSatisfy({ $0 >= 0 && $0 <= Self.mostItems }) else {
      return nil
    }
    let total = Double(counts.reduce(0, +))
    let n = effectiveTotal ?? total
    guard total > 0, n > 0, n.isFinite,
      let z = try? Normal.standard.quantile(logUpperTail: log((1 - level) / 2 / Double(groups.count)))
    else { return nil }
    let seen = counts.map { Double($0) / total }
    let p = inverse.map { row in zip(row, seen).reduce(0) { $0 + $1.0 * $1.1 } }
    return groups.indices.map { place in
      let row = inverse[place]
      var variance = Self.variance(row, Self.chances(counts)) / n
      for (truth, cells) in checked.enumerated() {
        variance += p[truth] * p[truth] * Self.variance(row, Self.chances(cells)) / Double(cells.reduce(0, +))
      }
      let half = z * max(0, variance).squareRoot()
      return (p[place], ConfidenceInterval(max(0, min(1, p[place] - half)), min(1, max(0, p[place] + half))))
    }
  }

  /// Shares of counts, each with half an item more where one is 0.
  private static func chances(_ counts: [Int]) -> [Double] {
    let more = counts.contains(0) ? 0.5 : 0
    let size = Double(counts.reduce(0, +)) + more * Double(counts.count)
    return counts.map { (Double($0) + more) / size }
  }

  /// The variance of Σ aᵢ Xᵢ for one draw of a category with chances p.
  private static func variance(_ a: [Double], _ p: [Double]) -> Double {
    let mean = zip(a, p).reduce(0) { $0 + $1.0 * $1.1 }
    return zip(a, p).reduce(0) { $0 + $1.1 * ($1.0 - mean) * ($1.0 - mean) }
  }

  /// The inverse by Gauss and Jordan with pivots; nil where it is singular or nearly so.
  private static func inverted(_ matrix: [[Double]]) -> [[Double]]? {
    let n = matrix.count
    var work = matrix
    var result = (0..<n).map { row in (0..<n).map { row == $0 ? 1.0 : 0 } }
    for column in 0..<n {
      guard let pivot = (column..<n).max(by: { abs(work[$0][column]) < abs(work[$1][column]) }),
        abs(work[pivot][column]) > 1e-6
      else { return nil }
      work.swapAt(column, pivot)
      result.swapAt(column, pivot)
      let scale = work[column][column]
      for place in 0..<n {
        work[column][place] /= scale
        result[column][place] /= scale
      }
      for row in 0..<n where row != column {
        let factor = work[row][column]
        guard factor != 0 else { continue }
        for place in 0..<n {
          work[row][place] -= factor * work[column][place]
          result[row][place] -= factor * result[column][place]
        }
      }
    }
    return result
  }
}
