import BiasMetrics
import TestSupport
import Testing

@Suite("fairlearn's own figures")
struct FairlearnGoldenTests {
  @Test("Every figure of the metric frames and functions", arguments: BiasVectors.names)
  func frames(_ name: String) async throws {
    let vectors = try BiasVectors.expected(name)
    var compared = 0
    for block in try #require(vectors["fairlearn"]).elements {
      let isWeighted = block["weighted"]?.truth ?? false
      let sensitive = block["sensitive_features"]?.texts ?? []
      let controls = block["control_features"]?.texts ?? []
      let table = try await BiasVectors.table(name, attributes: controls + sensitive, weighted: isWeighted)
      let groups = table.groups(by: Array(table.dimensions.indices), keepsScores: true)
      let tolerance = isWeighted ? 1e-9 : 1e-12
      func check(_ ours: Double, _ theirs: GoldenValue?, _ what: String) {
        guard let theirs = theirs?.number else { return }
        compared += 1
        #expect(
          agree(ours, theirs, within: tolerance),
          "\(name) \(sensitive) \(controls) \(what): \(ours), \(theirs)")
      }
      for metric in FairlearnConvention.frameMetrics {
        let theirName = metric == "precision_score" ? "precision_score_zero0" : metric
        for group in groups {
          check(
            FairlearnConvention.value(metric, group, isWeighted: isWeighted),
            block["by_group"]?[theirName]?[group.name], "\(metric) of \(group.name)")
        }
        // Without controls there is one stratum, the whole table.
        let strata = table.groups(by: Array(controls.indices), keepsScores: true)
        for stratum in strata {
          let members = groups.filter { Array($0.values.prefix(controls.count)) == stratum.values }
          let values = members.map { FairlearnConvention.value(metric, $0, isWeighted: isWeighted) }
          let overall = FairlearnConvention.value(metric, stratum, isWeighted: isWeighted)
          func theirs(_ field: String) -> GoldenValue? {
            let value = block[field]?[theirName]
            return controls.isEmpty ? value : value?[stratum.name]
          }
          check(overall, theirs("overall"), "\(metric) overall")
          check(FairlearnConvention.groupMin(values), theirs("group_min"), "\(metric) min")
          check(FairlearnConvention.groupMax(values), theirs("group_max"), "\(metric) max")
          for method in FairlearnConvention.Method.allCases {
            check(
              FairlearnConvention.difference(values, overall: overall, method),
              theirs("difference_\(method.rawValue)"), "\(metric) difference \(method)")
            check(
              FairlearnConvention.ratio(values, overall: overall, method), theirs("ratio_\(method.rawValue)"),
              "\(metric) ratio \(method)")
          }
        }
      }
      guard let functions = block["functions"] else { continue }
      let ours = FairlearnConvention.functions(
        groups, overall: table.overall(keepsScores: true), isWeighted: isWeighted, hasScores: true)
      #expect(Set(ours.map(\.name)) == Set(functions.members.keys))
      for (function, value) in ours {
        let theirs = functions[function]
        // What fairlearn refuses has no figure with us either.
        if theirs?["error"] != nil { #expect(value.isNaN, "\(name) \(function)") }
        check(value, theirs, function)
      }
    }
    #expect(compared > 300)
  }
}
