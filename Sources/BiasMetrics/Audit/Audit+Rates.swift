import Statistics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension Audit {
  /// Each group's rates with their intervals.
  func results(
    _ table: DecisionTable, _ places: [Int], _ metrics: [RateMetric], _ clusters: ClusterSums?
  ) -> [GroupResult] {
    let attributes = places.map { table.dimensions[$0].name }
    let counts = table.groups(by: places)
    var results = counts.map { group in
      let effective =
        table.isWeighted
        ? group.weights.total * group.weights.total / group.squaredWeights.total : Double(group.rows)
      let sums = clusters?.sums[group.values].map { $0.map(\.counts) }
      let rates = metrics.map { rate($0, group, isWeighted: table.isWeighted, sums) }
      return GroupResult(
        attributes: attributes, values: group.values, rows: group.rows, effectiveRows: effective,
        rates: rates)
    }
    for place in metrics.indices { shrink(&results, place) }
    return results
  }

  private func rate(
    _ metric: RateMetric, _ group: GroupCounts, isWeighted: Bool, _ clusters: [Confusion]?
  ) -> GroupRate {
    let sums = isWeighted ? group.weights : group.counts
    var (above, below) = metric.parts(sums)
    if below > 0, isWeighted || clusters != nil {
      let rows = metric.parts(group.counts).denominator
      let effective =
        clusters.map { EffectiveCount.clustered($0.map { metric.parts($0) }, rows: rows) }
        ?? EffectiveCount.weighted(
          sums: (above, below), squares: metric.parts(group.squaredWeights), rows: rows)
      (above, below) = (above / below * effective, effective)
    }
    // Rounding may lift a share of all a hair above it.
    above = min(above, below)
    var result = GroupRate(
      metric: metric, numerator: above, denominator: below, value: below > 0 ? above / below : .nan)
    result.clusters = clusters.map { $0.count { metric.parts($0).denominator > 0 } }
    result.interval = interval(result, level: 1 - plan.alpha)
    return result
  }

  /// The interval of a rate at some level; nil where nothing is below the line, or all that is comes from one cluster.
  func interval(_ rate: GroupRate, level: Double) -> ConfidenceInterval? {
    let scale = rate.clusters.map { EffectiveCount.scale(clusters: $0, level: level) } ?? 1
    let (above, below) = (rate.numerator * scale, rate.denominator * scale)
    guard below > 0 else { return nil }
    let interval =
      below < GroupRate.exactBelow
      ? try? ProportionInterval.clopperPearson(
        effectiveSuccesses: min(above, below), trials: below, level: level)
      : try? ProportionInterval.wilson(effectiveSuccesses: min(above, below), trials: below, level: level)
    return interval.map { ConfidenceInterval($0.lower, $0.upper) }
  }

  /// Draws the rates of one metric towards their mean.
  private func shrink(_ results: inout [GroupResult], _ place: Int) {
    let counts = results.map { (successes: $0.rates[place].numerator, trials: $0.rates[place].denominator) }
    guard let fit = BetaBinomialFit(counts) else { return }
    for index in results.indices where counts[index].trials > 0 {
      guard
        let posterior = try? fit.posterior(successes: counts[index].successes, trials: counts[index].trials)
      else { continue }
      let tail = log(plan.alpha / 2)
      guard let lower = try? posterior.quantile(logLowerTail: tail),
        let upper = try? posterior.quantile(logUpperTail: tail)
      else { continue }
      results[index].rates[place].shrunk = ShrunkRate(
        value: posterior.mean, interval: ConfidenceInterval(lower, upper), alpha: posterior.alpha,
        beta: posterior.beta, mean: fit.mean,
        concentration: fit.concentration)
    }
  }

  func range(
    _ known: [GroupResult], _ place: Int, _ metric: RateMetric, _ attributes: [String],
    _ clusters: ClusterSums?
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
      // Rows that hang together across groups, or are of few clusters, are no sample of independent ones.
      test: isTested(rates, clusters)
        ? ContingencyTest.test(counts.map { (successes: min($0.successes, $0.trials), trials: $0.trials) })
        : nil,
      expectedByChance: Self.expectedRange(rates),
      interval: plan.resamples > 0 && isTested(rates, clusters) ? rangeInterval(rates) : nil)
  }

  private func isTested(_ rates: [GroupRate], _ clusters: ClusterSums?) -> Bool {
    clusters?.spans != true && rates.allSatisfy { ($0.clusters ?? .max) >= EffectiveCount.leastClusters }
  }

  /// From the greatest lower to the greatest upper end over all pairs' differences, each by Newcombe's square and add at Bonferroni's
  /// level.
  ///
  /// Resamples of a group with few successes have too thin a tail to say how far off it may be; the intervals of single rates do not.
  private func rangeInterval(_ rates: [GroupRate]) -> ConfidenceInterval? {
    let level = 1 - plan.alpha / Double(rates.count * (rates.count - 1) / 2)
    let ends = rates.compactMap { rate in interval(rate, level: level).map { (rate.value, $0) } }
    guard ends.count == rates.count else { return nil }
    var (lower, upper) = (0.0, 0.0)
    for (place, (a, first)) in ends.enumerated() {
      for (b, second) in ends[..<place] {
        let (down1, up1) = (a - first.lower, first.upper - a)
        let (down2, up2) = (b - second.lower, second.upper - b)
        let down = a - b - (down1 * down1 + up2 * up2).squareRoot()
        let up = a - b + (up1 * up1 + down2 * down2).squareRoot()
        lower = max(lower, down, -up)
        upper = max(upper, up, -down)
      }
    }
    return ConfidenceInterval(lower, min(1, upper))
  }

  /// The mean range of rates drawn for groups of these sizes from the common rate, from 400 seeded draws.
  private static func expectedRange(_ rates: [GroupRate]) -> Double {
    let trials = rates.reduce(0) { $0 + $1.denominator }
    let common = rates.reduce(0) { $0 + $1.numerator } / trials
    let spreads = rates.map { (common * (1 - common) / $0.denominator).squareRoot() }
    var random = Philox(seed: 20_240_229)
    var total = 0.0
    for _ in 0..<400 {
      var (least, greatest) = (Double.infinity, -Double.infinity)
      for spread in spreads {
        let value = min(1, max(0, common + spread * random.normal()))
        (least, greatest) = (min(least, value), max(greatest, value))
      }
      total += greatest - least
    }
    return total / 400
  }
}
