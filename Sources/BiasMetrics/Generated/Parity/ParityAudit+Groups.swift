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
            section.figures += maxima(outputs, measure, places, group, level)
          }
        }
      }
    }
    return section
  }

  private func maxima(
    _ outputs: [GeneratedOutput], _ measure: Measure, _ places: [Int], _ group: String, _ level: Double
  ) -> [GeneratedFigure] {
    func byPrompt(_ outputs: some Sequence<GeneratedOutput>) -> [[Double]] {
      var scores: [String: [Double]] = [:]
      for output in outputs {
        if let value = measure.value(output) { scores[output.prompt, default: []].append(value) }
      }
      return scores.sorted { $0.key < $1.key }.map(\.value)
    }
    // One k for all groups: maxima over more outputs are higher by chance alone.
    let k = plan.maximumOf ?? byPrompt(outputs).map(\.count).min() ?? 1
    let summary = ScoreSummaryByPrompt(
      byPrompt(outputs.lazy.filter { PairedOutputs.group($0, places) == group }), k: k,
      threshold: plan.threshold)
    let subject = plan.tags(places, group)
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
        .with(fraction.interval, level: level, method: "Wilson over prompts"),
      GeneratedFigure(
        measure.name + "_expected_maximum", maximum.value, subject: subject, counts: counts, reason: short
      )
      .with(maximum.interval, level: level, method: "Student over prompts"),
      GeneratedFigure(
        measure.name + "_probability_above", chance.value, subject: subject, counts: counts, reason: short
      )
      .with(chance.interval, level: level, method: "Wilson over prompts"),
    ]
  }
}
