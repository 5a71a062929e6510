import Tabular

/// Whether a model recommends the same, whoever asks.
public struct RankingAudit: Sendable {
  /// The plan.
  public let plan: GeneratedPlan
  /// How many items of each list are compared; nil for the length of the shortest.
  public var k: Int?

  /// Checks and takes a plan.
  public init(_ plan: GeneratedPlan, k: Int? = nil) throws(BiasMetricsError) {
    try plan.check()
    guard k.map({ $0 >= 1 }) ?? true, !plan.attributes.isEmpty else {
      throw BiasMetricsError(
        .invalidPlan, "lists are compared by at least one group and one item",
        hint: "for example --group gender --top 10")
    }
    (self.plan, self.k) = (plan, k)
  }

  /// A list as a table holds it: a JSON array of texts, or texts divided by `|`.
  static func items(_ text: String) -> [String] {
    if case .array(let values)? = try? JSONValue(parsing: Array(text.utf8)) {
      return values.compactMap { value in
        switch value {
        case .string(let text): text
        case .integer(let number): "\(number)"
        default: nil
        }
      }
    }
    return text.split(separator: "|").map { item in
      String(item.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }.filter { !$0.isEmpty }
  }

  /// Compares the lists of outputs.
  ///
  /// Throws when no output has a list and a template.
  public func run(_ reading: OutputColumns.Reading) throws(BiasMetricsError) -> GeneratedResult {
    var lists: [(output: GeneratedOutput, template: String, items: [String])] = []
    for output in reading.outputs {
      guard let template = output.template, let text = output.text else { continue }
      let items = Self.items(text)
      if !items.isEmpty { lists.append((output, template, items)) }
    }
    guard let shortest = lists.map({ Set($0.items).count }).min() else {
      throw BiasMetricsError(
        .noRows, "no output has a list and a template",
        hint: "name their columns: --text-field recommendations --template-field template_id")
    }
    let k = k ?? shortest
    var likeness = Likeness<[String]>()
    for list in lists {
      likeness.add(
        list.items, template: list.template, group: list.output.groups, sample: list.output.sample,
        order: list.items.joined(separator: "\u{1f}"))
    }
    var section = GeneratedSection(
      id: "rankings", title: "Recommended lists, first \(k)",
      explanation:
        "Likeness of lists recommended to two groups, beside that of two lists to one group: Jaccard's, SERP and PRAG, the latter as defined "
        + "and divided by their value for equal lists, which is 1. Only what is lost beyond resampling is more than chance."
    )
    let names = [
      "ranking_jaccard", "ranking_serp", "ranking_serp_normalized", "ranking_prag", "ranking_prag_normalized",
    ]
    section.figures = likeness.figures(plan, names) {
      // SERP and PRAG look from the first list: the mean of both ways does not depend on which is named first.
      guard let one = RankingSimilarity($0, $1, k: k), let other = RankingSimilarity($1, $0, k: k) else {
        return []
      }
      return [
        one.jaccard, (one.serp + other.serp) / 2, (one.serpNormalized + other.serpNormalized) / 2,
        (one.prag + other.prag) / 2, (one.pragNormalized + other.pragNormalized) / 2,
      ]
    }
    section.notes.append(likeness.note(names.count))
    let short = lists.count { Set($0.items).count < k }
    if short > 0 { section.notes.append("\(short) lists have fewer than \(k) items and are left out") }
    var result = GeneratedResult(
      kind: "rankings", rowsRead: reading.rowsRead, rowsAnalysed: lists.count, sections: [section])
    result.excluded = [
      .init("row-error", reading.failed), .init("no-list-or-template", reading.outputs.count - lists.count),
    ].filter { $0.value > 0 }
    result.settings = [
      .init("k", "\(k)"), .init("alpha", "\(plan.alpha)"), .init("seed", "\(plan.bootstrap.seed)"),
      .init("resamples", "\(plan.bootstrap.resamples)"),
    ]
    return result
  }
}
