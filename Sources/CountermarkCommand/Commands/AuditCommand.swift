import ArgumentParser
import BiasMetrics
import FoundationEssentials
import Reports
import Scan
import Tabular

/// `countermark audit`: bias audits of tables of decisions.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Audits decisions and generated content for disparities between groups.",
    discussion: """
      Examples:
        countermark audit decisions.csv --prediction hired --group sex --group race
        countermark audit scores.csv --label outcome --score risk --threshold 0.5 --group sex --group 'age: <25|25-45|>45'
        countermark audit decisions.csv --label y --prediction p --group sex --control region --html audit.html
        countermark audit decisions.csv --label y --prediction p --group sex --convention fairlearn --json -
        countermark audit applicants.csv --plan ll144 --group sex --group race --score score
        countermark audit --plan four-fifths --group sex --prediction hired --show-plan > plan.json
        countermark audit site-a.csv --plan plan.json --save-cube a.json --suppress-below 10
        countermark audit a.json b.json --plan plan.json
        countermark audit outputs.jsonl --kind generated-text --group gender --flag-field refused --score-field toxicity
        countermark audit outputs.jsonl --kind generated-text --lexicon gender-en --reference census.csv --targets occupations-en
        countermark audit answers.jsonl --kind bbq
        countermark audit results.jsonl --join labels.csv --prediction detected --label marked --group language

      Outputs of models are compared by pairs: the same template and sample about two groups. Beside each difference stands what
      sampling the model again makes of it. Results of a scan, joined with labels by id, are decisions like others.

      Each group is compared with the one whose rate is highest, or with --privileged COL=VALUE. A verdict is "disparity" (the
      whole interval is beyond the tolerance), "within-tolerance" (the whole interval is within), "inconclusive" (the data
      decide neither) or "not-estimable". Selection rates are judged by their ratio (--tau), error rates by their difference
      (--delta). All comparisons count in the correction. The command ends with 1 when there is a disparity.

      A plan says the same as flags, in a file that can be declared, reviewed and named by its digest before there are results;
      flags fill what it leaves open and may not contradict it.

      A table is CSV, TSV or JSON lines; several files are one table; - is standard input. Counts saved with --save-cube stand for
      the tables they were made of.
      """)

  @Argument(help: "Tables of decisions, or counts that were saved.") var tables: [String] = []
  @OptionGroup(title: "Columns") var columns: AuditColumnOptions
  @OptionGroup(title: "Plan") var planning: AuditPlanOptions
  @OptionGroup(title: "Output") var outputs: AuditOutputOptions
  @OptionGroup(title: "Counts") var cubes: AuditCubeOptions
  @OptionGroup(title: "Generated content") var generated: AuditGeneratedOptions
  @Option(
    name: [.short, .long], help: ArgumentHelp("Workers. Results are the same for any number.", valueName: "n")
  )
  var jobs: Int?
  @Flag(name: .long, help: "End with 0 even when there is a disparity.") var exitZero = false

  func validate() throws {
    guard !tables.isEmpty || planning.showPlan || generated.showLexicon else {
      throw ValidationError("name at least one table; - is standard input.")
    }
    guard jobs.map({ $0 >= 1 && $0 <= 1024 }) ?? true else {
      throw ValidationError("-j takes 1 to 1024 workers.")
    }
  }

  var workers: Int { jobs ?? ProcessInfo.processInfo.activeProcessorCount }

  func run() async throws {
    do {
      if generated.showLexicon { return try printLexicon() }
      var (plan, digest) = try planning.declared(columns)
      try generated.fill(&plan)
      try generated.check(plan, history: outputs.history)
      // A plan to be edited may name files that come later; what is carried out may not.
      if !planning.showPlan
        || plan.sources.allSatisfy({
          Lexicon.builtIn($0) != nil || FileManager.default.fileExists(atPath: $0)
        })
      {
        try plan.pin()
      }
      if planning.plan == nil { digest = plan.digest }
      if planning.showPlan {
        Terminal.printOut(String(decoding: plan.json.pretty, as: UTF8.self))
        return
      }
      switch plan.kind {
      case .decisions: throw try await decisions(plan, declaredDigest: digest)
      case .multiclass: throw try await classes(plan, declaredDigest: digest)
      case .numeric, .ranking: throw try parity(plan, declaredDigest: digest)
      case .generatedText, .generatedImages, .recommendations, .bbq, .crowsPairs, .stereoSet, .coreference,
        .descriptorScores, .groupScores:
        throw try generatedContent(plan, declaredDigest: digest)
      }
    } catch let error as TabularError {
      let prediction = columns.prediction.map { "column '\($0)'" }
      if error.code == .tooManyLabels, let prediction, error.message.hasPrefix(prediction) {
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

  /// Audits a table of decisions.
  private func decisions(_ plan: DeclaredPlan, declaredDigest: String) async throws -> ExitStatus {
    var (cube, unmatched) = try await counted(plan)
    try cubes.save(cube)
    if plan.columns.threshold == .aboveMedian { cube = try cube.decided(above: cube.medianScore) }
    let table = try DecisionTable(
      cube, positive: plan.positive, positivePrediction: plan.positivePrediction(cube),
      missingLabels: plan.missingLabels)
    let controls = table.dimensions[table.groupDimensions...].map(\.name).filter {
      $0 != plan.columns.cluster
    }
    let audits = try Audit(plan.audit).runStrata(table, cube: cube).map { stratum in
      AuditReport.Stratum(controls: Array(zip(controls, stratum.values)), result: stratum.result)
    }
    var supplements = try AuditSupplements(plan, table: table, cube: cube)
    (supplements.declaredDigest, supplements.unmatchedLabels) = (declaredDigest, unmatched)
    try outputs.write(
      AuditReport(
        table: table, cube: cube, strata: audits, convention: plan.convention,
        privileged: plan.audit.references, supplements: supplements, version: CountermarkTool.version,
        declaration: AuditDeclaration(plan, digest: declaredDigest),
        manifest: manifest, history: try AuditHistory(paths: outputs.history)))
    complain(of: cube.problems, cube.failedRows)
    let isFlagged = !exitZero && audits.contains { $0.result.hasDisparity }
    return ExitStatus.worst([cube.failedRows > 0 ? .incomplete : .done, isFlagged ? .flagged : .done])
  }
}
