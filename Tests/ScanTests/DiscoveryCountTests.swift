import Foundation
import Scan
import TestSupport
import Testing

@Suite("The false discovery rate of a run")
struct DiscoveryCountTests {
  /// Made with statsmodels 0.14.5: multipletests(p, method="fdr_bh") on these p-values.
  @Test("adjusted values are statsmodels'")
  func statsmodels() {
    let p = [
      0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216, 0.222, 0.251, 0.269, 0.275, 0.34,
    ]
    let adjusted = [
      0.015, 0.06, 0.126, 0.126, 0.126, 0.15, 0.15857142857142856, 0.2946428571428571, 0.2946428571428571,
      0.2946428571428571, 0.2946428571428571, 0.2946428571428571, 0.2946428571428571, 0.2946428571428571,
      0.34,
    ]
    let mine = DiscoveryCount.adjusted(log10PValues: p.map { log10($0) })
    for (left, right) in zip(mine, adjusted) { #expect(abs(pow(10, left) - right) < 1e-12) }
  }

  @Test("the threshold is that of the rule, in any order of the tests", arguments: 1...20)
  func threshold(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let count = 200 + Int.random(in: 0...800, using: &random)
    let values = (0..<count).map { index -> Double in
      let isMarked = index % (seed + 1) == 0
      return isMarked
        ? -Double.random(in: 1...30, using: &random) : log10(Double.random(in: 1e-9...1, using: &random))
    }
    var counter = DiscoveryCount(rate: 0.1)
    for value in values.shuffled(using: &random) { counter.add(log10PValue: value) }
    let adjusted = DiscoveryCount.adjusted(log10PValues: values)
    let kept = values.indices.filter { adjusted[$0] <= log10(0.1) }
    #expect(counter.tests == count)
    #expect(counter.result()?.rejected ?? 0 == kept.count)
    #expect(counter.result()?.log10Threshold == kept.map { values[$0] }.max())
  }
}
