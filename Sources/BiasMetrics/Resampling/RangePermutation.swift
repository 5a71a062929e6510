import Statistics

/// Whether rates differ between many groups at all, by shuffling who is of which group.
///
/// With many groups some rate is high and some low by chance alone; shuffled, the greatest minus the least shows how far chance reaches.
/// Labels of groups are exchanged within strata: of the controls, and of what a metric is conditional on (true positive rates among
/// positive labels, precision among the selected), which is the hypothesis that given those the outcome does not depend on the group.
/// Drawn as multivariate hypergeometric counts, whatever the number of rows. Groups without a row below the line are left out.
///
/// Source: Westfall and Young, Resampling-Based Multiple Testing (1993); Phipson and Smyth (2010) for (b + 1) / (m + 1).
public struct RangePermutation: Hashable, Sendable {
  /// One metric's result.
  public struct Result: Hashable, Sendable {
    /// The metric.
    public var metric: RateMetric
    /// The greatest rate minus the least; NaN where fewer than two groups have one.
    public var range: Double
    /// The chance of a range as wide where the group does not matter, at least 1 / (m + 1); nil where it cannot be told.
    public var p: Double?
    /// The same over all metrics together, by the greatest standardised range.
    ///
    /// Metrics are shuffled apart, each within its own strata. Were they shuffled together the greatest would be smaller (Royen 2014,
    /// for normal errors), so that this errs on the side of caution.
    public var adjustedP: Double?
    /// The mean range where the group does not matter.
    public var expected: Double
    /// Its standard deviation.
    public var standardDeviation: Double
  }

  /// One result a metric, in the order they were asked for.
  public let results: [Result]
  /// How many times labels were shuffled.
  public let resamples: Int

  /// Shuffles the groups that some attributes make.
  ///
  /// Throws when no shuffle is asked for. Rows are counted, not weighted. Cost: 30 to 100 ns a group, stratum, metric and shuffle.
  ///
  /// - Parameters:
  ///   - table: the table.
  ///   - places: the attributes' places among its dimensions.
  ///   - controls: places of the columns within whose values labels are exchanged.
  ///   - metrics: the metrics.
  ///   - seed: each metric has streams of its own.
  public init(
    _ table: DecisionTable, by places: [Int], within controls: [Int] = [], metrics: [RateMetric],
    seed: UInt64, resamples: Int = 2000
  ) throws(BiasMetricsError) {
    guard resamples > 0, (places + controls).allSatisfy(table.dimensions.indices.contains) else {
      throw BiasMetricsError(
        .invalidPlan, "\(resamples) shuffles of columns \(places) within \(controls)",
        hint: "ask for at least one, and for columns of the table")
    }
    let strata = Self.strata(table, places, controls)
    var ranges: [[Double]] = []
    var results: [Result] = []
    for (place, metric) in metrics.enumerated() {
      let parts = strata.map { groups in groups.map { metric.parts($0) } }
      let drawn = Self.draw(parts, seed: seed, stream: 1 << 63 | UInt64(place) << 32, resamples)
      let range = Self.range(parts)
      let moments = Moments(drawn)
      // Ranges of the same counts differ by rounding alone.
      let extreme = drawn.count { $0 >= range - 1e-12 }
      results.append(
        Result(
          metric: metric, range: range,
          p: drawn.isEmpty ? nil : Double(extreme + 1) / Double(resamples + 1), adjustedP: nil,
          expected: drawn.isEmpty ? .nan : moments.mean,
          standardDeviation: moments.standardDeviation ?? .nan))
      ranges.append(drawn)
    }
    var greatest = [Double](repeating: -.infinity, count: resamples)
    for (result, drawn) in zip(results, ranges) where result.standardDeviation > 0 {
      for (place, range) in drawn.enumerated() {
        greatest[place] = max(greatest[place], (range - result.expected) / result.standardDeviation)
      }
    }
    for index in results.indices where results[index].p != nil {
      let result = results[index]
      let own = (result.range - result.expected) / result.standardDeviation
      // A range that never varies says nothing.
      let extreme = own.isNaN ? resamples : greatest.count { $0 >= own - 1e-12 }
      results[index].adjustedP = Double(extreme + 1) / Double(resamples + 1)
    }
    (self.results, self.resamples) = (results, resamples)
  }

  /// Counts by stratum of the controls and by group; every stratum lists all groups.
  private static func strata(
    _ table: DecisionTable, _ places: [Int], _ controls: [Int]
  ) -> [[Confusion]] {
    var numbers: [[Int]: Int] = [:]
    var sums: [[Int]: [Int: Confusion]] = [:]
    for cell in table.cells {
      let key = places.map { cell.coordinates[$0] }
      let number = numbers[key] ?? numbers.count
      numbers[key] = number
      sums[controls.map { cell.coordinates[$0] }, default: [:]][number, default: Confusion()].add(
        Double(cell.count), label: cell.label, prediction: cell.prediction)
    }
    return sums.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { stratum in
      (0..<numbers.count).map { stratum.value[$0] ?? Confusion() }
    }
  }

  private static func range(_ parts: [[(numerator: Double, denominator: Double)]]) -> Double {
    var (least, greatest) = (Double.infinity, -Double.infinity)
    for group in (parts.first ?? []).indices {
      let below = parts.reduce(0) { $0 + $1[group].denominator }
      guard below > 0 else { continue }
      let rate = parts.reduce(0) { $0 + $1[group].numerator } / below
      (least, greatest) = (min(least, rate), max(greatest, rate))
    }
    return least < greatest || least == greatest && least.isFinite ? greatest - least : .nan
  }

  private static func draw(
    _ parts: [[(numerator: Double, denominator: Double)]], seed: UInt64, stream: UInt64, _ resamples: Int
  ) -> [Double] {
    let groups = (parts.first ?? []).indices.filter { group in parts.contains { $0[group].denominator > 0 } }
    guard groups.count > 1 else { return [] }
    let totals = groups.map { group in parts.reduce(0) { $0 + $1[group].denominator } }
    let strata = parts.compactMap { stratum -> (sampler: HypergeometricSampler, taken: Int)? in
      let sampler = try? HypergeometricSampler(sizes: groups.map { Int(stratum[$0].denominator) })
      return sampler.map { ($0, Int(groups.reduce(0) { $0 + stratum[$1].numerator })) }
    }
    guard strata.count == parts.count else { return [] }
    var drawn = [Int](repeating: 0, count: groups.count)
    var sums = [Double](repeating: 0, count: groups.count)
    return (0..<resamples).map { resample in
      var random = Philox(seed: seed, stream: stream | UInt64(resample))
      for place in sums.indices { sums[place] = 0 }
      for stratum in strata {
        stratum.sampler.draw(stratum.taken, into: &drawn, using: &random)
        for place in drawn.indices { sums[place] += Double(drawn[place]) }
      }
      var (least, greatest) = (Double.infinity, -Double.infinity)
      for place in sums.indices {
        let rate = sums[place] / totals[place]
        (least, greatest) = (min(least, rate), max(greatest, rate))
      }
      return greatest - least
    }
  }
}
