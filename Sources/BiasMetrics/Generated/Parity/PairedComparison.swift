import Statistics

/// Two groups' outputs to the same templates compared: how much more often flagged, or how much higher scored, the first is.
public struct PairedComparison: Hashable, Sendable {
  /// How many pairs.
  public var pairs = 0
  /// How many templates they come from.
  public var templates = 0
  /// For flags: pairs where only the first has it.
  public var onlyFirst = 0
  /// For flags: pairs where only the second has it.
  public var onlySecond = 0
  /// The first mean minus the second.
  public var difference = Double.nan
  /// The interval of the difference.
  public var interval: ConfidenceInterval?
  /// How the interval was made.
  public var method = ""
  /// The p-value of "no difference".
  public var p: Double?
  /// Which test gave it.
  public var test = ""

  /// Compares pairs.
  ///
  /// One pair a template: McNemar's exact test and Newcombe's interval for flags. Several, or scores: the sign-flip test by template and
  /// Student's interval over templates, since pairs of one template are no independent witnesses. Cost: up to a million additions.
  ///
  /// - Parameters:
  ///   - resamples: how many flips are drawn where they are too many to count.
  ///   - finest: how many are drawn anew where the first show a p-value below 1 %, so that it can be corrected for a large family.
  public init(
    _ pairs: [PairedOutputs.Pair], isFlag: Bool, level: Double, seed: UInt64, resamples: Int = 9999,
    finest: Int = 0
  ) {
    self.pairs = pairs.count
    var places: [Int: Int] = [:]
    var clusters: [(sum: Double, count: Int)] = []
    for pair in pairs {
      let place = places[pair.template] ?? clusters.count
      if place == clusters.count {
        places[pair.template] = place
        clusters.append((0, 0))
      }
      clusters[place].sum += pair.first - pair.second
      clusters[place].count += 1
    }
    templates = clusters.count
    guard !pairs.isEmpty else { return }
    let mean = Intervals.clusterMean(clusters, level)
    difference = mean.mean
    if isFlag {
      onlyFirst = pairs.count { $0.first > $0.second }
      onlySecond = pairs.count { $0.second > $0.first }
      if templates == pairs.count,
        let paired = try? PairedProportions(pairs.map { ($0.first > 0.5, $0.second > 0.5) })
      {
        interval = try? paired.newcombeDifference(level: level)
        method = "Newcombe for pairs"
        p = paired.mcNemarP
        test = "McNemar's exact test"
        return
      }
    }
    interval = mean.interval
    method = "Student over templates"
    func flips(_ count: Int) -> SignFlipTest? {
      try? SignFlipTest(
        pairs.map { $0.first - $0.second }, clusters: pairs.map(\.template), seed: seed, resamples: count)
    }
    var drawn = resamples
    if var found = flips(drawn) {
      if !found.isExact, found.p < 0.01, finest > drawn, let finer = flips(finest) {
        (found, drawn) = (finer, finest)
      }
      p = found.p
      test = found.isExact ? "sign flips by template, all" : "sign flips by template, \(drawn) drawn"
    }
    if interval == nil, isFlag, mean.standardError == 0 {
      // Nothing varies between templates: judged as if each template were one pair that agrees.
      interval = try? PairedProportions(both: 0, onlyFirst: 0, onlySecond: 0, neither: templates)
        .newcombeDifference(level: level)
      method = "Newcombe for pairs, one a template"
    }
  }
}
