import BiasMetrics
import Statistics
import TestSupport
import Testing

@Suite("Rules' tables of counts that lack small ones")
struct SuppressedTableTests {
  private func cube(_ seed: UInt64) async throws -> CountingCube {
    var random = SplitMix64(seed: seed)
    var text = "sex,race,p\n"
    for _ in 0..<900 {
      let race = ["a", "a", "a", "b", "b", "c", "d"][Int(random.next() % 7)]
      let rare = random.next() % 60 == 0 ? "e" : race
      text += "\(random.next() % 2 == 0 ? "f" : "m"),\(rare),\(random.next() % 10 < 3 ? 1 : 0)\n"
    }
    return try await BiasMetricsTests.cube(of: text, groups: ["sex", "race"])
  }

  private func holds(_ bounds: ConfidenceInterval?, _ figure: Double, _ truth: Double) -> Bool {
    guard let bounds else { return abs(figure - truth) < 1e-12 }
    return figure.isNaN && bounds.lower <= truth + 1e-12 && truth <= bounds.upper + 1e-12
  }

  @Test(
    "Every figure that still stands is the true one, and every bound holds the true one", arguments: 1...12)
  func bounds(_ seed: UInt64) async throws {
    let whole = try await cube(seed)
    guard let kept = try? whole.suppressing(below: 6), kept.suppression != nil else { return }
    let (full, part) = (try DecisionTable(whole), try DecisionTable(kept))
    for places in [[0], [1], [0, 1]] {
      let (truth, found) = (
        ImpactRatioTable(full, by: places), ImpactRatioTable(part, by: places, cube: kept)
      )
      #expect(found.lacking == kept.suppression?.rows)
      #expect(Set(found.categories.map(\.name)) == Set(truth.categories.map(\.name)))
      for category in found.categories {
        let own = try #require(truth.categories.first { $0.name == category.name })
        #expect(holds(category.selectionRateBounds, category.selectionRate, own.selectionRate))
        #expect(
          holds(category.selectionImpactRatioBounds, category.selectionImpactRatio, own.selectionImpactRatio))
        #expect(category.share.isNaN && category.selectionImpactRatioWithoutSmall.isNaN)
      }
      guard let fifths = FourFifthsTable(full, by: places),
        let left = FourFifthsTable(part, by: places, cube: kept)
      else { continue }
      if !left.highest.isEmpty { #expect(left.highest == fifths.highest) }
      for group in left.groups {
        let own = try #require(fifths.groups.first { $0.values == group.values })
        #expect(holds(group.rateBounds, group.rate, own.rate))
        #expect(holds(group.ratioBounds, group.ratio, own.ratio))
        if let isBelow = group.isBelow { #expect(isBelow == own.isBelow) }
        if let isLarge = group.isLargeEnough { #expect(isLarge == own.isLargeEnough) }
        if let lifts = group.oneMoreWouldLiftIt { #expect(lifts == own.oneMoreWouldLiftIt) }
        if !group.z.isNaN { #expect(abs(group.z - own.z) < 1e-12) }
      }
    }
  }

  @Test("Bounds are no wider than all that was taken out, and whole tables have none")
  func tight() async throws {
    let whole = try await cube(3)
    let kept = try whole.suppressing(below: 6)
    let found = ImpactRatioTable(try DecisionTable(kept), by: [1], cube: kept)
    let bounded = found.categories.filter { $0.selectionRateBounds != nil }
    #expect(!bounded.isEmpty && bounded.count < found.categories.count + 1)
    for category in bounded {
      let bounds = try #require(category.selectionRateBounds)
      let most = Double(found.lacking) / Double(category.rows + found.lacking)
      #expect(bounds.upper - bounds.lower <= most + 1e-12)
    }
    let plain = ImpactRatioTable(try DecisionTable(whole), by: [1], cube: whole)
    #expect(plain.lacking == 0 && plain.categories.allSatisfy { $0.selectionImpactRatioBounds == nil })
    #expect(plain.categories.allSatisfy { !$0.share.isNaN && !$0.selectionRate.isNaN })
  }

  @Test("The search for subgroups refuses counts that lack rows, and rows with weights")
  func search() async throws {
    let kept = try await cube(3).suppressing(below: 6)
    var plan = DeclaredPlan(name: "p", version: "1")
    (plan.searchDepth, plan.columns.groups) = (2, ["sex", "race"])
    #expect(throws: BiasMetricsError.self) {
      try AuditSupplements(plan, table: try DecisionTable(kept), cube: kept)
    }
    plan.columns.weight = "w"
    #expect { try plan.check() } throws: { ($0 as? BiasMetricsError)?.message.contains("weights") == true }
  }
}
