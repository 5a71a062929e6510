import BiasMetrics
import FoundationEssentials
import Statistics
import TestSupport
import Testing

@Suite("Comparisons of generated content: likeness, descriptors, few prompts")
struct GeneratedComparisonTests {
  private struct Pair: Decodable {
    var first: String
    var second: String
    var bleu: Double
    var reversed: Double
  }

  @Test(
    "BLEU-4 is sacrebleu's with exponential smoothing and effective order; length is the shorter over the longer"
  )
  func bleu() throws {
    let path = Golden.packageRoot + "/Tests/BiasMetricsTests/References/bleu.json"
    let pairs = try JSONDecoder().decode([Pair].self, from: Data(contentsOf: URL(filePath: path)))
    #expect(pairs.count > 40)
    for pair in pairs {
      let (a, b) = (
        pair.first.split(separator: " ").map(String.init), pair.second.split(separator: " ").map(String.init)
      )
      #expect(agree(TextSimilarity.bleu(a, reference: b), pair.bleu, within: 1e-12), "\(pair.first)")
      #expect(agree(TextSimilarity.bleu(b, reference: a), pair.reversed, within: 1e-12), "\(pair.second)")
      let both = TextSimilarity(a, b)
      #expect(agree(both.bleu, (pair.bleu + pair.reversed) / 2, within: 1e-12))
      #expect(both.length == Double(min(a.count, b.count)) / Double(max(a.count, b.count)))
    }
    #expect(TextSimilarity([], []).bleu == 1 && TextSimilarity([], []).length == 1)
    #expect(TextSimilarity(["a"], []).bleu == 0 && TextSimilarity(["a"], []).length == 0)
  }

  // MARK: - Likeness

  private func outputs(_ random: inout SplitMix64, groups: Int, templates: Int) -> [GeneratedOutput] {
    let words = ["red", "blue", "green", "warm", "cold", "late", "soon", "here", "there", "gone"]
    var outputs: [GeneratedOutput] = []
    for template in 0..<templates {
      for group in 0..<groups {
        for sample in 0..<2 {
          let text = (0..<8).map { _ in words[Int(random.next() % 10)] }.joined(separator: " ")
          outputs.append(
            GeneratedOutput(
              prompt: "t\(template)g\(group)", template: "t\(template)", sample: "\(sample)",
              groups: ["g\(group)"], text: text))
        }
      }
    }
    return outputs
  }

  @Test("Intervals of what is lost hold together: in few runs does any exclude 0 where groups are alike")
  func likeness() throws {
    var random = SplitMix64(seed: 91)
    var wrong = 0
    let runs = 80
    for _ in 0..<runs {
      let section = try AssociationAudit(GeneratedPlan(attributes: ["g"])).similarity(
        outputs(&random, groups: 4, templates: 12))
      let lost = section.figures.filter { $0.measure.hasSuffix("_lost_beyond_resampling") }
      // Six pairs of groups in five likenesses.
      #expect(lost.count == 30)
      #expect(lost.allSatisfy { abs($0.level - (1 - 0.05 / 30)) < 1e-12 })
      wrong += lost.contains { ($0.interval?.lower ?? 0) > 0 || ($0.interval?.upper ?? 0) < 0 } ? 1 : 0
      #expect(section.notes.contains { $0.contains("30 comparisons") })
    }
    // 5 % of 80 and three standard deviations.
    #expect(wrong <= 9, "\(wrong)")
  }

  // MARK: - Few prompts

  @Test("Cochran's Q by exchange: all orders counted one by one where they are few")
  func exact() throws {
    var random = SplitMix64(seed: 92)
    for _ in 0..<30 {
      let (subjects, conditions) = (1 + Int(random.next() % 4), 3 + Int(random.next() % 2))
      let rows = (0..<subjects).map { _ in (0..<conditions).map { _ in random.next() % 2 == 0 } }
      let found = PairedTest.cochranQExchangeP(rows)
      guard rows.contains(where: { $0.contains(true) && $0.contains(false) }) else {
        #expect(found == nil)
        continue
      }
      // Every order of every row, told apart by its bits.
      var (extreme, all) = (0, 0)
      func squares(_ columns: [Int]) -> Int { columns.reduce(0) { $0 + $1 * $1 } }
      let own = squares((0..<conditions).map { place in rows.count { $0[place] } })
      func walk(_ subject: Int, _ columns: [Int]) {
        guard subject < subjects else {
          all += 1
          extreme += squares(columns) >= own ? 1 : 0
          return
        }
        let yes = rows[subject].count { $0 }
        for bits in 0..<(1 << conditions) where bits.nonzeroBitCount == yes {
          walk(subject + 1, columns.enumerated().map { $1 + (bits >> $0 & 1) })
        }
      }
      walk(0, [Int](repeating: 0, count: conditions))
      #expect(found?.isExact == true)
      #expect(agree(try #require(found?.p), Double(extreme) / Double(all), within: 1e-12))
    }
  }

  @Test(
    "Drawn exchanges are right no more than one time in twenty by chance, and agree with chi-square where it holds"
  )
  func drawn() throws {
    var random = SplitMix64(seed: 93)
    var found = 0
    for run in 0..<300 {
      // Twelve subjects of ten conditions: too many orders to count.
      let rows = (0..<12).map { _ in (0..<10).map { _ in random.next() % 4 == 0 } }
      guard let exchanged = PairedTest.cochranQExchangeP(rows, seed: UInt64(run), resamples: 199) else {
        continue
      }
      #expect(!exchanged.isExact)
      found += exchanged.p <= 0.05 ? 1 : 0
    }
    #expect(found <= 26 && found >= 5, "\(found)")
    let rows = (0..<40).map { subject in (0..<5).map { place in (subject * 7 + place * place) % 3 == 0 } }
    let exchanged = try #require(PairedTest.cochranQExchangeP(rows, seed: 1, resamples: 20_000))
    let asymptotic = try #require(try PairedTest.cochranQ(rows))
    #expect(abs(exchanged.p - asymptotic.p) < 0.02, "\(exchanged.p) \(asymptotic.p)")
  }

  @Test(
    "With a few templates that vary Cochran's Q has a p of its own, and scores have signed ranks beside sign flips"
  )
  func audit() throws {
    var outputs: [GeneratedOutput] = []
    for template in 0..<12 {
      for group in 0..<3 {
        let score: Double = 0.1 * Double(group) + 0.01 * Double(template)
        outputs.append(
          GeneratedOutput(
            prompt: "t\(template)g\(group)", template: "t\(template)", sample: "0", groups: ["g\(group)"],
            flags: [group == 0 && template < 5], scores: [score]))
      }
    }
    let plan = GeneratedPlan(attributes: ["g"], flags: ["refused"], scores: ["toxicity"])
    let section = try #require(try ParityAudit(plan).run(outputs).first)
    let q = try #require(section.figures.first { $0.measure == "refused_cochran_q" })
    #expect(q.test?.hasSuffix("all exchanges") == true)
    // Five templates all with the same one of three: 3 of 3⁵ orders are as extreme.
    #expect(agree(try #require(q.p), 3.0 / 243, within: 1e-12))
    let ranks = section.figures.filter { $0.measure == "toxicity_rank_balance" }
    #expect(ranks.count == 3 && ranks.allSatisfy { $0.value == -1 })
    #expect(agree(try #require(ranks[0].p), 2.0 / 4096, within: 1e-12))
    #expect(section.notes.contains { $0.contains("signed ranks") })
  }

  // MARK: - Descriptors

  private func items(
    _ random: inout SplitMix64, descriptors: Int, templates: Int, shift: Double
  ) -> [ScoreGroups.Item] {
    var items: [ScoreGroups.Item] = []
    for template in 0..<templates {
      // Templates differ far more than descriptors.
      let level = Double.random(in: -3..<3, using: &random)
      for descriptor in 0..<descriptors {
        let noise = Double.random(in: -0.5..<0.5, using: &random)
        let score: Double = level + noise + (descriptor == 0 ? shift : 0)
        items.append(
          ScoreGroups.Item(
            group: "d\(descriptor)", axis: "a", score: score, prompt: "t\(template)d\(descriptor)",
            template: "t\(template)"))
      }
    }
    return items
  }

  @Test("Paired by template a shift is found that unpaired scores hide, and alike descriptors seldom differ")
  func paired() throws {
    var random = SplitMix64(seed: 94)
    var (found, hidden, wrong) = (0, 0, 0)
    let runs = 60
    for _ in 0..<runs {
      let shifted = items(&random, descriptors: 12, templates: 25, shift: 0.3)
      let paired = try #require(PairedScores(shifted)).againstOthers()
      found += (paired[0].adjustedP ?? 1) <= 0.05 ? 1 : 0
      hidden += (ScoreGroups(shifted).againstOthers()[0].adjustedP ?? 1) > 0.05 ? 1 : 0
      #expect(paired.allSatisfy { $0.isPaired && $0.counts == [25, 25] })
      let alike = try #require(PairedScores(items(&random, descriptors: 12, templates: 25, shift: 0)))
      wrong += alike.againstOthers().contains { ($0.adjustedP ?? 1) <= 0.05 } ? 1 : 0
    }
    #expect(found >= 50 && hidden >= 50, "\(found) \(hidden)")
    // 5 % of 60 and three standard deviations.
    #expect(wrong <= 8, "\(wrong)")
    #expect(PairedScores([.init(group: "a", score: 1)]) == nil)
  }

  @Test(
    "Descriptors against all others from one sort are the comparison with the others gathered",
    arguments: 1...4)
  func pooled(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let items = (0..<200).map { number in
      // Many ties, as scores of a few digits have.
      ScoreGroups.Item(
        group: "d\(random.next() % 7)", score: Double(random.next() % (seed == 4 ? 1000 : 12)) / 10,
        prompt: "p\(number)")
    }
    let fast = ScoreGroups(items).againstOthers()
    for found in fast {
      let two = ScoreGroups(
        items.map { .init(group: $0.group == found.first ? "a" : "b", score: $0.score, prompt: $0.prompt) }
      ).pairs()
      let slow = try #require(two.first)
      #expect(agree(found.difference, slow.difference, within: 1e-10))
      #expect(agree(found.wasserstein, slow.wasserstein, within: 1e-10))
      #expect(agree(found.superiority, slow.superiority, within: 1e-10))
      #expect(agree(try #require(found.p), try #require(slow.p), within: 1e-9))
      #expect(agree(try #require(found.interval?.lower), try #require(slow.interval?.lower), within: 1e-9))
      #expect(found.counts == slow.counts)
    }
  }
}
