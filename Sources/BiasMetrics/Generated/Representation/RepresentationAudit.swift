import Statistics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Which groups outputs mention or show, against a reference.
public struct RepresentationAudit: Sendable {
  /// The plan.
  public let plan: GeneratedPlan
  /// What groups are held against; nil for equal shares.
  public var reference: ReferenceShares?
  /// A check of the labels; nil where labels are taken as they are.
  public var correction: LabellerCorrection?

  /// Checks and takes a plan.
  public init(
    _ plan: GeneratedPlan, reference: ReferenceShares? = nil, correction: LabellerCorrection? = nil
  ) throws(BiasMetricsError) {
    try plan.check()
    (self.plan, self.reference, self.correction) = (plan, reference, correction)
  }

  /// Outputs by the groups that they show.
  struct Documents {
    var name: String
    var groups: [String]
    /// A prompt and the groups of one of its outputs.
    var shown: [(prompt: String, groups: [Int])] = []
    /// Words of each group, for HELM's figure; empty for labels.
    var words: [Int] = []
    var lexiconSizes: [Int] = []
    var negated = 0
    var without = 0
  }

  /// Counts the outputs that mention a lexicon's categories.
  public func run(_ outputs: [GeneratedOutput], lexicon: Lexicon) throws(BiasMetricsError) -> GeneratedSection
  {
    var documents = Documents(
      name: lexicon.name, groups: lexicon.categories.map(\.name), words: lexicon.categories.map { _ in 0 },
      lexiconSizes: lexicon.categories.map(\.entries.count))
    for output in outputs {
      guard let text = output.text else {
        documents.without += 1
        continue
      }
      var found = Set<Int>()
      for hit in lexicon.hits(in: text) {
        guard !hit.isNegated else {
          documents.negated += 1
          continue
        }
        found.insert(hit.category)
        documents.words[hit.category] += 1
      }
      documents.shown.append((output.prompt, found.sorted()))
    }
    var section = try section(documents, id: "mentions", title: "Mentions by \(lexicon.name)")
    section.explanation =
      "Outputs that mention one group alone, by lexicon \(lexicon.name) \(lexicon.version) (sha256 \(lexicon.digest.prefix(16))): each group's "
      + "share with intervals that hold for all groups together, against \(reference?.source ?? "equal shares"); a hit is no proof until "
      + "people have checked a sample."
    return section
  }

  /// Counts the outputs by what reviewers or a classifier say that they show.
  ///
  /// - Parameter place: the label's place among the outputs' labels.
  public func run(
    _ outputs: [GeneratedOutput], label place: Int, named name: String
  ) throws(BiasMetricsError) -> GeneratedSection {
    var names = Set(outputs.compactMap { $0.labels[place] })
    // A group of the reference that no output shows is the finding, not a gap in the data.
    names.formUnion(reference.map { Set($0.general.keys) } ?? [])
    if let correction { names.formUnion(correction.groups) }
    var documents = Documents(name: name, groups: names.sorted())
    for output in outputs {
      guard let label = output.labels[place], let group = documents.groups.firstIndex(of: label) else {
        documents.without += 1
        continue
      }
      documents.shown.append((output.prompt, [group]))
    }
    var section = try section(documents, id: "labels", title: "Groups shown by \(name)")
    section.explanation =
      "Outputs by the supplied label \(name): each group's share with intervals that hold for all groups together, against "
      + "\(reference?.source ?? "equal shares"). Labels are what somebody or something perceived, not what anybody is."
    return section
  }

  private func section(
    _ documents: Documents, id: String, title: String
  ) throws(BiasMetricsError) -> GeneratedSection {
    guard documents.groups.count > 1 else {
      throw BiasMetricsError(
        .singleGroup, "\(documents.name) has a single group, \(documents.groups.first ?? "none")",
        hint: "a share is of at least two groups: give a reference that names the others")
    }
    var section = GeneratedSection(id: id, title: title, explanation: "")
    var byPrompt: [String: [Int]] = [:]
    for (prompt, groups) in documents.shown where groups.count == 1 {
      byPrompt[prompt, default: documents.groups.map { _ in 0 }][groups[0]] += 1
    }
    let prompts = byPrompt.sorted { $0.key < $1.key }
    let judged = prompts.count > 1 ? prompts.filter { $0.value.reduce(0, +) >= plan.minimumCount } : []
    let level = 1 - plan.alpha / Double(1 + judged.count)
    if let general = try generalShares(documents.groups, hasPrompts: !judged.isEmpty) {
      let whole = try Representation(
        groups: documents.groups, prompts: prompts.map(\.value), reference: general, level: level)
      section.figures += shares(whole, documents.name, prompt: nil)
      section.figures += distances(whole, documents.name, prompt: nil)
      if whole.designEffect > 1 {
        section.notes.append(
          "outputs of one prompt are alike: \(whole.total) are worth \(Int(whole.effectiveTotal)) independent ones"
        )
      }
      section.figures += corrected(whole, documents)
    }
    for (prompt, counts) in judged {
      guard
        let shares = try reference.map({ r throws(BiasMetricsError) in
          try r.shares(of: documents.groups, prompt: prompt)
        })
          ?? documents.groups.map({ _ in 1 })
      else { continue }
      let part = try Representation(
        groups: documents.groups, prompts: [counts], reference: shares, level: level)
      section.figures += self.shares(part, documents.name, prompt: prompt)
      section.figures += distances(part, documents.name, prompt: prompt)
    }
    if prompts.count > 1, judged.count < prompts.count {
      section.notes.append(
        "\(prompts.count - judged.count) of \(prompts.count) prompts have fewer than \(plan.minimumCount) outputs that count, and are not judged alone"
      )
    }
    section.figures += mentionRates(documents)
    if let helm = Representation.helm(words: documents.words, lexiconSizes: documents.lexiconSizes) {
      section.figures.append(
        GeneratedFigure(
          "helm_representation_bias", helm, subject: [.init("lexicon", documents.name)], ideal: 0))
    }
    let (none, several) = (
      documents.shown.count { $0.groups.isEmpty }, documents.shown.count { $0.groups.count > 1 }
    )
    section.notes.append(
      "\(documents.shown.count) outputs: \(documents.shown.count - none - several) show one group, \(several) several and \(none) none; shares are of the first"
    )
    if documents.negated > 0 { section.notes.append("\(documents.negated) negated mentions are left out") }
    if documents.without > 0 {
      section.notes.append("\(documents.without) outputs have no text or label and are left out")
    }
    return section
  }

  /// The reference for all outputs; nil where there is one for single prompts only.
  private func generalShares(_ groups: [String], hasPrompts: Bool) throws(BiasMetricsError) -> [Double]? {
    guard let reference else { return groups.map { _ in 1 } }
    if let shares = try reference.shares(of: groups) { return shares }
    guard hasPrompts else {
      throw BiasMetricsError(
        .invalidPlan,
        "\(reference.source) has shares for single prompts only, and no prompt has \(plan.minimumCount) outputs",
        hint: "add rows without a prompt, or lower --minimum-count")
    }
    return nil
  }

  private func subject(_ name: String, _ group: String?, _ prompt: String?) -> [GeneratedFigure.Tag] {
    (prompt.map { [.init("prompt", $0)] } ?? []) + [group.map { .init(name, $0) } ?? .init("of", name)]
  }

  private func shares(_ part: Representation, _ name: String, prompt: String?) -> [GeneratedFigure] {
    let intervals = part.intervals
    let values = part.shares
    return part.groups.indices.flatMap { place -> [GeneratedFigure] in
      let reference = part.reference[place]
      var figure = GeneratedFigure(
        "share", values[place], subject: subject(name, part.groups[place], prompt), ideal: reference,
        counts: [.init("outputs", part.counts[place]), .init("of", part.total)],
        reason: "no output shows a group")
      guard place < intervals.count else {
        figure.verdict = .notEstimable
        return [figure]
      }
      let interval = intervals[place]
      figure = figure.with(
        interval, level: part.level, method: "Wilson at the effective number, together (Goodman)")
      figure.noiseFloor = nil
      if part.effectiveTotal < Double(plan.minimumCount) {
        figure.verdict = .notEstimable
        figure.reason =
          "worth \(Int(part.effectiveTotal)) independent outputs, fewer than \(plan.minimumCount)"
        return [figure]
      }
      let (low, high) = (interval.lower / reference, interval.upper / reference)
      figure.verdict =
        high < plan.ratioTolerance || low > 1 / plan.ratioTolerance
        ? .disparity
        : low >= plan.ratioTolerance && high <= 1 / plan.ratioTolerance ? .withinTolerance : .inconclusive
      figure.reason =
        part.counts[place] == 0
        ? part.unseenBound.map { "never seen: at \(percent(part.level)) its share is below \(rounded($0))" }
        : interval.upper < reference
          ? "under-represented" : interval.lower > reference ? "over-represented" : nil
      guard values[place] > 0 else { return [figure] }
      var ratio = GeneratedFigure(
        "log_ratio_to_reference", log(values[place] / reference), subject: figure.subject, ideal: 0,
        counts: figure.counts)
      if interval.lower > 0 {
        ratio = ratio.with(
          ConfidenceInterval(log(low), log(high)), level: part.level,
          method: "of the share, divided by the reference")
      }
      return [figure, ratio]
    }
  }

  private func percent(_ level: Double) -> String { "\((level * 1e4).rounded() / 100) %" }
  private func rounded(_ value: Double) -> Double { (value * 1e4).rounded() / 1e4 }

  private func distances(_ part: Representation, _ name: String, prompt: String?) -> [GeneratedFigure] {
    guard let distances = part.distances else { return [] }
    let subject = subject(name, nil, prompt)
    let counts = [GeneratedFigure.Count("outputs", part.total)]
    let test = part.test
    var variation = GeneratedFigure(
      "total_variation_from_reference", distances.totalVariation, subject: subject, ideal: 0, counts: counts
    ).with(p: test?.p, test: test?.name ?? "")
    variation.noiseFloor = part.expectedTotalVariation
    return [
      variation,
      GeneratedFigure(
        "kullback_leibler_from_reference", distances.kullbackLeibler, subject: subject, ideal: 0),
      GeneratedFigure("jensen_shannon_from_reference", distances.jensenShannon, subject: subject, ideal: 0),
      GeneratedFigure("hellinger_from_reference", distances.hellinger, subject: subject, ideal: 0),
      GeneratedFigure(
        "normalized_entropy", part.normalizedEntropy, subject: subject,
        counts: [.init("groups_missing", part.counts.count { $0 == 0 })]),
    ]
  }

  private func corrected(_ whole: Representation, _ documents: Documents) -> [GeneratedFigure] {
    guard let correction, correction.groups == whole.groups,
      let shares = correction.shares(whole.counts, effectiveTotal: whole.effectiveTotal, level: whole.level)
    else { return [] }
    return shares.enumerated().map { place, share in
      let figure = GeneratedFigure(
        "share_corrected_for_labeller", share.value,
        subject: subject(documents.name, whole.groups[place], nil),
        ideal: whole.reference[place], counts: [.init("checked", correction.checked[place].reduce(0, +))]
      ).with(share.interval, level: whole.level, method: "delta method, outputs and check")
      guard share.value < 0 || share.value > 1 else { return figure }
      var outside = figure
      outside.reason = "the check and the outputs do not fit: a share outside 0 to 1"
      return outside
    }
  }

  private func mentionRates(_ documents: Documents) -> [GeneratedFigure] {
    guard !documents.words.isEmpty, !documents.shown.isEmpty else { return [] }
    return documents.groups.enumerated().map { place, group in
      var clusters: [String: (sum: Double, count: Int)] = [:]
      for (prompt, groups) in documents.shown {
        clusters[prompt, default: (0, 0)].sum += groups.contains(place) ? 1 : 0
        clusters[prompt, default: (0, 0)].count += 1
      }
      let sorted = clusters.sorted { $0.key < $1.key }.map(\.value)
      let mentions = Int(sorted.reduce(0) { $0 + $1.sum })
      return GeneratedFigure(
        "mention_rate", Double(mentions) / Double(documents.shown.count),
        subject: subject(documents.name, group, nil),
        counts: [
          .init("outputs", mentions), .init("of", documents.shown.count),
          .init("words", documents.words[place]),
        ]
      ).with(
        Intervals.clusterShare(sorted, 1 - plan.alpha), level: 1 - plan.alpha, method: "Wilson over prompts")
    }
  }
}
