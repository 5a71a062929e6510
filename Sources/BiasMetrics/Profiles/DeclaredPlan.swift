import Randomness
import Tabular

/// A plan that was declared before any result: what is asked of which columns, and what is tolerated.
///
/// It is a JSON file with a name, a version and a digest, so that a report can name what was declared and a reader can see that
/// nothing was chosen after the fact. A field that nothing reads is an error.
public struct DeclaredPlan: Hashable, Sendable {
  /// What the rows are.
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// Yes or no for each row.
    case decisions
    /// One of several classes for each row.
    case multiclass
    /// A number for each row.
    case numeric
    /// A place in a list for each row.
    case ranking
    /// Texts that a model wrote.
    case generatedText = "generated-text"
    /// Pictures that a model made, with attributes that somebody labelled.
    case generatedImages = "generated-images"
    /// Lists that a model recommended.
    case recommendations
    /// Answers to the Bias Benchmark for QA.
    case bbq
    /// Log-probabilities of CrowS-Pairs.
    case crowsPairs = "crows-pairs"
    /// Scores of StereoSet.
    case stereoSet = "stereoset"
    /// Answers to WinoBias or Winogender.
    case coreference = "winobias"
    /// Scores by descriptor, as HolisticBias has them.
    case descriptorScores = "descriptor-scores"
    /// Scores by group, as BOLD has them.
    case groupScores = "group-scores"
  }

  /// Tables of quantities that a rule asks for, beside the audit's own figures.
  public enum Table: String, CaseIterable, Hashable, Sendable {
    /// Selection or scoring rates and impact ratios, New York City's Local Law 144.
    case ll144
    /// Ratio to the highest rate, z, Fisher's test and one person moved, as the four-fifths rule is applied.
    case fourFifths = "four-fifths"
  }

  /// The plan's name.
  public var name: String
  /// The plan's version, as its author counts.
  public var version: String
  /// What the rows are.
  public var kind = Kind.decisions
  /// What it says in words.
  public var about = PlanDescription()
  /// The columns.
  public var columns = PlanColumns()
  /// What plans of generated content read.
  public var content = PlanContent()
  /// The favourable label and decision.
  public var positive: String?
  /// Texts that mean missing, beside the empty one.
  public var missing = ["NaN", "nan"]
  /// What happens to rows without label or decision.
  public var missingLabels = DecisionTable.MissingLabels.error
  /// Metrics, tolerances, error and references.
  public var audit = AuditPlan()
  /// Whose figures are printed beside.
  public var convention = AuditConvention.strict
  /// Tables of a rule's quantities.
  public var tables: [Table] = []
  /// How many conditions the search for subgroups combines; 0 where there is no search.
  public var searchDepth = 0
  /// The fields that the file states; a flag may fill others, and may not contradict these.
  public internal(set) var stated: Set<String> = []

  /// A plan of defaults.
  public init(name: String, version: String) { (self.name, self.version) = (name, version) }

  /// Reads a plan from a file, or a built-in one by its name.
  public init(named source: String) throws(BiasMetricsError) {
    if let builtIn = Self.builtIn.first(where: { $0.name == source }) {
      self = builtIn.plan
      return
    }
    do throws(TabularError) {
      self = try DeclaredPlan(json: FileBytes.read(source, limit: 1 << 20), place: "plan \(source)")
    } catch {
      guard error.code == .unreadable else { throw BiasMetricsError(error) }
      throw BiasMetricsError(
        .init(rawValue: error.code.rawValue), error.message,
        hint: "give a file, or one of \(Self.builtIn.map(\.name).joined(separator: ", "))")
    }
    try audit.check()
  }

  /// Reads a plan from JSON; `place` names it in messages.
  public init(json bytes: [UInt8], place: String) throws(TabularError) {
    var reader = try ObjectReader(parsing: bytes, place: place)
    let schema = try reader.integer("schema") ?? 1
    guard schema == 1 else {
      throw reader.invalid("schema", "is \(schema)", hint: "this version reads plans of schema 1")
    }
    self.init(name: try reader.requiredString("name"), version: try reader.requiredString("version"))
    try readChoices(&reader)
    if var part = try reader.object("about") { about = try PlanDescription(&part) }
    if var part = try reader.object("columns") { columns = try PlanColumns(&part, stated: &stated) }
    if var part = try reader.object("content") { content = try PlanContent(&part, stated: &stated) }
    try readTolerances(&reader)
    try reader.finish()
  }

  private mutating func take<Value>(_ name: String, _ value: Value?) -> Value? {
    if value != nil { stated.insert(name) }
    return value
  }

  private mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ reader: inout ObjectReader, _ name: String
  ) throws(TabularError) -> Choice? where Choice.RawValue == String {
    guard let text = take(name, try reader.string(name)) else { return nil }
    return try Self.choice(reader, name, text)
  }

  private static func choice<Choice: RawRepresentable & CaseIterable>(
    _ reader: ObjectReader, _ name: String, _ text: String
  ) throws(TabularError) -> Choice where Choice.RawValue == String {
    guard let choice = Choice(rawValue: text) else {
      throw reader.invalid(
        name, "is '\(text)'", hint: "it takes \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return choice
  }

  private mutating func readChoices(_ reader: inout ObjectReader) throws(TabularError) {
    kind = try choice(&reader, "kind") ?? kind
    missingLabels = try choice(&reader, "missing_labels") ?? missingLabels
    convention = try choice(&reader, "convention") ?? convention
    positive = take("positive", try reader.string("positive"))
    missing = take("missing", try reader.strings("missing")) ?? missing
    if let names = take("metrics", try reader.strings("metrics")) {
      audit.metrics = []
      for name in names { audit.metrics.append(try Self.choice(reader, "metrics", name)) }
      guard Set(names).count == names.count, !names.isEmpty else {
        throw reader.invalid("metrics", "is empty or names one twice", hint: "name each metric once")
      }
    }
    if let names = take("tables", try reader.strings("tables")) {
      tables = []
      for name in names { tables.append(try Self.choice(reader, "tables", name)) }
    }
    audit.correction = try choice(&reader, "correction") ?? audit.correction
  }

  private mutating func readTolerances(_ reader: inout ObjectReader) throws(TabularError) {
    audit.ratioTolerance =
      take("ratio_tolerance", try reader.number("ratio_tolerance")) ?? audit.ratioTolerance
    audit.differenceTolerance =
      take("difference_tolerance", try reader.number("difference_tolerance")) ?? audit.differenceTolerance
    audit.alpha = take("alpha", try reader.number("alpha")) ?? audit.alpha
    audit.minimumCount = take("minimum_count", try reader.integer("minimum_count")) ?? audit.minimumCount
    audit.includesIntersections =
      take("intersections", try reader.bool("intersections")) ?? audit.includesIntersections
    audit.power = take("power", try reader.number("power")) ?? audit.power
    audit.resamples = take("resamples", try reader.integer("resamples")) ?? audit.resamples
    if let seed = take("seed", try reader.integer("seed")) {
      guard seed >= 0 else {
        throw reader.invalid("seed", "is below 0", hint: "it is a whole number from 0 on")
      }
      audit.seed = UInt64(seed)
    }
    audit.cluster = columns.cluster
    searchDepth = take("search_depth", try reader.integer("search_depth")) ?? searchDepth
    if var part = try reader.object("references") {
      stated.insert("references")
      for name in part.names() { audit.references[name] = try part.string(name) }
    }
    for (name, value) in [
      ("ratio_tolerance", audit.ratioTolerance), ("difference_tolerance", audit.differenceTolerance),
      ("alpha", audit.alpha),
    ] where !(value > 0 && value < 1) {
      throw reader.invalid(name, "is \(value)", hint: "it lies between 0 and 1")
    }
    guard audit.power > 0.5, audit.power < 1, (0...1_000_000).contains(audit.resamples) else {
      throw reader.invalid(
        "power", "or 'resamples' is out of range",
        hint: "a power lies between 0.5 and 1, resamples from 0 to 1000000")
    }
    guard audit.minimumCount >= 1 else {
      throw reader.invalid("minimum_count", "is \(audit.minimumCount)", hint: "it is at least 1")
    }
    guard (0...SubgroupSearch.deepest).contains(searchDepth) else {
      throw reader.invalid(
        "search_depth", "is \(searchDepth)", hint: "it is from 0 (none) to \(SubgroupSearch.deepest)")
    }
  }
}
