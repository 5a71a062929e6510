import BiasMetrics

/// An audit of generated content as one page, with the same parts as the page of decisions.
public struct GeneratedReport: Sendable {
  /// What was found.
  public var result: GeneratedResult
  /// The tool's version.
  public var version: String
  /// What was said of the audit before its results.
  public var declaration: AuditDeclaration
  /// What the report was made of.
  public var manifest: ReportManifest

  /// Takes an audit's parts.
  public init(
    result: GeneratedResult, version: String, declaration: AuditDeclaration = AuditDeclaration(),
    manifest: ReportManifest = ReportManifest()
  ) {
    (self.result, self.version, self.declaration, self.manifest) = (result, version, declaration, manifest)
  }

  /// One page that needs nothing else: findings in sentences first, then figures with their tables, limits, and how to make it again.
  public func html() -> String { GeneratedPage(self).html() }
}
