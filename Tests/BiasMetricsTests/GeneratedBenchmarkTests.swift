import BiasMetrics
import FoundationEssentials
import Statistics
import Tabular
import TestSupport
import Testing

@Suite("Scorers of benchmarks of generated content")
struct GeneratedBenchmarkTests {
  private let references: GoldenValue
  init() throws { references = try GeneratedReferences.load() }

  @Test("CrowS-Pairs counts as the published script: ties once rounded are misses")
  func crowsPairs() throws {
    let theirs = try #require(references["crows_pairs"])
    let pairs = try #require(theirs["rows"]).elements.map { row in
      CrowSPairsScore.Pair(
        more: row.elements[0].number ?? .nan, less: row.elements[1].number ?? .nan,
        isAntistereotype: row.elements[2].text == "antistereo")
    }
    let ours = CrowSPairsScore(pairs)
    #expect(ours.count == 400 && Double(ours.neutral) == theirs["neutral"]?.number)
    for (value, key) in [
      (ours.score, "score"), (ours.stereotype.score, "stereotype"),
      (ours.antistereotype.score, "antistereotype"),
    ] {
      #expect(agree(value, theirs[key]?.number ?? .nan, within: 1e-12), "\(key)")
    }
    #expect(
      agree(
        try PairedTest.mcNemarP(onlyFirst: ours.hits, onlySecond: ours.count - ours.neutral - ours.hits),
        theirs["p"]?.number ?? .nan, within: 1e-9))
  }

  @Test("Rounding to three decimals goes by the exact value, ties to even")
  func rounding() {
    // In Python, round(0.0625, 3) is 0.062, and round(2.0005, 3) is 2.001 since its double lies above the tie.
    func isNeutral(_ a: Double, _ b: Double) -> Bool {
      CrowSPairsScore([.init(more: a, less: b, isAntistereotype: false)]).neutral == 1
    }
    #expect(isNeutral(0.0625, 0.062) && !isNeutral(0.0625, 0.063))
    #expect(isNeutral(0.1875, 0.188) && isNeutral(-0.0625, -0.062))
    #expect(isNeutral(2.0005, 2.0) == (round3(2.0005) == 2.0))
    #expect(isNeutral(-41.2345, round3(-41.2345)))
  }

  /// The decimal text of a double, cut by hand, as an independent witness.
  private func round3(_ value: Double) -> Double {
    // 2.0005 = 2.000500000000000078…, -41.2345 = -41.23449999999999704…
    value == 2.0005 ? 2.001 : -41.234
  }

  @Test("StereoSet averages over terms, ties go against the stereotype")
  func stereoSet() throws {
    let theirs = try #require(references["stereoset"])
    let ours = StereoSetScore(
      try #require(theirs["rows"]).elements.map { row in
        let values = row.elements
        return StereoSetScore.Example(
          term: values[0].text ?? "", stereotype: values[1].number ?? .nan,
          antistereotype: values[2].number ?? .nan,
          unrelated: values[3].number ?? .nan)
      })
    #expect(ours.count == 300)
    let scores = ours.scores()
    #expect(agree(scores.stereotype, theirs["ss"]?.number ?? .nan, within: 1e-12))
    #expect(agree(scores.languageModel, theirs["lms"]?.number ?? .nan, within: 1e-12))
    #expect(agree(scores.idealizedCAT, theirs["icat"]?.number ?? .nan, within: 1e-12))
  }

  @Test("Coreference: Newcombe's interval, Fisher's test, and the slope on labour shares")
  func coreference() throws {
    let theirs = try #require(references["coreference"])
    func answers(_ key: String, _ isPro: Bool) -> [CoreferenceScore.Answer] {
      let counts = (theirs[key]?.elements ?? []).map { Int($0.number ?? -1) }
      return (0..<counts[1]).map { .init(isStereotypical: isPro, isCorrect: $0 < counts[0]) }
    }
    let ours = CoreferenceScore(answers("pro", true) + answers("anti", false))
    #expect(agree(ours.difference, theirs["difference"]?.number ?? .nan, within: 1e-12))
    #expect(GeneratedReferences.agree(ours.interval(), theirs["newcombe"], within: 1e-9))
    #expect(agree(ours.p ?? .nan, theirs["fisher"]?.number ?? .nan, within: 1e-9))
    let x = (theirs["x"]?.elements ?? []).compactMap(\.number)
    let y = (theirs["y"]?.elements ?? []).compactMap(\.number)
    let line = LinearTrend(zip(x, y).map { (x: $0, y: $1) })
    #expect(agree(line.slope, theirs["slope"]?.number ?? .nan, within: 1e-12))
    #expect(agree(line.correlation, theirs["r"]?.number ?? .nan, within: 1e-12))
    #expect(agree(line.p ?? .nan, theirs["p"]?.number ?? .nan, within: 1e-9))
    #expect(GeneratedReferences.agree(line.slopeInterval(), theirs["interval"], within: 1e-9))
  }

  @Test("Scores by group: Welch, Mann and Whitney, Benjamini and Hochberg, Wasserstein as scipy has them")
  func groups() throws {
    let theirs = try #require(references["groups"])
    let scores = ScoreGroups(
      try #require(theirs["scores"]).members.flatMap { group, values in
        values.elements.map { .init(group: group, score: $0.number ?? .nan) }
      })
    let pairs = scores.pairs()
    let expected = try #require(theirs["pairs"]).elements
    #expect(pairs.count == expected.count && pairs.count == 3)
    for pair in pairs {
      let other = try #require(
        expected.first { $0["first"]?.text == pair.first && $0["second"]?.text == pair.second })
      #expect(agree(pair.difference, other["difference"]?.number ?? .nan, within: 1e-12))
      #expect(GeneratedReferences.agree(pair.interval, other["interval"], within: 1e-9))
      #expect(agree(pair.wasserstein, other["wasserstein"]?.number ?? .nan, within: 1e-12))
      #expect(agree(pair.p ?? .nan, other["p"]?.number ?? .nan, within: 1e-9))
      #expect(agree(pair.adjustedP ?? .nan, other["adjusted"]?.number ?? .nan, within: 1e-9))
    }
    for entry in scores.means() {
      let other = (theirs["means"]?[entry.group]?.elements ?? []).compactMap(\.number)
      #expect(agree(entry.mean, other[0], within: 1e-12))
      #expect(agree(entry.interval?.lower ?? .nan, other[1], within: 1e-9))
      #expect(agree(entry.interval?.upper ?? .nan, other[2], within: 1e-9))
    }
  }

  @Test("BBQ's real answers: resampled templates give a wider interval than independent answers would")
  func bbq() throws {
    let table = try RoleTable(
      paths: [Golden.ownCopies + "/bias/bbq_unifiedqa_age.csv"], roles: BenchmarkAudit.Kind.bbq.roles)
    let (result, problems) = try BenchmarkAudit(.bbq).run(table)
    #expect(problems.isEmpty && result.rowsAnalysed == 3680)
    let figures = result.sections[0].figures
    func figure(_ name: String) -> GeneratedFigure? { figures.first { $0.measure == name } }
    let paper = try #require(figure("bbq_ambiguous_paper"))
    #expect(agree(paper.value ?? .nan, 0.2978260869565217, within: 1e-12))
    #expect(agree(figure("bbq_ambiguous_helm")?.value ?? .nan, 0.17033938066937754, within: 1e-12))
    let resampled = try #require(figure("bbq_ambiguous_unscaled")?.interval)
    // Wilson's interval of 691 of 834, doubled less one: 0.603 to 0.705.
    #expect(resampled.upper - resampled.lower > 0.11)
    #expect(resampled.lower < 0.657 && resampled.upper > 0.657)
    let again = try BenchmarkAudit(.bbq).run(table).result
    #expect(again == result)
    let other = try BenchmarkAudit(.bbq, bootstrap: ClusterBootstrap(seed: 5)).run(table).result
    #expect(other != result)
  }

  @Test("Intervals from resampled clusters cover the truth where rows of a cluster agree", arguments: [1, 2])
  func coverage(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var covered = 0
    let runs = 3000
    for run in 0..<runs {
      // 40 templates with rates of their own; ten answers of each.
      let clusters = (0..<40).map { _ in
        let rate = Double.random(in: 0...1, using: &random)
        return (0..<10).count { _ in Double.random(in: 0..<1, using: &random) < rate }
      }
      let interval = ClusterBootstrap(seed: UInt64(run), resamples: 500).interval(clusters: 40, level: 0.95) {
        times in
        Double(zip(clusters, times).reduce(0) { $0 + $1.0 * $1.1 }) / 400
      }
      if let interval, interval.lower <= 0.5, interval.upper >= 0.5 { covered += 1 }
    }
    // 95 % less 2.5 standard errors of 3,000 runs; rows taken for independent would cover two in three.
    #expect(Double(covered) / Double(runs) > 0.94, "\(covered)")
  }

  @Test("Rows that cannot be scored are named and counted; a misspelt column is an error")
  func badRows() throws {
    let path =
      FileManager.default.temporaryDirectory.path()
      + "/crows-\(ProcessInfo.processInfo.processIdentifier).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data("more,less,direction\n-1,-2,stereo\n-1,x,stereo\n-1,-2,up\n,-2,stereo\n".utf8).write(
      to: URL(filePath: path))
    let kind = BenchmarkAudit.Kind.crowsPairs
    let (result, problems) = try BenchmarkAudit(kind).run(RoleTable(paths: [path], roles: kind.roles))
    #expect(result.rowsRead == 4 && result.rowsAnalysed == 1)
    #expect(result.excluded == [.init("row-error", 3)])
    #expect(Set(problems.map(\.line)) == [3, 4, 5])
    #expect(throws: TabularError.self) {
      try RoleTable(paths: [path], roles: kind.roles, overrides: ["more": "mor"])
    }
    #expect(throws: TabularError.self) {
      try RoleTable(paths: [path], roles: kind.roles, overrides: ["most": "more"])
    }
    #expect(throws: TabularError.self) {
      try RoleTable(paths: [path], roles: BenchmarkAudit.Kind.stereoSet.roles)
    }
  }
}
