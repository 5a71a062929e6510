import BiasMetrics
import Statistics

/// An audit as text, JSON, CSV and a page.
///
/// All four say the same: the text for a terminal, JSON for programs and for the history of later audits, CSV for spreadsheets, and one
/// self-contained HTML page for the committee that must decide. The same audit gives the same bytes.
public struct AuditReport: Sendable {
  /// The rows that share the values of the controls.
  public struct Stratum: Sendable {
    /// The controls' values; empty where the whole table is one stratum.
    public var controls: [(name: String, value: String)]
    /// What was found in it.
    public var result: AuditResult
    /// Its rows, where they are not those of the whole table with these values of its controls.
    public var table: DecisionTable?

    /// Makes one.
    public init(
      controls: [(name: String, value: String)], result: AuditResult, table: DecisionTable? = nil
    ) {
      (self.controls, self.result, self.table) = (controls, result, table)
    }
  }

  /// Whose figures are printed beside our own.
  public typealias Convention = AuditConvention

  /// The table that was audited.
  public var table: DecisionTable
  /// The counts it was made of.
  public var cube: CountingCube
  /// The whole table, or each stratum of the controls.
  public var strata: [Stratum]
  /// Whose figures are printed beside our own.
  public var convention: Convention
  /// The groups that others are compared with, by column, as AIF360 and Aequitas need them.
  public var privileged: [String: String]
  /// What stands beside the comparisons: the plan, a rule's tables, the search, sweeps and bounds.
  public var supplements: AuditSupplements
  /// The tool's version.
  public var version: String
  /// What was said of the audit before its results.
  public var declaration: AuditDeclaration
  /// What the report was made of.
  public var manifest: ReportManifest
  /// Earlier audits of the same system, drawn beside this one.
  public var history: AuditHistory

  /// Takes an audit's parts.
  public init(
    table: DecisionTable, cube: CountingCube, strata: [Stratum], convention: Convention = .strict,
    privileged: [String: String] = [:], supplements: AuditSupplements = AuditSupplements(), version: String,
    declaration: AuditDeclaration = AuditDeclaration(), manifest: ReportManifest = ReportManifest(),
    history: AuditHistory = AuditHistory()
  ) {
    (self.table, self.cube, self.strata) = (table, cube, strata)
    (self.convention, self.privileged, self.version) = (convention, privileged, version)
    (self.supplements, self.declaration, self.manifest) = (supplements, declaration, manifest)
    self.history = history
  }

  /// Rows that the files hold, also those that could not be read.
  var rowsRead: Int { cube.rowsRead }

  /// Pairs over all rows beside the same within the controls; empty without controls, with weights or with clusters.
  var stratified: [StratifiedDisparity] {
    // Classes of predictions are strata of the report, and no controls.
    guard supplements.classes.isEmpty, strata.count > 1, !strata[0].controls.isEmpty,
      var plan = strata.first?.result.plan
    else { return [] }
    // Each stratum was given its part of the error; here it is whole again.
    plan.alpha = min(plan.alpha * Double(strata.count), 0.999)
    return (try? Audit(plan).acrossStrata(table)) ?? []
  }
}
