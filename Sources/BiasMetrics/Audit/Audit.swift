import Statistics

/// Carries out a plan on a table of decisions.
///
/// Each group is compared with the one whose rate is highest, or with the one that is named, for every attribute, intersection and
/// metric of the plan. All comparisons make one family: p-values are Holm's, intervals Bonferroni's, and a "disparity" needs its
/// whole interval beyond the tolerance. Cost: some microseconds a comparison.
public struct Audit: Sendable {
  /// The plan.
  public let plan: AuditPlan

  /// Checks and takes a plan.
  public init(_ plan: AuditPlan = AuditPlan()) throws(BiasMetricsError) {
    try plan.check()
    self.plan = plan
  }

  /// One comparison before the family's size is known.
  private struct Pair {
    var metric: RateMetric
    var attributes: [String]
    var low: GroupResult
    var high: GroupResult
    var lowRate: GroupRate
    var highRate: GroupRate
  }

  /// Runs the audit.
  public func run(_ table: DecisionTable, cube: CountingCube) throws(BiasMetricsError) -> AuditResult {
    let metrics = plan.metrics.filter { table.hasLabels || !$0.needsLabels }
    var sets = (0..<table.groupDimensions).map { [$0] }
    if plan.includesIntersections, table.groupDimensions > 1 { sets.append(Array(0..<table.groupDimensions)) }
    var groups: [GroupResult] = []
    var pairs: [Pair] = []
    var ranges: [RangeTest] = []
    var family = 0
    for places in sets {
      let attributes = places.map { table.dimensions[$0].name }
      let counts = table.groups(by: places)
      guard counts.count > 1 else {
        throw BiasMetricsError(
          .singleGroup, "column '\(attributes[0])' has a single group, \(counts.first?.name ?? "none")",
          hint: "parity is between groups: name a column with at least two")
      }
      let results = try counts.map { group throws(BiasMetricsError) in
        try result(of: group, attributes, metrics, isWeighted: table.isWeighted)
      }
      groups += results
      for (place, metric) in metrics.enumerated() {
        let known = results.filter { !$0.rates[place].value.isNaN }
        // A group too small to be judged would hide the others if they were compared with it.
        let large = known.filter { $0.rates[place].denominator >= Double(plan.minimumCount) }
        guard
          let high = (large.isEmpty ? known : large).max(by: {
            ($0.rates[place].value, $0.rows) < ($1.rates[place].value, $1.rows)
          })
        else { continue }
        if let range = range(known, high, place, metric, attributes) { ranges.append(range) }
        let named = attributes.compactMap { plan.references[$0] }
        let isNamed = named.count == attributes.count
        guard let reference = isNamed ? results.first(where: { $0.values == named }) : high else {
          throw BiasMetricsError(
            .noSuchLabel, "no row is of the reference group \(named.joined(separator: "|"))",
            hint: "the groups are \(results.map { $0.values.joined(separator: "|") }.joined(separator: ", "))"
          )
        }
        // A reference that is chosen by its rate could have been any: all pairs count then.
        let able = results.count { $0.rates[place].denominator >= Double(plan.minimumCount) }
        family += isNamed ? max(0, able - 1) : able * (able - 1) / 2
        for other in results where other.values != reference.values {
          let isBelow = !(other.rates[place].value > reference.rates[place].value)
          let (low, high) = isBelow ? (other, reference) : (reference, other)
          pairs.append(
            Pair(
              metric: metric, attributes: attributes, low: low, high: high, lowRate: low.rates[place],
              highRate: high.rates[place]))
        }
      }
    }
    let disparities = judge(pairs, family: max(1, family), isWeighted: table.isWeighted)
    return AuditResult(
      plan: plan, rowsRead: cube.rows + cube.failedRows,
      rowsAnalysed: table.cells.reduce(0) { $0 + $1.count },
      excluded: excluded(table, cube), groups: groups, disparities: disparities.results, ranges: ranges,
      familySize: disparities.family, notes: notes(table, metrics), positive: table.positivePrediction)
  }

  private func excluded(_ table: DecisionTable, _ cube: CountingCube) -> [(reason: String, rows: Int)] {
    [("row-error", cube.failedRows), ("missing-label-or-prediction", table.undecided.values.reduce(0, +))]
      .filter { $0.1 > 0 }.map { (reason: $0.0, rows: $0.1) }
  }

  private func notes(_ table: DecisionTable, _ metrics: [RateMetric]) -> [String] {
    var notes: [String] = []
    let overall = table.overall().counts
    if overall.selected == 0 {
      notes.append("nobody is selected: selection rates are all 0 and say nothing of parity")
    }
    if overall.rejected == 0 {
      notes.append("everybody is selected: selection rates are all 1 and say nothing of parity")
    }
    if !table.hasLabels { notes.append("there are no labels beside decisions: error rates are not compared") }
    if metrics.count > 1, table.hasLabels {
      notes.append(
        "where base rates differ, equal selection rates, equal error rates and calibration cannot all hold at once"
      )
    }
    return notes
  }

  // MARK: - Rates

  private func result(
    of group: GroupCounts, _ attributes: [String], _ metrics: [RateMetric], isWeighted: Bool
  )
    throws(BiasMetricsError) -> GroupResult
  {
    let effective =
      isWeighted ? group.weights.total * group.weights.total / group.squaredWeights.total : Double(group.rows)
    var rates: [GroupRate] = []
    for metric in metrics {
      var (above, below) = metric.parts(isWeighted ? group.weights : group.counts)
      if isWeighted, below > 0 {
        // Weighted shares are judged as if of Kish's effective number of rows below the line.
        let squares = metric.parts(group.squaredWeights).denominator
        let kish = below * below / squares
        (above, below) = (above / below * kish, kish)
      }
      let interval = below > 0 ? Self.wilson(above, below, 1 - plan.alpha) : nil
      rates.append(
        GroupRate(
          metric: metric, numerator: above, denominator: below, value: below > 0 ? above / below : .nan,
          interval: interval))
    }
    return GroupResult(
      attributes: attributes, values: group.values, rows: group.rows, effectiveRows: effective, rates: rates)
  }

  /// Wilson's interval for counts that need not be whole.
  static func wilson(_ x: Double, _ n: Double, _ level: Double) -> ConfidenceInterval? {
    guard let z = try? Normal.standard.quantile(logUpperTail: Self.log((1 - level) / 2)) else { return nil }
    let p = x / n
    let shrink = 1 + z * z / n
    let center = (p + z * z / (2 * n)) / shrink
    let half = z / shrink * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    return ConfidenceInterval(x <= 0 ? 0 : max(0, center - half), x >= n ? 1 : min(1, center + half))
  }

  private func range(
    _ known: [GroupResult], _ high: GroupResult, _ place: Int, _ metric: RateMetric, _ attributes: [String]
  ) -> RangeTest? {
    guard known.count > 1,
      let low = known.min(by: { ($0.rates[place].value, -$0.rows) < ($1.rates[place].value, -$1.rows) })
    else { return nil }
    // The extremes themselves may be groups of a few rows: the expected range beside them says how far chance reaches.
    let high = known.max { ($0.rates[place].value, $0.rows) < ($1.rates[place].value, $1.rows) } ?? high
    let rates = known.map { $0.rates[place] }
    let counts = rates.map {
      (successes: Int($0.numerator.rounded()), trials: max(1, Int($0.denominator.rounded())))
    }
    return RangeTest(
      metric: metric, attributes: attributes, range: high.rates[place].value - low.rates[place].value,
      ratio: low.rates[place].value / high.rates[place].value, least: low.values, greatest: high.values,
      test: ContingencyTest.test(counts.map { (successes: min($0.successes, $0.trials), trials: $0.trials) }),
      expectedByChance: Self.expectedRange(rates))
  }

  /// The mean range of rates drawn for groups of these sizes from the common rate, from 400 seeded draws.
  private static func expectedRange(_ rates: [GroupRate]) -> Double {
    let trials = rates.reduce(0) { $0 + $1.denominator }
    let common = rates.reduce(0) { $0 + $1.numerator } / trials
    let spreads = rates.map { (common * (1 - common) / $0.denominator).squareRoot() }
    var random = SeededNormal(seed: 20_240_229)
    var total = 0.0
    for _ in 0..<400 {
      var (least, greatest) = (Double.infinity, -Double.infinity)
      for spread in spreads {
        let value = min(1, max(0, common + spread * random.next()))
        (least, greatest) = (min(least, value), max(greatest, value))
      }
      total += greatest - least
    }
    return total / 400
  }

  // MARK: - Verdicts

  private func judge(_ pairs: [Pair], family: Int, isWeighted: Bool) -> (results: [Disparity], family: Int) {
    var results: [Disparity] = []
    for pair in pairs { results.append(disparity(pair, family: family, isWeighted: isWeighted)) }
    let ps = results.compactMap(\.p)
    if let adjusted = try? Multiplicity.holm.adjust(ps, familySize: max(family, ps.count)) {
      var next = 0
      for index in results.indices where results[index].p != nil {
        results[index].adjustedP = adjusted[next]
        next += 1
      }
    }
    return (results, family)
  }

  private func reasonAgainst(_ pair: Pair) -> String? {
    for (rate, group) in [(pair.lowRate, pair.low), (pair.highRate, pair.high)] {
      if rate.denominator == 0 {
        return "\(group.values.joined(separator: "|")) has no rows to take the \(pair.metric.rawValue) of"
      }
      if rate.denominator < Double(plan.minimumCount) {
        return
          "\(group.values.joined(separator: "|")) has \(Int(rate.denominator.rounded())) such rows, fewer than \(plan.minimumCount)"
      }
    }
    return nil
  }

  private func disparity(_ pair: Pair, family: Int, isWeighted: Bool) -> Disparity {
    var result = Disparity(
      metric: pair.metric, attributes: pair.attributes, lower: pair.low.values, higher: pair.high.values,
      difference: pair.highRate.value - pair.lowRate.value, ratio: pair.lowRate.value / pair.highRate.value,
      verdict: .notEstimable)
    if let reason = reasonAgainst(pair) {
      result.reason = reason
      return result
    }
    func whole(_ rate: GroupRate) -> (Int, Int) {
      let n = Int(rate.denominator.rounded())
      return (min(n, Int(rate.numerator.rounded())), n)
    }
    let (x1, n1) = whole(pair.lowRate)
    let (x2, n2) = whole(pair.highRate)
    guard let two = try? TwoProportions(x1, of: n1, versus: x2, of: n2) else { return result }
    let level = 1 - plan.alpha / Double(family)
    if let interval = try? two.newcombeDifference(level: level) {
      result.differenceInterval = ConfidenceInterval(-interval.upper, -interval.lower)
    }
    result.ratioInterval = (try? two.scoreRatio(level: level)) ?? nil
    // Fisher's test adds up as many tables as there are successes; beyond that the z-test has the same value.
    result.p = !isWeighted && min(x1 + x2, n1 + n2 - x1 - x2) <= 20_000 ? two.fisherP : two.pooledP
    result.verdict = verdict(result)
    return result
  }

  /// Selection rates are judged by ratio, as the four-fifths rule does, error rates by difference.
  private func verdict(_ result: Disparity) -> AuditVerdict {
    if result.metric == .selectionRate {
      guard let interval = result.ratioInterval else { return .notEstimable }
      let tau = plan.ratioTolerance
      if interval.upper < tau || interval.lower > 1 / tau { return .disparity }
      return interval.lower >= tau && interval.upper <= 1 / tau ? .withinTolerance : .inconclusive
    }
    guard let interval = result.differenceInterval else { return .notEstimable }
    let delta = plan.differenceTolerance
    if interval.lower > delta || interval.upper < -delta { return .disparity }
    return interval.lower >= -delta && interval.upper <= delta ? .withinTolerance : .inconclusive
  }
}
