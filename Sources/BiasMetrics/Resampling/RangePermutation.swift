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
    self = try Self.together(
      table, by: [places], within: controls, metrics: metrics, seed: seed, resamples: resamples)[0]
  }

  /// Shuffles the finest groups of several sets of attributes once, and adds them up to the groups of each set.
  ///
  /// Each set's result has the distribution of a shuffle of its own, since whoever is dealt a race and a sex is dealt a race. Cost: that
  /// of the finest groups, and some nanoseconds a group of each set.
  ///
  /// - Parameter sets: places of attributes; one result each, in their order.
  public static func together(
    _ table: DecisionTable, by sets: [[Int]], within controls: [Int] = [], metrics: [RateMetric],
    seed: UInt64, resamples: Int = 2000
  ) throws(BiasMetricsError) -> [RangePermutation] {
    guard resamples > 0, (sets.joined() + controls).allSatisfy(table.dimensions.indices.contains) else {
      throw BiasMetricsError(
        .invalidPlan, "\(resamples) shuffles of columns \(sets) within \(controls)",
        hint: "ask for at least one, and for columns of the table")
    }
    let finest = Set(sets.joined()).sorted()
    let (keys, strata) = Self.strata(table, finest, controls)
    let groupings = sets.map { places in
      Grouping(keys.map { key in places.map { key[finest.firstIndex(of: $0) ?? 0] } })
    }
    var drawn: [[[Double]]] = sets.map { _ in [] }
    for (place, metric) in metrics.enumerated() {
      let ranges = Self.draw(
        strata.map { groups in groups.map { metric.parts($0) } }, groupings, seed: seed,
        stream: 1 << 63 | UInt64(place) << 32, resamples)
      for set in sets.indices { drawn[set].append(ranges[set]) }
    }
    return sets.indices.map { set in
      let observed = metrics.map { metric in
        Self.range(strata.map { groups in groups.map { metric.parts($0) } }, groupings[set])
      }
      return RangePermutation(metrics, observed, drawn[set], resamples)
    }
  }

  /// Judges ranges by what shuffles made of them; a metric without shuffles has no p-value.
  init(_ metrics: [RateMetric], _ observed: [Double], _ ranges: [[Double]], _ resamples: Int) {
    var results: [Result] = []
    for (place, metric) in metrics.enumerated() {
      let (drawn, range) = (ranges[place], observed[place])
      let moments = Moments(drawn)
      // Ranges of the same counts differ by rounding alone.
      let extreme = drawn.count { $0 >= range - 1e-12 }
      results.append(
        Result(
          metric: metric, range: range,
          p: drawn.isEmpty ? nil : Double(extreme + 1) / Double(resamples + 1), adjustedP: nil,
          expected: drawn.isEmpty ? .nan : moments.mean,
          standardDeviation: moments.standardDeviation ?? .nan))
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

  /// Which group of a set of attributes each of the finest groups is of.
  struct Grouping {
    var groups: [Int] = []
    var count = 0

    init(_ keys: [[Int]]) {
      var numbers: [[Int]: Int] = [:]
      for key in keys {
        let number = numbers[key] ?? numbers.count
        numbers[key] = number
        groups.append(number)
      }
      count = numbers.count
    }

    /// Adds numbers of the finest groups up.
    func sums(_ values: [Double]) -> [Double] {
      var sums = [Double](repeating: 0, count: count)
      for (place, group) in groups.enumerated() { sums[group] += values[place] }
      return sums
    }
  }

  /// The groups, and their counts by stratum of the controls; every stratum lists all groups.
  private static func strata(
    _ table: DecisionTable, _ places: [Int], _ controls: [Int]
  ) -> (keys: [[Int]], strata: [[Confusion]]) {
    var numbers: [[Int]: Int] = [:]
    var keys: [[Int]] = []
    var sums: [[Int]: [Int: Confusion]] = [:]
    for cell in table.cells {
      let key = places.map { cell.coordinates[$0] }
      let number = numbers[key] ?? keys.count
      if number == keys.count {
        numbers[key] = number
        keys.append(key)
      }
      sums[controls.map { cell.coordinates[$0] }, default: [:]][number, default: Confusion()].add(
        Double(cell.count), label: cell.label, prediction: cell.prediction)
    }
    let strata = sums.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { stratum in
      keys.indices.map { stratum.value[$0] ?? Confusion() }
    }
    return (keys, strata)
  }

  private static func range(
    _ parts: [[(numerator: Double, denominator: Double)]], _ grouping: Grouping
  ) -> Double {
    func sums(_ part: ((numerator: Double, denominator: Double)) -> Double) -> [Double] {
      grouping.sums(grouping.groups.indices.map { group in parts.reduce(0) { $0 + part($1[group]) } })
    }
    return range(sums(\.numerator), sums(\.denominator))
  }

  /// The greatest rate minus the least, of groups with something below the line; NaN where none has.
  static func range(_ above: [Double], _ below: [Double]) -> Double {
    var (least, greatest) = (Double.infinity, -Double.infinity)
    for (place, total) in below.enumerated() where total > 0 {
      let rate = above[place] / total
      (least, greatest) = (min(least, rate), max(greatest, rate))
    }
    return least <= greatest ? greatest - least : .nan
  }

  /// The ranges of each set of attributes in each shuffle; empty where fewer than two of its groups have a rate.
  private static func draw(
    _ parts: [[(numerator: Double, denominator: Double)]], _ groupings: [Grouping], seed: UInt64,
    stream: UInt64, _ resamples: Int
  ) -> [[Double]] {
    let kept = (parts.first ?? []).indices.filter { group in parts.contains { $0[group].denominator > 0 } }
    let below = (parts.first ?? []).indices.map { group in parts.reduce(0) { $0 + $1[group].denominator } }
    let totals = groupings.map { $0.sums(below) }
    let able = groupings.indices.filter { set in totals[set].count { $0 > 0 } > 1 }
    var ranges = [[Double]](repeating: [], count: groupings.count)
    let strata = parts.compactMap { stratum -> (sampler: HypergeometricSampler, taken: Int)? in
      let sampler = try? HypergeometricSampler(sizes: kept.map { Int(stratum[$0].denominator) })
      return sampler.map { ($0, Int(kept.reduce(0) { $0 + stratum[$1].numerator })) }
    }
    guard !able.isEmpty, strata.count == parts.count else { return ranges }
    // The groups of each set, of the finest groups that are drawn.
    let targets = groupings.map { grouping in kept.map { grouping.groups[$0] } }
    var drawn = [Int](repeating: 0, count: kept.count)
    var finest = [Double](repeating: 0, count: kept.count)
    var sums = groupings.map { [Double](repeating: 0, count: $0.count) }
    for set in able { ranges[set].reserveCapacity(resamples) }
    for resample in 0..<resamples {
      var random = Philox(seed: seed, stream: stream | UInt64(resample))
      for place in finest.indices { finest[place] = 0 }
      for stratum in strata {
        stratum.sampler.draw(stratum.taken, into: &drawn, using: &random)
        for place in drawn.indices { finest[place] += Double(drawn[place]) }
      }
      for set in able {
        for place in sums[set].indices { sums[set][place] = 0 }
        for (place, group) in targets[set].enumerated() { sums[set][group] += finest[place] }
        ranges[set].append(range(sums[set], totals[set]))
      }
    }
    return ranges
  }
}
