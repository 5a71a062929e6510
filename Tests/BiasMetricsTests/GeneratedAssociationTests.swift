import BiasMetrics
import FoundationEssentials
import Statistics
import TestSupport
import Testing

@Suite("What outputs associate with groups")
struct GeneratedAssociationTests {
  private func lexicon(_ name: String, _ categories: [(String, [String])]) throws -> Lexicon {
    try Lexicon(
      name: name, version: "1", categories: categories.map { .init($0.0, $0.1.map { .init($0) }) }, digest: ""
    )
  }

  @Test("Association and COBS equal langfair's own")
  func langfair() throws {
    let theirs = try #require(try GeneratedReferences.load()["association"])
    func words(_ value: GoldenValue?) -> [String] { (value?.elements ?? []).compactMap(\.text) }
    let targets = try lexicon("targets", words(theirs["targets"]).map { ($0, [$0]) })
    let groups = try lexicon("groups", ["woman", "man"].map { ($0, words(theirs["groups"]?[$0])) })
    var ours = Cooccurrence(targets: targets, groups: groups)
    for text in words(theirs["texts"]) { ours.add(text, targets: targets, groups: groups) }
    #expect(agree(ours.meanAssociation ?? .nan, theirs["helm"]?.number ?? .nan, within: 1e-12))
    for (place, target) in ours.targets.enumerated() {
      #expect(
        agree(ours.cobs(of: place, 0, 1) ?? .nan, theirs["cobs"]?[target]?.number ?? .nan, within: 1e-9))
    }
    #expect(ours.meanCOBS(0, 1).targets == 3)
  }

  @Test("Likeness equals rouge-score's and plain re-derivations")
  func likeness() throws {
    for entry in try #require(try GeneratedReferences.load()["similarity"]).elements {
      func words(_ key: String) -> [String] { TextSimilarity.words(entry[key]?.text ?? "", masking: []) }
      let ours = TextSimilarity(words("a"), words("b"))
      #expect(agree(ours.jaccard, entry["jaccard"]?.number ?? .nan, within: 1e-12))
      #expect(agree(ours.rougeL, entry["rouge_l"]?.number ?? .nan, within: 1e-12))
      #expect(agree(ours.edit, entry["edit"]?.number ?? .nan, within: 1e-12))
    }
    #expect(TextSimilarity([], []) == TextSimilarity(["a"], ["a"]))
    #expect(TextSimilarity([], ["a"]).rougeL == 0)
  }

  @Test("Masked words for groups do not make texts differ")
  func masking() throws {
    let groups = try lexicon("groups", [("woman", ["she", "police woman"]), ("man", ["he", "policeman"])])
    let one = TextSimilarity.words("She said: the police-woman left.", masking: [groups])
    let other = TextSimilarity.words("He said the policeman left", masking: [groups])
    #expect(one == other && one.count == 5)
  }

  /// Outputs of common words; where a word is planted, it stands in outputs about one group more often.
  private func outputs(templates: Int, planted: Double, using random: inout SplitMix64) -> [GeneratedOutput] {
    (0..<templates).flatMap { template -> [GeneratedOutput] in
      // Words of the template stand in all of its outputs, whoever it is about.
      let own = (0..<4).map { _ in "own\(Int.random(in: 0..<60, using: &random))" }
      return ["a", "b"].flatMap { group in
        (0..<3).map { sample in
          var words = own + (0..<12).map { _ in "word\(Int.random(in: 0..<80, using: &random))" }
          if group == "a", Double.random(in: 0..<1, using: &random) < planted { words.append("bossy") }
          if Double.random(in: 0..<1, using: &random) < 0.1 { words.append("bossy") }
          return GeneratedOutput(
            prompt: "\(template)\(group)", template: "\(template)", sample: "\(sample)", groups: [group],
            text: words.joined(separator: " "))
        }
      }
    }
  }

  @Test("A planted word is found, and without one hardly ever any", arguments: [1, 2])
  func discovery(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let audit = try AssociationAudit(GeneratedPlan(attributes: ["group"]))
    let planted = audit.discovered(outputs(templates: 60, planted: 0.4, using: &random))
    let words = planted.figures.filter { $0.measure == "word_log_odds" }
    #expect(words.first?.subject == [.init("group", "a"), .init("word", "bossy")])
    #expect((words.first?.value ?? 0) > 1)
    var runsWithAny = 0
    for _ in 0..<40 {
      let none = audit.discovered(outputs(templates: 30, planted: 0, using: &random))
      if none.figures.contains(where: { $0.measure == "word_log_odds" }) { runsWithAny += 1 }
    }
    // With no difference the false discovery rate is the chance of any: 5 % of 40 is 2, 7 is its 99.9 % bound.
    #expect(runsWithAny <= 7)
  }

  @Test("The order of outputs does not matter")
  func order() throws {
    var random = SplitMix64(seed: 4)
    let rows = outputs(templates: 20, planted: 0.3, using: &random)
    let audit = try AssociationAudit(GeneratedPlan(attributes: ["group"]))
    let shuffled = rows.shuffled(using: &random)
    #expect(audit.discovered(shuffled) == audit.discovered(rows))
    #expect(audit.similarity(shuffled) == audit.similarity(rows))
  }

  @Test("Likeness between groups is judged by likeness within one")
  func noiseFloor() throws {
    var random = SplitMix64(seed: 9)
    var plan = GeneratedPlan(attributes: ["group"])
    plan.bootstrap.resamples = 400
    let audit = try AssociationAudit(plan)
    let same = audit.similarity(outputs(templates: 40, planted: 0, using: &random)).figures
    let lost = try #require(same.first { $0.measure == "similarity_jaccard_lost_beyond_resampling" })
    #expect((lost.interval?.lower ?? 1) < 0 && (lost.interval?.upper ?? -1) > 0)
    let changed = outputs(templates: 40, planted: 0, using: &random).map { output in
      var output = output
      if output.groups == ["a"] {
        output.text = (output.text ?? "") + " a very different end of the text it is"
      }
      return output
    }
    let found = try #require(
      audit.similarity(changed).figures.first { $0.measure == "similarity_rouge_l_lost_beyond_resampling" })
    #expect((found.interval?.lower ?? 0) > 0.05)
  }

  @Test("Targets that go with one group alone are counted as dropped, not lost")
  func dropped() throws {
    let targets = try lexicon(
      "targets", [("nurse", ["nurse", "nurses"]), ("pilot", ["pilot"]), ("cook", ["cook"])])
    let groups = try lexicon("gender", [("woman", ["she"]), ("man", ["he"])])
    let rows = ["she nurse", "he pilot and she pilot", "a cook"].enumerated().map {
      GeneratedOutput(prompt: "\($0)", template: nil, sample: "", groups: [], text: $1)
    }
    let figures = try AssociationAudit(GeneratedPlan(attributes: []), groups: [groups]).listed(
      rows, targets: targets
    ).figures
    let cobs = try #require(figures.first { $0.measure == "cobs" })
    #expect(cobs.counts == [.init("targets", 1), .init("dropped", 1)])
    let mean = try #require(figures.first { $0.measure == "helm_stereotype_association" })
    #expect(mean.value == 0.25)
    #expect(mean.counts.contains(.init("targets", 2)))
  }
}
