import Statistics

/// Audits generated outputs: texts, pictures with labels, or recommended lists.
///
/// What is computed follows from what is given: flags and scores are compared between groups of paired prompts; lexicons and labels are
/// held against a reference; texts are searched for words that differ and compared for likeness. No model is asked. Every random draw
/// starts from the plan's seed.
public struct GeneratedAudit: Sendable {
  /// The plan.
  public var plan: GeneratedPlan
  /// Words for groups.
  public var groups: [Lexicon] = []
  /// Words whose association with groups is asked for, such as occupations.
  public var targets: Lexicon?
  /// Phrases with which a model declines: adds the flag ``refusalFlag``.
  public var refusals: Lexicon?
  /// The labels' names, in the outputs' order.
  public var labels: [String] = []
  /// What mentions and labels are held against; nil where nothing was declared, and nothing is judged.
  public var reference: ReferenceShares?
  /// A check of the only label.
  public var correction: LabellerCorrection?
  /// A check of the only lexicon's hits.
  public var precision: LexiconPrecision?
  /// The name of the flag that ``refusals`` adds.
  public static let refusalFlag = "refusal_phrases"

  /// Takes a plan.
  public init(_ plan: GeneratedPlan) { self.plan = plan }

  /// Audits outputs.
  ///
  /// Throws when the plan cannot be carried out, there are no outputs, or there is nothing to compare.
  public func run(kind: String, _ reading: OutputColumns.Reading) throws(BiasMetricsError) -> GeneratedResult
  {
    try plan.check()
    var (plan, outputs) = (plan, reading.outputs)
    guard !outputs.isEmpty else {
      throw BiasMetricsError(
        .noRows, "no output can be read",
        hint: reading.problems.first.map { "the first, at line \($0.line): \($0.error.message)" }
          ?? "the table is empty")
    }
    let texts = outputs.count { $0.text != nil }
    if texts == 0, !(groups.isEmpty && targets == nil && refusals == nil) {
      throw BiasMetricsError(
        .invalidPlan, "no output has a text for the lexicons", hint: "name its column: --text-field COLUMN")
    }
    if let refusals {
      plan.flags.append(Self.refusalFlag)
      for place in outputs.indices {
        outputs[place].flags.append(
          outputs[place].text.map { text in refusals.mentions(in: text).contains(true) })
      }
    }
    var result = GeneratedResult(kind: kind, rowsRead: reading.rowsRead, rowsAnalysed: outputs.count)
    if reading.failed > 0 { result.excluded = [.init("row-error", reading.failed)] }
    result.settings = settings(plan)
    let hasTemplates = outputs.contains { $0.template != nil }
    if !plan.attributes.isEmpty, !(plan.flags.isEmpty && plan.scores.isEmpty) {
      result.sections += try ParityAudit(plan).run(outputs)
    }
    var representation = try RepresentationAudit(plan, reference: reference, correction: correction)
    representation.precision = precision
    for lexicon in groups { result.sections.append(try representation.run(outputs, lexicon: lexicon)) }
    for (place, name) in labels.enumerated() {
      result.sections.append(try representation.run(outputs, label: place, named: name))
    }
    let association = try AssociationAudit(plan, groups: groups)
    if let targets { result.sections.append(association.listed(outputs, targets: targets)) }
    if !plan.attributes.isEmpty, texts > 0 {
      result.sections.append(association.discovered(outputs))
      if hasTemplates { result.sections.append(association.similarity(outputs)) }
    }
    guard !result.sections.isEmpty else {
      throw BiasMetricsError(
        .invalidPlan, "there is nothing to compare",
        hint:
          "name groups of prompts (--group gender --flag-field refused), a lexicon (--lexicon gender-en) or labels (--label-field)"
      )
    }
    if texts > 0, texts < outputs.count {
      result.notes.append("\(outputs.count - texts) outputs have no text")
    }
    return result
  }

  private func settings(_ plan: GeneratedPlan) -> [GeneratedFigure.Tag] {
    var settings: [GeneratedFigure.Tag] = [
      .init("alpha", "\(plan.alpha)"), .init("difference_tolerance", "\(plan.tolerance)"),
      .init("ratio_tolerance", "\(plan.ratioTolerance)"), .init("minimum_count", "\(plan.minimumCount)"),
      .init("seed", "\(plan.bootstrap.seed)"), .init("resamples", "\(plan.bootstrap.resamples)"),
    ]
    if let tolerance = plan.scoreTolerance { settings.append(.init("score_tolerance", "\(tolerance)")) }
    for lexicon in groups + [targets, refusals].compactMap({ $0 }) {
      settings.append(.init("lexicon", "\(lexicon.name) \(lexicon.version) \(lexicon.digest)"))
    }
    if let reference { settings.append(.init("reference", reference.source)) }
    return settings
  }
}
