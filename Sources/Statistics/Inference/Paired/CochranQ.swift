#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension PairedTest {
  /// Cochran's Q: whether a property is as frequent under each of several conditions, on the same subjects.
  ///
  /// Asymptotic, χ² with one degree of freedom fewer than conditions: good where subjects that vary, times conditions, are 24 or
  /// more. For two conditions it is McNemar's test without continuity correction. Nil where no subject varies. Throws when there
  /// are fewer than two conditions or a row has another length, naming it.
  ///
  /// - Parameter rows: one row a subject, one answer a condition.
  ///
  /// Source: Cochran, Biometrika 37 (1950).
  public static func cochranQ(_ rows: [[Bool]]) throws(StatisticsError) -> ContingencyTest.Result? {
    guard let conditions = rows.first?.count, conditions > 1 else {
      throw StatisticsError(
        code: .invalidSample, message: "\(rows.count) subjects, \(rows.first?.count ?? 0) conditions",
        hint: "give at least one subject under at least two conditions")
    }
    var columns = [Double](repeating: 0, count: conditions)
    var (total, spread) = (0.0, 0.0)
    for (index, row) in rows.enumerated() {
      guard row.count == conditions else {
        throw StatisticsError(
          code: .invalidSample, message: "subject \(index) has \(row.count) answers, the first \(conditions)",
          hint: "leave out subjects that lack an answer, and count them", offset: index)
      }
      var sum = 0.0
      for (place, answer) in row.enumerated() where answer {
        columns[place] += 1
        sum += 1
      }
      total += sum
      spread += sum * (Double(conditions) - sum)
    }
    guard spread > 0 else { return nil }
    let mean = total / Double(conditions)
    let squares = columns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let statistic = Double(conditions) * Double(conditions - 1) * squares / spread
    let tail = try ChiSquare(degreesOfFreedom: Double(conditions - 1)).logUpperTail(above: statistic)
    return ContingencyTest.Result(statistic: statistic, degreesOfFreedom: conditions - 1, p: exp(tail))
  }
}
