import ArgumentParser
import BiasMetrics

/// What an audit asks and tolerates: a plan's file or name, and flags for what it leaves open.
struct AuditPlanOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "A plan declared before the results: a JSON file, or ll144, four-fifths, generated-text, generated-images.",
      valueName: "file"))
  var plan: String?
  @Flag(name: .long, help: "Print the plan with every default and flag spelled out, to be edited, and end.")
  var showPlan = false
  @Option(
    name: .long,
    help:
      "What a row holds: decisions, multiclass (one of several classes), numeric (a number) or ranking (a place in a list); of generated content generated-text, generated-images, recommendations, bbq, crows-pairs, stereoset, winobias, descriptor-scores or group-scores. (default: decisions)"
  )
  var kind: DeclaredPlan.Kind?
  @Option(
    name: .long, help: ArgumentHelp("A rate to compare; may be repeated.", valueName: "metric"))
  var metric: [RateMetric] = []
  @Option(
    name: .long, help: ArgumentHelp("Compare with this group; may be repeated.", valueName: "column=value"))
  var privileged: [String] = []
  @Option(
    name: .long, help: "Also print what another tool would: strict (none), fairlearn, aif360 or aequitas.")
  var convention: AuditConvention?
  @Option(
    name: .long, help: "Ratios of selection rates from here to its inverse are tolerated. (default: 0.8)")
  var tau: Double?
  @Option(name: .long, help: "Differences of error rates up to this are tolerated. (default: 0.1)")
  var delta: Double?
  @Option(
    name: .long,
    help: "The chance of any false disparity in the whole audit, or what --correction says. (default: 0.05)")
  var alpha: Double?
  @Option(
    name: .long,
    help:
      "What alpha bounds: holm, the chance of any false verdict; benjamini-hochberg, the expected share of false ones among the verdicts of a kind. (default: holm)"
  )
  var correction: AuditPlan.Correction?
  @Option(name: .long, help: "Groups with fewer rows are shown and not judged. (default: 30)")
  var minimumCount: Int?
  @Flag(
    name: .long,
    help:
      "Compare single attributes only, neither pairs of them nor all combined. (--search-depth looks at every combination of some.)"
  ) var noIntersections =
    false
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Search all combinations of up to so many conditions for the groups that fare worst.", valueName: "n"))
  var searchDepth: Int?
  @Option(name: .long, help: "The chance to see a difference at which rows count as enough. (default: 0.8)")
  var power: Double?
  @Option(
    name: .long, help: "How often rows are drawn anew, and groups shuffled; 0 for never. (default: 2000)")
  var resamples: Int?
  @Option(name: .long, help: "Where random draws begin. (default: 1)") var seed: UInt64?

  /// The plan, and its digest as it was declared.
  func declared(_ columns: AuditColumnOptions) throws -> (plan: DeclaredPlan, digest: String) {
    var plan =
      try plan.map { source throws(BiasMetricsError) in
        try DeclaredPlan(named: source)
      } ?? DeclaredPlan(name: DeclaredPlan.flagsName, version: "1")
    let declared = plan.digest
    try columns.fill(&plan)
    try plan.fill(\.kind, "kind", with: kind, flag: "--kind")
    try plan.fill(\.audit.metrics, "metrics", with: metric.isEmpty ? nil : metric, flag: "--metric")
    let references = try references()
    try plan.fill(
      \.audit.references, "references", with: references.isEmpty ? nil : references, flag: "--privileged")
    try plan.fill(\.convention, "convention", with: convention, flag: "--convention")
    try plan.fill(\.audit.ratioTolerance, "ratio_tolerance", with: tau, flag: "--tau")
    try plan.fill(\.audit.differenceTolerance, "difference_tolerance", with: delta, flag: "--delta")
    try plan.fill(\.audit.alpha, "alpha", with: alpha, flag: "--alpha")
    try plan.fill(\.audit.correction, "correction", with: correction, flag: "--correction")
    try plan.fill(\.audit.minimumCount, "minimum_count", with: minimumCount, flag: "--minimum-count")
    try plan.fill(
      \.audit.includesIntersections, "intersections", with: noIntersections ? false : nil,
      flag: "--no-intersections")
    try plan.fill(\.searchDepth, "search_depth", with: searchDepth, flag: "--search-depth")
    try plan.fill(\.audit.power, "power", with: power, flag: "--power")
    try plan.fill(\.audit.resamples, "resamples", with: resamples, flag: "--resamples")
    if let seed, seed > UInt64(Int.max) {
      throw CommandError(
        status: .usage, code: "invalid-seed", message: "a seed of \(seed)",
        hint: "give one from 0 to \(Int.max), as a plan's file can hold")
    }
    try plan.fill(\.audit.seed, "seed", with: seed, flag: "--seed")
    // Without decisions a scoring rate is what the rule asks for: the share above the median of all.
    if plan.tables.contains(.ll144), plan.columns.prediction == nil, plan.columns.score != nil,
      plan.columns.threshold == nil
    {
      plan.columns.threshold = .aboveMedian
    }
    try plan.check()
    // Flags alone declare what they say.
    return (plan, self.plan == nil ? plan.digest : declared)
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
}

extension AuditConvention: ExpressibleByArgument {}

extension AuditPlan.Correction: ExpressibleByArgument {}

extension RateMetric: ExpressibleByArgument {}

extension DeclaredPlan.Kind: ExpressibleByArgument {}
