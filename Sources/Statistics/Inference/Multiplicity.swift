#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Corrections of p-values for the number of tests made.
///
/// A scan of a million records at p ≤ 0.01 alone "finds" ten thousand: what a report shows is the adjusted value. Every function
/// takes p-values in any order and returns adjusted ones in the same order; equal p-values get equal results.
public enum Multiplicity: String, Hashable, Sendable, CaseIterable {
  /// m p: family-wise error, no assumptions.
  case bonferroni
  /// 1 − (1 − p)^m: family-wise error, for independent tests.
  case sidak
  /// The step-down method of Holm (1979): family-wise error, no assumptions, never weaker than Bonferroni.
  case holm
  /// The step-up method of Benjamini and Hochberg (1995): false discovery rate, for independent or positively dependent tests.
  case benjaminiHochberg

  /// Returns the adjusted p-values, at most 1.
  ///
  /// Cost O(m log m).
  ///
  /// `familySize` is the number of tests made when more were made than are listed (the rest counts as p = 1). Throws when a p-value is
  /// NaN or outside [0, 1], naming its index, or when the family is smaller than the list.
  public func adjust(_ p: [Double], familySize: Int? = nil) throws(StatisticsError) -> [Double] {
    let size = try family(p.count, familySize)
    for (index, value) in p.enumerated() where !(value >= 0 && value <= 1) {
      throw Self.invalid(value, at: index, "a p-value from 0 to 1")
    }
    return adjusted(p, size) { value, factor in
      min(1, value * factor)
    } sidak: { value, count in
      value == 1 ? 1 : -expm1(count * log1p(-value))
    }
  }

  /// Returns the adjusted values of natural log p-values, at most 0, where p itself may underflow.
  ///
  /// Cost O(m log m).
  ///
  /// Throws when a value is NaN or above 0, naming its index, or when the family is smaller than the list.
  public func adjust(logP: [Double], familySize: Int? = nil) throws(StatisticsError) -> [Double] {
    let size = try family(logP.count, familySize)
    for (index, value) in logP.enumerated() where !(value <= 0) {
      throw Self.invalid(value, at: index, "a log p-value, at most 0")
    }
    return adjusted(logP, size) { value, factor in
      min(0, value + log(factor))
    } sidak: { value, count in
      // For tiny p, 1 − (1 − p)^m = m p (1 − (m−1) p / 2 …).
      if value + log(count) < -40 { return value + log(count) }
      return LogProbability.complement(count * LogProbability.complement(value))
    }
  }

  /// Returns the adjusted values of decimal log p-values; as ``adjust(logP:familySize:)`` otherwise.
  public func adjust(log10P: [Double], familySize: Int? = nil) throws(StatisticsError) -> [Double] {
    let adjusted = try adjust(
      logP: log10P.map { LogProbability.natural(decimal: $0) }, familySize: familySize)
    return adjusted.map { LogProbability.decimal($0) }
  }

  private func adjusted(
    _ values: [Double], _ size: Int, scale: (Double, Double) -> Double, sidak: (Double, Double) -> Double
  ) -> [Double] {
    let total = Double(size)
    switch self {
    case .bonferroni: return values.map { scale($0, total) }
    case .sidak: return values.map { sidak($0, total) }
    case .holm:
      var result = values
      var running = -Double.infinity
      for (rank, index) in Self.order(values).enumerated() {
        running = max(running, scale(values[index], Double(size - rank)))
        result[index] = running
      }
      return result
    case .benjaminiHochberg:
      var result = values
      var running = Double.infinity
      for (rank, index) in Self.order(values).enumerated().reversed() {
        running = min(running, scale(values[index], total / Double(rank + 1)))
        result[index] = running
      }
      return result
    }
  }

  /// Indices by rising value; equal values in their order.
  private static func order(_ values: [Double]) -> [Int] {
    values.indices.sorted { values[$0] == values[$1] ? $0 < $1 : values[$0] < values[$1] }
  }

  private func family(_ count: Int, _ declared: Int?) throws(StatisticsError) -> Int {
    guard let declared else { return count }
    guard declared >= count else {
      throw .parameter(
        "a family of \(declared) tests for \(count) p-values", hint: "count every test made, listed or not")
    }
    return declared
  }

  private static func invalid(_ value: Double, at index: Int, _ wanted: String) -> StatisticsError {
    StatisticsError(
      code: value.isNaN ? .notANumber : .invalidProbability, message: "p-value \(index) is \(value)",
      hint: "pass \(wanted)", offset: index)
  }
}
