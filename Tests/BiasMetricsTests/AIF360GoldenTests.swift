import BiasMetrics
import TestSupport
import Testing

@Suite("AIF360's own figures")
struct AIF360GoldenTests {
  @Test("Classes: comparisons, parts, performance measures, labels", arguments: BiasVectors.names)
  func classes(_ name: String) async throws {
    let vectors = try BiasVectors.expected(name)
    var compared = 0
    for block in try #require(vectors["aif360"]).elements {
      let isWeighted = block["weighted"]?.truth ?? false
      let attribute = try #require(block["protected_attribute"]?.text)
      let privileged = try #require(block["privileged"]?.text)
      let table = try await BiasVectors.table(name, attributes: [attribute], weighted: isWeighted)
      let ours = AIF360Convention(
        table.groups(by: [0], keepsScores: true), privileged: privileged, isWeighted: isWeighted)
      func check(_ value: Double?, _ theirs: GoldenValue, _ what: String) {
        guard let theirs = theirs.number else { return }
        compared += 1
        let tolerance = isWeighted ? 1e-9 : 1e-12
        #expect(
          agree(value ?? 99, theirs, within: tolerance),
          "\(name) \(attribute) \(isWeighted) \(what): \(value ?? 99), \(theirs)")
      }
      for (metric, theirs) in try #require(block["ClassificationMetric"]).members {
        check(ours.comparisons[metric], theirs, metric)
      }
      let parts = [("None", ours.all), ("True", ours.privileged), ("False", ours.unprivileged)]
      for (metric, theirs) in try #require(block["ClassificationMetric_by_group"]).members {
        for (part, group) in parts {
          check(ours.byGroup(group)[metric], theirs[part] ?? .null, metric + part)
        }
      }
      for (part, group) in parts {
        for (metric, theirs) in try #require(block["performance_measures"]?[part]).members {
          check(ours.measures(group)[metric], theirs, metric + part)
        }
        let rate = RateMetric.baseRate.value(isWeighted ? group.weights : group.counts)
        check(rate, block["BinaryLabelDatasetMetric"]?["base_rate"]?[part] ?? .null, "base_rate" + part)
      }
      for (metric, theirs) in try #require(block["BinaryLabelDatasetMetric"]).members
      where metric != "base_rate" {
        check(ours.labels[metric], theirs, metric)
      }
    }
    #expect(compared > 100)
  }

  @Test("Functions in the manner of scikit-learn", arguments: BiasVectors.names)
  func functions(_ name: String) async throws {
    let vectors = try BiasVectors.expected(name)
    var compared = 0
    for block in try #require(vectors["aif360_sklearn"]).elements {
      let isWeighted = block["weighted"]?.truth ?? false
      let attributes = block["prot_attr"]?.texts ?? []
      let table = try await BiasVectors.table(name, attributes: attributes, weighted: isWeighted)
      let groups = table.groups(by: Array(attributes.indices), keepsScores: true)
      let ours = AIF360SklearnConvention(
        groups, privileged: try #require(block["priv_group"]?.text), isWeighted: isWeighted)
      let (values, byGroup) = (ours.values, ours.byGroup)
      for (metric, theirs) in block.members {
        func check(_ value: Double, _ theirs: Double, _ what: String) {
          compared += 1
          let tolerance = isWeighted ? 1e-9 : 1e-12
          #expect(
            agree(value, theirs, within: tolerance),
            "\(name) \(attributes) \(isWeighted) \(metric) \(what): \(value), \(theirs)")
        }
        if let number = theirs.number { check(values[metric] ?? 99, number, "") }
        for (group, theirs) in theirs.members where byGroup[metric] != nil {
          if let number = theirs.number { check(byGroup[metric]?[group] ?? 99, number, group) }
        }
      }
    }
    #expect(compared > 50)
  }
}
