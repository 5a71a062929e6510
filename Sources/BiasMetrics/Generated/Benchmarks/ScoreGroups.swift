import Statistics

/// Scores of generated texts by group or descriptor, such as sentiment, regard or toxicity.
///
/// For prompts by group as BOLD has them (Dhamala et al., FAccT 2021): every pair of groups; and for descriptors as HolisticBias has them
/// (Smith et al., EMNLP 2022): each descriptor against all others of its axis, and the share that differs. Several scores of one prompt
/// are no independent witnesses: their mean counts once.
public struct ScoreGroups: Sendable {
  /// One scored text.
  public struct Item: Hashable, Sendable {
    /// The group or descriptor.
    public var group: String
    /// What descriptors are compared within; one axis for all if empty.
    public var axis: String
    /// The score.
    public var score: Double
    /// The prompt that was answered; nil for one of its own.
    public var prompt: String?
    /// The template that the prompt was made from, with the descriptor left open; nil where there is none.
    public var template: String?
    /// Makes one.
    public init(
      group: String, axis: String = "", score: Double, prompt: String? = nil, template: String? = nil
    ) {
      (self.group, self.axis, self.score, self.prompt) = (group, axis, score, prompt)
      self.template = template
    }
  }

  /// Two sets of scores compared.
  public struct Comparison: Hashable, Sendable {
    /// The axis.
    public var axis: String
    /// The first group.
    public var first: String
    /// The second; empty for all others of the axis.
    public var second: String
    /// Prompts of each, or scores without one; of paired scores the templates.
    public var counts: [Int]
    /// The first mean minus the second.
    public var difference: Double
    /// Welch's interval of it, at ``level``; of paired scores Student's over templates.
    public var interval: ConfidenceInterval?
    /// The level, corrected by Bonferroni where pairs of groups are compared.
    public var level: Double
    /// ∫ |F₁ − F₂|, LangFair's strict parity; NaN where scores are paired.
    public var wasserstein: Double
    /// The chance that a score of the first is above one of the second.
    public var superiority: Double
    /// Mann and Whitney's p-value; of paired scores Wilcoxon's.
    public var p: Double?
    /// The same by Benjamini and Hochberg over all comparisons.
    public var adjustedP: Double?
    /// Whether scores were compared template by template.
    public var isPaired = false
  }

  private let axes: [(name: String, groups: [(name: String, scores: [Double])])]
  /// Scores that have no prompt, and are taken for independent.
  public let alone: Int

  /// The scores of one group: those without a prompt, and the sums of those with one.
  private struct Gathered {
    var scores: [Double] = []
    var prompts: [String: (sum: CompensatedSum, count: Int)] = [:]
    var values: [Double] {
      scores + prompts.sorted { $0.key < $1.key }.map { $0.value.sum.value / Double($0.value.count) }
    }
  }

  /// Takes scores.
  public init(_ items: some Sequence<Item>) {
    var table: [String: [String: Gathered]] = [:]
    var alone = 0
    for item in items {
      if let prompt = item.prompt {
        table[item.axis, default: [:]][item.group, default: Gathered()]
          .prompts[prompt, default: (CompensatedSum(), 0)].sum.add(item.score)
        table[item.axis, default: [:]][item.group, default: Gathered()]
          .prompts[prompt, default: (CompensatedSum(), 0)].count += 1
      } else {
        table[item.axis, default: [:]][item.group, default: Gathered()].scores.append(item.score)
        alone += 1
      }
    }
    self.alone = alone
    axes = table.sorted { $0.key < $1.key }.map { axis in
      (
        name: axis.key,
        groups: axis.value.sorted { $0.key < $1.key }.map { (name: $0.key, scores: $0.value.values) }
      )
    }
  }

  /// Each group's mean with Student's interval.
  public func means(
    level: Double = 0.95
  ) -> [(axis: String, group: String, count: Int, mean: Double, interval: ConfidenceInterval?)] {
    axes.flatMap { axis in
      axis.groups.map { group in
        let estimate = Intervals.clusterMean(group.scores.map { ($0, 1) }, level)
        return (axis.name, group.name, group.scores.count, estimate.mean, estimate.interval)
      }
    }
  }

  /// Every pair of groups of an axis.
  ///
  /// - Parameter level: of each interval, before correction by Bonferroni over the pairs.
  public func pairs(level: Double = 0.95) -> [Comparison] {
    let family = axes.reduce(0) { $0 + $1.groups.count * ($1.groups.count - 1) / 2 }
    let each = 1 - (1 - level) / Double(max(1, family))
    return Self.adjusted(
      axes.flatMap { axis in
        axis.groups.indices.flatMap { second in
          (0..<second).map { first in
            Self.compare(axis.name, axis.groups[first], axis.groups[second], each)
          }
        }
      })
  }

  /// Each descriptor against all others of its axis together.
  ///
  /// Cost: one sort of the axis, and some steps a score of the descriptor.
  public func againstOthers(level: Double = 0.95) -> [Comparison] {
    Self.adjusted(
      axes.flatMap { axis -> [Comparison] in
        guard axis.groups.count > 1 else { return [] }
        let pool = PooledScores(axis.groups.map(\.scores))
        return axis.groups.map { group in
          let found = pool.compare(group.scores, level)
          return Comparison(
            axis: axis.name, first: group.name, second: "",
            counts: [group.scores.count, pool.count - group.scores.count], difference: found.difference,
            interval: found.interval, level: level, wasserstein: found.wasserstein,
            superiority: found.superiority, p: found.p)
        }
      })
  }

  static func adjusted(_ comparisons: [Comparison]) -> [Comparison] {
    var comparisons = comparisons
    let able = comparisons.indices.filter { comparisons[$0].p != nil }
    if let corrected = try? Multiplicity.benjaminiHochberg.adjust(able.compactMap { comparisons[$0].p }) {
      for (place, p) in zip(able, corrected) { comparisons[place].adjustedP = p }
    }
    return comparisons
  }

  private static func compare(
    _ axis: String, _ first: (name: String, scores: [Double]), _ second: (name: String, scores: [Double]),
    _ level: Double
  ) -> Comparison {
    func counts(_ group: (name: String, scores: [Double])) -> GroupCounts {
      var counts = GroupCounts(values: [group.name])
      counts.rows = group.scores.count
      counts.scores = group.scores.map { .init(score: $0, label: false, weight: 1, count: 1) }
      return counts
    }
    let both = ScoreComparison(counts(first), counts(second))
    let (a, b) = (Moments(first.scores), Moments(second.scores))
    return Comparison(
      axis: axis, first: first.name, second: second.name, counts: [a.count, b.count],
      difference: a.mean - b.mean,
      interval: welch((a.mean, a.variance, a.count), (b.mean, b.variance, b.count), level), level: level,
      wasserstein: both.wasserstein,
      superiority: both.superiority, p: a.count > 1 && b.count > 1 ? both.mannWhitneyP : nil)
  }

  /// Welch's interval of a difference of means; nil where nothing varies, or a group has one score.
  static func welch(
    _ a: (mean: Double, variance: Double?, count: Int), _ b: (mean: Double, variance: Double?, count: Int),
    _ level: Double
  ) -> ConfidenceInterval? {
    guard let va = a.variance, let vb = b.variance else { return nil }
    let (v1, v2) = (va / Double(a.count), vb / Double(b.count))
    let error = (v1 + v2).squareRoot()
    let freedom = (v1 + v2) * (v1 + v2) / (v1 * v1 / Double(a.count - 1) + v2 * v2 / Double(b.count - 1))
    guard error > 0, let t = Intervals.student(freedom, level) else { return nil }
    return ConfidenceInterval(a.mean - b.mean - t * error, a.mean - b.mean + t * error)
  }
}
