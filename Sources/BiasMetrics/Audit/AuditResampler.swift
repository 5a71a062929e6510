import Statistics

/// Completes the tests of ranges by resamples and shuffles, drawn once for all attributes.
struct AuditResampler {
  private let table: DecisionTable
  private let plan: AuditPlan
  private let controls: [Int]
  /// Resamples of the finest groups, from which those of single attributes add up.
  private let bootstrap: CellBootstrap?

  init(_ table: DecisionTable, plan: AuditPlan, controls: [Int], notes: inout [String]) {
    (self.table, self.plan, self.controls) = (table, plan, controls)
    guard plan.resamples > 0 else {
      bootstrap = nil
      return
    }
    let places = Array(0..<table.groupDimensions)
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

  /// Adds what resampling tells to the ranges of the groups of some attributes.
  func complete(_ tests: [RangeTest], _ places: [Int]) -> [RangeTest] {
    guard plan.resamples > 0, !tests.isEmpty else { return tests }
    var tests = tests
    if !table.isWeighted, plan.cluster == nil,
      let shuffled = try? RangePermutation(
        table, by: places, within: controls, metrics: tests.map(\.metric), seed: plan.seed,
        resamples: plan.resamples)
    {
      for (index, result) in shuffled.results.enumerated() {
        (tests[index].permutationP, tests[index].adjustedPermutationP) = (result.p, result.adjustedP)
        if !result.expected.isNaN { tests[index].expectedByChance = result.expected }
      }
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
