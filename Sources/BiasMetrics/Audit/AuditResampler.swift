import Statistics

/// Completes the tests of ranges by resamples and shuffles, drawn once for all attributes.
struct AuditResampler {
  private let table: DecisionTable
  private let plan: AuditPlan
  private let controls: [Int]
  /// What shuffles of rows make of the ranges, by attributes; empty with weights or clusters.
  private var shuffled: [[Int]: RangePermutation] = [:]
  /// Resamples of the finest groups, from which those of single attributes add up.
  private let bootstrap: CellBootstrap?

  init(
    _ table: DecisionTable, plan: AuditPlan, sets: [[Int]], metrics: [RateMetric], controls: [Int],
    notes: inout [String]
  ) {
    (self.table, self.plan, self.controls) = (table, plan, controls)
    guard plan.resamples > 0 else {
      bootstrap = nil
      return
    }
    let places = Array(0..<table.groupDimensions)
    if !table.isWeighted, plan.cluster == nil {
      // Without intersections the finest groups may be many more than those that are compared.
      let together = plan.includesIntersections ? [sets] : sets.map { [$0] }
      for sets in together {
        let made = try? RangePermutation.together(
          table, by: sets, within: controls, metrics: metrics, seed: plan.seed, resamples: plan.resamples)
        for (places, result) in zip(sets, made ?? []) { shuffled[places] = result }
      }
    }
    do throws(BiasMetricsError) {
      if let cluster = plan.cluster.flatMap({ table.dimension($0) }) {
        bootstrap = try CellBootstrap(
          table, by: places, clusters: cluster, seed: plan.seed, resamples: plan.resamples)
      } else {
        bootstrap = try CellBootstrap(
          table.groups(by: places), isWeighted: table.isWeighted, seed: plan.seed, resamples: plan.resamples)
      }
    } catch {
      bootstrap = nil
      notes.append("ranges have no resamples: \(error.message)")
    }
  }

  /// What shuffling makes of the ranges of some attributes' groups, or why it cannot be told.
  private func shuffles(_ places: [Int], _ metrics: [RateMetric]) -> (RangePermutation?, reason: String?) {
    if let cluster = plan.cluster.flatMap({ table.dimension($0) }) {
      do throws(BiasMetricsError) {
        return (
          try RangePermutation(
            table, by: places, clusters: cluster, within: controls, metrics: metrics, seed: plan.seed,
            resamples: plan.resamples), nil
        )
      } catch { return (nil, error.message) }
    }
    guard !table.isWeighted else {
      return (nil, "rows of unequal weights cannot be exchanged, since counts do not keep single weights")
    }
    return (shuffled[places], "the shuffles could not be drawn")
  }

  /// Adds what resampling tells to the ranges of the groups of some attributes.
  func complete(_ tests: [RangeTest], _ places: [Int]) -> [RangeTest] {
    guard plan.resamples > 0, !tests.isEmpty else { return tests }
    var tests = tests
    let (found, reason) = shuffles(places, tests.map(\.metric))
    for index in tests.indices {
      guard let result = found?.results.first(where: { $0.metric == tests[index].metric }) else {
        tests[index].permutationReason = reason
        continue
      }
      (tests[index].permutationP, tests[index].adjustedPermutationP) = (result.p, result.adjustedP)
      if result.p == nil { tests[index].permutationReason = "fewer than two groups have a rate" }
      if !result.expected.isNaN { tests[index].expectedByChance = result.expected }
    }
    guard let bootstrap else { return tests }
    let groups = table.groups(by: places).map(\.values)
    let numbers = Dictionary(groups.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let resamples = bootstrap.grouped(
      bootstrap.groups.map { values in numbers[places.map { values[$0] }] }, as: groups)
    for index in tests.indices {
      let metric = tests[index].metric
      let distribution = resamples.distribution(.range(metric))
      tests[index].percentileInterval = distribution.percentile(level: 1 - plan.alpha)
      if !distribution.values.isEmpty { tests[index].biasCorrected = max(0, distribution.biasCorrected) }
    }
    return tests
  }
}
