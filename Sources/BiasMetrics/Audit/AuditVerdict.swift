/// What the evidence says of one comparison.
public enum AuditVerdict: String, CaseIterable, Hashable, Sendable {
  /// The groups differ by more than is tolerated, with the family-wise error the plan allows.
  case disparity
  /// The groups differ by no more than is tolerated: the whole interval lies within.
  case withinTolerance = "within-tolerance"
  /// The data decide neither.
  case inconclusive
  /// There is nothing to estimate, or too little to judge.
  case notEstimable = "not-estimable"

  /// The verdicts by what a reader must not miss: what is undecided comes before what is within the tolerance.
  public static let byGravity: [AuditVerdict] = [.disparity, .inconclusive, .notEstimable, .withinTolerance]
}
