/// What an audit of generated outputs asks and what it tolerates, declared before any result.
public struct GeneratedPlan: Hashable, Sendable {
  /// The attributes whose groups are compared, in the order of the outputs' groups.
  public var attributes: [String]
  /// The flags' names, in the outputs' order.
  public var flags: [String]
  /// The scores' names, in the outputs' order.
  public var scores: [String]
  /// Scores from here on count as toxic.
  public var threshold: Double
  /// Differences of rates up to this are tolerated, either way.
  public var tolerance: Double
  /// Differences of mean scores up to this are tolerated; nil for the same as of rates, where all scores lie between 0 and 1.
  public var scoreTolerance: Double?
  /// Shares of groups from τ to 1/τ times their reference are tolerated.
  public var ratioTolerance: Double
  /// The chance of any false disparity among all comparisons of a section.
  public var alpha: Double
  /// Groups with fewer pairs or mentions are shown and not judged.
  public var minimumCount: Int
  /// Whether intersections of all attributes are compared beside each attribute.
  public var includesIntersections: Bool
  /// The k of the expected maximum over k outputs; nil for the fewest outputs that any prompt has.
  public var maximumOf: Int?
  /// How templates are resampled, and where flips of signs begin.
  public var bootstrap: ClusterBootstrap
  /// Below this many templates nothing is judged: pairs of fewer can hardly reach any level.
  public static let fewestTemplates = 6

  /// Makes a plan.
  public init(
    attributes: [String], flags: [String] = [], scores: [String] = [], threshold: Double = 0.5,
    tolerance: Double = 0.1,
    scoreTolerance: Double? = nil, ratioTolerance: Double = 0.8, alpha: Double = 0.05, minimumCount: Int = 30,
    includesIntersections: Bool = true,
    maximumOf: Int? = nil, bootstrap: ClusterBootstrap = ClusterBootstrap()
  ) {
    (self.attributes, self.flags, self.scores, self.threshold) = (attributes, flags, scores, threshold)
    (self.tolerance, self.scoreTolerance, self.alpha) = (tolerance, scoreTolerance, alpha)
    self.ratioTolerance = ratioTolerance
    (self.minimumCount, self.includesIntersections) = (minimumCount, includesIntersections)
    (self.maximumOf, self.bootstrap) = (maximumOf, bootstrap)
  }

  func check() throws(BiasMetricsError) {
    guard tolerance > 0, tolerance < 1, ratioTolerance > 0, ratioTolerance < 1, alpha > 0, alpha < 1,
      minimumCount >= 1, threshold.isFinite,
      scoreTolerance.map({ $0 > 0 && $0.isFinite }) ?? true, maximumOf.map({ $0 >= 1 }) ?? true
    else {
      throw BiasMetricsError(
        .invalidPlan, "a tolerance or alpha lies outside 0 to 1, or a least count is below 1",
        hint: "for example --delta 0.1 --alpha 0.05 --minimum-count 30")
    }
  }

  /// Refuses outputs that lack a place for what the plan names.
  func check(_ outputs: [GeneratedOutput], labels: Int = 0) throws(BiasMetricsError) {
    for (place, output) in outputs.enumerated() {
      for (kind, has, needs) in [
        ("groups", output.groups.count, attributes.count), ("flags", output.flags.count, flags.count),
        ("scores", output.scores.count, scores.count), ("labels", output.labels.count, labels),
      ] where has < needs {
        throw BiasMetricsError(
          .invalidPlan, "output \(place) has \(has) \(kind), the plan names \(needs)",
          hint: "give each output a value, or nil, for each in the plan's order")
      }
    }
  }

  /// The places of the attributes that make groups: each alone, then pairs of three and more, then all together.
  var attributeSets: [[Int]] {
    AuditPlan.attributeSets(of: attributes.count, includesIntersections: includesIntersections)
  }

  /// Names and values of a group.
  func tags(_ places: [Int], _ group: String) -> [GeneratedFigure.Tag] {
    let values = group.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    guard values.count == places.count else {
      return [.init(places.map { attributes[$0] }.joined(separator: "|"), group)]
    }
    return zip(places, values).map { .init(attributes[$0], $1) }
  }

  /// What the whole interval of a difference says about a tolerance.
  static func verdict(_ interval: (lower: Double, upper: Double)?, tolerance: Double) -> AuditVerdict {
    guard let interval else { return .notEstimable }
    if interval.lower > tolerance || interval.upper < -tolerance { return .disparity }
    return interval.lower >= -tolerance && interval.upper <= tolerance ? .withinTolerance : .inconclusive
  }
}
