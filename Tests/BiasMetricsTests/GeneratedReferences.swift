import BiasMetrics
import FoundationEssentials
import Statistics
import TestSupport

/// What scipy, statsmodels and the published scripts make of inputs that `References/make_generated.py` wrote beside them.
enum GeneratedReferences {
  static func load() throws -> GoldenValue {
    let path = Golden.packageRoot + "/Tests/BiasMetricsTests/References/generated.json"
    return try JSONDecoder().decode(GoldenValue.self, from: Data(contentsOf: URL(filePath: path)))
  }

  static func agree(_ ours: ConfidenceInterval?, _ theirs: GoldenValue?, within tolerance: Double) -> Bool {
    guard let ours, let theirs, theirs.elements.count == 2 else { return false }
    let bounds = theirs.elements.map { $0.number ?? .nan }
    return TestSupport.agree(ours.lower, bounds[0], within: tolerance)
      && TestSupport.agree(ours.upper, bounds[1], within: tolerance)
  }
}
