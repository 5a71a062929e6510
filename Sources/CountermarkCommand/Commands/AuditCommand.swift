import ArgumentParser
import BiasMetrics
import FoundationEssentials
import Reports
import Scan
import Tabular

/// `countermark audit`: bias audits of tables of decisions.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Audits decisions for disparities between groups.",
    discussion: """
      Examples:
        countermark audit decisions.csv --prediction hired --group sex --group race
        countermark audit scores.csv --label outcome --score risk --threshold 0.5 --group sex --group 'age: <25|25-45|>45'
        countermark audit decisions.csv --label y --prediction p --group sex --control region --html audit.html
        countermark audit decisions.csv --label y --prediction p --group sex --convention fairlearn --json -

      Each group is compared with the one whose rate is highest, or with --privileged COL=VALUE. A verdict is "disparity" (the
      whole interval is beyond the tolerance), "within-tolerance" (the whole interval is within), "inconclusive" (the data
      decide neither) or "not-estimable". Selection rates are judged by their ratio (--tau), error rates by their difference
      (--delta). All comparisons count in the correction. The command ends with 1 when there is a disparity.

      A table is CSV, TSV or JSON lines; several files are one table; - is standard input.
      """)

  @Argument(help: "Tables of decisions.") var tables: [String]
  @Option(name: .long, help: ArgumentHelp("What was true.", valueName: "column")) var label: String?
  @Option(name: .long, help: ArgumentHelp("What was decided.", valueName: "column")) var prediction: String?
  @Option(
    name: .long,
    help: ArgumentHelp(
      "A column of groups, or classes as in 'age: <25|25-45|>45'; may be repeated.", valueName: "column"))
  var group: [String]
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Compare groups within each value of this column; may be repeated.", valueName: "column"))
  var control: [String] = []
  @Option(name: .long, help: ArgumentHelp("The number behind the decision.", valueName: "column")) var score:
    String?
  @Option(name: .long, help: ArgumentHelp("Scores from here on are favourable decisions.", valueName: "cut"))
  var threshold: Double?
  @Option(name: .long, help: ArgumentHelp("What a row counts for.", valueName: "column")) var weight: String?
  @Option(name: .long, help: ArgumentHelp("The favourable label and decision.", valueName: "value"))
  var positive: String?
  @Option(
    name: .long, help: ArgumentHelp("Compare with this group; may be repeated.", valueName: "column=value"))
  var privileged: [String] = []
  @Option(
    name: .long, help: "Also print what another tool would: strict (none), fairlearn, aif360 or aequitas.")
  var convention: AuditReport.Convention = .strict
  @Option(name: .long, help: "Ratios of selection rates from here to its inverse are tolerated.") var tau =
    0.8
  @Option(name: .long, help: "Differences of error rates up to this are tolerated.") var delta = 0.1
  @Option(name: .long, help: "The chance of any false disparity in the whole audit.") var alpha = 0.05
  @Option(name: .long, help: "Groups with fewer rows are shown and not judged.") var minimumCount = 30
  @Option(name: .long, help: "Rows without label or prediction: error, or exclude (and count them).")
  var missingLabels: DecisionTable.MissingLabels = .error
  @Option(name: .long, help: ArgumentHelp("A text that means missing; may be repeated.", valueName: "text"))
  var missing: [String] = ["NaN", "nan"]
  @Flag(name: .long, help: "Compare single attributes only, not their combinations.") var noIntersections =
    false
  @Option(
    name: .long, help: ArgumentHelp("Write the audit as JSON; - is standard output.", valueName: "file"))
  var json: String?
  @Option(name: .long, help: ArgumentHelp("Write the report as one HTML page.", valueName: "file")) var html:
    String?
  @Option(
    name: .long,
    help: ArgumentHelp(
      "An earlier audit's JSON, drawn beside this one in --html; may be repeated, oldest first.",
      valueName: "file"))
  var history: [String] = []
  @Option(name: .long, help: ArgumentHelp("Write the comparisons as CSV.", valueName: "file")) var csv:
    String?
  @Option(
    name: [.short, .long], help: ArgumentHelp("Workers. Results are the same for any number.", valueName: "n")
  )
  var jobs: Int?
  @Flag(name: .long, help: "End with 0 even when there is a disparity.") var exitZero = false

  func validate() throws {
    guard !group.isEmpty else { throw ValidationError("name at least one --group.") }
    guard jobs.map({ $0 >= 1 && $0 <= 1024 }) ?? true else {
      throw ValidationError("-j takes 1 to 1024 workers.")
    }
    guard threshold == nil || (score != nil && prediction == nil) else {
      throw ValidationError("--threshold makes decisions of --score; leave --prediction out.")
    }
    guard prediction != nil || threshold != nil else {
      throw ValidationError("name the decisions: --prediction COLUMN, or --score COLUMN --threshold CUT.")
    }
    guard history.isEmpty || (html != nil && control.isEmpty) else {
      throw ValidationError("--history is drawn in --html, and for audits without --control.")
    }
    guard convention != .aif360 || !privileged.isEmpty else {
      throw ValidationError("--convention aif360 needs the privileged group: --privileged COLUMN=VALUE.")
    }
  }

  func run() async throws {
    do {
      let schema = try schema()
      let cube = try await CountingCube.counting(
        paths: tables, schema: schema, missing: missing,
        workers: jobs ?? ProcessInfo.processInfo.activeProcessorCount)
      let table = try DecisionTable(
        cube, positive: positive, positivePrediction: threshold.map { ">=\($0)" },
        missingLabels: missingLabels)
      let audits = try strata(table, cube)
      let earlier = try AuditHistory(paths: history)
      try write(
        AuditReport(
          table: table, cube: cube, strata: audits, convention: convention, privileged: references(),
          version: CountermarkTool.version,
          manifest: html == nil
            ? ReportManifest()
            : ReportManifest(
              digesting: tables + history, arguments: Array(CommandLine.arguments.dropFirst())),
          history: earlier))
      if cube.failedRows > 0 {
        for problem in cube.problems.prefix(5) {
          Terminal.complain(
            printable(
              "countermark: \(problem.source) line \(problem.line)\(problem.column.map { ", column '\($0)'" } ?? ""): "
                + problem.error.message) + "\n  hint: " + printable(problem.error.hint))
        }
        Terminal.complain("countermark: \(cube.failedRows) rows could not be read and are not in the audit")
      }
      let isFlagged = !exitZero && audits.contains { $0.result.hasDisparity }
      throw ExitStatus.worst([cube.failedRows > 0 ? .incomplete : .done, isFlagged ? .flagged : .done])
    } catch let error as TabularError {
      if error.code == .tooManyLabels, let prediction, error.message.hasPrefix("column '\(prediction)'") {
        throw CommandError(
          status: .usage, code: error.code.rawValue, message: error.message + ", which are no decisions",
          hint: "give the column as --score, and the cut as --threshold")
      }
      throw CommandError(status: .usage, code: error.code.rawValue, message: error.message, hint: error.hint)
    } catch let error as ReportsError {
      throw CommandError(status: .usage, code: error.code.rawValue, message: error.message, hint: error.hint)
    } catch let error as BiasMetricsError {
      throw CommandError(status: .usage, code: error.code.rawValue, message: error.message, hint: error.hint)
    }
  }

  private func schema() throws -> CubeSchema {
    var decisions = prediction.map { TableColumn($0) }
    if let threshold, let score {
      decisions = try TableColumn(definition: "\(score): >=\(threshold)|<\(threshold)")
    }
    return CubeSchema(
      groups: try group.map { try TableColumn(definition: $0) },
      controls: try control.map { try TableColumn(definition: $0) }, label: label.map { TableColumn($0) },
      prediction: decisions, score: score, weight: weight)
  }

  private func references() throws -> [String: String] {
    var references: [String: String] = [:]
    for entry in privileged {
      guard let sign = entry.firstIndex(of: "="), sign > entry.startIndex else {
        throw CommandError(
          status: .usage, code: "invalid-privileged", message: "'\(entry)' names no group",
          hint: "write --privileged sex=male")
      }
      references[String(entry[..<sign])] = String(entry[entry.index(after: sign)...])
    }
    return references
  }

  /// The whole table, or each stratum of the controls, the error divided among them.
  private func strata(_ table: DecisionTable, _ cube: CountingCube) throws -> [AuditReport.Stratum] {
    let plan = AuditPlan(
      ratioTolerance: tau, differenceTolerance: delta, alpha: alpha, minimumCount: minimumCount,
      includesIntersections: !noIntersections, references: try references())
    let controls = table.dimensions[table.groupDimensions...].map(\.name)
    return try Audit(plan).runStrata(table, cube: cube).map { stratum in
      AuditReport.Stratum(controls: Array(zip(controls, stratum.values)), result: stratum.result)
    }
  }

  private func write(_ report: AuditReport) throws {
    if let json {
      let bytes = report.json()
      if json == "-" {
        Terminal.printOut(String(decoding: bytes, as: UTF8.self))
      } else {
        try save(bytes, json)
      }
    }
    if let csv { try save(Array(report.csv().utf8), csv) }
    if let html { try save(Array(report.html().utf8), html) }
    if json != "-" { Terminal.printOut(report.text()) }
  }

  private func save(_ bytes: [UInt8], _ path: String) throws {
    do {
      try Data(bytes).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw CommandError(
        status: .usage, code: "unwritable", message: "cannot write \(path)",
        hint: "check the folder and its permissions")
    }
  }
}

extension AuditReport.Convention: ExpressibleByArgument {}
extension DecisionTable.MissingLabels: ExpressibleByArgument {}
