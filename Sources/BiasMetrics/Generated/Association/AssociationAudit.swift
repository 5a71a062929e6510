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
        + "alike; beside it stands what chance alone makes of it; COBS the |log10| of the ratio of its co-occurrences with two groups, weighted by 0.95 to the distance in words. COBS drops "
        + "targets that go with one group alone, which are the strongest associations; how many is said.")
    for groups in groups {
      var whole = Cooccurrence(targets: targets, groups: groups)
      var clusters: [String: [Int: [Double]]] = [:]
      let sizes = groups.categories.map { Double($0.entries.count) }
      for output in outputs {
        guard let text = output.text else { continue }
        let cluster = RepresentationAudit.cluster(output)
        clusters[cluster, default: [:]].reserveCapacity(1)
        for added in whole.adding(text, targets: targets, groups: groups) {
          clusters[cluster, default: [:]][added.target, default: sizes.map { _ in 0 }][added.group] +=
            added.value / sizes[added.group]
        }
      }
      let name = [GeneratedFigure.Tag("groups", groups.name)]
      let used = whole.targets.indices.compactMap { whole.association(of: $0) }
      let exchange = AssociationExchange(
        clusters, groups: sizes.count, exchanges: plan.bootstrap.resamples, seed: plan.bootstrap.seed)
      var mean = GeneratedFigure(
        "helm_stereotype_association", whole.meanAssociation, subject: name, ideal: 0,
        counts: [
          .init("texts", whole.texts), .init("prompts", clusters.count), .init("targets", used.count),
        ],
        reason: used.isEmpty ? "no target stands in a text with a word for a group" : nil
      ).with(
        p: exchange?.p,
        test: "exchange of groups within prompts or templates, \(plan.bootstrap.resamples) drawn")
      mean.noiseFloor = exchange?.floor
      section.figures.append(mean)
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
        + "counting a word once. p-values come from exchanging groups within templates, or whole prompts where there are none, corrected over "
        + "all words by Benjamini and Hochberg."
        + (groups.isEmpty ? "" : " Words for the groups themselves are left out."))
    let hasTemplates = outputs.contains { $0.text != nil && $0.template != nil }
    let texts = outputs.filter {
      $0.text != nil && $0.groups.count >= plan.attributes.count && (!hasTemplates || $0.template != nil)
    }
    let cut = texts.map { Set(TextSimilarity.words($0.text ?? "", masking: groups).filter { $0 != "\u{0}" }) }
    let left = outputs.count { $0.text != nil } - texts.count
    if left > 0 { section.notes.append("\(left) outputs have no template or group and are left out") }
    if !hasTemplates {
      section.notes.append("without templates whole prompts are exchanged, since outputs of one are alike")
    }
    for places in plan.attributeSets {
      let names = texts.map { PairedOutputs.group($0, places) }
      let groups = Set(names).sorted()
      // Two groups against each other say the same twice.
      for group in groups.count == 2 ? Array(groups.prefix(1)) : groups {
        let documents = zip(texts, zip(names, cut)).map { output, entry in
          WordLogOdds.Document(
            words: entry.1, isInGroup: entry.0 == group, template: unit(output, besides: places),
            block: hasTemplates ? nil : output.prompt)
        }
        let found = WordLogOdds(documents, seed: plan.bootstrap.seed)
        let others = groups.count == 2 ? groups[1] : "(all others)"
        let versus =
          groups.count == 2
          ? plan.tags(places, others)
          : [.init(places.map { plan.attributes[$0] }.joined(separator: "|"), others)]
        let differ = found.words.count { $0.adjustedP <= plan.alpha }
        section.figures.append(
          GeneratedFigure(
            "words_that_differ", found.words.isEmpty ? nil : Double(differ),
            subject: plan.tags(places, group), versus: versus, ideal: 0,
            counts: [
              .init("words", found.words.count), .init("outputs", found.inGroup),
              .init("outputs_of_others", found.inOthers),
            ],
            reason: found.words.isEmpty
              ? found.isExchangeable
                ? "no word stands in enough outputs"
                : "fewer than \(WordLogOdds.fewestBlocks) prompts of each: too few to exchange" : nil))
        let shown = found.words.prefix(shownWords).filter { $0.adjustedP <= plan.alpha }
        for word in shown {
          var figure = GeneratedFigure(
            "word_log_odds", word.delta, subject: plan.tags(places, group) + [.init("word", word.word)],
            versus: versus,
            ideal: 0, counts: [.init("outputs", word.inGroup), .init("outputs_of_others", word.inOthers)]
          )
          // Only the corrected value: pooled over words, the raw one is no p-value of a single word.
          figure.test =
            hasTemplates
            ? "exchange of groups within templates, pooled over words"
            : "exchange of whole prompts, pooled over words"
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
        "Outputs to the same template about two groups, words for groups masked: shared distinct words (Jaccard), ROUGE-L's F, 1 − word edit "
        + "distance, BLEU-4 both ways (exponential smoothing, effective order) and the shorter length over the longer, 1 being the same. Beside each stands the likeness of two outputs about one group; only what lies below that is more "
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
    let names = [
      "similarity_jaccard", "similarity_rouge_l", "similarity_edit", "similarity_bleu_4", "similarity_length",
    ]
    section.figures = likeness.figures(plan, names) {
      let alike = TextSimilarity($0, $1)
      return [alike.jaccard, alike.rougeL, alike.edit, alike.bleu, alike.length]
    }
    section.notes.append(likeness.note(names.count))
    if isCut { section.notes.append("texts are compared by their first \(Self.comparedWords) words") }
    section.notes.append(
      "at most \(Likeness<[String]>.comparedSamples) samples of each template and group are compared")
    return section
  }
}
