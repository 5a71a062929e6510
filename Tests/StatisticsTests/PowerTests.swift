import Statistics
import TestSupport
import Testing

@Suite("What a design can see")
struct PowerTests {
  @Test("Power and sizes for a difference are statsmodels'")
  func statsmodels() throws {
    let vectors = try InferenceReference.load("power")
    #expect(vectors.count == 8)
    for vector in vectors {
      func number(_ key: String) -> Double { vector[key]?.number ?? .nan }
      let plan = try ProportionPower(
        number("p1"), of: number("n1"), versus: number("p2"), of: number("n2"))
      #expect(agree(plan.ofDifference(alpha: number("alpha")), number("power"), within: 1e-12))
      guard vector["rows"] != nil else {
        #expect(plan.rowsForDifference() == nil)
        continue
      }
      let rows = try #require(plan.rowsForDifference(alpha: number("alpha")))
      #expect(agree(rows, number("rows"), within: 1e-11))
    }
  }

  static let designs: [(Double, Int, Double, Int)] = [
    (0.25, 400, 0.45, 500), (0.30, 900, 0.45, 900), (0.44, 1000, 0.46, 1000), (0.08, 700, 0.2, 2500),
  ]

  /// How often the intervals that an audit judges by decide, against what was predicted.
  @Test("Verdicts come as often as predicted", arguments: 0..<4)
  func simulated(_ index: Int) throws {
    let (p1, n1, p2, n2) = Self.designs[index]
    let plan = try ProportionPower(p1, of: Double(n1), versus: p2, of: Double(n2))
    let (first, second) = (
      try Binomial(trials: n1, probability: p1), try Binomial(trials: n2, probability: p2)
    )
    var random = Philox(seed: 31, stream: UInt64(index))
    var (beyondRatio, withinRatio, beyondGap, withinGap) = (0, 0, 0, 0)
    let runs = 1500
    let (tau, delta, alpha) = (0.8, 0.1, 0.05)
    for _ in 0..<runs {
      let two = try TwoProportions(
        first.sample(using: &random), of: n1, versus: second.sample(using: &random), of: n2)
      if let ratio = try two.scoreRatio() {
        beyondRatio += ratio.upper < tau || ratio.lower > 1 / tau ? 1 : 0
        withinRatio += ratio.lower >= tau && ratio.upper <= 1 / tau ? 1 : 0
      }
      let gap = try two.newcombeDifference()
      beyondGap += gap.upper < -delta || gap.lower > delta ? 1 : 0
      withinGap += gap.lower >= -delta && gap.upper <= delta ? 1 : 0
    }
    for (seen, predicted, what) in [
      (beyondRatio, plan.beyond(.ratio(tau), alpha: alpha), "beyond the ratio"),
      (withinRatio, plan.within(.ratio(tau), alpha: alpha), "within the ratio"),
      (beyondGap, plan.beyond(.difference(delta), alpha: alpha), "beyond the difference"),
      (withinGap, plan.within(.difference(delta), alpha: alpha), "within the difference"),
    ] {
      let share = Double(seen) / Double(runs)
      // Four standard errors, and 2.5 points for the approximation.
      let slack = 4 * (predicted * (1 - predicted) / Double(runs)).squareRoot() + 0.025
      #expect(abs(share - predicted) < slack, "\(index) \(what): \(share), \(predicted)")
    }
  }

  @Test("What is called detectable, and the rows that are called needed, give the power")
  func inverses() throws {
    let plan = try ProportionPower(0.38, of: 300, versus: 0.5, of: 400)
    for tolerance in [ProportionPower.Tolerance.ratio(0.8), .difference(0.05)] {
      let least = try #require(plan.leastDetectable(tolerance))
      let p1 = if case .ratio = tolerance { 0.5 * least } else { 0.5 - least }
      let there = try ProportionPower(p1, of: 300, versus: 0.5, of: 400)
      #expect(abs(there.beyond(tolerance) - 0.8) < 1e-6)
      let scale = try #require(plan.scaleToDecide(tolerance))
      let larger = try ProportionPower(0.38, of: 300 * scale, versus: 0.5, of: 400 * scale)
      #expect(scale > 1)
      #expect(abs(max(larger.beyond(tolerance), larger.within(tolerance)) - 0.8) < 1e-6)
    }
  }

  @Test("What no size decides, and what no rate shows")
  func impossible() throws {
    let edge = try ProportionPower(0.4, of: 300, versus: 0.5, of: 400)
    #expect(edge.scaleToDecide(.ratio(0.8)) == nil)
    let few = try ProportionPower(0.4, of: 5, versus: 0.5, of: 5)
    #expect(few.leastDetectable(.ratio(0.8)) == nil)
    #expect(few.leastDetectable(.difference(0.6)) == nil)
    #expect(try ProportionPower(0, of: 5, versus: 0, of: 5).leastDetectable(.ratio(0.8)) == nil)
    #expect(try ProportionPower(0, of: 50, versus: 0, of: 50).beyond(.ratio(0.8)) == 0)
    #expect(throws: StatisticsError.self) { try ProportionPower(.nan, of: 5, versus: 0.5, of: 5) }
    #expect(throws: StatisticsError.self) { try ProportionPower(0.5, of: 0, versus: 0.5, of: 5) }
  }
}
