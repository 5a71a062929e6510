/// An audit of predictions of several classes: each class against the rest, and how far groups' predictions lie apart.
///
/// No single number says what several classes do: a group may get one class too often and another too rarely. So every class is
/// audited as a decision of its own, the error divided among the classes, and the distributions of predictions are compared as a
/// whole by their total variation.
public struct MulticlassAudit: Sendable {
  /// One class against the rest.
  public struct Class: Sendable {
    /// The class.
    public var name: String
    /// The decisions for or against it.
    public var table: DecisionTable
    /// The audit of each stratum of the controls; one without controls.
    public var strata: [(values: [String], result: AuditResult)]
  }

  /// How far the predictions of two groups lie apart.
  public struct Distance: Hashable, Sendable {
    /// The attributes.
    public var attributes: [String]
    /// The controls' values in whose stratum the groups are compared; empty without controls.
    public var controls: [Control] = []
    /// The one group.
    public var first: [String]
    /// The other.
    public var second: [String]
    /// ½ Σ |p − q| over the classes: the share of one group's rows that would need another prediction to match the other's.
    public var totalVariation: Double
    /// The class of the greatest |p − q|.
    public var widestClass: String
    /// The first group's share of that class minus the second's.
    public var widestDifference: Double
    /// The chance of so great a distance when predictions are dealt anew to the same rows; nil where a group is too small.
    public var p: Double?
    /// The same by Holm over all pairs.
    public var adjustedP: Double?
    /// Why there is no p-value.
    public var reason: String?

    /// A control and its value.
    public struct Control: Hashable, Sendable {
      /// The column.
      public var name: String
      /// The value.
      public var value: String
    }
  }

  /// The classes, sorted by their bytes.
  public var classes: [Class]
  /// Distances of all pairs of groups, by attribute, within each stratum of the controls.
  public var distances: [Distance]
  /// The class, and the comparison, whose difference of rates is the greatest among those that could be judged.
  public var worst: (name: String, disparity: Disparity)?

  /// How many classes are audited at most.
  public static let mostClasses = 100

  /// Audits a cube whose labels and predictions are names of classes.
  ///
  /// - Parameters:
  ///   - permutations: how often predictions are dealt anew at least for a distance's p-value; more often where many pairs are corrected for.
  ///   - seed: where the random numbers begin.
  public init(
    _ cube: CountingCube, plan: AuditPlan, missingLabels: DecisionTable.MissingLabels = .error,
    permutations: Int = 999, seed: UInt64 = 1
  ) throws(BiasMetricsError) {
    let names = Set(
      [cube.labelDimension, cube.predictionDimension].compactMap { $0 }.flatMap { cube.dimensions[$0].labels }
    ).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    guard names.count <= Self.mostClasses else {
      throw BiasMetricsError(
        .ambiguousLabels, "there are \(names.count) classes, more than \(Self.mostClasses)",
        hint: "if they are numbers, use --kind numeric; else put classes together, as in 'p: a,b|c|*'")
    }
    guard names.count > 1 else {
      throw BiasMetricsError(
        .ambiguousLabels, "there is a single class, \(names.first ?? "none")",
        hint: "look at the columns' names")
    }
    // The error of the whole is divided among the classes.
    var part = plan
    part.alpha /= Double(names.count)
    let audit = try Audit(part)
    classes = []
    for name in names {
      let table = try DecisionTable(cube, oneVersusRest: name, missingLabels: missingLabels)
      classes.append(Class(name: name, table: table, strata: try audit.runStrata(table, cube: cube)))
    }
    distances = []
    let profiles = cube.schema.groups.indices.flatMap { PredictionProfile.strata(cube, by: $0) }
    let deals = PredictionProfile.Deals(
      least: permutations, pairs: profiles.reduce(0) { $0 + $1.pairs(minimumCount: plan.minimumCount) },
      alpha: plan.alpha,
      isWhole: plan.cluster == nil && cube.schema.weight == nil)
    for profile in profiles {
      distances += profile.distances(minimumCount: plan.minimumCount, deals, seed)
    }
    PredictionProfile.adjust(&distances)
    worst = nil
    for entry in classes {
      for stratum in entry.strata {
        for disparity in stratum.result.disparities where disparity.verdict != .notEstimable {
          if worst.map({ $0.disparity.difference < disparity.difference }) ?? true {
            worst = (entry.name, disparity)
          }
        }
      }
    }
  }
}
