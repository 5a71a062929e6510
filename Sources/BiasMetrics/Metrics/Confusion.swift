/// Sums of rows, or of their weights, by what was true and what was decided.
public struct Confusion: Hashable, Sendable {
  /// True positives.
  public var truePositives: Double
  /// False positives.
  public var falsePositives: Double
  /// True negatives.
  public var trueNegatives: Double
  /// False negatives.
  public var falseNegatives: Double

  /// Makes one of its sums.
  public init(
    truePositives: Double = 0, falsePositives: Double = 0, trueNegatives: Double = 0,
    falseNegatives: Double = 0
  ) {
    (self.truePositives, self.falsePositives) = (truePositives, falsePositives)
    (self.trueNegatives, self.falseNegatives) = (trueNegatives, falseNegatives)
  }

  /// Rows whose label is positive.
  public var positives: Double { truePositives + falseNegatives }
  /// Rows whose label is negative.
  public var negatives: Double { trueNegatives + falsePositives }
  /// Rows that were selected.
  public var selected: Double { truePositives + falsePositives }
  /// Rows that were not.
  public var rejected: Double { trueNegatives + falseNegatives }
  /// All rows.
  public var total: Double { positives + negatives }

  /// Adds another.
  public static func + (a: Confusion, b: Confusion) -> Confusion {
    Confusion(
      truePositives: a.truePositives + b.truePositives, falsePositives: a.falsePositives + b.falsePositives,
      trueNegatives: a.trueNegatives + b.trueNegatives, falseNegatives: a.falseNegatives + b.falseNegatives)
  }

  mutating func add(_ amount: Double, label: Bool, prediction: Bool) {
    switch (label, prediction) {
    case (true, true): truePositives += amount
    case (false, true): falsePositives += amount
    case (false, false): trueNegatives += amount
    case (true, false): falseNegatives += amount
    }
  }
}
