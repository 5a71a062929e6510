import Statistics

/// Whether outputs to the same prompts are refused, flagged or scored alike, whoever the prompt speaks of.
///
/// Every pair of groups of every attribute, under every flag and score, is one family: p-values are Holm's, intervals Bonferroni's.
/// Beside each difference stands what sampling the model twice makes of it. Cost: some milliseconds a comparison.
public struct ParityAudit: Sendable {
  /// The plan.
  public let plan: GeneratedPlan

  /// Checks and takes a plan.
  public init(_ plan: GeneratedPlan) throws(BiasMetricsError) {
    try plan.check()
    self.plan = plan
  }

  /// A flag or a score.
  struct Measure {
    var name: String
    var isFlag: Bool
    var value: @Sendable (GeneratedOutput) -> Double?
    var tolerance: Double?
  }

  /// Compares outputs.
  ///
  /// Throws when there are no templates to pair by, an attribute has a single group, or an output lacks what the plan names.
  public func run(_ outputs: [GeneratedOutput]) throws(BiasMetricsError) -> [GeneratedSection] {
    try plan.check(outputs)
    guard outputs.contains(where: { $0.template != nil }) else {
      throw BiasMetricsError(
        .invalidPlan, "no output has a template, so that none can be compared like with like",
        hint:
          "name the column: --template-field COLUMN; outputs without templates are decisions: audit --prediction refused --group gender"
      )
    }
    for (place, name) in plan.attributes.enumerated() {
      let groups = Set(outputs.map { $0.groups[place] })
      guard groups.count > 1 else {
        throw BiasMetricsError(
          .singleGroup, "column '\(name)' has a single group, \(groups.first ?? "none")",
          hint: "parity is between groups: name a column with at least two")
      }
    }
    let measures = measures(outputs)
    var family = 0
    for places in plan.attributeSets {
      let groups = Set(outputs.map { PairedOutputs.group($0, places) }).count
      family += measures.count * groups * (groups - 1) / 2
    }
    var section = GeneratedSection(
      id: "parity", title: "Paired prompts",
      explanation:
        "Outputs to the same templates about different groups: the first group's rate or mean minus the second's. Beside it stands the "
        + "difference that sampling the model again would reach in one audit of twenty; a gap is the mean distance of two outputs, beside "
        + "that of two outputs about the same group.",
      notes: [
        "\(family) comparisons corrected for; intervals of differences at "
          + "\(Self.percent(1 - plan.alpha / Double(max(1, family)))); those of gaps at \(Self.percent(1 - plan.alpha)) each, not corrected"
      ])
    let needed = Self.flips(family, plan.alpha)
    if needed > Self.mostFlips {
      section.notes.append(
        "p-values from drawn flips are no smaller than 1 in \(Self.mostFlips): too large for a correction over \(family) comparisons"
      )
    }
    var (omnibus, ranks): ([GeneratedFigure], [GeneratedFigure]) = ([], [])
    for places in plan.attributeSets {
      for measure in measures {
        let paired = PairedOutputs(outputs, attributes: places, value: measure.value)
        section.figures += compare(paired, measure, places, family: max(1, family))
        if !measure.isFlag { ranks += Self.ranks(paired, measure.name) { plan.tags(places, $0) } }
        if measure.isFlag, paired.groups.count > 2 { omnibus.append(cochran(paired, measure.name, places)) }
        if places == plan.attributeSets[0] {
          if paired.missing > 0 {
            section.notes.append("\(measure.name): \(paired.missing) outputs have none and are left out")
          }
          if paired.withoutTemplate > 0 {
            section.notes.append("\(paired.withoutTemplate) outputs have no template and cannot be paired")
          }
          if paired.repeated > 0 {
            section.notes.append(
              "\(paired.repeated) outputs share template, groups and sample with another: they are paired in the order of their prompts"
            )
          }
        }
      }
    }
    Self.adjust(&section.figures, family: family)
    section.figures += omnibus + ranks
    if !omnibus.isEmpty { section.notes.append("Cochran's Q stands outside this family") }
    if !ranks.isEmpty {
      section.notes.append(
        "signed ranks stand outside this family: they ask whether larger differences go one way, where sign flips ask for the mean"
      )
    }
    section.notes = section.notes.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    return [section, rates(outputs, measures)]
  }

  /// How many flips are drawn at most.
  static let mostFlips = 1_000_000

  /// How many flips a p-value needs that is to be corrected for a family: the least is then a twentieth of what is asked.
  private static func flips(_ family: Int, _ alpha: Double) -> Int {
    Int(min(1e15, (20 * Double(max(1, family)) / alpha).rounded(.up)))
  }

  private static func percent(_ level: Double) -> String { "\((level * 1e5).rounded() / 1e3) %" }

  private func measures(_ outputs: [GeneratedOutput]) -> [Measure] {
    plan.flags.enumerated().map { place, name in
      Measure(
        name: name, isFlag: true, value: { $0.flags[place].map { $0 ? 1 : 0 } }, tolerance: plan.tolerance)
    }
      + plan.scores.enumerated().map { place, name in
        let isShare = outputs.allSatisfy { $0.scores[place].map { $0 >= 0 && $0 <= 1 } ?? true }
        return Measure(
          name: name, isFlag: false, value: { $0.scores[place] },
          tolerance: plan.scoreTolerance ?? (isShare ? plan.tolerance : nil))
      }
  }

  // MARK: - Pairs of groups

  private func compare(
    _ paired: PairedOutputs, _ measure: Measure, _ places: [Int], family: Int
  ) -> [GeneratedFigure] {
    let level = 1 - plan.alpha / Double(family)
    var figures: [GeneratedFigure] = []
    for second in paired.groups.indices {
      for first in 0..<second {
        let pairs = paired.pairs(first, second)
        let found = PairedComparison(
          pairs, isFlag: measure.isFlag, level: level, seed: plan.bootstrap.seed,
          resamples: max(9999, plan.bootstrap.resamples),
          finest: min(Self.mostFlips, Self.flips(family, plan.alpha)))
        let (subject, versus) = (
          plan.tags(places, paired.groups[first]), plan.tags(places, paired.groups[second])
        )
        let gap = paired.gap(first, second)
        var figure = GeneratedFigure(
          measure.name + "_difference", found.difference, subject: subject, versus: versus, ideal: 0,
          counts: [.init("pairs", found.pairs), .init("templates", found.templates)]
            + (measure.isFlag
              ? [.init("only_first", found.onlyFirst), .init("only_second", found.onlySecond)] : []),
          reason: pairs.isEmpty ? "no template and sample has both groups" : nil
        ).with(found.interval, level: level, method: found.method).with(p: found.p, test: found.test)
        figure.noiseFloor = gap?.differenceFloor
        (figure.verdict, figure.reason) = judge(found, measure, figure.reason)
        figures.append(figure)
        if let gap { figures += gaps(gap, measure.name, subject, versus) }
      }
    }
    return figures
  }

  private func judge(
    _ found: PairedComparison, _ measure: Measure, _ reason: String?
  ) -> (AuditVerdict, String?) {
    if let reason { return (.notEstimable, reason) }
    guard found.pairs >= plan.minimumCount else {
      return (.notEstimable, "\(found.pairs) pairs, fewer than \(plan.minimumCount)")
    }
    guard found.templates >= GeneratedPlan.fewestTemplates else {
      return (.notEstimable, "\(found.templates) templates, fewer than \(GeneratedPlan.fewestTemplates)")
    }
    guard let tolerance = measure.tolerance else {
      return (
        .notEstimable, "scores lie outside 0 to 1 and no difference was declared tolerable (--score-delta)"
      )
    }
    guard let interval = found.interval else { return (.notEstimable, "nothing varies between templates") }
    return (GeneratedPlan.verdict((interval.lower, interval.upper), tolerance: tolerance), nil)
  }

  /// How far two outputs lie apart, and how much of that is more than resampling.
  private func gaps(
    _ gap: PairedOutputs.Gap, _ name: String, _ subject: [GeneratedFigure.Tag],
    _ versus: [GeneratedFigure.Tag]
  ) -> [GeneratedFigure] {
    let count = GeneratedFigure.Count("templates", gap.templates.count)
    var between = GeneratedFigure(
      name + "_gap", gap.between, subject: subject, versus: versus, counts: [count])
    between.noiseFloor = gap.within
    let bounds = plan.bootstrap.interval(clusters: gap.templates.count, level: 1 - plan.alpha) { times in
      var (sum, drawn) = (0.0, 0)
      for (place, time) in times.enumerated() where time > 0 {
        sum += Double(time) * (gap.templates[place].between - gap.templates[place].within)
        drawn += time
      }
      return sum / Double(drawn)
    }
    let beyond = GeneratedFigure(
      name + "_gap_beyond_resampling", gap.between - gap.within, subject: subject, versus: versus, ideal: 0,
      counts: [count]
    ).with(
      bounds.map { ConfidenceInterval($0.lower, $0.upper) }, level: 1 - plan.alpha,
      method: "percentiles of \(plan.bootstrap.resamples) resamples of templates")
    return [between, beyond]
  }

  private func cochran(_ paired: PairedOutputs, _ name: String, _ places: [Int]) -> GeneratedFigure {
    let rows = paired.complete()
    let result = rows.isEmpty ? nil : (try? PairedTest.cochranQ(rows)) ?? nil
    // The test's own condition: below it χ² is no good approximation, and answers are exchanged within templates.
    let varying = rows.count { Set($0).count > 1 }
    let isLarge = varying * paired.groups.count >= 24
    let exchanged = isLarge ? nil : PairedTest.cochranQExchangeP(rows, seed: plan.bootstrap.seed)
    return GeneratedFigure(
      name + "_cochran_q", result?.statistic,
      subject: [.init("attribute", places.map { plan.attributes[$0] }.joined(separator: "|"))],
      counts: [.init("templates", rows.count), .init("groups", paired.groups.count)],
      reason: result == nil
        ? "no template's first sample differs between groups, or none has all groups" : nil
    ).with(
      p: isLarge ? result?.p : exchanged?.p,
      test: "Cochran's Q over the first sample of each template"
        + (isLarge ? "" : exchanged?.isExact == true ? ", all exchanges" : ", exchanges drawn"))
  }

  /// Holm's correction over the whole family, comparisons that could not be made counting as p = 1.
  private static func adjust(_ figures: inout [GeneratedFigure], family: Int) {
    let able = figures.indices.filter { figures[$0].p != nil }
    guard
      let corrected = try? Multiplicity.holm.adjust(
        able.compactMap { figures[$0].p }, familySize: max(family, able.count))
    else { return }
    for (place, p) in zip(able, corrected) { figures[place].adjustedP = p }
  }
}
