import Statistics
import TestSupport
import Testing

/// scipy's values, to 1e-11 relative.
///
/// Against 60 digits, its gammaincc(3242, 4700.36) is itself off by 4.9e-12, the rest by at most 3e-13.
@Suite struct StatisticsGoldenTests {
  private struct Vectors: Decodable {
    let normal: [[Double]]
    let binomial: [[Double]]
    let gamma: [[Double]]
    let beta: [[Double]]

    enum CodingKeys: String, CodingKey {
      case normal = "norm_sf"
      case binomial = "binom_sf_ge"
      case gamma = "gammaincc"
      case beta = "betainc"
    }
  }

  private static func load() throws -> Vectors { try Golden.load(Vectors.self, from: "text/stats.json") }

  private func close(_ got: Double, _ wanted: Double) -> Bool {
    // Where scipy underflows to 0, so must we within the smallest normal number.
    wanted == 0 ? got < 1e-307 : abs(got / wanted - 1) <= 1e-11
  }

  @Test func normalUpperTail() throws {
    let rows = try Self.load().normal
    #expect(!rows.isEmpty)
    for row in rows { #expect(close(try Normal.standard.upperTail(above: row[0]), row[1]), "\(row)") }
  }

  @Test func binomialUpperTail() throws {
    let rows = try Self.load().binomial
    #expect(!rows.isEmpty)
    for row in rows {
      let binomial = try Binomial(trials: Int(row[1]), probability: row[2])
      #expect(close(binomial.upperTail(atLeast: Int(row[0])), row[3]), "\(row)")
    }
  }

  /// Rows are [a, x, Q(a, x)]; one underflows in scipy, and its logarithm is finite here.
  @Test func incompleteGamma() throws {
    let rows = try Self.load().gamma
    #expect(!rows.isEmpty)
    for row in rows {
      let gamma = try Gamma(shape: row[0])
      #expect(close(try gamma.upperTail(above: row[1]), row[2]), "\(row)")
      #expect(try gamma.logUpperTail(above: row[1]).isFinite)
    }
  }

  /// Rows are [k, n, q, I_q(k, n − k + 1)], with 1 in place of k = 0.
  @Test func incompleteBeta() throws {
    let rows = try Self.load().beta
    #expect(!rows.isEmpty)
    for row in rows {
      let k = max(row[0], 1)
      let beta = try Beta(alpha: k, beta: 1 + row[1] - k)
      #expect(close(try beta.lowerTail(below: row[2]), row[3]), "\(row)")
    }
  }
}
