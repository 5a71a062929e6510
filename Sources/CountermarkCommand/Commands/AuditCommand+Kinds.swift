import BiasMetrics
import FoundationEssentials
import Reports
import Tabular

extension AuditCommand {
  /// Audits predictions of several classes, each class against the rest.
  func classes(_ plan: DeclaredPlan, declaredDigest: String) async throws -> ExitStatus {
    guard plan.columns.prediction != nil, plan.columns.cluster == nil, plan.columns.threshold == nil,
      plan.columns.score == nil
    else {
      throw BiasMetricsError(
        .invalidPlan, "several classes are read from a column of predictions, without scores and clusters",
        hint: "name it: --kind multiclass --prediction COLUMN [--label COLUMN]")
    }
    let cube = try await plan.counted(tables, workers: workers)
    try cubes.save(cube)
    let found = try MulticlassAudit(
      cube, plan: plan.audit, missingLabels: plan.missingLabels, seed: plan.audit.seed)
    guard let first = found.classes.first else { return .internalError }
    let controls = first.table.dimensions[first.table.groupDimensions...].map(\.name)
    let strata = found.classes.flatMap { entry in
      entry.strata.map { stratum in
        AuditReport.Stratum(
          controls: [("class", entry.name)] + Array(zip(controls, stratum.values)), result: stratum.result,
          table: entry.table.stratum(
            Dictionary(
              uniqueKeysWithValues: zip(
                entry.table.groupDimensions..<entry.table.dimensions.count, stratum.values))))
      }
    }
    var supplements = AuditSupplements()
    (supplements.plan, supplements.declaredDigest) = (plan, declaredDigest)
    supplements.classes = found.classes.map(\.name)
    supplements.distances = found.distances
    if let worst = found.worst {
      supplements.worstClass = .init(name: worst.name, disparity: worst.disparity)
    }
    try outputs.write(
      AuditReport(
        table: first.table, cube: cube, strata: strata, supplements: supplements,
        version: CountermarkTool.version, declaration: AuditDeclaration(plan, digest: declaredDigest),
        manifest: manifest, history: try AuditHistory(paths: outputs.history)))
    complain(of: cube.problems, cube.failedRows)
    let isFlagged = !exitZero && strata.contains { $0.result.hasDisparity }
    return ExitStatus.worst([cube.failedRows > 0 ? .incomplete : .done, isFlagged ? .flagged : .done])
  }

  /// Compares predicted numbers, or places in lists.
  func parity(_ plan: DeclaredPlan, declaredDigest: String) throws -> ExitStatus {
    let isRanking = plan.kind == .ranking
    guard outputs.history.isEmpty else {
      throw BiasMetricsError(
        .invalidPlan, "--history is drawn for decisions and classes",
        hint: "leave it out with --kind \(plan.kind.rawValue)")
    }
    guard !plan.columns.groups.isEmpty else {
      throw BiasMetricsError(
        .invalidPlan, "no column of groups is named", hint: "name at least one: --group COLUMN")
    }
    guard plan.columns.controls.isEmpty, plan.columns.weight == nil, plan.columns.cluster == nil,
      plan.columns.threshold == nil,
      cubes.saveCube == nil
    else {
      throw BiasMetricsError(
        .invalidPlan,
        "controls, weights, clusters, thresholds and saved counts are for decisions and classes",
        hint: "leave them out with --kind \(plan.kind.rawValue)")
    }
    let (column, label): (String?, String?)
    if isRanking {
      guard (plan.columns.prediction == nil) != (plan.columns.score == nil), plan.columns.label == nil else {
        throw BiasMetricsError(
          .invalidPlan, "a ranking has either ranks or scores, and no labels",
          hint:
            "name ranks with --prediction (1 is the first place), or scores with --score, and lists with --list"
        )
      }
      (column, label) = (plan.columns.prediction ?? plan.columns.score, nil)
    } else {
      guard plan.columns.prediction != nil, plan.columns.label != nil, plan.columns.score == nil else {
        throw BiasMetricsError(
          .invalidPlan, "predicted numbers are compared with true ones",
          hint: "name both: --label COLUMN --prediction COLUMN")
      }
      (column, label) = (plan.columns.prediction, plan.columns.label)
    }
    let table = try NumericTable(
      paths: tables, groups: try plan.columns.groups.map { try TableColumn(definition: $0) }, label: label,
      prediction: column ?? "", list: plan.columns.list, missing: plan.missing)
    guard table.groups.contains(where: { !$0.rows.isEmpty }) else {
      throw BiasMetricsError(
        .noRows, "the table has no rows that can be read", hint: "look at the row errors")
    }
    let subject: ParityReport.Subject =
      isRanking
      ? .ranking(
        try RankingParity(
          table, higherIsBetter: plan.columns.prediction == nil, ratioTolerance: plan.audit.ratioTolerance,
          alpha: plan.audit.alpha, minimumCount: plan.audit.minimumCount,
          missingLabels: plan.missingLabels, seed: plan.audit.seed))
      : .numeric(
        try NumericParity(
          table, alpha: plan.audit.alpha, minimumCount: plan.audit.minimumCount,
          missingLabels: plan.missingLabels, tolerance: plan.content.scoreTolerance))
    let report = ParityReport(
      subject, plan: plan, declaredDigest: declaredDigest,
      rowsRead: table.groups.reduce(0) { $0 + $1.rows.count } + table.failedRows,
      failedRows: table.failedRows, version: CountermarkTool.version,
      declaration: AuditDeclaration(plan, digest: declaredDigest), manifest: manifest)
    try outputs.write(report)
    complain(of: table.problems, table.failedRows)
    let isFlagged = !exitZero && report.hasDisparity
    return ExitStatus.worst([table.failedRows > 0 ? .incomplete : .done, isFlagged ? .flagged : .done])
  }

  /// What the page was made of; files are digested for a page only.
  var manifest: ReportManifest {
    guard outputs.html != nil else { return ReportManifest() }
    // A plan may be a name that is built in, and then is no file.
    let plans = [planning.plan].compactMap { $0 }.filter { FileManager.default.fileExists(atPath: $0) }
    return ReportManifest(
      digesting: tables + plans + generated.files + outputs.history,
      arguments: Array(CommandLine.arguments.dropFirst()))
  }

  /// Names the first rows that could not be read.
  func complain(of problems: [RowProblem], _ failedRows: Int) {
    guard failedRows > 0 else { return }
    for problem in problems.prefix(5) {
      let place =
        "\(problem.source) line \(problem.line)\(problem.column.map { ", column '\($0)'" } ?? "")"
      Terminal.complain(
        printable("countermark: \(place): \(problem.error.message)") + "\n  hint: "
          + printable(problem.error.hint))
    }
    Terminal.complain("countermark: \(failedRows) rows could not be read and are not in the audit")
  }
}
