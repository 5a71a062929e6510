import ArgumentParser
import BiasMetrics

/// Which columns an audit reads.
struct AuditColumnOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("What was true.", valueName: "column")) var label: String?
  @Option(name: .long, help: ArgumentHelp("What was decided.", valueName: "column")) var prediction: String?
  @Option(
    name: .long,
    help: ArgumentHelp(
      "A column of groups, or classes as in 'age: <25|25-45|>45'; may be repeated: each column is compared by itself, all of them combined, and with three to eight columns every pair.",
      valueName: "column"))
  var group: [String] = []
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Compare groups within each value of this column; may be repeated.", valueName: "column"))
  var control: [String] = []
  @Option(name: .long, help: ArgumentHelp("The number behind the decision.", valueName: "column")) var score:
    String?
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Scores from here on are favourable decisions; 'median': those above the median of all.",
      valueName: "cut"))
  var threshold: PlanColumns.Threshold?
  @Option(name: .long, help: ArgumentHelp("What a row counts for.", valueName: "column")) var weight: String?
  @Option(
    name: .long,
    help: ArgumentHelp("What rows that belong together share, such as a person's name.", valueName: "column"))
  var cluster: String?
  @Option(name: .long, help: ArgumentHelp("The list in which a row has its place.", valueName: "column"))
  var list: String?
  @Option(name: .long, help: ArgumentHelp("The favourable label and decision.", valueName: "value"))
  var positive: String?
  @Option(
    name: .long,
    help: "Rows without label or prediction: error, or exclude (and count them). (default: error)")
  var missingLabels: DecisionTable.MissingLabels?
  @Option(
    name: .long,
    help: ArgumentHelp("A text that means missing; may be repeated. (default: NaN, nan)", valueName: "text"))
  var missing: [String] = []

  /// Fills in what a plan leaves open.
  func fill(_ plan: inout DeclaredPlan) throws(BiasMetricsError) {
    try plan.fill(\.columns.groups, "groups", with: group.isEmpty ? nil : group, flag: "--group")
    try plan.fill(\.columns.controls, "controls", with: control.isEmpty ? nil : control, flag: "--control")
    try plan.fill(\.columns.label, "label", with: label.map { $0 }, flag: "--label")
    try plan.fill(\.columns.prediction, "prediction", with: prediction.map { $0 }, flag: "--prediction")
    try plan.fill(\.columns.score, "score", with: score.map { $0 }, flag: "--score")
    try plan.fill(\.columns.threshold, "threshold", with: threshold.map { $0 }, flag: "--threshold")
    try plan.fill(\.columns.weight, "weight", with: weight.map { $0 }, flag: "--weight")
    try plan.fill(\.columns.cluster, "cluster", with: cluster.map { $0 }, flag: "--cluster")
    plan.audit.cluster = plan.columns.cluster
    try plan.fill(\.columns.list, "list", with: list.map { $0 }, flag: "--list")
    try plan.fill(\.positive, "positive", with: positive.map { $0 }, flag: "--positive")
    try plan.fill(\.missingLabels, "missing_labels", with: missingLabels, flag: "--missing-labels")
    try plan.fill(\.missing, "missing", with: missing.isEmpty ? nil : missing, flag: "--missing")
  }
}

extension PlanColumns.Threshold: ExpressibleByArgument {
  /// Reads a cut from the command line.
  public init?(argument: String) { self.init(argument) }
}

extension DecisionTable.MissingLabels: ExpressibleByArgument {}
