/// How far rows without a label or decision could move a rate and a disparity, whatever they would have been.
///
/// Leaving rows out assumes that they are like the others. Nothing says so: the bounds put them all on one side, then on the
/// other. Source: Manski, "Nonparametric Bounds on Treatment Effects", American Economic Review 80, 1990.
public struct MissingBounds: Hashable, Sendable {
  /// A group's rate, and how far the missing could move it.
  public struct Group: Hashable, Sendable {
    /// The group.
    public var values: [String]
    /// The rate among the rows that are known; NaN where there are none.
    public var rate: Double
    /// Rows that lack a label or decision that the metric needs.
    public var missing: Int
    /// Rows that are known to count below the metric's line.
    public var known: Int
    /// The least rate that the missing could make; NaN where nothing could be below the line.
    public var lower: Double
    /// The greatest.
    public var upper: Double
  }

  /// The metric.
  public var metric: RateMetric
  /// The attributes.
  public var attributes: [String]
  /// The groups.
  public var groups: [Group]
  /// The group with the least known rate.
  public var least: [String]
  /// The group with the greatest known rate.
  public var greatest: [String]
  /// Greatest minus least among the known rows.
  public var difference: Double
  /// The least that the same difference could be, below 0 where the order could turn.
  public var differenceLower: Double
  /// The greatest.
  public var differenceUpper: Double
  /// Least over greatest among the known rows.
  public var ratio: Double
  /// The least that the same ratio could be.
  public var ratioLower: Double
  /// The greatest; above 1 where the order could turn.
  public var ratioUpper: Double

  /// Whether the two groups' order could turn.
  public var couldTurn: Bool { differenceLower < 0 }

  /// The bounds of a metric, for the groups that some attributes make; nil with fewer than two groups whose rate is known.
  ///
  /// Every row that lacks a label or decision which the metric needs counts as missing; rows are counted without their weights.
  /// Groups of fewer than `minimumCount` known rows are listed, and are not among the two compared.
  ///
  /// - Parameters:
  ///   - places: the attributes' places among the groups.
  ///   - positive: the favourable label's and decision's place among the cube's labels, from ``DecisionTable``.
  public init?(
    _ cube: CountingCube, metric: RateMetric, by places: [Int], table: DecisionTable, minimumCount: Int = 30
  ) {
    guard metric == .selectionRate || (table.hasLabels && metric.needsLabels) else { return nil }
    var tallies: [[Int]: Tally] = [:]
    for cell in cube.cells {
      let label =
        table.hasLabels ? cube.labelDimension.map { Self.reading(cell, $0, cube, table.positiveLabel) } : nil
      guard
        let decision = (cube.predictionDimension ?? cube.labelDimension).map({
          Self.reading(cell, $0, cube, table.positivePrediction)
        })
      else { continue }
      tallies[places.map { cell.coordinates[$0] }, default: Tally()].add(
        cell.count, label ?? .no, decision, metric)
    }
    self.metric = metric
    attributes = places.map { cube.dimensions[$0].name }
    groups = tallies.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { key, tally in
      let values = zip(places, key).map {
        $1 == 0 ? DecisionTable.missingName : DecisionTable.shown(cube.dimensions[$0].labels[$1 - 1])
      }
      return tally.group(values)
    }
    let known = groups.filter { !$0.rate.isNaN && $0.known >= minimumCount }
    guard known.count > 1, let low = known.min(by: { $0.rate < $1.rate }),
      let high = known.max(by: { $0.rate < $1.rate })
    else { return nil }
    (least, greatest) = (low.values, high.values)
    (difference, ratio) = (high.rate - low.rate, low.rate / high.rate)
    (differenceLower, differenceUpper) = (high.lower - low.upper, high.upper - low.lower)
    (ratioLower, ratioUpper) = (low.lower / high.upper, low.upper / high.lower)
  }

  private enum Reading {
    case yes, no, unknown
  }

  private static func reading(
    _ cell: CountingCube.Cell, _ place: Int, _ cube: CountingCube, _ positive: String
  ) -> Reading {
    let coordinate = cell.coordinates[place]
    if coordinate == 0 { return .unknown }
    return cube.dimensions[place].labels[coordinate - 1] == positive ? .yes : .no
  }

  /// Rows by what is known of them: each missing row may be chosen so that the rate is least, or greatest.
  private struct Tally {
    var above = 0
    var below = 0
    /// Missing rows by the outcomes that are open to them: whether they may be counted above the line, below it only, or not at all.
    var leastAbove = 0
    var leastBelow = 0
    var mostAbove = 0
    var mostBelow = 0
    var missing = 0

    mutating func add(_ count: Int, _ label: Reading, _ decision: Reading, _ metric: RateMetric) {
      let labels: [Bool] = label == .unknown ? [false, true] : [label == .yes]
      let decisions: [Bool] = decision == .unknown ? [false, true] : [decision == .yes]
      var outcomes: Set<Outcome> = []
      for label in labels {
        for decision in decisions {
          var one = Confusion()
          one.add(1, label: label, prediction: decision)
          let (up, down) = metric.parts(one)
          outcomes.insert(down == 0 ? .out : up > 0 ? .above : .below)
        }
      }
      if outcomes.count == 1 {
        if outcomes.contains(.above) { above += count }
        if !outcomes.contains(.out) { below += count }
        return
      }
      missing += count
      // A row below the line and not above it lowers any rate; one above it raises any; where neither is open, it stays out.
      if outcomes.contains(.below) {
        leastBelow += count
      } else if !outcomes.contains(.out) {
        leastAbove += count
        leastBelow += count
      }
      if outcomes.contains(.above) {
        mostAbove += count
        mostBelow += count
      } else if !outcomes.contains(.out) {
        mostBelow += count
      }
    }

    func group(_ values: [String]) -> Group {
      func rate(_ above: Int, _ below: Int) -> Double { below > 0 ? Double(above) / Double(below) : .nan }
      return Group(
        values: values, rate: rate(above, below), missing: missing, known: below,
        lower: rate(above + leastAbove, below + leastBelow),
        upper: rate(above + mostAbove, below + mostBelow))
    }
  }

  private enum Outcome {
    case above, below, out
  }
}
