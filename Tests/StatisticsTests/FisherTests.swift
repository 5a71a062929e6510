import Statistics
import TestSupport
import Testing

@Suite("Fisher's exact test by its tails")
struct FisherTests {
  /// All tables, one by one.
  private func whole(_ x1: Int, _ n1: Int, _ x2: Int, _ n2: Int) -> Double {
    func choose(_ n: Int, _ k: Int) -> Double {
      (1...max(1, n)).reduce(0.0) { $0 + logOf(Double($1)) }
        - (1...max(1, k)).reduce(0.0) { $0 + logOf(Double($1)) }
        - (1...max(1, n - k)).reduce(0.0) { $0 + logOf(Double($1)) }
    }
    let (n, k) = (n1 + n2, x1 + x2)
    func mass(_ x: Int) -> Double { choose(n1, x) + choose(n2, k - x) - choose(n, k) }
    let own = mass(x1)
    return (max(0, k - n2)...min(k, n1)).reduce(0.0) { sum, x in
      let other = mass(x)
      return other <= own + 1e-7 ? sum + expOf(other) : sum
    }
  }

  @Test("Each table's p is the sum over all tables that are no likelier", arguments: 1...4)
  func tails(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for round in 0..<60 {
      let size = round < 40 ? 30 : 400
      let (n1, n2) = (1 + Int(random.next() % UInt64(size)), 1 + Int(random.next() % UInt64(size)))
      let (x1, x2) = (Int(random.next() % UInt64(n1 + 1)), Int(random.next() % UInt64(n2 + 1)))
      let p = try TwoProportions(x1, of: n1, versus: x2, of: n2).fisherP
      let all = min(1, whole(x1, n1, x2, n2))
      #expect(abs(p - all) <= 1e-9 * max(all, 1e-3), "\(x1)/\(n1) \(x2)/\(n2)")
    }
  }

  @Test("The likeliest table, and margins that leave one table, have p = 1")
  func edges() throws {
    #expect(try TwoProportions(0, of: 5, versus: 0, of: 7).fisherP == 1)
    #expect(try TwoProportions(5, of: 5, versus: 7, of: 7).fisherP == 1)
    #expect(try TwoProportions(10, of: 20, versus: 10, of: 20).fisherP == 1)
    #expect(try TwoProportions(0, of: 100_000, versus: 9_000, of: 100_000).fisherP < 1e-300)
  }

  @Test("Single hypergeometric draws have the mean and variance of the law, and refuse what does not fit")
  func draws() {
    var random = Philox(seed: 3)
    for (taken, marked, total) in [(5, 7, 40), (300, 900, 4000), (40_000, 30_000, 100_000)] {
      let counts = (0..<20_000).map { _ in
        Double(HypergeometricSampler.draw(taken, of: marked, among: total, using: &random))
      }
      let share = Double(marked) / Double(total)
      let mean = Double(taken) * share
      let variance = mean * (1 - share) * Double(total - taken) / Double(total - 1)
      let moments = Moments(counts)
      #expect(abs(moments.mean - mean) < 4 * (variance / 20_000).squareRoot())
      #expect(abs((moments.variance ?? 0) / variance - 1) < 0.06)
    }
    #expect(HypergeometricSampler.draw(5, of: 9, among: 4, using: &random) == 0)
    #expect(HypergeometricSampler.draw(-1, of: 2, among: 4, using: &random) == 0)
  }
}
