import Foundation
import Statistics
import TestSupport
import Testing

@Suite struct SumTests {
  /// Doubles of every magnitude and sign, from raw bits.
  private func wild(_ count: Int, seed: UInt64) -> [Double] {
    var random = SplitMix64(seed: seed)
    var values: [Double] = []
    while values.count < count {
      let value = Double(bitPattern: random.next())
      if value.isFinite { values.append(value * 0x1p-40) }
    }
    return values
  }

  @Test func cancellationLeavesTheSmallPart() {
    #expect(ExactSum([1e300, 1, -1e300]).value == 1)
    #expect(CompensatedSum([1e100, 1, -1e100]).value == 1)
    #expect(ExactSum([0x1p53, 1, 1]).value == 0x1p53 + 2)
    #expect(ExactSum([0.1, 0.2, -0.3]).value == 0x1p-55)
    #expect(ExactSum().value == 0)
  }

  @Test func roundsOnceToNearestEven() {
    #expect(ExactSum([1, 0x1p-53]).value == 1)
    #expect(ExactSum([1, 0x1p-53, 0x1p-1074]).value == 1.nextUp)
    #expect(ExactSum([1.nextUp, 0x1p-53]).value == 1.nextUp.nextUp)
    #expect(ExactSum([-1, -0x1p-53, -0x1p-1074]).value == -(1.0.nextUp))
    #expect(
      ExactSum([Double.leastNonzeroMagnitude, Double.leastNonzeroMagnitude]).value == 2
        * Double.leastNonzeroMagnitude)
    #expect(ExactSum([0x1p-1022, -Double.leastNonzeroMagnitude]).value == (0x1p-1022).nextDown)
    #expect(ExactSum([.greatestFiniteMagnitude, .greatestFiniteMagnitude]).value == .infinity)
    #expect(
      ExactSum([.greatestFiniteMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude]).value
        == .greatestFiniteMagnitude)
  }

  @Test func eachDoubleComesBack() {
    for value in wild(20_000, seed: 11) + [0x1p-1074, 0x1p-1022, .greatestFiniteMagnitude, 1, -3.5] {
      #expect(ExactSum([value]).value == value)
    }
  }

  /// Two-term sums are what the processor rounds correctly, so it is the judge.
  @Test func pairsAgreeWithTheProcessor() {
    let values = wild(20_000, seed: 12)
    var random = SplitMix64(seed: 13)
    for index in 1..<values.count {
      let near = values[index] * Double.random(in: -4...4, using: &random)
      #expect(ExactSum([values[index], near]).value == values[index] + near)
      #expect(ExactSum([values[index], values[index - 1]]).value == values[index] + values[index - 1])
    }
  }

  @Test func anyOrderOfMergesGivesTheSameBytes() {
    let values = wild(5000, seed: 14)
    let whole = ExactSum(values)
    var random = SplitMix64(seed: 15)
    for parts in [2, 3, 17, 250] {
      var sums = [ExactSum](repeating: ExactSum(), count: parts)
      for value in values { sums[Int.random(in: 0..<parts, using: &random)].add(value) }
      sums.shuffle(using: &random)
      let merged = sums.reduce(ExactSum()) { $0.merging($1) }
      #expect(merged == whole)
      #expect(merged.value.bitPattern == whole.value.bitPattern)
      #expect(merged.hashValue == whole.hashValue)
    }
    #expect(ExactSum(values + [1e-300]) != whole)
  }

  @Test func specialValuesFollowOrdinaryAddition() {
    #expect(ExactSum([.infinity, 1]).value == .infinity)
    #expect(ExactSum([-.infinity, 1e308, 1e308]).value == -.infinity)
    #expect(ExactSum([.infinity, -.infinity]).value.isNaN)
    #expect(ExactSum([1, .nan]).value.isNaN)
    #expect(ExactSum([.infinity]).merging(ExactSum([-.infinity])).value.isNaN)
    #expect(CompensatedSum([.infinity, 1]).value == .infinity)
    #expect(CompensatedSum([.nan, 1]).value.isNaN)
  }

  @Test func compensatedSumsStayWithinAnUlpOfExact() {
    var random = SplitMix64(seed: 16)
    let values = (0..<100_000).map { _ in Double.random(in: -1...1, using: &random) * 1e6 }
    let exact = ExactSum(values).value
    let parts = [CompensatedSum(values[..<30_000]), CompensatedSum(values[30_000...])]
    #expect(abs(CompensatedSum(values).value - exact) <= 2 * exact.ulp)
    #expect(abs(parts[0].merging(parts[1]).value - exact) <= 2 * exact.ulp)
  }

  @Test func momentsOfShiftedData() throws {
    // 4, 7, 13, 16 have mean 10 and variance 30, wherever they are moved to.
    for shift in [0.0, 1e9] {
      let moments = Moments([4, 7, 13, 16].map { $0 + shift })
      #expect(moments.mean == 10 + shift)
      #expect(moments.variance == 30)
      #expect(moments.populationVariance == 22.5)
      #expect(moments.count == 4)
    }
    #expect(Moments().variance == nil)
    #expect(Moments([3]).variance == nil)
    #expect(Moments([3]).populationVariance == 0)
  }

  @Test func momentsMerge() throws {
    var random = SplitMix64(seed: 17)
    let values = (0..<3000).map { _ in Double.random(in: 0...1, using: &random) + 1e4 }
    let whole = Moments(values)
    let merged = Moments(values[..<7]).merging(Moments(values[7..<2000])).merging(Moments())
      .merging(Moments(values[2000...]))
    #expect(merged.count == whole.count)
    #expect(abs(merged.mean - whole.mean) < 1e-11)
    #expect(abs(try #require(merged.variance) / (try #require(whole.variance)) - 1) < 1e-9)
    #expect(Moments().merging(whole) == whole)
  }
}
