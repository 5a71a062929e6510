import Foundation
import Statistics
import Testing

@Suite struct MultiplicityTests {
  private func close(_ got: [Double], _ wanted: [Double], _ tolerance: Double = 1e-14) -> Bool {
    got.count == wanted.count
      && zip(got, wanted).allSatisfy { abs($0 - $1) <= tolerance * max(abs($1), 1e-300) }
  }

  /// Worked by hand: sorted p are .005 .01 .03 .04 (ranks 2 0 3 1 in the input).
  @Test func handWorkedExample() throws {
    let p = [0.01, 0.04, 0.005, 0.03]
    #expect(close(try Multiplicity.bonferroni.adjust(p), [0.04, 0.16, 0.02, 0.12]))
    #expect(close(try Multiplicity.holm.adjust(p), [0.03, 0.06, 0.02, 0.06]))
    #expect(close(try Multiplicity.benjaminiHochberg.adjust(p), [0.02, 0.04, 0.02, 0.04]))
    let sidak = try Multiplicity.sidak.adjust(p)
    #expect(close(sidak, [0.03940399, 0.15065344, 0.019850499375, 0.11470719], 1e-9))
  }

  @Test(arguments: Multiplicity.allCases)
  func logScalesAgreeWithProbabilities(method: Multiplicity) throws {
    let p = [0.2, 1e-9, 0.04, 0.04, 1, 3e-4, 0.9, 0.011, 1e-30]
    let plain = try method.adjust(p, familySize: 20)
    let logs = try method.adjust(logP: p.map { Self.log($0) }, familySize: 20)
    let decimals = try method.adjust(log10P: p.map { Self.log($0) * 0.4342944819032518 }, familySize: 20)
    for index in p.indices {
      #expect(abs(logs[index] - Self.log(plain[index])) < 1e-13 * max(1, -logs[index]))
      #expect(abs(decimals[index] * 2.302585092994046 - logs[index]) < 1e-12 * max(1, -logs[index]))
      #expect(plain[index] >= p[index] && plain[index] <= 1)
    }
  }

  @Test(arguments: Multiplicity.allCases)
  func valuesThatUnderflowStayOrdered(method: Multiplicity) throws {
    let adjusted = try method.adjust(logP: [-5000, -1e6, -0.1, -5000])
    #expect(adjusted[1] < adjusted[0])
    #expect(adjusted[0] == adjusted[3])
    #expect(adjusted[2] <= 0)
    #expect(abs(adjusted[1] - (-1e6 + Self.log(4))) < 1e-9)
  }

  @Test(arguments: Multiplicity.allCases)
  func orderOfTheInputDoesNotMatter(method: Multiplicity) throws {
    let p = [0.03, 0.01, 0.01, 0.5, 0.02, 0.01]
    let forward = try method.adjust(p)
    let backward = try method.adjust(Array(p.reversed()))
    #expect(forward == Array(backward.reversed()))
    #expect(forward[1] == forward[2] && forward[2] == forward[5])
    #expect(try method.adjust([Double]()).isEmpty)
    #expect(try method.adjust([0, 1])[0] == 0)
  }

  @Test(arguments: Multiplicity.allCases)
  func badValuesAreNamed(method: Multiplicity) {
    #expect { try method.adjust([0.1, .nan]) } throws: {
      ($0 as? StatisticsError)?.offset == 1 && ($0 as? StatisticsError)?.code == .notANumber
    }
    #expect { try method.adjust([-0.1, 0.2]) } throws: {
      ($0 as? StatisticsError)?.code == .invalidProbability
    }
    #expect { try method.adjust(logP: [-1, 0.5]) } throws: { ($0 as? StatisticsError)?.offset == 1 }
    #expect(throws: StatisticsError.self) { try method.adjust(log10P: [.nan]) }
    #expect(throws: StatisticsError.self) { try method.adjust([0.1, 0.2], familySize: 1) }
  }

  private static func log(_ x: Double) -> Double { Foundation.log(x) }
}
