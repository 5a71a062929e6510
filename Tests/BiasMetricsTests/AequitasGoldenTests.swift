import BiasMetrics
import TestSupport
import Testing

@Suite("Aequitas' own figures")
struct AequitasGoldenTests {
  @Test("Crosstabs, disparities under three references, parities at two taus", arguments: BiasVectors.names)
  func tables(_ name: String) async throws {
    let vectors = try BiasVectors.aequitas(name)
    let attributes = vectors["attr_cols"]?.texts ?? []
    let table = try await BiasVectors.table(name, attributes: attributes, weighted: false)
    var compared = 0
    for (place, attribute) in attributes.enumerated() {
      let groups = table.groups(by: [place])
      let selected = groups.reduce(0) { $0 + $1.counts.selected }
      let total = groups.reduce(0) { $0 + $1.counts.total }
      for group in groups {
        for (metric, theirs) in try #require(vectors["crosstabs"]?["\(attribute)=\(group.name)"]).members {
          guard let theirs = theirs.number, metric != "model_id" else { continue }
          let ours = AequitasConvention.value(metric, group, selected: selected, total: total)
          #expect(agree(ours, theirs, within: 1e-12), "\(name) \(attribute)=\(group.name) \(metric)")
          compared += 1
        }
      }
      let named = try #require(vectors["ref_groups"]?[attribute]?.text)
      for (kind, reference) in [
        ("predefined", AequitasConvention.Reference.predefined(named)), ("major", .major), ("min", .min),
      ] {
        let ours = AequitasConvention.disparities(groups, reference)
        for (index, group) in groups.enumerated() {
          let key = "\(attribute)=\(group.name)"
          let theirs = try #require(vectors["disparity_\(kind)"]?[key])
          for metric in AequitasConvention.metrics {
            guard let ratio = theirs["\(metric)_disparity"]?.number else { continue }
            let value = ours[metric]?.values[index] ?? .nan
            #expect(
              agree(value, ratio, within: 1e-12), "\(name) \(kind) \(key) \(metric): \(value), \(ratio)")
            compared += 1
          }
          for tau in [0.8, 0.9] {
            guard let parities = vectors["fairness_\(kind)_tau\(tau)"]?["group"]?[key] else { continue }
            for (parity, value) in AequitasConvention.parities(ours.mapValues { $0.values[index] }, tau: tau)
            {
              guard let theirs = parities[parity] else { continue }
              #expect(value == theirs.truth, "\(name) \(kind) \(tau) \(key) \(parity)")
              compared += 1
            }
          }
        }
      }
    }
    #expect(compared > 200)
  }
}
