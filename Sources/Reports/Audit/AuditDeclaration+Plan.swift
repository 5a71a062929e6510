import BiasMetrics

extension AuditDeclaration {
  /// What a declared plan says in words; a plan that only gathers flags has no name to show.
  public init(_ plan: DeclaredPlan, digest: String) {
    let about = plan.about
    func joined(_ parts: [String?], _ separator: String = ", ") -> String? {
      let known = parts.compactMap { $0 }
      return known.isEmpty ? nil : known.joined(separator: separator)
    }
    let period = about.dataFrom.map { from in about.dataTo.map { "\(from) to \($0)" } ?? "from \(from)" }
    let isDeclared = plan.name != DeclaredPlan.flagsName
    self.init(
      planName: isDeclared ? "\(plan.name) \(plan.version)" : nil, planDigest: isDeclared ? digest : nil,
      system: joined([about.system, about.systemVersion], " "),
      decision: joined([about.decision, about.affected]),
      question: joined([about.remarks, about.legalBasis], " "), favourableOutcome: about.favourableOutcome,
      dataSource: joined([about.dataSource, period ?? about.dataTo.map { "until \($0)" }, about.sampling]),
      attributesObtained: about.attributeSource,
      dates: joined([
        about.auditDate.map { "audited \($0)" }, about.distributionDate.map { "in use from \($0)" },
      ]), auditor: about.auditor)
  }
}
