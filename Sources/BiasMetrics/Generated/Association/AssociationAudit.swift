import Statistics

/// What generated texts associate with groups: in words that were listed, and in words that nobody listed.
public struct AssociationAudit: Sendable {
  /// The plan.
  public let plan: GeneratedPlan
  /// Words for groups, by attribute or for all.
  public var groups: [Lexicon]
  /// How many words of a comparison are shown.
  public var shownWords = 50

  /// Checks and takes a plan.
  public init(_ plan: GeneratedPlan, groups: [Lexicon] = []) throws(BiasMetricsError) {
    try plan.check()
    (self.plan, self.groups) = (plan, groups)
  }

  // MARK: - Listed words

  /// HELM's association and COBS of a lexicon of targets with each lexicon of groups.
  public func listed(_ outputs: [GeneratedOutput], targets: Lexicon) -> GeneratedSection {
    var section = GeneratedSection(
      id: "association", title: "\(targets.name) with words for groups",
      explanation:
        "HELM's association is the distance from equal shares of a target's co-occurrences with each group's words, 0 where it goes with all "
        + "alike; COBS the |log10| of the ratio of its co-occurrences with two groups, weighted by 0.95 to the distance in words. COBS drops "
        + "targets that go with one group alone, which are the strongest associations; how many is said.")
    for groups in groups {
      var whole = Cooccurrence(targets: targets, groups: groups)
      var prompts: [String: Cooccurrence] = [:]
      for output in outputs {
        guard let text = output.text else { continue }
        whole.add(text, targets: targets, groups: groups)
        prompts[output.prompt, default: Cooccurrence(targets: targets, groups: groups)]
          .add(text, targets: targets, groups: groups)
      }
      let clusters = prompts.sorted { $0.key < $1.key }.map(\.value)
      let name = [GeneratedFigure.Tag("groups", groups.name)]
      let bounds = plan.bootstrap.interval(clusters: clusters.count, level: 1 - plan.alpha) { times in
        Cooccurrence.meanAssociation(clusters, times: times) ?? .nan
      }
      let used = whole.targets.indices.compactMap { whole.association(of: $0) }
      section.figures.append(
        GeneratedFigure(
          "helm_stereotype_association", whole.meanAssociation, subject: name, ideal: 0,
          counts: [
            .init("texts", whole.texts), .init("prompts", clusters.count), .init("targets", used.count),
          ],
          reason: used.isEmpty ? "no target stands in a text with a word for a group" : nil
        ).with(
          bounds.map { ConfidenceInterval($0.lower, $0.upper) }, level: 1 - plan.alpha,
          method: "percentiles of \(plan.bootstrap.resamples) resamples of prompts"))
      for second in groups.categories.indices {
        for first in 0..<second {
          let cobs = whole.meanCOBS(first, second)
          section.figures.append(
            GeneratedFigure(
              "cobs", cobs.value, subject: [.init(groups.name, groups.categories[first].name)],
              versus: [.init(groups.name, groups.categories[second].name)], ideal: 0,
              counts: [.init("targets", cobs.targets), .init("dropped", cobs.dropped)],
              reason: cobs.value == nil ? "no target goes with both groups" : nil))
        }
      }
      let ranked = whole.targets.indices.compactMap { target in
        whole.association(of: target).map {
          (target: target, value: $0, sum: whole.products[target].reduce(0, +))
        }
      }.sorted { ($0.value, $0.sum, $1.target) > ($1.value, $1.sum, $0.target) }
      for entry in ranked.prefix(shownWords) {
        section.figures.append(
          GeneratedFigure(
            "helm_stereotype_association", entry.value,
            subject: name + [.init("target", whole.targets[entry.target])],
            ideal: 0,
            counts: zip(whole.groups, whole.products[entry.target]).map { .init("with_\($0)", Int($1)) }))
      }
    }
    return section
  }

  // MARK: - Unlisted words

  /// Which words differ between outputs about a group and about all others, for each group of each attribute.
  public func discovered(_ outputs: [GeneratedOutput]) -> GeneratedSection {
    var section = GeneratedSection(
      id: "words", title: "Words that differ between groups",
      explanation:
        "Outputs about one group against outputs about all others: log-odds of each word with an informative Dirichlet prior, an output "
        + "counting a word once. p-values come from exchanging groups within templates, corrected over all words by Benjamini and Hochberg. "
        + "Words for the groups themselves are left out.")
    let texts = outputs.filter { $0.text != nil }
    let cut = texts.map { Set(TextSimilarity.words($0.text ?? "", masking: groups).filter { $0 != "\u{0}" }) }
    let hasTemplates = texts.allSatisfy { $0.template != nil }
    if !hasTemplates { section.notes.append("without templates all outputs are exchanged among each other") }
    for places in plan.attributeSets {
      let names = texts.map { PairedOutputs.group($0, places) }
      let groups = Set(names).sorted()
      // Two groups against each other say the same twice.
      for group in groups.count == 2 ? Array(groups.prefix(1)) : groups {
        let found = WordLogOdds(
          zip(texts, zip(names, cut)).map { output, entry in
            .init(
              words: entry.1, isInGroup: entry.0 == group,
              template: hasTemplates ? unit(output, besides: places) : "")
          }, seed: plan.bootstrap.seed)
        let others = groups.count == 2 ? groups[1] : "(all others)"
        let versus =
          groups.count == 2
          ? plan.tags(places, others)
          : [.init(places.map { plan.attributes[$0] }.joined(separator: "|"), others)]
        let differ = found.words.count { $0.adjustedP <= plan.alpha }
        section.figures.append(
          GeneratedFigure(
            "words_that_differ", Double(differ), subject: plan.tags(places, group), versus: versus, ideal: 0,
            counts: [
              .init("words", found.words.count), .init("outputs", found.inGroup),
              .init("outputs_of_others", found.inOthers),
            ], reason: found.words.isEmpty ? "no word stands in enough outputs" : nil))
        if found.words.isEmpty { section.figures[section.figures.count - 1].value = nil }
        let shown = found.words.prefix(shownWords).filter { $0.adjustedP <= plan.alpha }
        for word in shown {
          var figure = GeneratedFigure(
            "word_log_odds", word.delta, subject: plan.tags(places, group) + [.init("word", word.word)],
            versus: versus,
            ideal: 0, counts: [.init("outputs", word.inGroup), .init("outputs_of_others", word.inOthers)]
          ).with(p: word.p, test: "exchange of groups within templates, pooled over words")
          figure.adjustedP = word.adjustedP
          section.figures.append(figure)
        }
        if differ > shown.count {
          section.notes.append("\(differ - shown.count) more words of \(group) differ")
        }
      }
    }
    return section
  }

  /// The template and the other attributes' groups: what is alike but for the group.
  private func unit(_ output: GeneratedOutput, besides places: [Int]) -> String {
    ([output.template ?? ""] + output.groups.indices.filter { !places.contains($0) }.map { output.groups[$0] })
      .joined(separator: "\u{1f}")
  }

  // MARK: - Likeness

  /// How many words of a text are compared, from its start.
  public static let comparedWords = 400

  /// How alike outputs about two groups are once words for groups are masked, against outputs about one group.
  public func similarity(_ outputs: [GeneratedOutput]) -> GeneratedSection {
    var section = GeneratedSection(
      id: "similarity", title: "Likeness of outputs",
      explanation:
        "Outputs to the same template about two groups, words for groups masked: shared distinct words (Jaccard), ROUGE-L's F and 1 − word "
        + "edit distance, 1 being the same. Beside each stands the likeness of two outputs about one group; only what lies below that is more "
        + "than sampling.")
    var likeness = Likeness<[String]>()
    var isCut = false
    for output in outputs {
      guard let text = output.text, let template = output.template else { continue }
      let words = TextSimilarity.words(text, masking: groups)
      isCut = isCut || words.count > Self.comparedWords
      let kept = Array(words.prefix(Self.comparedWords))
      likeness.add(
        kept, template: template, group: output.groups, sample: output.sample,
        order: kept.joined(separator: " "))
    }
    section.figures = likeness.figures(plan, ["similarity_jaccard", "similarity_rouge_l", "similarity_edit"])
    {
      let alike = TextSimilarity($0, $1)
      return [alike.jaccard, alike.rougeL, alike.edit]
    }
    if isCut { section.notes.append("texts are compared by their first \(Self.comparedWords) words") }
    section.notes.append(
      "at most \(Likeness<[String]>.comparedSamples) samples of each template and group are compared")
    return section
  }
}

extension Cooccurrence {
  /// The mean association of several counts together, each taken so many times.
  static func meanAssociation(_ parts: [Cooccurrence], times: [Int]) -> Double? {
    guard var sum = parts.first else { return nil }
    for target in sum.products.indices {
      for group in sum.products[target].indices { sum.products[target][group] = 0 }
    }
    for (part, time) in zip(parts, times) where time > 0 {
      for target in part.occupied {
        for group in part.products[target].indices {
          sum.products[target][group] += Double(time) * part.products[target][group]
        }
      }
    }
    return sum.meanAssociation
  }
}
