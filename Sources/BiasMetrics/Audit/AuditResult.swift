import Statistics

/// A rate of a group with its interval.
public struct GroupRate: Hashable, Sendable {
  /// The metric.
  public var metric: RateMetric
  /// What is counted above the line; with weights or clusters, in effective rows.
  public var numerator: Double
  /// What is counted below it.
  public var denominator: Double
  /// The share; NaN where nothing is below the line.
  public var value: Double
  /// The interval at the plan's level: Wilson's, or below ``exactBelow`` rows that of Clopper and Pearson; nil where nothing is below
  /// the line.
  public var interval: ConfidenceInterval?
  /// The rate in the light of the other groups of the attributes; nil for fewer than three, or where nothing varies.
  public var shrunk: ShrunkRate?

  /// Groups with fewer rows get the exact interval, which covers at least its level at every rate; Wilson's, which covers it on average,
  /// falls short at some rates of so few rows.
  public static let exactBelow = 30.0

  /// How many clusters have rows below the line; nil without clusters.
  public var clusters: Int?

  /// Whether the interval is the exact one.
  public var isExact: Bool { denominator < Self.exactBelow }
}

/// A group's rate drawn towards the others' mean, as far as its few rows leave it open.
public struct ShrunkRate: Hashable, Sendable {
  /// The mean of what is known of the rate in the light of all groups, α / (α + β).
  public var value: Double
  /// The middle of it, at the plan's level.
  public var interval: ConfidenceInterval
  /// α of the beta distribution that stands for it.
  public var alpha: Double
  /// β of it.
  public var beta: Double
  /// The likeliest mean of the groups' rates.
  public var mean: Double
  /// How many rows that mean likeliest counts for.
  public var concentration: Double
}

/// Rows of two groups.
public struct RowsNeeded: Hashable, Sendable {
  /// Rows below the line of the group with the lower rate.
  public var lower: Int
  /// Rows below the line of the group with the higher rate.
  public var higher: Int
}

/// The rates of one group.
public struct GroupResult: Hashable, Sendable {
  /// The attributes, by name.
  public var attributes: [String]
  /// Their values.
  public var values: [String]
  /// Rows.
  public var rows: Int
  /// Kish's effective number of rows; the rows where there are no weights.
  ///
  /// Rates have effective rows of their own, since weights that go with the outcome cost more.
  public var effectiveRows: Double
  /// The rates, in the plan's order.
  public var rates: [GroupRate]
}

/// The comparison of one group with another.
public struct Disparity: Hashable, Sendable {
  /// The metric.
  public var metric: RateMetric
  /// The attributes.
  public var attributes: [String]
  /// The values of the group with the lower rate.
  public var lower: [String]
  /// The values of the group with the higher rate.
  public var higher: [String]
  /// Higher minus lower.
  public var difference: Double
  /// Newcombe's interval of the difference, at ``level``.
  public var differenceInterval: ConfidenceInterval?
  /// Lower over higher; NaN where neither has any.
  public var ratio: Double
  /// The score interval of the ratio, at the same level.
  public var ratioInterval: ConfidenceInterval?
  /// The p-value of "no difference": Fisher's exact test, with weights the z-test at effective counts, with clusters the t-test at them.
  public var p: Double?
  /// The same by the plan's correction over the family.
  public var adjustedP: Double?
  /// The level of both intervals, corrected for the family; nil where there are none.
  public var level: Double?
  /// What the evidence says.
  public var verdict: AuditVerdict
  /// Why there is no verdict, where there is none; what an inconclusive one lacks.
  public var reason: String?
  /// The least disparity that these rows would show with the plan's power, the higher rate as it is: a ratio for selection rates, else a
  /// difference; nil where they would show none.
  public var minimumDetectable: Double?
  /// The rows at which a verdict would come with the plan's power if the rates are as they seem, in the same proportion; nil where the
  /// rates lie too near the tolerance.
  public var rowsNeeded: RowsNeeded?
  /// Whether one selection moved from one group to the other would put the ratio on the other side of τ; nil but for selection rates of
  /// whole rows.
  public var flipsWithOne: Bool?
  /// The chance that the ratio of the shrunk rates is below τ, the data given; nil but for selection rates of three or more groups.
  public var posteriorBelowTolerance: Double?
}

/// The extremes among all groups of an attribute under one metric.
public struct RangeTest: Hashable, Sendable {
  /// The metric.
  public var metric: RateMetric
  /// The attributes.
  public var attributes: [String]
  /// The greatest minus the least rate.
  public var range: Double
  /// The least over the greatest rate.
  public var ratio: Double
  /// The values of the group with the least rate.
  public var least: [String]
  /// The values of the group with the greatest.
  public var greatest: [String]
  /// The chi-square test over all groups.
  public var test: ContingencyTest.Result?
  /// The range that is expected where no group differs, from chance alone.
  public var expectedByChance: Double
  /// The chance of so wide a range where groups do not matter, by shuffling them within the controls, with clusters whole ones.
  public var permutationP: Double?
  /// Why there is no ``permutationP`` where shuffles were asked for.
  public var permutationReason: String?
  /// The same over all metrics of these attributes together.
  public var adjustedPermutationP: Double?
  /// The interval of the range at the plan's level that holds with all pairs' differences; its lower end is 0 where groups may be alike.
  ///
  /// Each pair's is Newcombe's, of both rates' intervals at Bonferroni's level. Nil without resamples, where clusters span groups, and
  /// where a group has fewer than ``EffectiveCount/leastClusters``.
  public var interval: ConfidenceInterval?
  /// The middle of the range's values in resamples, as other tools print it: biased upwards, and never down to 0.
  public var percentileInterval: ConfidenceInterval?
  /// The range less the growth that resampling shows, at least 0.
  public var biasCorrected: Double?
}

/// A pair of groups compared over all rows, and within the strata of the controls (Simpson's paradox).
public struct StratifiedDisparity: Hashable, Sendable {
  /// The metric.
  public var metric: RateMetric
  /// The attributes.
  public var attributes: [String]
  /// The values of the group with the lower rate over all rows.
  public var lower: [String]
  /// The values of the group with the higher.
  public var higher: [String]
  /// Strata that hold both groups.
  public var strata: Int
  /// Higher minus lower over all rows.
  public var crudeDifference: Double
  /// Its interval, at the plan's level adjusted for the family.
  public var crudeInterval: ConfidenceInterval?
  /// Mantel and Haenszel's common difference, higher minus lower: negative where strata point the other way.
  public var adjustedDifference: Double
  /// Its interval, at the plan's level adjusted for the family.
  public var adjustedInterval: ConfidenceInterval?
  /// The common odds ratio, higher over lower; NaN where no stratum can tell.
  public var commonOddsRatio: Double
  /// The test of Cochran, Mantel and Haenszel of "no difference in any stratum".
  public var independence: ContingencyTest.Result?
  /// Its p-value by the plan's correction over all pairs.
  public var adjustedP: Double?
  /// Breslow and Day's test of "the same odds ratio in all strata"; a small p says that one figure does not tell all.
  public var homogeneity: ContingencyTest.Result?

  /// Whether the strata together point the other way than all rows, and neither by chance: both intervals lie beyond 0, apart.
  public var isReversed: Bool {
    guard let crude = crudeInterval, let adjusted = adjustedInterval else { return false }
    return (crude.lower > 0 && adjusted.upper < 0) || (crude.upper < 0 && adjusted.lower > 0)
  }
}

/// An audit: what was looked at, and what was found.
public struct AuditResult: Sendable {
  /// The plan.
  public var plan: AuditPlan
  /// Rows that the files hold.
  public var rowsRead: Int
  /// Rows that were analysed.
  public var rowsAnalysed: Int
  /// Rows left out, by reason.
  public var excluded: [(reason: String, rows: Int)]
  /// Each group's rates.
  public var groups: [GroupResult]
  /// Each group against the one with the highest rate.
  public var disparities: [Disparity]
  /// The extremes.
  public var ranges: [RangeTest]
  /// Pairs within the strata of the controls; empty where there are none, or rows are weighted or clustered.
  public var stratified: [StratifiedDisparity] = []
  /// How many comparisons the correction counts: all pairs where the reference was chosen by its rate, after the fact.
  public var familySize: Int
  /// What a reader should know of the data.
  public var notes: [String]
  /// The favourable decision, as the table writes it.
  public var positive: String

  /// Whether a comparison found a disparity.
  public var hasDisparity: Bool { disparities.contains { $0.verdict == .disparity } }
}
