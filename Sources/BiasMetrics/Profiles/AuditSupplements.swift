/// What stands beside an audit's comparisons: the declared plan, a rule's tables, the search, and how far findings hang on choices.
public struct AuditSupplements: Hashable, Sendable {
  /// The plan as it was carried out, flags filled in.
  public var plan: DeclaredPlan?
  /// The digest of the plan as it was declared; other than that of ``plan`` where flags filled in what it leaves open.
  public var declaredDigest: String?
  /// Impact ratios by each attribute and by all together.
  public var impactRatios: [ImpactRatioTable] = []
  /// The four-fifths rule's quantities by each attribute and by all together.
  public var fourFifths: [FourFifthsTable] = []
  /// The search for subgroups.
  public var search: SubgroupSearch.Result?
  /// Disparities at other cuts, by attribute; where there are scores.
  public var sweeps: [ThresholdSweep] = []
  /// Bounds of what the rows left out could change, by metric and attribute; where rows were left out.
  public var bounds: [MissingBounds] = []

  /// How scores differ, by attribute; where there are scores.
  public var scores: [ScoreParity] = []
  /// The classes, where each was audited against the rest.
  public var classes: [String] = []
  /// How far groups' predictions of classes lie apart.
  public var distances: [MulticlassAudit.Distance] = []
  /// The class, and the comparison, with the greatest difference of rates.
  public var worstClass: WorstClass?

  /// Labels that no result is known of, where results of a scan were joined with labels.
  public var unmatchedLabels: UnmatchedLabels?

  /// Labels without a result.
  public struct UnmatchedLabels: Hashable, Sendable {
    /// How many.
    public var count: Int
    /// The ids of the first of them.
    public var ids: [String]

    /// Names them.
    public init(count: Int, ids: [String]) { (self.count, self.ids) = (count, ids) }
  }

  /// A class and a comparison of groups that get it.
  public struct WorstClass: Hashable, Sendable {
    /// The class.
    public var name: String
    /// The comparison.
    public var disparity: Disparity

    /// Names one.
    public init(name: String, disparity: Disparity) { (self.name, self.disparity) = (name, disparity) }
  }

  /// Nothing.
  public init() {}

  /// Computes what a plan asks for.
  ///
  /// - Parameter cube: the cube of the table, rows without label or decision included.
  public init(_ plan: DeclaredPlan, table: DecisionTable, cube: CountingCube) throws(BiasMetricsError) {
    self.plan = plan
    let sets = plan.audit.attributeSets(of: table.groupDimensions)
    let isTested = plan.audit.cluster == nil && !table.isWeighted
    if plan.tables.contains(.ll144) {
      impactRatios = sets.map { ImpactRatioTable(table, by: $0, cube: cube) }
    }
    if plan.tables.contains(.fourFifths) {
      fourFifths = sets.compactMap { FourFifthsTable(table, by: $0, isTested: isTested, cube: cube) }
    }
    if plan.searchDepth > 0 {
      guard cube.suppression.map({ $0.combinations.isEmpty }) ?? true else {
        throw BiasMetricsError(
          .invalidPlan, "the search for subgroups needs all rows, and small counts were taken out of these",
          hint: "leave --search-depth out, or search before --suppress-below")
      }
      search = try SubgroupSearch(
        depth: plan.searchDepth, metrics: plan.audit.metrics, alpha: plan.audit.alpha,
        minimumCount: plan.audit.minimumCount, seed: plan.audit.seed
      ).run(table)
    }
    for place in 0..<table.groupDimensions {
      let attributes = [table.dimensions[place].name]
      if table.hasScores,
        let sweep = ThresholdSweep(
          table.groups(by: [place], keepsScores: true), attributes: attributes, chosen: Self.cut(plan, cube),
          hasLabels: table.hasLabels, isWeighted: table.isWeighted, minimumCount: plan.audit.minimumCount)
      {
        sweeps.append(sweep)
      }
      if table.hasScores {
        scores.append(
          ScoreParity(
            table.groups(by: [place], keepsScores: true), attributes: attributes, hasLabels: table.hasLabels,
            minimumCount: plan.audit.minimumCount, isTested: isTested))
      }
      guard !table.undecided.isEmpty else { continue }
      for metric in plan.audit.metrics {
        if let bound = MissingBounds(
          cube, metric: metric, by: [place], table: table, minimumCount: plan.audit.minimumCount)
        {
          bounds.append(bound)
        }
      }
    }
  }

  private static func cut(_ plan: DeclaredPlan, _ cube: CountingCube) -> Double? {
    switch plan.columns.threshold {
    case nil: nil
    case .from(let cut): cut
    // "Above the median" is "from the next score on".
    case .aboveMedian:
      { median in
        cube.cells.flatMap { $0.scores.map(\.score) }.filter { $0 > median }.min() ?? median
      }(cube.medianScore)
    }
  }
}
