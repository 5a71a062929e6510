/// What was said of an audit before its results: the system, the question, the data.
///
/// A committee accepts no finding without it. What was not declared is shown as such, with room to fill it in by hand.
public struct AuditDeclaration: Hashable, Sendable {
  /// The name of the declared plan, if there was one.
  public var planName: String?
  /// SHA-256 of the plan in its canonical form.
  public var planDigest: String?
  /// The system that decides, with its version.
  public var system: String?
  /// What is decided, and for whom.
  public var decision: String?
  /// What the audit asks, and on which legal basis.
  public var question: String?
  /// The favourable outcome in words.
  public var favourableOutcome: String?
  /// Where the data come from, and of which period.
  public var dataSource: String?
  /// How the groups' attributes were obtained.
  public var attributesObtained: String?
  /// When the audit was made, and when the system was put to use.
  public var dates: String?
  /// Who audits, and how they stand to the maker.
  public var auditor: String?

  /// Makes a declaration of what is known.
  public init(
    planName: String? = nil, planDigest: String? = nil, system: String? = nil, decision: String? = nil,
    question: String? = nil, favourableOutcome: String? = nil, dataSource: String? = nil,
    attributesObtained: String? = nil, dates: String? = nil, auditor: String? = nil
  ) {
    (self.planName, self.planDigest, self.system, self.decision) = (planName, planDigest, system, decision)
    (self.question, self.favourableOutcome, self.dataSource) = (question, favourableOutcome, dataSource)
    (self.attributesObtained, self.dates, self.auditor) = (attributesObtained, dates, auditor)
  }

  /// The facts in the order of the page, with what stands where nothing was declared.
  var facts: [(name: String, words: String?)] {
    [
      ("System and version", system), ("What is decided, and for whom", decision),
      ("Question and legal basis", question), ("Favourable outcome", favourableOutcome),
      ("Data: source and period", dataSource), ("How attributes were obtained", attributesObtained),
      ("Dates", dates), ("Auditor, and independence of the maker", auditor),
    ]
  }
}

/// What a report was made of, so that anybody can make it again, byte for byte.
public struct ReportManifest: Hashable, Sendable {
  /// A file that was read.
  public struct Input: Hashable, Sendable {
    /// Its path, as it was given.
    public var path: String
    /// Its size in bytes; nil for a stream.
    public var bytes: Int?
    /// SHA-256 in hex; nil for a stream, which cannot be read twice.
    public var sha256: String?

    /// Makes one.
    public init(path: String, bytes: Int?, sha256: String?) {
      (self.path, self.bytes, self.sha256) = (path, bytes, sha256)
    }
  }

  /// The files, in the order they were given.
  public var inputs: [Input]
  /// The arguments that decide the result: those that say where to write it, or with how many workers, do not.
  public var arguments: [String]

  /// Makes one.
  public init(inputs: [Input] = [], arguments: [String] = []) {
    (self.inputs, self.arguments) = (inputs, arguments)
  }
}
