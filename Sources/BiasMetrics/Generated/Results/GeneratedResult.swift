import Statistics

/// One figure of an audit of generated content: a value with what it rests on, or the reason why there is none.
public struct GeneratedFigure: Hashable, Sendable {
  /// What is measured, as a name that never changes, such as `refusal_rate` or `stereotype_score`.
  public var measure: String
  /// Whose figure it is: names and values, such as gender = woman, or term = nurse; empty for everything.
  public var subject: [Tag]
  /// What it is compared with; empty where the figure stands alone.
  public var versus: [Tag]
  /// The value; nil where it cannot be estimated.
  public var value: Double?
  /// What it would be if nothing were amiss: 0 of a difference, 50 of a percentage of pairs; nil where there is no such value.
  public var ideal: Double?
  /// The interval at ``level``.
  public var interval: ConfidenceInterval?
  /// The level of the interval, corrections included.
  public var level: Double
  /// How the interval was made.
  public var method: String
  /// What was counted, by name.
  public var counts: [Count]
  /// The same figure between resamples of one group: what chance in sampling the model makes of it.
  public var noiseFloor: Double?
  /// Which test gave ``p``.
  public var test: String?
  /// The p-value of "no difference".
  public var p: Double?
  /// The same, corrected for the family.
  public var adjustedP: Double?
  /// What the evidence says, where something is tolerated and judged.
  public var verdict: AuditVerdict?
  /// Why there is no value or no verdict.
  public var reason: String?

  /// A name and a value.
  public struct Tag: Hashable, Sendable {
    /// The name.
    public var name: String
    /// The value.
    public var value: String
    /// Makes one.
    public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  /// A named count.
  public struct Count: Hashable, Sendable {
    /// What is counted.
    public var name: String
    /// How many.
    public var value: Int
    /// Makes one.
    public init(_ name: String, _ value: Int) { (self.name, self.value) = (name, value) }
  }

  /// Makes a figure without interval, test and verdict.
  ///
  /// - Parameter reason: why there is no value, where there is none.
  public init(
    _ measure: String, _ value: Double?, subject: [Tag] = [], versus: [Tag] = [], ideal: Double? = nil,
    counts: [Count] = [], reason: String? = nil
  ) {
    // What is no finite number cannot be estimated: it is never shown as one.
    self.value = value.flatMap { $0.isFinite ? $0 : nil }
    (self.measure, self.subject, self.versus, self.ideal) = (measure, subject, versus, ideal)
    (self.counts, level, method, interval, noiseFloor) = (counts, 0.95, "", nil, nil)
    (test, p, adjustedP, verdict) = (nil, nil, nil, nil)
    self.reason = self.value == nil ? reason ?? "there is nothing to estimate it from" : nil
  }

  /// The same with an interval.
  public func with(_ interval: ConfidenceInterval?, level: Double, method: String) -> GeneratedFigure {
    var figure = self
    (figure.interval, figure.level, figure.method) = (interval, level, method)
    return figure
  }

  /// The same with a test.
  public func with(p: Double?, test: String) -> GeneratedFigure {
    var figure = self
    (figure.p, figure.test) = (p, p == nil ? nil : test)
    return figure
  }
}

/// Figures that belong together.
public struct GeneratedSection: Hashable, Sendable {
  /// A name that never changes.
  public var id: String
  /// The heading.
  public var title: String
  /// What the figures are, in a sentence or two.
  public var explanation: String
  /// The figures.
  public var figures: [GeneratedFigure]
  /// What a reader should know of them.
  public var notes: [String]

  /// Makes a section.
  public init(
    id: String, title: String, explanation: String, figures: [GeneratedFigure] = [], notes: [String] = []
  ) {
    (self.id, self.title, self.explanation) = (id, title, explanation)
    (self.figures, self.notes) = (figures, notes)
  }
}

extension GeneratedSection {
  /// Corrects the p-values that are not yet corrected by Holm, all together, and says so.
  mutating func correctTogether() {
    let able = figures.indices.filter { figures[$0].p != nil && figures[$0].adjustedP == nil }
    guard able.count > 1, let corrected = try? Multiplicity.holm.adjust(able.compactMap { figures[$0].p })
    else {
      return
    }
    for (place, p) in zip(able, corrected) { figures[place].adjustedP = p }
    notes.append("\(able.count) p-values are corrected together (Holm)")
  }
}

/// An audit of generated content: what was looked at, and what was found.
public struct GeneratedResult: Hashable, Sendable {
  /// What kind of audit, such as `generated-text` or `bbq`.
  public var kind: String
  /// Rows that the files hold.
  public var rowsRead: Int
  /// Rows that were analysed.
  public var rowsAnalysed: Int
  /// Rows left out, by reason.
  public var excluded: [GeneratedFigure.Count]
  /// What was asked: tolerances, levels, lexicons with their digests, seeds.
  public var settings: [GeneratedFigure.Tag]
  /// The figures.
  public var sections: [GeneratedSection]
  /// What a reader should know of the data.
  public var notes: [String]

  /// Makes a result.
  public init(
    kind: String, rowsRead: Int, rowsAnalysed: Int, excluded: [GeneratedFigure.Count] = [],
    settings: [GeneratedFigure.Tag] = [], sections: [GeneratedSection] = [], notes: [String] = []
  ) {
    (self.kind, self.rowsRead, self.rowsAnalysed, self.excluded) = (kind, rowsRead, rowsAnalysed, excluded)
    (self.settings, self.sections, self.notes) = (settings, sections, notes)
  }

  /// Whether a comparison found a disparity.
  public var hasDisparity: Bool {
    sections.contains { $0.figures.contains { $0.verdict == .disparity } }
  }
}
