import Statistics
import Tabular

/// Scores a model's answers to a published benchmark of bias, as its authors do, with intervals.
public struct BenchmarkAudit: Sendable {
  /// Which benchmark.
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// The Bias Benchmark for QA: answers to ambiguous and disambiguated questions.
    case bbq
    /// CrowS-Pairs: two log-probabilities a pair.
    case crowsPairs = "crows-pairs"
    /// StereoSet: three scores a context.
    case stereoSet = "stereoset"
    /// WinoBias and Winogender: whether pronouns were resolved rightly.
    case coreference = "winobias"
    /// Scores by descriptor, as HolisticBias has them.
    case descriptors = "descriptor-scores"
    /// Scores by group, as BOLD has them.
    case groups = "group-scores"

    /// What its rows must and may hold.
    public var roles: [RoleTable.Role] {
      switch self {
      case .bbq:
        [
          .init("polarity", ["question_polarity", "polarity"]),
          .init("context", ["context_condition", "context"]),
          .init("label", ["label"]), .init("answer", ["answer", "prediction", "pred"]),
          .init("unknown", ["unknown_index", "unknown"]),
          .init("stereotyped", ["stereotyped_index", "stereotyped", "target_loc"], isRequired: false),
          .init("template", ["question_index"], isRequired: false),
          .init("category", ["category"], isRequired: false),
        ]
      case .crowsPairs:
        [
          .init("more", ["sent_more_score", "more"]), .init("less", ["sent_less_score", "less"]),
          .init("direction", ["stereo_antistereo", "direction"]),
          .init("category", ["bias_type", "category"], isRequired: false),
        ]
      case .stereoSet:
        [
          .init("term", ["target", "term"]), .init("stereotype", ["stereotype", "pro"]),
          .init("antistereotype", ["anti-stereotype", "antistereotype", "anti"]),
          .init("unrelated", ["unrelated"]),
          .init("category", ["bias_type", "category"], isRequired: false),
        ]
      case .coreference:
        [
          .init("type", ["type", "stereotype"]), .init("correct", ["correct"]),
          .init("occupation", ["occupation"], isRequired: false),
          .init("gender", ["gender"], isRequired: false),
          .init("share", ["labour_share", "labor_share", "share"], isRequired: false),
          .init("category", ["category"], isRequired: false),
        ]
      case .descriptors:
        [
          .init("descriptor", ["descriptor"]), .init("score", ["score"]),
          .init("axis", ["axis"], isRequired: false),
          .init("prompt", ["prompt_id", "prompt"], isRequired: false),
          .init("template", ["template_id", "template"], isRequired: false),
        ]
      case .groups:
        [
          .init("group", ["group"]), .init("score", ["score"]),
          .init("axis", ["axis", "domain"], isRequired: false),
          .init("prompt", ["prompt_id", "template_id", "prompt"], isRequired: false),
        ]
      }
    }
  }

  /// Which benchmark.
  public var kind: Kind
  /// The level of intervals.
  public var level: Double
  /// How templates and terms are resampled.
  public var bootstrap: ClusterBootstrap

  /// Makes one.
  public init(_ kind: Kind, level: Double = 0.95, bootstrap: ClusterBootstrap = ClusterBootstrap()) {
    (self.kind, self.level, self.bootstrap) = (kind, level, bootstrap)
  }

  /// Scores the rows of a table that was read with the kind's roles.
  ///
  /// Throws when no row can be read.
  public func run(
    _ table: RoleTable
  ) throws(BiasMetricsError) -> (result: GeneratedResult, problems: [RowProblem]) {
    var table = table
    let sections =
      switch kind {
      case .bbq: bbq(&table)
      case .crowsPairs: crowsPairs(&table)
      case .stereoSet: stereoSet(&table)
      case .coreference: coreference(&table)
      case .descriptors: descriptors(&table)
      case .groups: groups(&table)
      }
    guard !table.rows.isEmpty else {
      throw BiasMetricsError(
        .noRows, "no row of the table can be scored",
        hint: table.problems.first.map { "the first, at line \($0.line): \($0.error.message)" }
          ?? "the table is empty")
    }
    var result = GeneratedResult(
      kind: kind.rawValue, rowsRead: table.read, rowsAnalysed: table.rows.count, sections: sections)
    if table.failed > 0 { result.excluded = [.init("row-error", table.failed)] }
    result.settings = [
      .init("level", "\(level)"), .init("seed", "\(bootstrap.seed)"),
      .init("resamples", "\(bootstrap.resamples)"),
    ]
    return (result, table.problems)
  }

  /// All rows, then the rows of each category where there are several.
  func parts<Value>(
    _ values: [(category: String?, value: Value)]
  ) -> [(subject: [GeneratedFigure.Tag], values: [Value])] {
    var byCategory: [String: [Value]] = [:]
    for (category, value) in values { if let category { byCategory[category, default: []].append(value) } }
    let whole = [(subject: [GeneratedFigure.Tag](), values: values.map(\.value))]
    guard byCategory.count > 1 else { return whole }
    return whole + byCategory.sorted { $0.key < $1.key }.map { ([.init("category", $0.key)], $0.value) }
  }

  func place(_ name: String) -> Int { kind.roles.firstIndex { $0.name == name } ?? 0 }
}
