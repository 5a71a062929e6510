import ArgumentParser
import BiasMetrics
import Reports
import Tabular

/// The options of audits of generated content, and of scans joined with labels.
struct AuditGeneratedOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("The prompts' names. (default: prompt_id)", valueName: "column"))
  var promptField: String?
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The templates that prompts are made from. (default: template_id)", valueName: "column"))
  var templateField: String?
  @Option(
    name: .long, help: ArgumentHelp("The samples of one prompt. (default: sample_id)", valueName: "column"))
  var sampleField: String?
  @Option(
    name: .long,
    help: ArgumentHelp("The outputs. (default: output, text, completion, response)", valueName: "column"))
  var textField: String?
  @Option(
    name: .long,
    help: ArgumentHelp("Yes or no of each output, such as refused; may be repeated.", valueName: "column"))
  var flagField: [String] = []
  @Option(
    name: .long,
    help: ArgumentHelp("A number of each output, such as toxicity; may be repeated.", valueName: "column"))
  var scoreField: [String] = []
  @Option(
    name: .long,
    help: ArgumentHelp("The group that an output is said to show; may be repeated.", valueName: "column"))
  var labelField: [String] = []
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The column that plays a part of a benchmark, where it is not called as usual; may be repeated.",
      valueName: "part=column"))
  var field: [String] = []
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Count mentions of these groups: \(Lexicon.builtInNames.joined(separator: ", ")), or a file; may be repeated.",
      valueName: "lexicon"))
  var lexicon: [String] = []
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Words whose association with the groups is asked for, such as occupations-en.", valueName: "lexicon"))
  var targets: String?
  @Option(
    name: .long,
    help: ArgumentHelp("Phrases that count as refusals, such as refusals-en.", valueName: "lexicon"))
  var refusals: String?
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Shares that groups are held against: columns group, share, prompt; or equal. Without one nothing is judged.",
      valueName: "file"
    ))
  var reference: String?
  @Option(
    name: .long,
    help: ArgumentHelp("A check of the labels that corrects shares: columns truth, label.", valueName: "file")
  )
  var labelCheck: String?
  @Option(
    name: .long,
    help: ArgumentHelp("Write a sample of the lexicon's hits, for people to look at.", valueName: "file"))
  var sampleHits: String?
  @Option(
    name: .long, help: ArgumentHelp("The sample filled in: corrects rates of mentions.", valueName: "file"))
  var checkedHits: String?
  @Option(name: .long, help: "How many hits of each category are sampled.") var sampleSize = 100
  @Flag(name: .long, help: "Print the lexicon named by --lexicon, to be edited, and end.") var showLexicon =
    false
  @Option(name: .long, help: "Scores from here on count as toxic.") var scoreThreshold = 0.5
  @Option(
    name: .long,
    help: "Differences of mean scores up to this are tolerated. (default: --delta, for scores from 0 to 1)")
  var scoreDelta: Double?
  @Option(
    name: .long,
    help: ArgumentHelp("Take maxima over k outputs to a prompt. (default: the fewest of any)", valueName: "k")
  )
  var maximumOf: Int?
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Compare the first k items of recommended lists. (default: the shortest)", valueName: "k"))
  var top: Int?
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Labels of scanned records by id: the tables are then results of scan; may be repeated.",
      valueName: "file"))
  var join: [String] = []

  /// Refuses options that the kind of audit would pass over.
  func check(_ kind: DeclaredPlan.Kind) throws {
    let isContent: Bool
    switch kind {
    case .decisions, .multiclass, .numeric, .ranking: isContent = false
    default: isContent = true
    }
    let isBenchmark = BenchmarkAudit.Kind(rawValue: kind.rawValue) != nil
    let ofOutputs: [(String, Bool)] = [
      ("--prompt-field", promptField != nil), ("--template-field", templateField != nil),
      ("--sample-field", sampleField != nil), ("--text-field", textField != nil),
      ("--flag-field", !flagField.isEmpty), ("--score-field", !scoreField.isEmpty),
      ("--label-field", !labelField.isEmpty), ("--lexicon", !lexicon.isEmpty), ("--targets", targets != nil),
      ("--refusals", refusals != nil), ("--reference", reference != nil),
      ("--label-check", labelCheck != nil),
      ("--sample-hits", sampleHits != nil), ("--checked-hits", checkedHits != nil),
      ("--score-delta", scoreDelta != nil), ("--maximum-of", maximumOf != nil), ("--top", top != nil),
    ]
    let stray =
      !isContent || isBenchmark
      ? ofOutputs.first { $0.1 }?.0 ?? (field.isEmpty || isBenchmark ? nil : "--field")
      : field.isEmpty ? (join.isEmpty ? nil : "--join") : "--field"
    guard let stray else { return }
    throw CommandError(
      status: .usage, code: "stray-option",
      message: "\(stray) says nothing to an audit of kind \(kind.rawValue)",
      hint: isContent ? "leave it out" : "add --kind generated-text, or the kind that is meant")
  }

  /// Columns by the part of a benchmark that they play.
  func fields() throws -> [String: String] {
    var fields: [String: String] = [:]
    for entry in field {
      guard let sign = entry.firstIndex(of: "="), sign > entry.startIndex,
        entry.index(after: sign) < entry.endIndex
      else {
        throw CommandError(
          status: .usage, code: "invalid-field", message: "'\(entry)' names no column",
          hint: "write --field answer=prediction")
      }
      fields[String(entry[..<sign])] = String(entry[entry.index(after: sign)...])
    }
    return fields
  }
}

extension AuditCommand {
  /// Prints the lexicon that was asked for.
  func printLexicon() throws {
    guard generated.lexicon.count == 1, let name = generated.lexicon.first else {
      throw CommandError(
        status: .usage, code: "invalid-lexicon", message: "--show-lexicon prints one lexicon",
        hint: "name it: --lexicon \(Lexicon.builtInNames[0])")
    }
    _ = try Lexicon(named: name)
    if let text = Lexicon.builtIn(name) {
      Terminal.printOut(text)
    } else {
      Terminal.printOut(String(decoding: try FileBytes.read(name, limit: Lexicon.largestFile), as: UTF8.self))
    }
  }

  /// Counts the tables, or the results of a scan joined with labels.
  func counted(_ plan: DeclaredPlan) async throws -> CountingCube {
    guard !generated.join.isEmpty else { return try await plan.counted(tables, workers: workers) }
    return try ScanResults(paths: tables).counting(
      labels: generated.join, schema: try plan.schema(), missing: plan.missing)
  }

  /// Audits outputs or answers instead of decisions.
  func generatedContent(_ plan: DeclaredPlan, declaredDigest: String) throws -> ExitStatus {
    let (result, problems) = try generatedResult(plan)
    let report = GeneratedReport(
      result: result, version: CountermarkTool.version,
      declaration: AuditDeclaration(plan, digest: declaredDigest), manifest: manifest)
    try outputs.write(report, problems: problems)
    let failed = result.excluded.first { $0.name == "row-error" }?.value ?? 0
    complain(of: problems, failed)
    return ExitStatus.worst([
      failed > 0 ? .incomplete : .done, !exitZero && result.hasDisparity ? .flagged : .done,
    ])
  }

  private func generatedResult(_ plan: DeclaredPlan) throws -> (GeneratedResult, [RowProblem]) {
    let bootstrap = ClusterBootstrap(seed: plan.audit.seed, resamples: plan.audit.resamples)
    if let benchmark = BenchmarkAudit.Kind(rawValue: plan.kind.rawValue) {
      let table = try RoleTable(
        paths: tables, roles: benchmark.roles, overrides: try generated.fields(), missing: plan.missing)
      return try BenchmarkAudit(benchmark, level: 1 - plan.audit.alpha, bootstrap: bootstrap).run(table)
    }
    let outputsPlan = GeneratedPlan(
      attributes: plan.columns.groups, flags: generated.flagField, scores: generated.scoreField,
      threshold: generated.scoreThreshold, tolerance: plan.audit.differenceTolerance,
      scoreTolerance: generated.scoreDelta, ratioTolerance: plan.audit.ratioTolerance,
      alpha: plan.audit.alpha,
      minimumCount: plan.audit.minimumCount, includesIntersections: plan.audit.includesIntersections,
      maximumOf: generated.maximumOf, bootstrap: bootstrap)
    let columns = OutputColumns(
      prompt: generated.promptField, template: generated.templateField, sample: generated.sampleField,
      text: generated.textField, groups: plan.columns.groups, flags: generated.flagField,
      scores: generated.scoreField, labels: generated.labelField)
    let reading = try columns.read(tables, missing: plan.missing)
    if plan.kind == .recommendations {
      return (try RankingAudit(outputsPlan, k: generated.top).run(reading), reading.problems)
    }
    var audit = GeneratedAudit(outputsPlan)
    audit.labels = generated.labelField
    audit.groups = try generated.lexicon.map { try Lexicon(named: $0) }
    audit.targets = try generated.targets.map { try Lexicon(named: $0) }
    audit.refusals = try generated.refusals.map { try Lexicon(named: $0) }
    audit.reference = try generated.reference.map { $0 == "equal" ? .equal : try ReferenceShares(path: $0) }
    for (flag, isGiven) in [
      ("--sample-hits", generated.sampleHits != nil), ("--checked-hits", generated.checkedHits != nil),
    ]
    where isGiven && audit.groups.count != 1 {
      throw CommandError(
        status: .usage, code: "invalid-lexicon", message: "\(flag) is of one lexicon's hits",
        hint: "name one --lexicon")
    }
    if let path = generated.checkedHits { audit.precision = try LexiconPrecision(path: path) }
    if let path = generated.labelCheck {
      let shown = Set(reading.outputs.flatMap { $0.labels.compactMap { $0 } })
      let groups = shown.union(audit.reference.map { Set($0.general.keys) } ?? []).sorted()
      audit.correction = try LabellerCorrection(path: path, groups: groups)
    }
    if let path = generated.sampleHits, let lexicon = audit.groups.first {
      let samples = LexiconPrecision.samples(of: lexicon, in: reading.outputs, size: generated.sampleSize)
      try AuditOutputOptions.save(LexiconPrecision.table(samples), path)
    }
    return (try audit.run(kind: plan.kind.rawValue, reading), reading.problems)
  }
}
