import BiasMetrics
import FoundationEssentials
import TestSupport
import Testing

@Suite("Scores, impact ratios and BBQ beside their makers' figures")
struct ScoreGoldenTests {
  @Test("Scores by group and between groups", arguments: BiasVectors.names)
  func scores(_ name: String) async throws {
    let vectors = try BiasVectors.expected(name)
    var compared = 0
    func check(_ ours: Double, _ theirs: GoldenValue?, _ what: String) {
      guard let theirs = theirs?.number else { return }
      compared += 1
      #expect(agree(ours, theirs, within: 1e-9), "\(name) \(what): \(ours), \(theirs)")
    }
    for block in try #require(vectors["scores"]).elements {
      let attribute = try #require(block["attribute"]?.text)
      let table = try await BiasVectors.table(name, attributes: [attribute], weighted: false)
      let groups = table.groups(by: [0], keepsScores: true)
      for group in groups {
        let summary = ScoreSummary(group, isWeighted: false)
        check(summary.mean, block["mean"]?[group.name], "mean")
        check(summary.areaUnderCurve, block["auc"]?[group.name], "auc")
        check(summary.brier, block["brier"]?[group.name], "brier")
        check(
          summary.expectedCalibrationError(),
          block["ece_10_equal_width_bins_[k/10,(k+1)/10)_last_closed"]?[group.name], "ece")
        check(summary.calibrationInTheLarge, block["mean_score_minus_mean_label"]?[group.name], "calibration")
      }
      for first in groups {
        for second in groups {
          guard let pair = block["pairs"]?["\(first.name) vs \(second.name)"] else { continue }
          let ours = ScoreComparison(first, second)
          let what = "\(first.name) vs \(second.name)"
          check(ours.wasserstein, pair["wasserstein1"], what + " wasserstein")
          check(ours.kolmogorovSmirnov, pair["ks_stat"], what + " ks")
          check(ours.energyDistance, pair["energy_distance"], what + " energy")
          check(ours.superiority, pair["prob_superiority"], what + " superiority")
          check(ours.cohensD, pair["cohens_d"], what + " d")
          check(ours.mannWhitneyP, pair["mwu_p"], what + " mwu")
          check(ours.welchP, pair["welch_t_p"], what + " welch")
        }
      }
    }
    #expect(compared > 10)
  }

  @Test("Impact ratios", arguments: BiasVectors.names)
  func impactRatios(_ name: String) async throws {
    let block = try #require(try BiasVectors.expected(name)["ll144_own"])
    for (attributes, categories) in try #require(block["categories"]).members {
      let names = attributes.split(separator: "|").map(String.init)
      let table = try await BiasVectors.table(name, attributes: names, weighted: false)
      let ours = ImpactRatioTable(table.groups(by: Array(names.indices), keepsScores: true))
      #expect(agree(ours.medianScore, block["overall_median_score"]?.number ?? .nan, within: 1e-12))
      #expect(ours.categories.count == categories.members.count)
      for category in ours.categories {
        let theirs = try #require(categories[category.name])
        for (value, key) in [
          (Double(category.rows), "n"), (category.share, "share"), (category.selectionRate, "selection_rate"),
          (category.scoringRate, "scoring_rate"), (category.selectionImpactRatio, "selection_impact_ratio"),
          (category.scoringImpactRatio, "scoring_impact_ratio"),
          (category.selectionImpactRatioWithoutSmall, "selection_impact_ratio_excluding_lt_2pct"),
          (category.scoringImpactRatioWithoutSmall, "scoring_impact_ratio_excluding_lt_2pct"),
        ] {
          let expected = try #require(theirs[key]?.number)
          #expect(
            agree(value, expected, within: 1e-12), "\(name) \(category.name) \(key): \(value), \(expected)")
        }
      }
    }
  }

  @Test("BBQ, the paper's scaling and HELM's", arguments: ["age", "religion"])
  func bbq(_ topic: String) throws {
    let path = Golden.folder + "/bias/bbq_unifiedqa_\(topic)"
    guard FileManager.default.fileExists(atPath: path + ".csv") else { return }
    let lines = try String(contentsOfFile: path + ".csv", encoding: .utf8).split(whereSeparator: \.isNewline)
    let answers = lines.dropFirst().map { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      return BBQScore.Answer(
        isNegative: cells[2] == "neg", isAmbiguous: cells[3] == "ambig", label: Int(cells[4]) ?? -1,
        answer: Int(cells[5]) ?? -2, unknown: Int(cells[6]) ?? -3, stereotyped: Int(cells[7]))
    }
    let ours = BBQScore(answers)
    let theirs = try Golden.load(GoldenValue.self, from: "bias/bbq_unifiedqa_\(topic).expected.json")
    for (part, key) in [(ours.ambiguous, "ambig"), (ours.disambiguated, "disambig")] {
      let block = try #require(theirs[key])
      #expect(Double(part.count) == block["n"]?.number)
      #expect(Double(part.known) == block["n_non_unknown"]?.number)
      #expect(Double(part.biased) == block["n_biased"]?.number)
      #expect(agree(part.accuracy, block["accuracy"]?.number ?? .nan, within: 1e-12))
      #expect(agree(part.unscaled, block["s_DIS(unscaled)"]?.number ?? .nan, within: 1e-12))
    }
    let paper = theirs["ambig"]?["bias_score_paper(ambig scaled by 1-acc of ambig)"]?.number ?? .nan
    #expect(agree(ours.paperAmbiguous, paper, within: 1e-12))
    let helm = theirs["helm_style_ambig(scaled by 1-overall acc over both contexts)"]?.number ?? .nan
    #expect(agree(ours.helmAmbiguous, helm, within: 1e-12))
    #expect(agree(ours.accuracy, theirs["overall_accuracy"]?.number ?? .nan, within: 1e-12))
  }
}
