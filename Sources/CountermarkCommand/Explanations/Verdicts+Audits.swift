extension Explanation {
  /// What a verdict of an audit says.
  static let verdictsAudits: [Explanation] = [
    .init(
      "disparity", "The whole interval lies beyond the tolerance.",
      "The groups differ by more than was declared tolerable; the audit does not say why."),
    .init(
      "within-tolerance", "The whole interval lies within the tolerance.",
      "Equivalence is shown at this level, for these rows and this measure."),
    .init(
      "inconclusive", "The interval lies on both sides of the tolerance: the data do not decide.",
      "It is not \"fair\". The report says how many rows would decide it."),
    .init(
      "not-estimable",
      "The quantity cannot be estimated from these rows, or not well enough to be judged; the reason stands beside it.",
      "Collect rows of the kind that is missing."),
  ]
}
