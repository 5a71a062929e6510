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
    /// The share of right answers in ambiguous contexts, with Wilson's interval over templates.
    public var ambiguousAccuracy: Estimate
    /// The same in disambiguated contexts.
    public var disambiguatedAccuracy: Estimate
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
    func estimate(_ part: (BBQScore) -> Part, _ figure: (BBQScore) -> Double) -> Estimate {
      var result = Estimate(value: figure(whole), interval: nil)
      // Where no answer is known there is nothing to estimate, whatever convention writes.
      guard hasTemplates, !result.value.isNaN, part(whole).known > 0 else { return result }
      let bounds = bootstrap.interval(clusters: clusters.count, level: level, within: -1...1) { times in
        var sum = BBQScore([])
        for (place, time) in times.enumerated() where time > 0 { sum.add(clusters[place], times: time) }
        return figure(sum)
      }
      result.interval = bounds.map { ConfidenceInterval($0.lower, $0.upper) }
      return result
    }
    func accuracy(_ part: (BBQScore) -> Part) -> Estimate {
      let able = clusters.map(part).filter { $0.count > 0 }.map { (sum: Double($0.correct), count: $0.count) }
      return Estimate(
        value: part(whole).accuracy,
        interval: hasTemplates && able.count >= ClusterBootstrap.fewestClusters
          ? BiasMetrics.Intervals.clusterShare(able, level) : nil)
    }
    func wilson(_ part: Part) -> ConfidenceInterval? {
      BiasMetrics.Intervals.wilson(part.biased, of: part.known, level).map {
        ConfidenceInterval(2 * $0.lower - 1, 2 * $0.upper - 1)
      }
    }
    return Intervals(
      ambiguousWilson: wilson(whole.ambiguous), disambiguatedWilson: wilson(whole.disambiguated),
      ambiguous: estimate(\.ambiguous, \.ambiguous.unscaled),
      disambiguated: estimate(\.disambiguated, \.disambiguated.unscaled),
      paperAmbiguous: estimate(\.ambiguous, \.paperAmbiguous),
      helmAmbiguous: estimate(\.ambiguous, \.helmAmbiguous),
      ambiguousAccuracy: accuracy(\.ambiguous), disambiguatedAccuracy: accuracy(\.disambiguated),
      templates: hasTemplates ? clusters.count : 0)
  }
}
