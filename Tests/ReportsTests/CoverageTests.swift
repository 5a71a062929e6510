import BiasMetrics
import FoundationEssentials
import Reports
import TestSupport
import Testing

@Suite("What a report must hold")
struct CoverageTests {
  @Test("Figures are drawn wherever the data allow them, and only there")
  func figures() async throws {
    func drawn(_ sample: Sample) async throws -> Set<String> {
      Set(AuditPage(try await sample.report()).figures.map { String($0.identity.prefix { $0 != "-" }) })
    }
    let base: Set = ["flow", "rates", "gaps", "map", "plane", "funnel", "search"]
    #expect(try await drawn(.plain).isSuperset(of: base))
    #expect(
      try await drawn(.scores).isSuperset(of: base.union(["scores", "quantiles", "calibration", "sweep"])))
    #expect(try await drawn(.strata).isSuperset(of: base.union(["strata"])))
    #expect(try await drawn(.missingLabels).contains("bounds"))
    #expect(try await !drawn(.scores).contains("bounds"))
    let unlabelled = try await drawn(.noLabels)
    #expect(!unlabelled.contains("plane") && unlabelled.contains("rates"))
    #expect(try await !drawn(.plain).contains("strata"))
    // Scores of millions are no probabilities, so that there is nothing to be calibrated.
    let odd = try await drawn(.oddScores)
    #expect(odd.contains("scores") && !odd.contains("calibration"))
  }

  @Test(
    "The JSON holds what the page shows: resampled ranges, shrunk rates, rows needed, pairs across strata")
  func json() async throws {
    struct File: Decodable {
      struct Range: Decodable {
        var between: [[String: String]]
        var interval: [Double]
        var permutation_p_value: Double
        var bias_corrected: Double
      }
      struct Rate: Decodable {
        var shrunk_value: Double?
      }
      struct Group: Decodable { var selection_rate: Rate }
      struct Pair: Decodable {
        var crude_difference: Double
        var mantel_haenszel_difference: Double
        var reversed: Bool
      }
      var ranges: [Range]?
      var groups: [Group]?
      var across_strata: [Pair]?
    }
    let plain = try JSONDecoder().decode(File.self, from: Data(try await Sample.plain.report().json()))
    let ranges = try #require(plain.ranges)
    #expect(
      ranges.allSatisfy { $0.between.count == 2 && $0.interval.count == 2 && $0.permutation_p_value > 0 })
    #expect(try #require(plain.groups).contains { $0.selection_rate.shrunk_value != nil })
    #expect(plain.across_strata == nil)
    let strata = try JSONDecoder().decode(File.self, from: Data(try await Sample.strata.report().json()))
    let pairs = try #require(strata.across_strata)
    #expect(pairs.allSatisfy { $0.reversed == ($0.crude_difference * $0.mantel_haenszel_difference < 0) })
  }
}
