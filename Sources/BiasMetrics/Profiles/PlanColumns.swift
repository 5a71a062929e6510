import Tabular

/// Which columns a plan reads, as its file writes them; all may be left open and named by whoever carries it out.
public struct PlanColumns: Hashable, Sendable {
  /// Definitions of the columns of groups, `race` or `age: <25|25-45|>45`.
  public var groups: [String]
  /// Definitions of the columns within whose strata groups are compared.
  public var controls: [String]
  /// What was true.
  public var label: String?
  /// What was decided.
  public var prediction: String?
  /// The number behind the decision.
  public var score: String?
  /// Scores from here on are favourable decisions.
  public var threshold: Threshold?
  /// What a row counts for.
  public var weight: String?
  /// The list in which a row is ranked.
  public var list: String?
  /// What rows that belong together share, such as a person with several rows.
  public var cluster: String?

  /// Where scores become decisions.
  public enum Threshold: Hashable, Sendable {
    /// From this score on.
    case from(Double)
    /// Above the median of all scores, as scoring rates are counted.
    case aboveMedian

    /// Reads `0.5` or `median`.
    public init?(_ text: String) {
      if text == "median" {
        self = .aboveMedian
      } else if let number = Double(text), number.isFinite {
        self = .from(number)
      } else {
        return nil
      }
    }

    /// The way it is written.
    public var text: String {
      switch self {
      case .from(let cut): "\(cut)"
      case .aboveMedian: "median"
      }
    }
  }

  /// Names columns.
  public init(
    groups: [String] = [], controls: [String] = [], label: String? = nil, prediction: String? = nil,
    score: String? = nil, threshold: Threshold? = nil, weight: String? = nil, list: String? = nil,
    cluster: String? = nil
  ) {
    (self.groups, self.controls, self.label, self.prediction) = (groups, controls, label, prediction)
    (self.score, self.threshold, self.weight, self.list) = (score, threshold, weight, list)
    self.cluster = cluster
  }

  init(_ reader: inout ObjectReader, stated: inout Set<String>) throws(TabularError) {
    self.init()
    func take<Value>(_ name: String, _ value: Value?) -> Value? {
      if value != nil { stated.insert(name) }
      return value
    }
    groups = take("groups", try reader.strings("groups")) ?? []
    controls = take("controls", try reader.strings("controls")) ?? []
    for definition in groups + controls { _ = try TableColumn(definition: definition) }
    label = take("label", try reader.string("label"))
    prediction = take("prediction", try reader.string("prediction"))
    score = take("score", try reader.string("score"))
    weight = take("weight", try reader.string("weight"))
    list = take("list", try reader.string("list"))
    cluster = take("cluster", try reader.string("cluster"))
    switch take("threshold", reader.value("threshold")) {
    case nil: break
    case .integer(let whole): threshold = .from(Double(whole))
    case .number(let number): threshold = .from(number)
    case .string("median"): threshold = .aboveMedian
    default: throw reader.invalid("threshold", "is no cut", hint: "give a number, or \"median\"")
    }
    try reader.finish()
  }

  var json: JSONValue {
    var members: [JSONValue.Member] = []
    if !groups.isEmpty { members.append(.init("groups", .array(groups.map { .string($0) }))) }
    if !controls.isEmpty { members.append(.init("controls", .array(controls.map { .string($0) }))) }
    for (name, text) in [
      ("label", label), ("prediction", prediction), ("score", score), ("weight", weight), ("list", list),
      ("cluster", cluster),
    ] {
      if let text { members.append(.init(name, .string(text))) }
    }
    switch threshold {
    case nil: break
    case .from(let cut): members.append(.init("threshold", .number(cut)))
    case .aboveMedian: members.append(.init("threshold", .string("median")))
    }
    return .object(members)
  }
}
