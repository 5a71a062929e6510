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
    /// Of each output its prompt, the template that prompts share or else the prompt, and its groups.
    var shown: [(prompt: String, cluster: String, groups: [Int])] = []
    /// Words of each group, for HELM's figure; empty for labels.
    var words: [Int] = []
    var lexiconSizes: [Int] = []
    var negated = 0
    var without = 0
  }

  /// What an output shares its wording with: the template's outputs, or its prompt's.
  static func cluster(_ output: GeneratedOutput) -> String {
    output.template.map { "t" + $0 } ?? "p" + output.prompt
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
      documents.shown.append((output.prompt, Self.cluster(output), found.sorted()))
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
    guard place >= 0, place < Int.max else {
      throw BiasMetricsError(.invalidPlan, "there is no label \(place)", hint: "labels are counted from 0")
    }
    try plan.check(outputs, labels: place + 1)
    var names = Set(outputs.compactMap { $0.labels[place] })
    if let correction {
      let stray = names.subtracting(correction.groups).sorted()
      guard stray.isEmpty else {
        throw BiasMetricsError(
          .invalidPlan, "the check of labels has no '\(stray.joined(separator: "', '"))'",
          hint: "check some items of each group that outputs show")
      }
      names.formUnion(correction.groups)
    }
    // A group of the reference that no output shows is the finding, not a gap in the data.
    names.formUnion(reference?.groups ?? [])
    var documents = Documents(name: name, groups: names.sorted())
    let places = Dictionary(uniqueKeysWithValues: documents.groups.enumerated().map { ($1, $0) })
    for output in outputs {
      guard let label = output.labels[place], let group = places[label] else {
        documents.without += 1
        continue
      }
      documents.shown.append((output.prompt, Self.cluster(output), [group]))
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
    var (byPrompt, byCluster) = ([String: [Int]](), [String: [Int]]())
    let none = documents.groups.map { _ in 0 }
    for (prompt, cluster, groups) in documents.shown where groups.count == 1 {
      byPrompt[prompt, default: none][groups[0]] += 1
      byCluster[cluster, default: none][groups[0]] += 1
    }
    let prompts = byPrompt.sorted { $0.key < $1.key }
    // A single prompt is all outputs, unless it has a reference of its own.
    let judged = prompts.filter {
      (prompts.count > 1 || reference?.byPrompt[$0.key] != nil) && $0.value.reduce(0, +) >= plan.minimumCount
    }
    let level = 1 - plan.alpha / Double(1 + judged.count)
    let clusters = byCluster.sorted { $0.key < $1.key }.map(\.value)
    let all = clusters.reduce(none) { zip($0, $1).map { $0 + $1 } }
    if let reference, reference.general.isEmpty, !reference.byPrompt.isEmpty, judged.isEmpty {
      throw BiasMetricsError(
        .invalidPlan,
        "\(reference.source) has shares for single prompts only, and no prompt has \(plan.minimumCount) outputs",
        hint: "add rows without a prompt, or lower --minimum-count")
    }
    if let (places, general) = try held(documents.groups, all, prompt: nil) {
      let whole = try Representation(
        groups: places.map { documents.groups[$0] },
        prompts: clusters.map { counts in places.map { counts[$0] } },
        reference: general, level: level)
      section.figures += shares(whole, documents.name, prompt: nil)
      section.figures += distances(whole, documents.name, prompt: nil)
      if whole.designEffect > 1 {
        section.notes.append(
          "outputs of one prompt or template are alike: \(whole.total) are worth \(Int(whole.effectiveTotal)) independent ones"
        )
      }
      if documents.words.isEmpty { section.figures += try corrected(whole, documents) }
    }
    for (prompt, counts) in judged {
      guard let (places, shares) = try held(documents.groups, counts, prompt: prompt) else { continue }
      let part = try Representation(
        groups: places.map { documents.groups[$0] }, prompts: [places.map { counts[$0] }], reference: shares,
        level: level)
      section.figures += self.shares(part, documents.name, prompt: prompt)
      section.figures += distances(part, documents.name, prompt: prompt)
    }
    section.correctTogether()
    let dropped = (reference?.groups ?? []).subtracting(documents.groups).sorted()
    if !dropped.isEmpty {
      section.notes.append(
        "the reference's shares of \(dropped.joined(separator: ", ")), which are not counted here, are left out and the others scaled up"
      )
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
    let (without, several) = (
      documents.shown.count { $0.groups.isEmpty }, documents.shown.count { $0.groups.count > 1 }
    )
    section.notes.append(
      "\(documents.shown.count) outputs: \(documents.shown.count - without - several) show one group, \(several) several and \(without) none; shares are of the first"
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

  /// The places of the groups that are held against the reference, with its shares; nil where it has none for this.
  ///
  /// A group that it does not name is passed over where nothing shows it, and else an error.
  private func held(
    _ groups: [String], _ counts: [Int], prompt: String?
  ) throws(BiasMetricsError) -> (places: [Int], shares: [Double])? {
    guard let reference else { return (Array(groups.indices), groups.map { _ in 1 }) }
    let places = groups.indices.filter { counts[$0] > 0 || reference.knows(groups[$0], prompt: prompt) }
    guard let shares = try reference.shares(of: places.map { groups[$0] }, prompt: prompt) else { return nil }
    guard places.count > 1 else {
      throw BiasMetricsError(
        .singleGroup, "\(reference.source) has a share of \(places.count) group",
        hint: "give shares of at least two groups")
    }
    return (places, shares)
  }
}
