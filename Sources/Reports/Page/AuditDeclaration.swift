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
