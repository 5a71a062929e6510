/// Whose figures are printed beside our own.
public enum AuditConvention: String, CaseIterable, Hashable, Sendable {
  /// Nobody's: what cannot be estimated says so.
  case strict
  /// Those of `MetricFrame` and the parity functions.
  case fairlearn
  /// Those of `ClassificationMetric`.
  case aif360
  /// Those of `Bias`.
  case aequitas
}
