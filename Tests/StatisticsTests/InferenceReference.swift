import FoundationEssentials
import TestSupport

/// Figures of scipy, statsmodels and numpy; `References/make_inference.py` made them.
enum InferenceReference {
  static func load(_ block: String) throws -> [GoldenValue] {
    let path = Golden.packageRoot + "/Tests/StatisticsTests/References/inference.json"
    let all = try JSONDecoder().decode(GoldenValue.self, from: Data(contentsOf: URL(filePath: path)))
    return all[block]?.elements ?? []
  }
}

extension GoldenValue {
  var numbers: [Double] { elements.compactMap(\.number) }
  var integers: [Int] { elements.compactMap { $0.number.map { Int($0) } } }
}
