import BiasMetrics
import FoundationEssentials
import Tabular
import TestSupport

/// The tables of one golden folder, and what the makers' tools say of them.
enum BiasVectors {
  static var names: [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: Golden.folder + "/bias")) ?? []
    return files.filter { $0.hasSuffix(".aequitas.json") }.map { String($0.dropLast(14)) }.sorted()
  }

  static func expected(_ name: String) throws -> GoldenValue {
    try Golden.load(GoldenValue.self, from: "bias/\(name).expected.json")
  }

  static func aequitas(_ name: String) throws -> GoldenValue {
    try Golden.load(GoldenValue.self, from: "bias/\(name).aequitas.json")
  }

  /// A table grouped by all attributes that a vector names.
  static func table(_ name: String, attributes: [String], weighted: Bool) async throws -> DecisionTable {
    let schema = CubeSchema(
      groups: attributes.map { TableColumn($0) }, label: TableColumn("y_true"),
      prediction: TableColumn("y_pred"),
      score: "score", weight: weighted ? "sample_weight" : nil)
    let cube = try await CountingCube.counting(
      paths: [Golden.folder + "/bias/\(name).csv"], schema: schema, missing: [], workers: 2)
    return try DecisionTable(cube, positive: "1")
  }
}

extension GoldenValue {
  var texts: [String] { elements.compactMap(\.text) }
}
