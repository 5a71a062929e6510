import Statistics

/// Which groups outputs mention or show, against a reference.
public struct RepresentationAudit: Sendable {
  /// The plan.
  public let plan: GeneratedPlan
  /// What groups are held against; nil where nothing was declared, and shares are shown beside equal ones without a verdict.
  public var reference: ReferenceShares?
  /// A check of the labels; nil where labels are taken as they are.
  public var correction: LabellerCorrection?
  /// A check of a lexicon's hits; nil where hits are taken as they are.
  public var precision: LexiconPrecision?

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
      "Outputs that mention one group alone, by lexicon \(lexicon.name) \(lexicon.version) (\(lexicon.digest.prefix(23))): each group's "
      + "share with intervals that hold for all groups together, beside \(reference?.source ?? "equal shares"); a hit is no proof until "
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
      "Outputs by the supplied label \(name): each group's share with intervals that hold for all groups together, beside "
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
    if reference == nil {
      section.notes.append(
        "no reference was declared: shares are shown beside equal ones and not judged (--reference FILE, or equal)"
      )
    }
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
}
