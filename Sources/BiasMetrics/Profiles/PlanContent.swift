import Tabular

/// What a plan of generated content reads, and what it holds it against; all may be left open and named by whoever carries it out.
public struct PlanContent: Hashable, Sendable {
  /// The column of prompts.
  public var prompt: String?
  /// The column of templates.
  public var template: String?
  /// The column of samples.
  public var sample: String?
  /// The column of outputs.
  public var text: String?
  /// Columns of yes and no.
  public var flags: [String] = []
  /// Columns of numbers.
  public var scores: [String] = []
  /// Columns of what outputs show.
  public var labels: [String] = []
  /// Lexicons of words for groups, by name or file.
  public var lexicons: [String] = []
  /// The lexicon whose association with groups is asked for.
  public var targets: String?
  /// The lexicon of phrases that count as refusals.
  public var refusals: String?
  /// What groups are held against: a file of shares, or `equal`.
  public var reference: String?
  /// SHA-256 digests of lexicons and of the file of shares, by the names that the plan gives them; what differs is refused.
  public var digests: [String: String] = [:]
  /// Scores from here on count as toxic.
  public var scoreThreshold = 0.5
  /// Differences of mean scores up to this are tolerated; of predicted numbers those of means.
  public var scoreTolerance: Double?
  /// The k of maxima over outputs to a prompt.
  public var maximumOf: Int?
  /// How many items of recommended lists are compared.
  public var top: Int?

  /// Leaves all open.
  public init() {}

  init(_ reader: inout ObjectReader, stated: inout Set<String>) throws(TabularError) {
    func take<Value>(_ name: String, _ value: Value?) -> Value? {
      if value != nil { stated.insert("content." + name) }
      return value
    }
    prompt = take("prompt", try reader.string("prompt"))
    template = take("template", try reader.string("template"))
    sample = take("sample", try reader.string("sample"))
    text = take("text", try reader.string("text"))
    flags = take("flags", try reader.strings("flags")) ?? []
    scores = take("scores", try reader.strings("scores")) ?? []
    labels = take("labels", try reader.strings("labels")) ?? []
    lexicons = take("lexicons", try reader.strings("lexicons")) ?? []
    targets = take("targets", try reader.string("targets"))
    refusals = take("refusals", try reader.string("refusals"))
    reference = take("reference", try reader.string("reference"))
    if var part = try reader.object("digests") {
      stated.insert("content.digests")
      for name in part.names() {
        let digest = try part.requiredString(name)
        guard digest.hasPrefix("sha256:"), digest.utf8.count == 71 else {
          throw part.invalid(
            name, "is no digest", hint: "write sha256: and 64 hex digits, as --show-plan prints them")
        }
        digests[name] = digest
      }
    }
    scoreThreshold = take("score_threshold", try reader.number("score_threshold")) ?? scoreThreshold
    scoreTolerance = take("score_tolerance", try reader.number("score_tolerance"))
    maximumOf = take("maximum_of", try reader.integer("maximum_of"))
    top = take("top", try reader.integer("top"))
    try reader.finish()
  }

  var json: JSONValue {
    var members: [JSONValue.Member] = []
    for (name, text) in [("prompt", prompt), ("template", template), ("sample", sample), ("text", text)] {
      if let text { members.append(.init(name, .string(text))) }
    }
    for (name, texts) in [("flags", flags), ("scores", scores), ("labels", labels), ("lexicons", lexicons)]
    where !texts.isEmpty {
      members.append(.init(name, .array(texts.map { .string($0) })))
    }
    for (name, text) in [("targets", targets), ("refusals", refusals), ("reference", reference)] {
      if let text { members.append(.init(name, .string(text))) }
    }
    if !digests.isEmpty {
      let sorted = digests.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      members.append(.init("digests", .object(sorted.map { .init($0.key, .string($0.value)) })))
    }
    members.append(.init("score_threshold", .number(scoreThreshold)))
    if let scoreTolerance { members.append(.init("score_tolerance", .number(scoreTolerance))) }
    for (name, value) in [("maximum_of", maximumOf), ("top", top)] {
      if let value { members.append(.init(name, .integer(value))) }
    }
    return .object(members)
  }

  /// The fields that say something, by the flags that say the same; in the order of the plan.
  public var given: [String] {
    let all: [(flag: String, isGiven: Bool)] = [
      ("--prompt-field", prompt != nil), ("--template-field", template != nil),
      ("--sample-field", sample != nil),
      ("--text-field", text != nil), ("--flag-field", !flags.isEmpty), ("--score-field", !scores.isEmpty),
      ("--label-field", !labels.isEmpty), ("--lexicon", !lexicons.isEmpty), ("--targets", targets != nil),
      ("--refusals", refusals != nil), ("--reference", reference != nil),
      ("--score-threshold", scoreThreshold != 0.5), ("--score-delta", scoreTolerance != nil),
      ("--maximum-of", maximumOf != nil), ("--top", top != nil),
    ]
    return all.filter(\.isGiven).map(\.flag)
  }
}
