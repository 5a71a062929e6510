import Statistics

/// Carries out a plan on a table of decisions.
///
/// Each group is compared with the one whose rate is highest, or with the one that is named, for every attribute, intersection and
/// metric of the plan. All comparisons make one family: p-values are Holm's and intervals Bonferroni's, or both Benjamini and Hochberg's,
/// and a "disparity" needs its whole interval beyond the tolerance. Ranges over many groups come with shuffles and resamples of the plan's seed. Cost: some tens
/// of microseconds a comparison, and some ten milliseconds for 2,000 resamples of a dozen groups.
public struct Audit: Sendable {
  /// The plan.
  public let plan: AuditPlan

  /// Checks and takes a plan.
  public init(_ plan: AuditPlan = AuditPlan()) throws(BiasMetricsError) {
    try plan.check()
    self.plan = plan
  }

  /// One comparison before the family's size is known.
  struct Pair {
    var metric: RateMetric
    var attributes: [String]
    var low: GroupResult
    var high: GroupResult
    var lowRate: GroupRate
    var highRate: GroupRate
    /// How both groups' rows hang together; nil without clusters.
    var clusters: ClusterComparison?
  }

  /// Runs the audit on a whole table.
  ///
  /// Throws when a column has a single group, or a reference names no group of the table. The cube, if the table is of one, says how many
  /// rows could not be read.
  public func run(_ table: DecisionTable, cube: CountingCube? = nil) throws(BiasMetricsError) -> AuditResult {
    try check(table)
    return withheld(run(stratum: table, cube: cube), cube)
  }

  /// Runs the audit within each stratum of the controls, the plan's error divided among them.
  public func runStrata(
    _ table: DecisionTable, cube: CountingCube? = nil
  ) throws(BiasMetricsError)
    -> [(values: [String], result: AuditResult)]
  {
    try check(table)
    let strata = table.strata(by: controls(table))
    var plan = plan
    plan.alpha /= Double(max(1, strata.count))
    let audit = try Audit(plan)
    return strata.map { stratum in
      return (
        stratum.values, withheld(audit.run(stratum: stratum.table, cube: cube), cube, within: stratum.values)
      )
    }
  }

  /// The places of the columns within whose strata groups are compared.
  func controls(_ table: DecisionTable) -> [Int] {
    (table.groupDimensions..<table.dimensions.count).filter { table.dimensions[$0].name != plan.cluster }
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
    if let cluster = plan.cluster {
      guard let place = table.dimensions[table.groupDimensions...].firstIndex(where: { $0.name == cluster })
      else {
        throw BiasMetricsError(
          .invalidPlan, "the clusters' column '\(cluster)' is none of the table's controls",
          hint: "list it last among the schema's controls")
      }
      if let lacking = table.cells.first(where: { $0.coordinates[place] == 0 }) {
        throw BiasMetricsError(
          .invalidPlan, "\(lacking.count) rows or more have no value of '\(cluster)'",
          hint: "give each row its cluster; a row of its own needs a value of its own")
      }
    }
  }

  private func run(stratum table: DecisionTable, cube: CountingCube?) -> AuditResult {
    let metrics = plan.metrics.filter { table.hasLabels || !$0.needsLabels }
    let sets = plan.attributeSets(of: table.groupDimensions)
    var groups: [GroupResult] = []
    var pairs: [Pair] = []
    var ranges: [RangeTest] = []
    var family = 0
    var notes = notes(table, metrics)
    if let note = cube?.suppressionNote { notes.append(note) }
    if plan.includesIntersections, table.groupDimensions > AuditPlan.mostPairedAttributes {
      notes.append(
        "pairs of \(table.groupDimensions) attributes are not compared, but each attribute and all together; name up to \(AuditPlan.mostPairedAttributes) for pairs"
      )
    }
    let resampler = AuditResampler(
      table, plan: plan, sets: sets, metrics: metrics, controls: controls(table), notes: &notes)
    for places in sets {
      let attributes = places.map { table.dimensions[$0].name }
      let clusters = plan.cluster.flatMap { table.dimension($0) }.map { ClusterSums(table, places, $0) }
      let results = results(table, places, metrics, clusters)
      groups += results
      if results.count == 1 {
        // Only in a stratum: the whole table has been checked.
        notes.append(
          "\(attributes.joined(separator: ", ")): all rows are of one group, \(results[0].values.joined(separator: "|"))"
        )
      }
      var tests: [RangeTest] = []
      for (place, metric) in metrics.enumerated() {
        let known = results.filter { !$0.rates[place].value.isNaN }
        // A group too small to be judged would hide the others if they were compared with it.
        let large = known.filter { $0.rates[place].denominator >= Double(plan.minimumCount) }
        guard
          let high = (large.isEmpty ? known : large).max(by: {
            ($0.rates[place].value, $0.rows) < ($1.rates[place].value, $1.rows)
          })
        else { continue }
        if let range = range(known, place, metric, attributes, clusters) { tests.append(range) }
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
              highRate: high.rates[place], clusters: clusters?.comparison(metric, low.values, high.values)))
        }
      }
      if clusters?.spans == true {
        notes.append(
          "\(attributes.joined(separator: ", ")): clusters have rows in several groups, so ranges have no interval and no test"
        )
      }
      ranges += resampler.complete(tests, places)
    }
    let analysed = table.cells.reduce(0) { $0 + $1.count }
    return AuditResult(
      plan: plan,
      rowsRead: cube?.rowsRead ?? analysed + table.undecided.values.reduce(0, +),
      rowsAnalysed: analysed,
      excluded: excluded(table, cube), groups: groups,
      disparities: judge(pairs, family: max(1, family), isWhole: isWhole(table)), ranges: ranges,
      stratified: stratified(pairs, table, family: max(1, family)),
      familySize: max(1, family), notes: notes, positive: table.positivePrediction)
  }

  /// Whether each row is evidence of its own.
  func isWhole(_ table: DecisionTable) -> Bool { !table.isWeighted && plan.cluster == nil }

  private func excluded(_ table: DecisionTable, _ cube: CountingCube?) -> [(reason: String, rows: Int)] {
    [
      ("row-error", cube?.failedRows ?? 0),
      ("missing-label-or-prediction", table.undecided.values.reduce(0, +)),
      ("suppressed-small-counts", cube?.suppression?.rows ?? 0),
    ]
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
    if table.isWeighted {
      notes.append(
        "weights enter rates and their comparisons; rules' tables, scores and distances of classes count rows without them"
      )
    }
    if !isWhole(table) {
      notes.append(
        "rows are not evidence of their own: rules' tables, scores and distances of classes come without p-values"
      )
    }
    if !table.hasLabels { notes.append("there are no labels beside decisions: error rates are not compared") }
    if metrics.count > 1, table.hasLabels {
      notes.append(
        "where base rates differ, equal selection rates, equal error rates and calibration cannot all hold at once"
      )
    }
    return notes
  }
}
