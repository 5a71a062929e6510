import BiasMetrics
import FoundationEssentials
import Tabular
import TestSupport
import Testing

@Suite("Scores, numbers, classes and ranks beside scipy, scikit-learn, statsmodels and fairlearn")
struct ParityReferenceTests {
  private let references: GoldenValue

  init() throws {
    let path = Golden.packageRoot + "/Tests/BiasMetricsTests/References/parity.json"
    references = try JSONDecoder().decode(GoldenValue.self, from: Data(contentsOf: URL(filePath: path)))
  }

  private func lines(_ block: GoldenValue) -> String {
    (block["rows"]?.elements ?? []).map { row in
      row.elements.map { $0.text ?? "\($0.number ?? .nan)" }.joined(separator: ",") + "\n"
    }.joined()
  }

  private func expect(_ ours: Double?, _ theirs: GoldenValue?, _ tolerance: Double, _ what: String) {
    guard let ours, let number = theirs?.number else {
      Issue.record("\(what) lacks a figure")
      return
    }
    #expect(abs(ours - number) <= tolerance * max(1e-3, abs(number)), "\(what): \(ours), \(number)")
  }

  @Test("Scores by group and between groups")
  func scores() async throws {
    let block = try #require(references["scores"])
    let table = try DecisionTable(
      try await cube(
        of: "g,y,s\n" + lines(block), label: "y", prediction: "s: >=0.5|<0.5", score: "s"), positive: "1",
      positivePrediction: ">=0.5")
    let groups = table.groups(by: [0], keepsScores: true)
    let parity = ScoreParity(groups, attributes: ["g"], hasLabels: true)
    for group in parity.groups {
      let theirs = try #require(block["groups"]?[group.values[0]])
      expect(group.areaUnderCurve, theirs["auc"], 1e-12, "auc")
      expect(group.brier, theirs["brier"], 1e-12, "brier")
      expect(group.calibration?.slope, theirs["slope"], 1e-9, "slope")
      expect(group.calibration?.intercept, theirs["intercept"], 1e-9, "intercept")
      expect(group.calibration?.slopeError, theirs["slope_error"], 1e-7, "slope's error")
      expect(group.calibration?.interceptError, theirs["intercept_error"], 1e-7, "intercept's error")
    }
    #expect(parity.pairs.count == 3)
    for pair in parity.pairs {
      let theirs = try #require(block["pairs"]?["\(pair.first[0])|\(pair.second[0])"])
      expect(pair.kolmogorovSmirnov, theirs["ks"], 1e-12, "ks")
      expect(pair.p, theirs["ks_exact"], 1e-9, "ks exact")
      let pairs = groups.filter { $0.values == pair.first || $0.values == pair.second }
      // Beyond 500 values our one-sample tail is good to a thousandth.
      expect(
        ScoreComparison(pairs[0], pairs[1]).asymptoticKolmogorovSmirnovP, theirs["ks_asymptotic"], 1e-3,
        "ks asymptotic")
      expect(pair.wasserstein, theirs["wasserstein"], 1e-12, "wasserstein")
      expect(pair.crossArea, theirs["cross"], 1e-12, "cross area")
      expect(pair.crossAreaReversed, theirs["cross_reversed"], 1e-12, "cross area, reversed")
      expect(pair.absoluteArea, theirs["abroca"], 1e-5, "abroca")
    }
    let ps = parity.pairs.compactMap(\.adjustedP)
    #expect(ps.count == 3 && zip(parity.pairs, ps).allSatisfy { $1 >= ($0.p ?? 1) })
  }

  @Test("Numbers: residuals, errors, explained variance, Welch's test, distances")
  func numeric() async throws {
    let block = try #require(references["numeric"])
    let parity = try await withTemporaryFile("g,y,p\n" + lines(block)) { path in
      try NumericParity(
        try NumericTable(paths: [path], groups: [TableColumn("g")], label: "y", prediction: "p"))
    }
    #expect(parity.familySize == 9)
    for group in parity.groups[0].groups {
      let theirs = try #require(block["groups"]?[group.values[0]])
      for metric in NumericParity.Metric.allCases {
        expect(group.figures[metric], theirs[metric.rawValue], 1e-12, metric.rawValue)
      }
      expect(group.residualInterval?.lower, theirs["residual_lower"], 1e-9, "lower")
      expect(group.residualInterval?.upper, theirs["residual_upper"], 1e-9, "upper")
    }
    for pair in parity.distances {
      expect(
        pair.wasserstein, block["pairs"]?["\(pair.first[0])|\(pair.second[0])"]?["wasserstein"], 1e-12,
        "wasserstein")
    }
    let residual = try #require(parity.disparities.first { $0.metric == .meanResidual })
    let names = [residual.lower[0], residual.higher[0]]
    let theirs = try #require(block["pairs"]?[names.sorted().joined(separator: "|")])
    expect(residual.adjustedP, .number(min(1, 9 * (theirs["residual_p"]?.number ?? 0))), 1e-9, "p")
    // The reference has the later name's mean first.
    let sign = names[1] == names.max() ? 1.0 : -1.0
    let bounds = [theirs["residual_lower"], theirs["residual_upper"]].compactMap { $0?.number }.map {
      sign * $0
    }
    expect(residual.interval?.lower, bounds.min().map { .number($0) }, 1e-9, "interval")
    expect(residual.interval?.upper, bounds.max().map { .number($0) }, 1e-9, "interval")
  }

  @Test("Several classes: each against the rest, and total variation")
  func multiclass() async throws {
    let block = try #require(references["multiclass"])
    let cube = try await cube(of: "g,y,p\n" + lines(block), label: "y")
    let audit = try MulticlassAudit(cube, plan: AuditPlan(metrics: [.selectionRate, .truePositiveRate]))
    #expect(audit.classes.map(\.name) == ["hire", "hold", "later", "no"])
    for entry in audit.classes {
      let result = entry.strata[0].result
      #expect(result.plan.alpha == 0.05 / 4)
      for group in result.groups {
        for rate in group.rates where !rate.value.isNaN {
          expect(
            rate.value, block["classes"]?[entry.name]?[rate.metric.rawValue]?[group.values[0]], 1e-12,
            "\(entry.name)"
          )
        }
      }
    }
    // Nothing is ever truly "later": fairlearn says 0, we say that it cannot be estimated.
    #expect(audit.classes[2].strata[0].result.groups.allSatisfy { $0.rates[1].value.isNaN })
    for distance in audit.distances {
      expect(
        distance.totalVariation, block["distances"]?["\(distance.first[0])|\(distance.second[0])"], 1e-12,
        "distance")
    }
    #expect(audit.worst?.name == "no" || audit.worst?.name == "hire")
    let women = try #require(audit.distances.first { $0.first == ["f"] && $0.second == ["m"] })
    #expect((women.adjustedP ?? 1) <= 0.01 && women.widestDifference != 0)
  }

  @Test("Ranks: exposure and NDKL")
  func ranking() async throws {
    let block = try #require(references["ranking"])
    func parity(_ text: String, higherIsBetter: Bool) async throws -> RankingParity {
      try await withTemporaryFile(text) { path in
        try RankingParity(
          try NumericTable(paths: [path], groups: [TableColumn("g")], label: nil, prediction: "r", list: "q"),
          higherIsBetter: higherIsBetter, minimumCount: 1)
      }
    }
    let found = try await parity("q,g,r\n" + lines(block), higherIsBetter: false)
    #expect(found.lists == 6)
    let attribute = try #require(found.attributes.first)
    for group in attribute.groups {
      expect(group.meanExposure, block["exposure"]?[group.values[0]], 1e-12, "exposure")
    }
    expect(attribute.ndkl, block["ndkl"], 1e-12, "ndkl")
    let scores = (block["rows"]?.elements ?? []).map {
      "\($0.elements[0].text ?? ""),\($0.elements[1].text ?? ""),\(-($0.elements[2].number ?? 0))\n"
    }
    let reversed = try await parity("q,g,r\n" + scores.joined(), higherIsBetter: true)
    #expect(reversed.attributes == found.attributes)
  }
}
