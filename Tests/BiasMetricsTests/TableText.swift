import BiasMetrics
import FoundationEssentials
import Tabular

/// A cube of a table that is written for one test.
func cube(
  of text: String, groups: [String] = ["g"], controls: [String] = [], label: String? = nil,
  prediction: String? = "p", score: String? = nil, weight: String? = nil
) async throws -> CountingCube {
  try await withTemporaryFile(text) { path in
    try await CountingCube.counting(
      paths: [path],
      schema: CubeSchema(
        groups: try groups.map { try TableColumn(definition: $0) },
        controls: try controls.map { try TableColumn(definition: $0) }, label: label.map { TableColumn($0) },
        prediction: try prediction.map { try TableColumn(definition: $0) }, score: score, weight: weight))
  }
}

/// Runs with a file that goes afterwards.
func withTemporaryFile<Result>(_ text: String, _ body: (String) async throws -> Result) async throws -> Result
{
  let path = FileManager.default.temporaryDirectory.appending(
    path: "bias-\(UInt64.random(in: 0 ... .max)).csv"
  ).path
  try Data(text.utf8).write(to: URL(filePath: path))
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try await body(path)
}
