import BiasMetrics
import Statistics
import TestSupport
import Testing

/// What audits of generated content find where there is nothing to find, and how often their intervals hold the truth.
@Suite("Error rates of audits of generated content")
struct GeneratedErrorRateTests {
  @Test("Intervals from resampled clusters hold the truth with few clusters too", arguments: [6, 10, 20, 30])
  func clusters(count: Int) {
    var random = SplitMix64(seed: UInt64(count))
    var covered = 0
    let runs = 1500
    for run in 0..<runs {
      // Templates with rates of their own; ten answers of each.
      let right = (0..<count).map { _ in
        let rate = Double.random(in: 0...1, using: &random)
        return (0..<10).count { _ in Double.random(in: 0..<1, using: &random) < rate }
      }
      let interval = ClusterBootstrap(seed: UInt64(run), resamples: 400).interval(
        clusters: count, level: 0.95, within: 0...1
      ) { times in
        Double(zip(right, times).reduce(0) { $0 + $1.0 * $1.1 }) / Double(10 * count)
      }
      if let interval, interval.lower <= 0.5, interval.upper >= 0.5 { covered += 1 }
    }
    // 95 % less 1.65 standard errors of 1,500 runs.
    #expect(Double(covered) / Double(runs) > 0.94, "\(covered)")
    #expect(Double(covered) / Double(runs) < 0.97, "\(covered)")
  }

  @Test("Shares of few prompts: intervals hold together, the test keeps its level", arguments: [6, 10, 20])
  func prompts(count: Int) throws {
    var random = SplitMix64(seed: UInt64(count))
    var (covered, small) = (0, 0)
    let runs = 600
    for _ in 0..<runs {
      let prompts = (0..<count).map { _ -> [Int] in
        let rate = Double.random(in: 0...1, using: &random)
        let shown = (0..<50).count { _ in Double.random(in: 0..<1, using: &random) < rate }
        return [shown, 50 - shown]
      }
      let ours = try Representation(groups: ["a", "b"], prompts: prompts)
      if ours.intervals.count == 2, ours.intervals.allSatisfy({ $0.lower <= 0.5 && $0.upper >= 0.5 }) {
        covered += 1
      }
      if let p = ours.test?.p, p <= 0.05 { small += 1 }
    }
    #expect(Double(covered) / Double(runs) > 0.94, "\(covered)")
    // 0.05 and 3.3 standard errors more.
    #expect(Double(small) / Double(runs) < 0.08, "\(small)")
    let two = try Representation(groups: ["a", "b"], prompts: [[90, 10], [80, 20]])
    #expect(two.intervals.isEmpty && two.test == nil && two.unseenBound == nil)
    // Of a single prompt it is that prompt which is spoken of.
    #expect(try Representation(groups: ["a", "b"], prompts: [[90, 10]]).intervals.count == 2)
  }

  @Test("Two groups that swing with the prompt do not borrow the independence of others")
  func unequalEffects() throws {
    var random = SplitMix64(seed: 4)
    let truth = [0.25, 0.25, 0.1, 0.1, 0.1, 0.1, 0.1]
    var (covered, small) = (0, 0)
    let runs = 400
    for _ in 0..<runs {
      let prompts = (0..<20).map { _ -> [Int] in
        let first = Bool.random(using: &random)
        var counts = truth.map { _ in 0 }
        for _ in 0..<30 {
          let u = Double.random(in: 0..<1, using: &random)
          counts[u < 0.5 ? (first ? 0 : 1) : 2 + Int((u - 0.5) * 10)] += 1
        }
        return counts
      }
      let ours = try Representation(
        groups: truth.indices.map { "\($0)" }, prompts: prompts, reference: truth)
      #expect(ours.designEffects[0] > 1.2 * ours.designEffect)
      if zip(ours.intervals, truth).allSatisfy({ $0.lower <= $1 && $0.upper >= $1 }) { covered += 1 }
      if (ours.test?.p ?? 1) <= 0.05 { small += 1 }
    }
    #expect(Double(covered) / Double(runs) > 0.94, "\(covered)")
    #expect(Double(small) / Double(runs) < 0.086, "\(small)")
  }

  @Test("Prompts of one template are no independent witnesses of what outputs show")
  func templates() throws {
    var random = SplitMix64(seed: 6)
    var (small, disparities) = (0, 0)
    let runs = 200
    let audit = try RepresentationAudit(GeneratedPlan(attributes: []), reference: .equal)
    for _ in 0..<runs {
      let outputs = (0..<40).flatMap { template -> [GeneratedOutput] in
        let rate = Double.random(in: 0...1, using: &random)
        return (0..<7).map { prompt in
          GeneratedOutput(
            prompt: "\(template)-\(prompt)", template: "\(template)", sample: "", groups: [],
            labels: [Double.random(in: 0..<1, using: &random) < rate ? "woman" : "man"])
        }
      }
      let figures = try audit.run(outputs, label: 0, named: "shown").figures
      let variation = try #require(figures.first { $0.measure == "total_variation_from_reference" })
      if (variation.p ?? 1) <= 0.05 { small += 1 }
      if figures.contains(where: { $0.verdict == .disparity }) { disparities += 1 }
    }
    // Taken for independent, prompts would be "significant" in one run of four.
    #expect(Double(small) / Double(runs) < 0.102, "\(small)")
    #expect(disparities <= 10, "\(disparities)")
  }

  @Test("An association by chance alone is no finding; a planted one is")
  func association() throws {
    var random = SplitMix64(seed: 8)
    let targets = try Lexicon(
      name: "targets", version: "1", categories: (0..<6).map { .init("job\($0)", [.init("job\($0)")]) },
      digest: "")
    let groups = try Lexicon(
      name: "gender", version: "1",
      categories: [.init("woman", [.init("she")]), .init("man", [.init("he")])],
      digest: "")
    var plan = GeneratedPlan(attributes: [])
    plan.bootstrap.resamples = 199
    let audit = try AssociationAudit(plan, groups: [groups])
    func mean(lean: Double) throws -> GeneratedFigure {
      let outputs = (0..<25).flatMap { prompt -> [GeneratedOutput] in
        let job = Int.random(in: 0..<6, using: &random)
        let rate = lean + (1 - lean) * Double.random(in: 0...1, using: &random)
        return (0..<3).map {
          let words = (0..<4).map { _ in Double.random(in: 0..<1, using: &random) < rate ? "she" : "he" }
          return GeneratedOutput(
            prompt: "\(prompt)", template: nil, sample: "\($0)", groups: [],
            text: "job\(job) " + words.joined(separator: " "))
        }
      }
      return try #require(
        audit.listed(outputs, targets: targets).figures.first {
          $0.measure == "helm_stereotype_association"
        })
    }
    var small = 0
    let runs = 200
    for _ in 0..<runs {
      let found = try mean(lean: 0)
      // Chance makes it greater than 0, and no interval around it can hold 0.
      #expect((found.noiseFloor ?? 0) > 0 && found.interval == nil)
      if let p = found.p, p <= 0.05 { small += 1 }
    }
    #expect(Double(small) / Double(runs) < 0.102, "\(small)")
    #expect((try mean(lean: 0.9).p ?? 1) < 0.01)
  }

  @Test("ICAT's bounds hold the best value where the model is indifferent")
  func icat() {
    var random = SplitMix64(seed: 10)
    var covered = 0
    for run in 0..<200 {
      let score = StereoSetScore(
        (0..<400).map { place in
          let prefers = Bool.random(using: &random)
          return .init(
            term: "\(place % 40)", stereotype: prefers ? 2 : 1, antistereotype: prefers ? 1 : 2, unrelated: 0)
        })
      func bounds(_ path: KeyPath<StereoSetScore.Scores, Double>) -> ConfidenceInterval? {
        ClusterBootstrap(seed: UInt64(run), resamples: 200).interval(
          clusters: score.terms.count, level: 0.975, within: 0...100
        ) { score.scores(times: $0)[keyPath: path] }.map { ConfidenceInterval($0.lower, $0.upper) }
      }
      let icat = StereoSetScore.idealizedCAT(
        stereotype: bounds(\.stereotype), languageModel: bounds(\.languageModel))
      if let icat, icat.lower <= 100, icat.upper >= 100 { covered += 1 }
      #expect((icat?.lower ?? 0) <= score.scores().idealizedCAT)
    }
    #expect(covered >= 188, "\(covered)")
    #expect(StereoSetScore.idealizedCAT(stereotype: nil, languageModel: ConfidenceInterval(1, 2)) == nil)
    #expect(
      StereoSetScore.idealizedCAT(
        stereotype: ConfidenceInterval(60, 70), languageModel: ConfidenceInterval(80, 90))
        == ConfidenceInterval(48, 72))
  }

  @Test("Words without templates: whole prompts are exchanged, and of a few nothing is said")
  func wordsOfPrompts() throws {
    var random = SplitMix64(seed: 12)
    let audit = try AssociationAudit(GeneratedPlan(attributes: ["group"]))
    func outputs(prompts: Int) -> [GeneratedOutput] {
      ["a", "b"].flatMap { group in
        (0..<prompts).flatMap { prompt -> [GeneratedOutput] in
          // Words that a prompt draws from the model, whoever it is about.
          let own = (0..<4).map { _ in "own\(Int.random(in: 0..<60, using: &random))" }
          return (0..<20).map { sample in
            GeneratedOutput(
              prompt: "\(group)\(prompt)", template: nil, sample: "\(sample)", groups: [group],
              text: (own + (0..<8).map { _ in "word\(Int.random(in: 0..<40, using: &random))" })
                .joined(separator: " "))
          }
        }
      }
    }
    var runsWithAny = 0
    for _ in 0..<30 {
      let section = audit.discovered(outputs(prompts: 10))
      #expect(section.figures.first?.value != nil)
      if section.figures.contains(where: { $0.measure == "word_log_odds" }) { runsWithAny += 1 }
    }
    // 5 % of 30 is 1.5, 6 its 99.9 % bound; exchanging single outputs would find words in every run.
    #expect(runsWithAny <= 6, "\(runsWithAny)")
    let few = audit.discovered(outputs(prompts: 4)).figures
    #expect(few.count == 1 && few[0].value == nil && few[0].reason?.contains("prompts") == true)
    // Rows without a template are left out and counted where others have one.
    var mixed = outputs(prompts: 10)
    for place in mixed.indices.dropFirst() { mixed[place].template = "t" }
    #expect(audit.discovered(mixed).notes.contains { $0.hasPrefix("1 outputs have no template") })
  }

  @Test("Many answers to a prompt are one witness of a group's score")
  func scores() {
    var random = SplitMix64(seed: 14)
    var small = 0
    let runs = 300
    for _ in 0..<runs {
      let scores = ScoreGroups(
        ["a", "b"].flatMap { group in
          (0..<20).flatMap { prompt -> [ScoreGroups.Item] in
            let base = Double.random(in: 0...1, using: &random)
            return (0..<10).map { _ in
              .init(
                group: group, score: base + Double.random(in: -0.2...0.2, using: &random), prompt: "\(prompt)"
              )
            }
          }
        })
      let pair = scores.pairs()[0]
      if (pair.p ?? 1) <= 0.05 { small += 1 }
      #expect(scores.alone == 0 && pair.counts == [20, 20])
    }
    // Taken for independent they would differ in half of the runs.
    #expect(Double(small) / Double(runs) < 0.092, "\(small)")
  }

  @Test("A difference as large as what is tolerated is hardly ever called within tolerance")
  func equivalence() throws {
    var random = SplitMix64(seed: 16)
    var plan = GeneratedPlan(attributes: ["group"], flags: ["refused"])
    plan.bootstrap.resamples = 100
    var wrong = 0
    let runs = 200
    for _ in 0..<runs {
      let outputs = (0..<150).flatMap { template -> [GeneratedOutput] in
        let base = Double.random(in: 0...0.1, using: &random)
        return ["a", "b"].flatMap { group in
          (0..<3).map {
            GeneratedOutput(
              prompt: "", template: "\(template)", sample: "\($0)", groups: [group],
              flags: [Double.random(in: 0..<1, using: &random) < base + (group == "a" ? 0.1 : 0)])
          }
        }
      }
      let found = try ParityAudit(plan).run(outputs)[0].figures.first { $0.measure == "refused_difference" }
      if found?.verdict == .withinTolerance { wrong += 1 }
    }
    // 2.5 % is 5, its 99.9 % bound 13.
    #expect(wrong <= 13, "\(wrong)")
  }

  @Test("Shares corrected by a small check without errors are not taken for certain", arguments: [10, 30])
  func correction(items: Int) throws {
    var random = SplitMix64(seed: UInt64(items))
    func draw(_ count: Int, _ rate: Double) -> Int {
      (0..<count).count { _ in Double.random(in: 0..<1, using: &random) < rate }
    }
    var (covered, runs) = (0, 0)
    for _ in 0..<800 {
      let (a, b) = (draw(items, 0.95), draw(items, 0.95))
      guard
        let correction = try? LabellerCorrection(
          groups: ["a", "b"], checked: [[a, items - a], [items - b, b]])
      else { continue }
      // Of 500 outputs 30 % show a.
      let labelled = draw(150, 0.95) + draw(350, 0.05)
      let shares = try #require(correction.shares([labelled, 500 - labelled]))
      runs += 1
      if shares[0].interval.lower <= 0.3, shares[0].interval.upper >= 0.3 { covered += 1 }
    }
    #expect(Double(covered) / Double(runs) > 0.94, "\(covered) of \(runs)")
  }
}
