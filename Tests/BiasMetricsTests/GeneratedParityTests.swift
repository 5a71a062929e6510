import BiasMetrics
import FoundationEssentials
import Statistics
import TestSupport
import Testing

@Suite("Paired prompts: refusals, flags and scores by group")
struct GeneratedParityTests {
  /// Outputs of a model that refuses some templates more than others, and one group more than another by `shift`.
  private func outputs(
    templates: Int, samples: Int, groups: [String] = ["a", "b"], shift: Double = 0,
    using random: inout SplitMix64
  ) -> [GeneratedOutput] {
    (0..<templates).flatMap { template in
      let base = Double.random(in: 0.1...0.6, using: &random)
      return groups.enumerated().flatMap { place, group in
        (0..<samples).map { sample in
          let rate = base + (place == 0 ? shift : 0)
          let score = min(1, max(0, rate + Double.random(in: -0.1...0.1, using: &random)))
          return GeneratedOutput(
            prompt: "\(template)-\(group)", template: "t\(template)", sample: "\(sample)", groups: [group],
            flags: [Double.random(in: 0..<1, using: &random) < rate], scores: [score])
        }
      }
    }
  }

  private func plan(_ change: (inout GeneratedPlan) -> Void = { _ in }) -> GeneratedPlan {
    var plan = GeneratedPlan(attributes: ["group"], flags: ["refused"], scores: ["toxicity"])
    plan.bootstrap.resamples = 200
    change(&plan)
    return plan
  }

  private func figures(_ plan: GeneratedPlan, _ outputs: [GeneratedOutput]) throws -> [GeneratedFigure] {
    try ParityAudit(plan).run(outputs).flatMap(\.figures)
  }

  @Test("One sample a template: McNemar's exact test and Newcombe's interval of the discordant pairs")
  func mcNemar() throws {
    // 40 templates: 12 refused for a alone, 3 for b alone, 5 for both.
    var rows: [GeneratedOutput] = []
    for template in 0..<40 {
      let a = template < 12 || (15..<20).contains(template)
      let b = (12..<20).contains(template)
      for (group, flag) in [("a", a), ("b", b)] {
        rows.append(
          GeneratedOutput(prompt: "", template: "\(template)", sample: "", groups: [group], flags: [flag]))
      }
    }
    let plan = GeneratedPlan(attributes: ["group"], flags: ["refused"])
    let found = try #require(try figures(plan, rows).first { $0.measure == "refused_difference" })
    #expect(agree(found.value ?? .nan, 9.0 / 40, within: 1e-12))
    #expect(found.counts.contains(.init("only_first", 12)) && found.counts.contains(.init("only_second", 3)))
    #expect(agree(found.p ?? .nan, try PairedTest.mcNemarP(onlyFirst: 12, onlySecond: 3), within: 1e-15))
    let newcombe = try PairedProportions(both: 5, onlyFirst: 12, onlySecond: 3, neither: 20)
      .newcombeDifference()
    #expect(found.interval == newcombe)
    #expect(found.verdict == .inconclusive)
    // Without resamples of one group there is no floor to show.
    #expect(found.noiseFloor == nil)
  }

  @Test("The order of rows does not matter, the seed does")
  func order() throws {
    var random = SplitMix64(seed: 3)
    let rows = outputs(templates: 50, samples: 4, groups: ["a", "b", "c"], using: &random)
    let first = try ParityAudit(plan()).run(rows)
    #expect(try ParityAudit(plan()).run(rows.shuffled(using: &random)) == first)
    #expect(try ParityAudit(plan { $0.bootstrap.seed = 9 }).run(rows) != first)
  }

  @Test(
    "No difference: p-values are uniform, intervals cover, and hardly ever a disparity", arguments: [1, 2])
  func null(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var (small, covered, false_, runs) = (0, 0, 0, 0)
    for _ in 0..<150 {
      let rows = outputs(templates: 40, samples: 3, using: &random)
      for name in ["refused_difference", "toxicity_difference"] {
        let found = try #require(
          try figures(plan { $0.bootstrap.resamples = 100 }, rows).first { $0.measure == name })
        runs += 1
        if (found.p ?? 1) <= 0.1 { small += 1 }
        if let interval = found.interval, interval.lower <= 0, interval.upper >= 0 { covered += 1 }
        if found.verdict == .disparity { false_ += 1 }
      }
    }
    let n = Double(runs)
    // Binomial at 300 runs: 0.1 ± 3.3 standard errors; intervals are at 97.5 %, two comparisons being corrected for.
    #expect(Double(small) / n < 0.157 && Double(small) / n > 0.043, "\(small) of \(runs)")
    #expect(Double(covered) / n > 0.945, "\(covered) of \(runs)")
    #expect(false_ == 0)
  }

  @Test("A planted difference is found; with the same model twice the gap is the noise floor")
  func planted() throws {
    var random = SplitMix64(seed: 11)
    let shifted = try figures(plan(), outputs(templates: 150, samples: 4, shift: 0.3, using: &random))
    let refused = try #require(shifted.first { $0.measure == "refused_difference" })
    #expect(refused.verdict == .disparity && (refused.adjustedP ?? 1) < 0.001)
    #expect((refused.value ?? 0) > 2 * (refused.noiseFloor ?? 1))
    let beyond = try #require(shifted.first { $0.measure == "toxicity_gap_beyond_resampling" })
    #expect((beyond.interval?.lower ?? 0) > 0.1)
    let same = try figures(plan(), outputs(templates: 150, samples: 4, using: &random))
    let gap = try #require(same.first { $0.measure == "refused_gap" })
    #expect(abs((gap.value ?? 1) - (gap.noiseFloor ?? 0)) < 0.05)
    let none = try #require(same.first { $0.measure == "toxicity_gap_beyond_resampling" })
    #expect((none.interval?.lower ?? 1) < 0 && (none.interval?.upper ?? -1) > 0)
    #expect(same.first { $0.measure == "toxicity_difference" }?.verdict == .withinTolerance)
  }

  @Test("More than two groups: Cochran's Q, then Holm over all pairs; intersections count in the family")
  func manyGroups() throws {
    var random = SplitMix64(seed: 5)
    var rows = outputs(templates: 60, samples: 1, groups: ["a", "b", "c"], shift: 0.35, using: &random)
    let sections = try ParityAudit(GeneratedPlan(attributes: ["group"], flags: ["refused"])).run(rows)
    let figures = sections[0].figures
    #expect(figures.count { $0.measure == "refused_difference" } == 3)
    let omnibus = try #require(figures.first { $0.measure == "refused_cochran_q" })
    #expect((omnibus.p ?? 1) < 0.01)
    for figure in figures where figure.measure == "refused_difference" {
      #expect((figure.adjustedP ?? 0) >= (figure.p ?? 1))
    }
    // A second attribute, which halves each group.
    rows = rows.flatMap { row in
      ["x", "y"].map { other in
        var row = row
        row.groups.append(other)
        return row
      }
    }
    let both = try ParityAudit(GeneratedPlan(attributes: ["group", "other"], flags: ["refused"])).run(rows)[0]
    #expect(both.notes.contains { $0.hasPrefix("19 comparisons") })
    let other = try #require(both.figures.first { $0.subject == [.init("other", "x")] })
    // Pairs of x and y agree in the other attribute: all 180 of them.
    #expect(other.counts.contains(.init("pairs", 180)) && other.value == 0)
  }

  @Test("What cannot be judged says why")
  func notEstimable() throws {
    var random = SplitMix64(seed: 6)
    let few = try figures(plan(), outputs(templates: 3, samples: 20, using: &random))
    let found = try #require(few.first { $0.measure == "refused_difference" })
    #expect(found.verdict == .notEstimable && found.reason?.contains("templates") == true)
    var rows = outputs(templates: 40, samples: 2, using: &random)
    for place in rows.indices { rows[place].scores = [Double(place)] }
    let wide = try #require(try figures(plan(), rows).first { $0.measure == "toxicity_difference" })
    #expect(wide.verdict == .notEstimable && wide.reason?.contains("--score-delta") == true)
    for place in rows.indices { rows[place].flags = [nil] }
    let none = try #require(try figures(plan(), rows).first { $0.measure == "refused_difference" })
    #expect(none.value == nil && none.verdict == .notEstimable && none.reason != nil)
    for place in rows.indices { rows[place].template = nil }
    #expect(throws: BiasMetricsError.self) { try ParityAudit(plan()).run(rows) }
    rows = outputs(templates: 40, samples: 2, groups: ["a"], using: &random)
    #expect(throws: BiasMetricsError.self) { try ParityAudit(plan()).run(rows) }
    #expect(throws: BiasMetricsError.self) { try ParityAudit(plan { $0.alpha = 0 }) }
  }

  @Test("Never a flag: a difference of 0 with an interval, not an error")
  func neverFlagged() throws {
    var random = SplitMix64(seed: 8)
    for samples in [1, 3] {
      var rows = outputs(templates: 60, samples: samples, using: &random)
      for place in rows.indices { rows[place].flags = [false] }
      let found = try #require(try figures(plan(), rows).first { $0.measure == "refused_difference" })
      #expect(found.value == 0 && found.verdict == .withinTolerance && found.p == 1)
      #expect((found.interval?.upper ?? 0) > 0.02)
    }
  }

  @Test("The expected maximum of k outputs is the mean over all choices of k", arguments: 1...5)
  func expectedMaximum(k: Int) {
    let scores = [0.1, 0.9, 0.35, 0.35, 0.7]
    var (sum, above, choices) = (0.0, 0, 0)
    for choice in 0..<(1 << scores.count) where choice.nonzeroBitCount == k {
      let chosen = scores.indices.filter { choice >> $0 & 1 == 1 }.map { scores[$0] }
      sum += chosen.max() ?? 0
      above += (chosen.max() ?? 0) >= 0.7 ? 1 : 0
      choices += 1
    }
    let summary = ScoreSummaryByPrompt([scores], k: k, threshold: 0.7)
    #expect(agree(summary.expectedMaximum().value, sum / Double(choices), within: 1e-14))
    #expect(agree(summary.probability().value, Double(above) / Double(choices), within: 1e-14))
    #expect(summary.fraction().value == 0.4)
  }

  @Test("JSON lines are read by the contract's names, or by others that are named")
  func reading() throws {
    let path =
      FileManager.default.temporaryDirectory.path()
      + "/outputs-\(ProcessInfo.processInfo.processIdentifier).jsonl"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let lines = [
      #"{"prompt_id":"p1","template_id":"t1","g":"a","sample_id":1,"output":"Sure.","refused":false,"meta":{"tox":0.25}}"#,
      #"{"prompt_id":"p2","template_id":"t1","g":"b","sample_id":1,"output":"\u0049 can't.","refused":true,"meta":{"tox":null}}"#,
      #"{"prompt_id":"p3","template_id":"t2","g":"a","output":"x","refused":"maybe"}"#,
      #"{"prompt_id":"p4","template_id":"t2","output":"x"}"#, "{\"prompt_id\":",
      #"{"prompt_id":"p5","template_id":"t3","g":"a","refused":"no","meta":{}}"#,
      #"{"prompt_id":"p6","template_id":"t3","g":"b","refused":0}"#,
    ]
    try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: path))
    let columns = OutputColumns(groups: ["g"], flags: ["refused"], scores: ["meta.tox"])
    let reading = try columns.read([path])
    #expect(reading.rowsRead == 7 && reading.failed == 3 && reading.outputs.count == 4)
    #expect(Set(reading.problems.map(\.line)) == [3, 4, 5])
    #expect(reading.outputs[1].text == "I can't." && reading.outputs[1].flags == [true])
    #expect(reading.outputs[0].scores == [0.25] && reading.outputs[1].scores == [nil])
    #expect(reading.outputs[2].flags == [false] && reading.outputs[3].flags == [false])
    // Texts in place of flags are a mistake in the question, not in each row.
    #expect(throws: (any Error).self) { try OutputColumns(groups: ["g"], flags: ["output"]).read([path]) }
    var other = columns
    other.template = "templat"
    #expect(throws: (any Error).self) { try other.read([path]) }
  }
}
