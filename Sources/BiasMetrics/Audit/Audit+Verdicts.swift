import Statistics

extension Audit {
  func judge(_ pairs: [Pair], family: Int, isWhole: Bool) -> [Disparity] {
    let shares = shares(pairs, family)
    var results = zip(pairs, shares).map { pair, share in
      disparity(pair, family: family, alpha: plan.alpha * Double(share) / Double(family), isWhole: isWhole)
    }
    let ps = results.compactMap(\.p)
    if let adjusted = try? plan.correction.method.adjust(ps, familySize: max(family, ps.count)) {
      var next = 0
      for index in results.indices where results[index].p != nil {
        results[index].adjustedP = adjusted[next]
        next += 1
      }
    }
    return results
  }

  /// How many parts of alpha, of as many as the family has, each comparison's interval may spend; one each but for Benjamini and Hochberg.
  ///
  /// Their step-up rule, told by intervals: the greatest k for which at least k comparisons have the verdict at the level 1 − k α / m.
  /// Disparities and equivalences are families of their own. What has neither verdict keeps the level at which it has none. Source:
  /// Benjamini and Yekutieli, Journal of the American Statistical Association 100 (2005), for intervals of what was selected.
  private func shares(_ pairs: [Pair], _ family: Int) -> [Int] {
    guard plan.correction == .benjaminiHochberg else { return pairs.map { _ in 1 } }
    let able = pairs.map { reasonAgainst($0) == nil }
    func verdicts(_ share: Int) -> [AuditVerdict] {
      let level = 1 - plan.alpha * Double(share) / Double(family)
      return zip(pairs, able).map { pair, isAble in
        isAble ? verdict(pair, intervals(pair, level)) : .notEstimable
      }
    }
    // With a smaller k no more have the verdict, so that going down by what is found ends at the greatest.
    func greatest(_ wanted: AuditVerdict) -> (share: Int, has: [Bool]) {
      var share = family
      while share > 0 {
        let has = verdicts(share).map { $0 == wanted }
        let count = has.count { $0 }
        if count >= share { return (share, has) }
        share = count
      }
      return (0, pairs.map { _ in false })
    }
    let (disparities, equivalences) = (greatest(.disparity), greatest(.withinTolerance))
    let neither = max(1, min(disparities.share, equivalences.share))
    return pairs.indices.map { place in
      disparities.has[place]
        ? disparities.share : equivalences.has[place] ? equivalences.share : neither
    }
  }

  /// A pair's intervals at a level.
  private func intervals(
    _ pair: Pair, _ level: Double
  ) -> (difference: ConfidenceInterval?, ratio: ConfidenceInterval?) {
    var difference: ConfidenceInterval?
    if let two = proportions(pair, level, .difference),
      let interval = try? two.newcombeDifference(level: level)
    {
      difference = ConfidenceInterval(-interval.upper, -interval.lower)
    }
    let ratio = proportions(pair, level, .ratio).flatMap { (try? $0.scoreRatio(level: level)) ?? nil }
    return (difference, ratio)
  }

  private func reasonAgainst(_ pair: Pair) -> String? {
    for (rate, group) in [(pair.lowRate, pair.low), (pair.highRate, pair.high)] {
      let name = group.values.joined(separator: "|")
      guard rate.denominator > 0 else { return "\(name) has no rows to take the \(pair.metric.rawValue) of" }
      if let clusters = rate.clusters, clusters < EffectiveCount.leastClusters {
        return "\(name) has such rows of \(clusters) clusters, fewer than \(EffectiveCount.leastClusters)"
      }
      guard rate.denominator >= Double(plan.minimumCount) else {
        return "\(name) has \(Self.rows(rate.denominator)) such rows, fewer than \(plan.minimumCount)"
      }
    }
    return nil
  }

  /// Effective rows to one decimal, rounded down: 29.96 are fewer than 30, and must not read as 30.
  private static func rows(_ count: Double) -> String {
    count == count.rounded() ? "\(Int(count))" : "\((count * 10).rounded(.down) / 10)"
  }

  private func disparity(_ pair: Pair, family: Int, alpha: Double, isWhole: Bool) -> Disparity {
    var result = Disparity(
      metric: pair.metric, attributes: pair.attributes, lower: pair.low.values, higher: pair.high.values,
      difference: pair.highRate.value - pair.lowRate.value, ratio: pair.lowRate.value / pair.highRate.value,
      verdict: .notEstimable)
    if let reason = reasonAgainst(pair) {
      result.reason = reason
      return result
    }
    let level = 1 - alpha
    guard let two = proportions(pair, level, .difference), proportions(pair, level, .ratio) != nil else {
      result.reason = "the counts are too large to compare"
      return result
    }
    let (x1, n1, x2, n2) = (two.x1, two.n1, two.x2, two.n2)
    let found = intervals(pair, level)
    (result.differenceInterval, result.ratioInterval, result.level) = (found.difference, found.ratio, level)
    // Fisher's test adds up as many tables as there are successes, from logarithms that lose digits in large tables; where
    // both are large the z-test is as good.
    let rarer = min(x1 + x2, n1 + n2 - x1 - x2)
    result.p =
      pair.clusters.map { clusteredP(pair, $0) }
      ?? (isWhole && rarer <= 20_000 && n1 + n2 <= 10_000_000 ? two.fisherP : two.pooledP)
    result.verdict = verdict(pair, found)
    if result.verdict == .notEstimable {
      result.reason =
        x1 + x2 == 0 && result.metric == .selectionRate
        ? "nobody of either group is selected, so there is no ratio"
        : "the level of each of \(family) comparisons is too near 1"
    }
    plan(&result, pair, alpha: alpha)
    if result.metric == .selectionRate {
      if isWhole { result.flipsWithOne = flipsWithOne(two) }
      if pair.clusters?.spans != true { result.posteriorBelowTolerance = posterior(pair) }
    }
    return result
  }

  /// Selection rates are judged by ratio, as the four-fifths rule does, error rates by difference.
  private func verdict(
    _ pair: Pair, _ intervals: (difference: ConfidenceInterval?, ratio: ConfidenceInterval?)
  ) -> AuditVerdict {
    if pair.metric == .selectionRate {
      guard let interval = intervals.ratio else { return .notEstimable }
      let tau = plan.ratioTolerance
      if interval.upper < tau || interval.lower > 1 / tau { return .disparity }
      return interval.lower >= tau && interval.upper <= 1 / tau ? .withinTolerance : .inconclusive
    }
    guard let interval = intervals.difference else { return .notEstimable }
    let delta = plan.differenceTolerance
    if interval.lower > delta || interval.upper < -delta { return .disparity }
    return interval.lower >= -delta && interval.upper <= delta ? .withinTolerance : .inconclusive
  }

  /// What these rows could have shown, and how many would be needed.
  private func plan(_ result: inout Disparity, _ pair: Pair, alpha: Double) {
    guard
      let design = try? ProportionPower(
        pair.lowRate.value, of: pair.lowRate.denominator, versus: pair.highRate.value,
        of: pair.highRate.denominator)
    else { return }
    let tolerance: ProportionPower.Tolerance =
      result.metric == .selectionRate ? .ratio(plan.ratioTolerance) : .difference(plan.differenceTolerance)
    result.minimumDetectable = design.leastDetectable(tolerance, power: plan.power, alpha: alpha)
    let scale = design.scaleToDecide(tolerance, power: plan.power, alpha: alpha)
    let needed = scale.map { ($0 * pair.lowRate.denominator, $0 * pair.highRate.denominator) }
    if let needed, max(needed.0, needed.1) < 1e15 {
      result.rowsNeeded = RowsNeeded(lower: Int(needed.0.rounded(.up)), higher: Int(needed.1.rounded(.up)))
    }
    guard result.verdict == .inconclusive else { return }
    if let needed = result.rowsNeeded, let scale, scale > 1 {
      result.reason =
        "rates as these would be decided by about \(needed.lower) rows of \(result.lower.joined(separator: "|")) and \(needed.higher) of \(result.higher.joined(separator: "|"))"
    } else if scale == nil {
      result.reason = "rates as these lie so near the tolerance that no number of rows would decide"
    }
  }

  /// Whether one selection less in one group and one more in the other crosses τ.
  private func flipsWithOne(_ two: TwoProportions) -> Bool? {
    let tau = plan.ratioTolerance
    guard two.x2 > 0 else { return nil }
    let step = two.ratio < tau ? 1 : -1
    guard
      let moved = try? TwoProportions(two.x1 + step, of: two.n1, versus: two.x2 - step, of: two.n2)
    else { return false }
    return (moved.ratio < tau) != (two.ratio < tau)
  }

  /// The chance that the true ratio is below τ, if groups' rates come from one distribution.
  private func posterior(_ pair: Pair) -> Double? {
    func law(_ rate: GroupRate) -> Beta? {
      rate.shrunk.flatMap { try? Beta(alpha: $0.alpha, beta: $0.beta) }
    }
    guard let low = law(pair.lowRate), let high = law(pair.highRate) else { return nil }
    return try? low.probability(below: plan.ratioTolerance, times: high)
  }
}
