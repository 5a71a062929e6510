import Statistics

/// A search through all combinations of attributes for the groups that fare worst, or best, with an error rate over everything
/// that was searched.
///
/// Parity for women and parity for the old can hold while old women fare badly. Every conjunction of up to `depth` conditions is
/// looked at, by rolling a table of counts up; a group's violation is its share of the rows times how far its rate is from the
/// rate of all. Because so many groups are looked at, the p-value of each is that of the greatest deviation among all of them when
/// decisions are dealt anew to the same rows. Source: Kearns, Neel, Roth and Wu, "Preventing Fairness Gerrymandering", ICML 2018;
/// Westfall and Young, "Resampling-Based Multiple Testing", 1993.
public struct SubgroupSearch: Hashable, Sendable {
  /// The most conditions that are combined.
  public static let deepest = 6
  /// The most groups that a search may hold.
  public static let largestFamily = 100_000
  /// The most strata times combinations of all attributes: each of them is dealt to a thousand times.
  public static let largestGrid = 4_000_000
  /// The most rows that a search takes.
  public static let mostRows = 2_000_000_000

  /// How many conditions are combined at most.
  public var depth: Int
  /// The metrics.
  public var metrics: [RateMetric]
  /// The chance of any false finding over all groups and metrics.
  public var alpha: Double
  /// Groups with fewer rows below the line are not searched.
  public var minimumCount: Int
  /// How many times decisions are dealt anew.
  public var permutations: Int
  /// Where the random numbers begin; the same seed gives the same bytes.
  public var seed: UInt64

  /// Plans a search.
  public init(
    depth: Int = 2, metrics: [RateMetric] = [.selectionRate], alpha: Double = 0.05, minimumCount: Int = 30,
    permutations: Int = 1000, seed: UInt64 = 1
  ) {
    (self.depth, self.metrics, self.alpha) = (depth, metrics, alpha)
    (self.minimumCount, self.permutations, self.seed) = (minimumCount, permutations, seed)
  }

  /// A condition of a group: an attribute has a value.
  public struct Condition: Hashable, Sendable {
    /// The attribute.
    public var attribute: String
    /// Its value.
    public var value: String
  }

  /// A group that was searched.
  public struct Subgroup: Hashable, Sendable {
    /// The metric.
    public var metric: RateMetric
    /// What its rows share.
    public var conditions: [Condition]
    /// Rows below the metric's line.
    public var rows: Int
    /// Their share of all such rows.
    public var share: Double
    /// The group's rate.
    public var rate: Double
    /// The rate that its rows would have if they were decided like all of their control stratum.
    public var expected: Double
    /// `rate − expected`.
    public var gap: Double { rate - expected }
    /// share · |gap|.
    public var violation: Double { share * abs(gap) }
    /// The gap in standard deviations of dealing decisions anew.
    public var z: Double
    /// The chance of so great a deviation anywhere in the search where no group differs, times the number of metrics.
    public var adjustedP: Double
    /// A wider group that differs the same way, and within which this one is like the rest: it adds nothing.
    public var explainedBy: [Condition]?
  }

  /// What a search found.
  public struct Result: Hashable, Sendable {
    /// The search.
    public var search: SubgroupSearch
    /// Groups that were searched, over all metrics: the size of the family.
    public var familySize: Int
    /// Groups that were too small.
    public var tooSmall: Int
    /// Groups whose adjusted p is at most alpha, the greatest violation first; those that a wider one explains come last.
    public var findings: [Subgroup]
    /// The greatest violations of each metric, whatever their p; at most ``topCount`` a metric.
    public var top: [Subgroup]
    /// How many ``top`` lists of each metric.
    public static let topCount = 20

    /// The findings that no wider one explains.
    public var independent: [Subgroup] { findings.filter { $0.explainedBy == nil } }
  }

  /// Searches a table; weights are not looked at.
  ///
  /// Groups are compared within the strata of the controls. Cost: permutations × metrics × (cells of groups × sets of attributes),
  /// some tens of milliseconds for four attributes. Throws when the family is beyond ``largestFamily``.
  public func run(_ table: DecisionTable) throws(BiasMetricsError) -> Result {
    guard (1...Self.deepest).contains(depth), permutations >= 1, alpha > 0, alpha < 1 else {
      throw BiasMetricsError(
        .invalidPlan, "a search of depth \(depth) with \(permutations) permutations",
        hint: "the depth is from 1 to \(Self.deepest), and there is at least one permutation")
    }
    var result = Result(search: self, familySize: 0, tooSmall: 0, findings: [], top: [])
    let usable = metrics.filter { table.hasLabels || !$0.needsLabels }
    for (place, metric) in usable.enumerated() {
      let lattice = try SubgroupLattice(table, metric, depth: depth, minimumCount: minimumCount)
      result.familySize += lattice.groups.count
      result.tooSmall += lattice.tooSmall
      let greatest = lattice.greatestDeviations(permutations, seed: seed &+ UInt64(place))
      var groups = lattice.subgroups(table, metric)
      for index in groups.indices {
        let beyond = greatest.count - Self.lowerBound(greatest, abs(groups[index].z) - 1e-9)
        let p = Double(1 + beyond) / Double(1 + permutations)
        groups[index].adjustedP = min(1, p * Double(usable.count))
      }
      lattice.explain(&groups, alpha: alpha)
      groups.sort { ($0.violation, $1.conditions.count) > ($1.violation, $0.conditions.count) }
      result.top += groups.prefix(Result.topCount)
      result.findings += groups.filter { $0.adjustedP <= alpha }
    }
    // A stable order: independent findings first, each by violation.
    let order = result.findings.indices.sorted { a, b in
      let (x, y) = (result.findings[a], result.findings[b])
      let (u, v) = (x.explainedBy == nil ? 0 : 1, y.explainedBy == nil ? 0 : 1)
      return u != v ? u < v : x.violation != y.violation ? x.violation > y.violation : a < b
    }
    result.findings = order.map { result.findings[$0] }
    return result
  }

  /// How many of rising values are below a bound.
  private static func lowerBound(_ rising: [Double], _ bound: Double) -> Int {
    var (low, high) = (0, rising.count)
    while low < high {
      let middle = (low + high) / 2
      if rising[middle] < bound { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
