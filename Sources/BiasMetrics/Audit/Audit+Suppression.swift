extension Audit {
  /// Leaves comparisons out of a result whose groups lack rows, since small counts were taken out of the cube.
  ///
  /// What was taken out is what was rare, and often those who fared worst: the rates of what is left are no estimates of the group's,
  /// and no interval covers that. Combinations that are left are whole, and keep their verdicts.
  ///
  /// - Parameter values: the values of the controls in whose stratum the result is; nil for a whole table.
  func withheld(_ result: AuditResult, _ cube: CountingCube?, within values: [String]? = nil) -> AuditResult {
    guard let cube, let suppression = cube.suppression, !suppression.combinations.isEmpty else {
      return result
    }
    let names = (cube.schema.groups + cube.schema.controls).map(\.name)
    var combinations = suppression.combinations.map {
      $0.map { $0.map(DecisionTable.shown) ?? DecisionTable.missingName }
    }
    if let values {
      let controls = names.indices.filter { $0 >= cube.schema.groups.count && names[$0] != plan.cluster }
      combinations = combinations.filter { combination in controls.map { combination[$0] } == values }
    }
    var lacking: [[String]: Set<[String]>] = [:]
    for attributes in Set(result.groups.map(\.attributes)) {
      let places = attributes.compactMap { names.prefix(cube.schema.groups.count).firstIndex(of: $0) }
      lacking[attributes] = Set(combinations.map { combination in places.map { combination[$0] } })
    }
    func lacks(_ attributes: [String], _ values: [String]) -> Bool {
      lacking[attributes]?.contains(values) ?? false
    }
    var result = result
    for index in result.disparities.indices {
      let found = result.disparities[index]
      let groups = [found.lower, found.higher].filter { lacks(found.attributes, $0) }
      guard !groups.isEmpty else { continue }
      result.disparities[index] = Disparity(
        metric: found.metric, attributes: found.attributes, lower: found.lower, higher: found.higher,
        difference: .nan, ratio: .nan, verdict: .notEstimable,
        reason:
          "\(groups.map { $0.joined(separator: "|") }.joined(separator: " and ")) lack rows that were taken out as small counts"
      )
    }
    let whole = Set(result.groups.filter { lacks($0.attributes, $0.values) }.map(\.attributes))
    result.ranges.removeAll { whole.contains($0.attributes) }
    result.stratified.removeAll { lacks($0.attributes, $0.lower) || lacks($0.attributes, $0.higher) }
    return result
  }
}
