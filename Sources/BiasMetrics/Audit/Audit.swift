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

  /// Runs the audit on a whole table.
  ///
  /// Throws when a column has a single group, or a reference names no group of the table.
  public func run(_ table: DecisionTable, cube: CountingCube) throws(BiasMetricsError) -> AuditResult {
    try check(table)
    return run(stratum: table, cube: cube)
  }

  /// Runs the audit within each stratum of the controls, the plan's error divided among them.
  public func runStrata(
    _ table: DecisionTable, cube: CountingCube
  ) throws(BiasMetricsError)
    -> [(values: [String], result: AuditResult)]
  {
    try check(table)
    let places = Array(table.groupDimensions..<table.dimensions.count)
    let strata = table.groups(by: places)
    var plan = plan
    plan.alpha /= Double(max(1, strata.count))
    let audit = try Audit(plan)
    return strata.map { stratum in
      let part = table.stratum(Dictionary(uniqueKeysWithValues: zip(places, stratum.values)))
      return (stratum.values, audit.run(stratum: part, cube: cube))
    }
  }

  private func check(_ table: DecisionTable) throws(BiasMetricsError) {
    for place in 0..<table.groupDimensions {
      let name = table.dimensions[place].name
      let groups = table.groups(by: [place]).map(\.name)
      guard groups.count > 1 else {
        throw BiasMetricsError(
          .singleGroup, "column '\(name)' has a single group, \(groups.first ?? "none")",
          hint: "parity is between groups: name a column with at least two")
      }
      if let reference = plan.references[name], !groups.contains(reference) {
        throw BiasMetricsError(
          .noSuchLabel, "no row is of the reference group \(name)=\(reference)",
          hint: "the groups are \(groups.joined(separator: ", "))")
      }
    }
    let names = table.dimensions[..<table.groupDimensions].map(\.name)
    for name in plan.references.keys.sorted() where !names.contains(name) {
      throw BiasMetricsError(
        .invalidPlan, "the reference group's column '\(name)' is not compared",
        hint: "the columns of groups are \(names.joined(separator: ", "))")
    }
  }

  private func run(stratum table: DecisionTable, cube: CountingCube) -> AuditResult {
    let metrics = plan.metrics.filter { table.hasLabels || !$0.needsLabels }
    var sets = (0..<table.groupDimensions).map { [$0] }
    if plan.includesIntersections, table.groupDimensions > 1 { sets.append(Array(0..<table.groupDimensions)) }
    var groups: [GroupResult] = []
    var pairs: [Pair] = []
    var ranges: [RangeTest] = []
    var family = 0
    var notes = notes(table, metrics)
    for places in sets {
      let attributes = places.map { table.dimensions[$0].name }
      let counts = table.groups(by: places)
      let results = counts.map { result(of: $0, attributes, metrics, isWeighted: table.isWeighted) }
      groups += results
      if results.count == 1 {
        // Only in a stratum: the whole table has been checked.
        notes.append("\(attributes.joined(separator: ", ")): all rows are of one group, \(counts[0].name)")
      }
      for (place, metric) in metrics.enumerated() {
        let known = results.filter { !$0.rates[place].value.isNaN }
        // A group too small to be judged would hide the others if they were compared with it.
        let large = known.filter { $0.rates[place].denominator >= Double(plan.minimumCount) }
        guard
          let high = (large.isEmpty ? known : large).max(by: {
            ($0.rates[place].value, $0.rows) < ($1.rates[place].value, $1.rows)
          })
        else { continue }
        if let range = range(known, place, metric, attributes) { ranges.append(range) }
        let named = attributes.compactMap { plan.references[$0] }
        let isNamed = named.count == attributes.count
        guard let reference = isNamed ? results.first(where: { $0.values == named }) : high else {
          notes.append(
            "\(metric.rawValue): no row is of the reference group \(named.joined(separator: "|"))")
          continue
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
      excluded: excluded(table, cube), groups: groups, disparities: disparities, ranges: ranges,
      familySize: max(1, family), notes: notes, positive: table.positivePrediction)
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
  ) -> GroupResult {
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
      // Rounding may lift a share of all a hair above it.
      let interval = try? ProportionInterval.wilson(
        effectiveSuccesses: min(above, below), trials: below, level: 1 - plan.alpha)
      rates.append(
        GroupRate(
          metric: metric, numerator: above, denominator: below, value: below > 0 ? above / below : .nan,
          interval: below > 0 ? interval.map { ConfidenceInterval($0.lower, $0.upper) } : nil))
    }
    return GroupResult(
      attributes: attributes, values: group.values, rows: group.rows, effectiveRows: effective, rates: rates)
  }

  private func range(
    _ known: [GroupResult], _ place: Int, _ metric: RateMetric, _ attributes: [String]
  ) -> RangeTest? {
    guard known.count > 1,
      let low = known.min(by: { ($0.rates[place].value, -$0.rows) < ($1.rates[place].value, -$1.rows) }),
      let high = known.max(by: { ($0.rates[place].value, $0.rows) < ($1.rates[place].value, $1.rows) })
    else { return nil }
    // The extremes may be groups of a few rows: the expected range beside them says how far chance reaches.
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

  private func judge(_ pairs: [Pair], family: Int, isWeighted: Bool) -> [Disparity] {
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
    return results
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
    // Fisher's test adds up as many tables as there are successes, from logarithms that lose digits in large tables; where
    // both are large the z-test is as good.
    let rarer = min(x1 + x2, n1 + n2 - x1 - x2)
    result.p = !isWeighted && rarer <= 20_000 && n1 + n2 <= 10_000_000 ? two.fisherP : two.pooledP
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
