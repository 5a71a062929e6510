import Randomness
import Tabular

extension DeclaredPlan {
  /// The plan with every default spelled out, in the order in which people write it.
  public var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("schema", .integer(1)), .init("name", .string(name)), .init("version", .string(version)),
      .init("kind", .string(kind.rawValue)),
    ]
    if about != PlanDescription() { members.append(.init("about", about.json)) }
    if columns != PlanColumns() { members.append(.init("columns", columns.json)) }
    if content != PlanContent() { members.append(.init("content", content.json)) }
    if let positive { members.append(.init("positive", .string(positive))) }
    func texts(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }
    members += [
      .init("missing", texts(missing)), .init("missing_labels", .string(missingLabels.rawValue)),
      .init("metrics", texts(audit.metrics.map(\.rawValue))),
      .init("ratio_tolerance", .number(audit.ratioTolerance)),
      .init("difference_tolerance", .number(audit.differenceTolerance)),
      .init("alpha", .number(audit.alpha)), .init("minimum_count", .integer(audit.minimumCount)),
      .init("correction", .string(audit.correction.rawValue)),
      .init("intersections", .bool(audit.includesIntersections)),
    ]
    if !audit.references.isEmpty {
      let references = audit.references.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      members.append(
        .init("references", .object(references.map { .init($0.key, .string($0.value)) })))
    }
    members += [
      .init("convention", .string(convention.rawValue)), .init("tables", texts(tables.map(\.rawValue))),
      .init("search_depth", .integer(searchDepth)), .init("power", .number(audit.power)),
      .init("resamples", .integer(audit.resamples)), .init("seed", .integer(Int(clamping: audit.seed))),
    ]
    return .object(members)
  }

  /// The name of a plan that only gathers flags: nothing was declared.
  public static let flagsName = "flags"

  /// `sha256:` and the digest of the canonical form: the same for any order of fields, for any white space, and whether defaults
  /// are spelled out or not.
  public var digest: String { ContentDigest.of(json.canonical) }

  /// Takes a flag's value for a field; a flag that contradicts what the plan states is an error.
  ///
  /// - Parameters:
  ///   - field: the field's name in plans.
  ///   - flag: the flag's name, for the message.
  public mutating func fill<Value: Equatable>(
    _ path: WritableKeyPath<DeclaredPlan, Value>, _ field: String, with value: Value?, flag: String
  ) throws(BiasMetricsError) {
    guard let value else { return }
    guard !stated.contains(field) || self[keyPath: path] == value else {
      throw BiasMetricsError(
        .contradictsPlan, "\(flag) contradicts the plan '\(name)', which states '\(field)'",
        hint: "leave the flag out, or declare another plan: --show-plan prints this one to be edited")
    }
    self[keyPath: path] = value
  }
}

extension BiasMetricsError.Code {
  /// A flag that says other than the plan.
  public static let contradictsPlan = BiasMetricsError.Code(rawValue: "contradicts-plan")
}

extension BiasMetricsError {
  /// An error of reading, as one of audits.
  init(_ error: TabularError) {
    self.init(Code(rawValue: error.code.rawValue), error.message, hint: error.hint)
  }
}
