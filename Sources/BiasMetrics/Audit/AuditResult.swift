import Statistics

/// A rate of a group with its interval.
public struct GroupRate: Hashable, Sendable {
  /// The metric.
  public var metric: RateMetric
  /// What is counted above the line; with weights, in effective rows.
  public var numerator: Double
  /// What is counted below it.
  public var denominator: Double
  /// The share; NaN where nothing is below the line.
  public var value: Double
  /// Wilson's interval at the plan's level; nil where nothing is below the line.
  public var interval: ConfidenceInterval?
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
  /// Newcombe's interval of the difference, at the plan's level adjusted for the family.
  public var differenceInterval: ConfidenceInterval?
  /// Lower over higher; NaN where neither has any.
  public var ratio: Double
  /// The score interval of the ratio, at the same level.
  public var ratioInterval: ConfidenceInterval?
  /// The p-value of "no difference": Fisher's exact test, or with weights the z-test at effective counts.
  public var p: Double?
  /// The same by Holm over the family.
  public var adjustedP: Double?
  /// What the evidence says.
  public var verdict: AuditVerdict
  /// Why there is no verdict, where there is none.
  public var reason: String?
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
  /// How many comparisons the correction counts: all pairs where the reference was chosen by its rate, after the fact.
  public var familySize: Int
  /// What a reader should know of the data.
  public var notes: [String]
  /// The favourable decision, as the table writes it.
  public var positive: String

  /// Whether a comparison found a disparity.
  public var hasDisparity: Bool { disparities.contains { $0.verdict == .disparity } }
}
