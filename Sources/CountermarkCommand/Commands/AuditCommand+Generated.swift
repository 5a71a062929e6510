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
  @Option(name: .long, help: "Scores from here on count as toxic. (default: 0.5)") var scoreThreshold: Double?
  @Option(
    name: .long,
    help:
      "Differences of mean scores up to this are tolerated; with --kind numeric those of mean predictions, residuals and absolute errors, in the number's own unit. (default: --delta, for scores from 0 to 1; predicted numbers are not judged)"
  )
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

  /// The files that decide a result beside the tables.
  var files: [String] {
    let lexicons = lexicon + [targets, refusals].compactMap { $0 }
    return lexicons.filter { !Lexicon.builtInNames.contains($0) }
      + [reference == "equal" ? nil : reference, labelCheck, checkedHits].compactMap { $0 } + join
  }

  /// Fills in what a plan leaves open.
  func fill(_ plan: inout DeclaredPlan) throws(BiasMetricsError) {
    func texts(_ list: [String]) -> [String]? { list.isEmpty ? nil : list }
    try plan.fill(\.content.prompt, "content.prompt", with: promptField.map { $0 }, flag: "--prompt-field")
    try plan.fill(
      \.content.template, "content.template", with: templateField.map { $0 }, flag: "--template-field")
    try plan.fill(\.content.sample, "content.sample", with: sampleField.map { $0 }, flag: "--sample-field")
    try plan.fill(\.content.text, "content.text", with: textField.map { $0 }, flag: "--text-field")
    try plan.fill(\.content.flags, "content.flags", with: texts(flagField), flag: "--flag-field")
    try plan.fill(\.content.scores, "content.scores", with: texts(scoreField), flag: "--score-field")
    try plan.fill(\.content.labels, "content.labels", with: texts(labelField), flag: "--label-field")
    try plan.fill(\.content.lexicons, "content.lexicons", with: texts(lexicon), flag: "--lexicon")
    try plan.fill(\.content.targets, "content.targets", with: targets.map { $0 }, flag: "--targets")
    try plan.fill(\.content.refusals, "content.refusals", with: refusals.map { $0 }, flag: "--refusals")
    try plan.fill(\.content.reference, "content.reference", with: reference.map { $0 }, flag: "--reference")
    try plan.fill(
      \.content.scoreThreshold, "content.score_threshold", with: scoreThreshold, flag: "--score-threshold")
    try plan.fill(
      \.content.scoreTolerance, "content.score_tolerance", with: scoreDelta.map { $0 }, flag: "--score-delta")
    try plan.fill(\.content.maximumOf, "content.maximum_of", with: maximumOf.map { $0 }, flag: "--maximum-of")
    try plan.fill(\.content.top, "content.top", with: top.map { $0 }, flag: "--top")
  }

  /// Refuses what the kind of audit would pass over.
  func check(_ plan: DeclaredPlan, history outputHistory: [String]) throws {
    let isContent: Bool
    switch plan.kind {
    case .decisions, .multiclass, .numeric, .ranking: isContent = false
    default: isContent = true
    }
    let isBenchmark = BenchmarkAudit.Kind(rawValue: plan.kind.rawValue) != nil
    var given: [String] = []
    if !isContent || isBenchmark {
      given += plan.content.given.filter { $0 != "--score-delta" || plan.kind != .numeric }
    }
    if !isBenchmark, !field.isEmpty { given.append("--field") }
    if plan.kind != .decisions, !join.isEmpty { given.append("--join") }
    for (flag, path) in [
      ("--label-check", labelCheck), ("--sample-hits", sampleHits), ("--checked-hits", checkedHits),
    ] where path != nil && (!isContent || isBenchmark || plan.kind == .recommendations) {
      given.append(flag)
    }
    if isContent {
      let columns = plan.columns
      let ofDecisions: [(String, Bool)] = [
        ("--prediction", columns.prediction != nil), ("--label", columns.label != nil),
        ("--score", columns.score != nil), ("--control", !columns.controls.isEmpty),
        ("--weight", columns.weight != nil), ("--group", isBenchmark && !columns.groups.isEmpty),
      ]
      given += ofDecisions.filter(\.1).map(\.0)
    }
    if isContent, !outputHistory.isEmpty { given.append("--history") }
    guard let stray = given.first else { return }
    throw CommandError(
      status: .usage, code: "stray-option",
      message: "\(stray) says nothing to an audit of kind \(plan.kind.rawValue)",
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
  func counted(
    _ plan: DeclaredPlan
  ) async throws -> (cube: CountingCube, unmatched: AuditSupplements.UnmatchedLabels?) {
    guard !generated.join.isEmpty else { return (try await plan.counted(tables, workers: workers), nil) }
    var unmatched: AuditSupplements.UnmatchedLabels?
    let cube = try ScanResults(paths: tables).counting(
      labels: generated.join, schema: try plan.schema(), missing: plan.missing
    ) { count, ids in
      unmatched = .init(count: count, ids: ids)
      Terminal.complain(
        printable(
          "countermark: no result is known of \(count) labels, the first '\(ids[0])': they are not in the audit"
        ))
    }
    return (cube, unmatched)
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
    let content = plan.content
    let outputsPlan = GeneratedPlan(
      attributes: plan.columns.groups, flags: content.flags, scores: content.scores,
      threshold: content.scoreThreshold, tolerance: plan.audit.differenceTolerance,
      scoreTolerance: content.scoreTolerance, ratioTolerance: plan.audit.ratioTolerance,
      alpha: plan.audit.alpha,
      minimumCount: plan.audit.minimumCount, includesIntersections: plan.audit.includesIntersections,
      maximumOf: content.maximumOf, bootstrap: bootstrap)
    let columns = OutputColumns(
      prompt: content.prompt, template: content.template, sample: content.sample,
      text: content.text, groups: plan.columns.groups, flags: content.flags,
      scores: content.scores, labels: content.labels)
    let reading = try columns.read(tables, missing: plan.missing)
    if plan.kind == .recommendations {
      return (try RankingAudit(outputsPlan, k: content.top).run(reading), reading.problems)
    }
    var audit = GeneratedAudit(outputsPlan)
    audit.labels = content.labels
    audit.groups = try content.lexicons.map { try Lexicon(named: $0) }
    audit.targets = try content.targets.map { try Lexicon(named: $0) }
    audit.refusals = try content.refusals.map { try Lexicon(named: $0) }
    audit.reference = try content.reference.map { $0 == "equal" ? .equal : try ReferenceShares(path: $0) }
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
      let groups = shown.union(audit.reference?.groups ?? []).sorted()
      audit.correction = try LabellerCorrection(path: path, groups: groups)
    }
    if let path = generated.sampleHits, let lexicon = audit.groups.first {
      let samples = LexiconPrecision.samples(of: lexicon, in: reading.outputs, size: generated.sampleSize)
      try AuditOutputOptions.save(LexiconPrecision.table(samples), path)
    }
    return (try audit.run(kind: plan.kind.rawValue, reading), reading.problems)
  }
}
