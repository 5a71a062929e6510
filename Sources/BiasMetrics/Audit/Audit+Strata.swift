import Statistics

extension Audit {
  /// Each pair over all rows beside the same pair within the strata of the controls; empty without controls, or with weights or clusters.
  ///
  /// What ``run(_:cube:)`` has in its result, for those who otherwise look at strata alone. Throws as that does.
  public func acrossStrata(_ table: DecisionTable) throws(BiasMetricsError) -> [StratifiedDisparity] {
    var plan = plan
    plan.resamples = 0
    return try Audit(plan).run(table).stratified
  }

  /// Each pair over all rows beside the same pair within the strata of the controls.
  func stratified(_ pairs: [Pair], _ table: DecisionTable, family: Int) -> [StratifiedDisparity] {
    let controls = controls(table)
    guard !controls.isEmpty, isWhole(table) else { return [] }
    var sums: [String: [[Int]: [[String]: Confusion]]] = [:]
    func counts(_ attributes: [String]) -> [[Int]: [[String]: Confusion]] {
      let key = attributes.joined(separator: "\u{1f}")
      if let known = sums[key] { return known }
      let places = attributes.compactMap { table.dimension($0) }
      var strata: [[Int]: [[String]: Confusion]] = [:]
      for cell in table.cells {
        let values = places.map { table.text($0, cell.coordinates[$0]) }
        strata[controls.map { cell.coordinates[$0] }, default: [:]][values, default: Confusion()].add(
          Double(cell.count), label: cell.label, prediction: cell.prediction)
      }
      sums[key] = strata
      return strata
    }
    var results: [StratifiedDisparity] = []
    for pair in pairs {
      let strata = counts(pair.attributes).sorted { $0.key.lexicographicallyPrecedes($1.key) }
      // With a single stratum there is nothing that could be confounded.
      guard strata.count > 1 else { return [] }
      let parts = strata.compactMap { stratum -> TwoProportions? in
        let (x1, n1) = pair.metric.parts(stratum.value[pair.high.values] ?? Confusion())
        let (x2, n2) = pair.metric.parts(stratum.value[pair.low.values] ?? Confusion())
        return try? TwoProportions(Int(x1), of: Int(n1), versus: Int(x2), of: Int(n2))
      }
      guard !parts.isEmpty else { continue }
      let whole = StratifiedProportions(parts)
      results.append(
        StratifiedDisparity(
          metric: pair.metric, attributes: pair.attributes, lower: pair.low.values, higher: pair.high.values,
          strata: parts.count, crudeDifference: pair.highRate.value - pair.lowRate.value,
          crudeInterval: crudeInterval(pair, family),
          adjustedDifference: whole.commonDifference,
          adjustedInterval: (try? whole.commonDifferenceInterval(level: 1 - plan.alpha / Double(family)))
            ?? nil,
          commonOddsRatio: whole.commonOddsRatio, independence: whole.independence, adjustedP: nil,
          homogeneity: whole.homogeneity))
    }
    let ps = results.compactMap { $0.independence?.p }
    if let adjusted = try? plan.correction.method.adjust(ps, familySize: max(family, ps.count)) {
      var next = 0
      for index in results.indices where results[index].independence != nil {
        results[index].adjustedP = adjusted[next]
        next += 1
      }
    }
    return results
  }

  private func crudeInterval(_ pair: Pair, _ family: Int) -> ConfidenceInterval? {
    let (low, high) = (pair.lowRate, pair.highRate)
    guard low.denominator > 0, high.denominator > 0 else { return nil }
    return try? TwoProportions(
      Int(high.numerator), of: Int(high.denominator), versus: Int(low.numerator), of: Int(low.denominator)
    ).newcombeDifference(level: 1 - plan.alpha / Double(family))
  }
}
