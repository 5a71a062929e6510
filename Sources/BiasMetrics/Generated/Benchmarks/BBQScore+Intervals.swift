import Statistics

extension BBQScore {
  /// A figure with its interval.
  public struct Estimate: Hashable, Sendable {
    /// The figure; NaN where it cannot be estimated.
    public var value: Double
    /// Its interval; nil where none can be given.
    public var interval: ConfidenceInterval?
  }

  /// The figures of a set of answers with intervals.
  public struct Intervals: Hashable, Sendable {
    /// 2 · biased / known − 1 in ambiguous contexts, by Wilson's interval of biased / known: right only if answers are independent.
    public var ambiguousWilson: ConfidenceInterval?
    /// The same in disambiguated contexts.
    public var disambiguatedWilson: ConfidenceInterval?
    /// The unscaled score of ambiguous contexts, from resampled templates.
    public var ambiguous: Estimate
    /// The score of disambiguated contexts, from resampled templates.
    public var disambiguated: Estimate
    /// The paper's score of ambiguous contexts, from resampled templates.
    public var paperAmbiguous: Estimate
    /// HELM's, from resampled templates.
    public var helmAmbiguous: Estimate
    /// How many templates there are.
    public var templates: Int
  }

  /// The scores with intervals at `level`.
  ///
  /// Questions made from one template share its wording, so whole templates are resampled; Wilson's intervals stand beside for
  /// comparison. Without the answers' templates, or with fewer than six, there is no bootstrap interval.
  public static func intervals(
    _ answers: [Answer], level: Double = 0.95, bootstrap: ClusterBootstrap = ClusterBootstrap()
  ) -> Intervals {
    let whole = BBQScore(answers)
    var places: [String: Int] = [:]
    var clusters: [BBQScore] = []
    for answer in answers {
      guard let template = answer.template else { continue }
      if let place = places[template] {
        clusters[place].add(answer)
      } else {
        places[template] = clusters.count
        clusters.append(BBQScore([answer]))
      }
    }
    let hasTemplates = answers.allSatisfy { $0.template != nil }
    func estimate(_ figure: (BBQScore) -> Double) -> Estimate {
      var result = Estimate(value: figure(whole), interval: nil)
      guard hasTemplates, !result.value.isNaN else { return result }
      let bounds = bootstrap.interval(clusters: clusters.count, level: level) { times in
        var sum = BBQScore([])
        for (place, time) in times.enumerated() where time > 0 { sum.add(clusters[place], times: time) }
        return figure(sum)
      }
      result.interval = bounds.map { ConfidenceInterval($0.lower, $0.upper) }
      return result
    }
    func wilson(_ part: Part) -> ConfidenceInterval? {
      BiasMetrics.Intervals.wilson(part.biased, of: part.known, level).map {
        ConfidenceInterval(2 * $0.lower - 1, 2 * $0.upper - 1)
      }
    }
    return Intervals(
      ambiguousWilson: wilson(whole.ambiguous), disambiguatedWilson: wilson(whole.disambiguated),
      ambiguous: estimate(\.ambiguous.unscaled), disambiguated: estimate(\.disambiguated.unscaled),
      paperAmbiguous: estimate(\.paperAmbiguous), helmAmbiguous: estimate(\.helmAmbiguous),
      templates: hasTemplates ? clusters.count : 0)
  }
}
