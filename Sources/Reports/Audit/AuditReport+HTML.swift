extension AuditReport {
  /// One page that needs nothing else: findings in sentences first, then figures with their tables, then how to check them.
  ///
  /// No script and nothing from outside; light and dark, narrow and wide, and on paper; the same bytes for the same audit. Cost: some
  /// milliseconds, and a few more for each group and score.
  public func html() -> String { AuditPage(self).html() }
}
