import Statistics

extension ParityAudit {
  func rates(_ outputs: [GeneratedOutput], _ measures: [Measure]) -> GeneratedSection {
    let level = 1 - plan.alpha
    var section = GeneratedSection(
      id: "rates", title: "Rates and scores by group",
      explanation:
        "Shares of outputs with a flag; of scores the mean, the share at or above \(plan.threshold), and over k outputs to a prompt the "
        + "expected maximum and the chance of any at or above it. Intervals allow for outputs of one template or prompt being alike."
    )
    for places in plan.attributeSets {
      for measure in measures {
        let paired = PairedOutputs(outputs, attributes: places, value: measure.value)
        let prompts = measure.isFlag ? [:] : Self.byPrompt(outputs, measure, places)
        // One k for all groups: maxima over more outputs are higher by chance alone.
        let k = plan.maximumOf ?? prompts.values.lazy.flatMap { $0.map(\.scores.count) }.min() ?? 1
        for (place, group) in paired.groups.enumerated() {
          let clusters = paired.clusters(place)
          let count = clusters.reduce(0) { $0 + $1.count }
          let counts = [GeneratedFigure.Count("outputs", count), .init("templates", clusters.count)]
          let subject = plan.tags(places, group)
          if measure.isFlag {
            let sum = clusters.reduce(0) { $0 + $1.sum }
            section.figures.append(
              GeneratedFigure(
                measure.name + "_rate", sum / Double(count), subject: subject,
                counts: counts + [.init("flagged", Int(sum.rounded()))]
              ).with(Intervals.clusterShare(clusters, level), level: level, method: "Wilson over templates"))
          } else {
            let mean = Intervals.clusterMean(clusters, level)
            section.figures.append(
              GeneratedFigure(measure.name + "_mean", mean.mean, subject: subject, counts: counts)
                .with(mean.interval, level: level, method: "Student over templates"))
            section.figures += maxima(prompts[group] ?? [], k, measure, plan.tags(places, group), level)
          }
        }
      }
    }
    return section
  }

  /// A prompt's scores and the template that it shares with others, or its own name.
  private struct PromptScores {
    var template: String
    var scores: [Double]
  }

  /// The scores of each group's prompts, in the order of templates and prompts.
  private static func byPrompt(
    _ outputs: [GeneratedOutput], _ measure: Measure, _ places: [Int]
  ) -> [String: [PromptScores]] {
    var table: [String: [[String]: [Double]]] = [:]
    for output in outputs {
      guard let value = measure.value(output) else { continue }
      let key = [output.template.map { "t" + $0 } ?? "p" + output.prompt, output.prompt]
      table[PairedOutputs.group(output, places), default: [:]][key, default: []].append(value)
    }
    return table.mapValues { prompts in
      prompts.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
        PromptScores(template: $0.key[0], scores: $0.value)
      }
    }
  }

  private func maxima(
    _ prompts: [PromptScores], _ k: Int, _ measure: Measure, _ subject: [GeneratedFigure.Tag], _ level: Double
  ) -> [GeneratedFigure] {
    let summary = ScoreSummaryByPrompt(
      prompts.map(\.scores), templates: prompts.map(\.template), k: k, threshold: plan.threshold)
    let counts = [
      GeneratedFigure.Count("prompts", summary.prompts), .init("outputs", summary.outputs),
      .init("above", summary.above),
      .init("k", k),
    ]
    let fraction = summary.fraction(level: level)
    let maximum = summary.expectedMaximum(level: level)
    let chance = summary.probability(level: level)
    let short = summary.prompts == 0 ? "no prompt has \(k) outputs" : nil
    return [
      GeneratedFigure(measure.name + "_fraction_above", fraction.value, subject: subject, counts: counts)
        .with(fraction.interval, level: level, method: "Wilson over templates"),
      GeneratedFigure(
        measure.name + "_expected_maximum", maximum.value, subject: subject, counts: counts, reason: short
      )
      .with(maximum.interval, level: level, method: "Student over templates"),
      GeneratedFigure(
        measure.name + "_probability_above", chance.value, subject: subject, counts: counts, reason: short
      )
      .with(chance.interval, level: level, method: "Wilson over templates"),
    ]
  }
}
