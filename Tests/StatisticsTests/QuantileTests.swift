import Statistics
import Testing

/// Inverses, on the same grid as the tails: the tail at the answer must be the one asked for.
///
/// x is a Double, so the tail cannot come closer than one spacing of x times the slope: that much is allowed on top of 1e-11.
@Suite struct QuantileTests {
  private func check(
    _ name: String, smallest: Double = 1e-290, _ make: ([Double]) throws -> some ContinuousDistribution
  ) throws {
    var tested = 0
    for row in try TailReference.load(name) {
      let distribution = try make(row.arguments)
      for upper in [false, true] {
        let target = upper ? row.logUpper : row.logLower
        // Targets within 1e-290 of certainty have no finite answer worth asking for.
        guard target < -1e-290 else { continue }
        let x =
          upper
          ? try distribution.quantile(logUpperTail: target) : try distribution.quantile(logLowerTail: target)
        #expect(!x.isNaN, "\(row)")
        if abs(x) < smallest { continue }
        let tail = { (x: Double) -> Double in
          upper ? try distribution.logUpperTail(above: x) : try distribution.logLowerTail(below: x)
        }
        let got = try tail(x)
        let spacing = abs(try tail(x.nextUp) - (try tail(x.nextDown)))
        let scale = max(min(1, -target), -target * 1e-3)
        #expect(abs(got - target) <= 1e-11 * scale + 2 * spacing, "\(row): \(x) has \(got), upper \(upper)")
        tested += 1
      }
    }
    #expect(tested > 500)
  }

  @Test func normal() throws { try check("normal", smallest: 0) { _ in Normal.standard } }

  @Test func gamma() throws { try check("gamma") { try Gamma(shape: $0[0]) } }

  @Test func beta() throws { try check("beta") { try Beta(alpha: $0[0], beta: $0[1]) } }

  /// Quantiles are also the points themselves, where the tail is steep enough to tell them apart.
  @Test func pointsComeBack() throws {
    for row in try TailReference.load("gamma") where row.arguments[0] >= 1 {
      let (target, upper) = row.logUpper < row.logLower ? (row.logUpper, true) : (row.logLower, false)
      let gamma = try Gamma(shape: row.arguments[0])
      let x = upper ? try gamma.quantile(logUpperTail: target) : try gamma.quantile(logLowerTail: target)
      #expect(abs(x / row.arguments[1] - 1) < 1e-12, "\(row): \(x)")
    }
    for row in try TailReference.load("normal") where abs(row.arguments[0]) > 1e-3 {
      let (target, upper) = row.logUpper < row.logLower ? (row.logUpper, true) : (row.logLower, false)
      let normal = Normal.standard
      let z = upper ? try normal.quantile(logUpperTail: target) : try normal.quantile(logLowerTail: target)
      #expect(abs(z / row.arguments[0] - 1) < 1e-12, "\(row): \(z)")
    }
  }

  @Test func endsOfTheSupport() throws {
    let normal = Normal.standard
    #expect(try normal.quantile(logUpperTail: -.infinity) == .infinity)
    #expect(try normal.quantile(logUpperTail: 0) == -.infinity)
    let gamma = try Gamma(shape: 2)
    #expect(try gamma.quantile(logUpperTail: 0) == 0)
    #expect(try gamma.quantile(logLowerTail: 0) == .infinity)
    let beta = try Beta(alpha: 2, beta: 3)
    #expect(try beta.quantile(logUpperTail: 0) == 0)
    #expect(try beta.quantile(logUpperTail: -.infinity) == 1)
    // A quantile of e^(−5e6) underflows to 0 instead of turning into NaN.
    #expect(try Gamma(shape: 0.001).quantile(logLowerTail: -5000) == 0)
  }

  @Test func shiftedAndScaled() throws {
    let normal = try Normal(mean: 100, standardDeviation: 15)
    #expect(abs(try normal.upperTail(above: 130) - 0.02275013194817921) < 1e-16)
    #expect(abs(try normal.quantile(logUpperTail: try normal.logUpperTail(above: 130)) - 130) < 1e-12)
    let gamma = try Gamma(shape: 3, rate: 0.25)
    #expect(abs(try gamma.quantile(logLowerTail: try gamma.logLowerTail(below: 7)) - 7) < 1e-13)
  }
}
