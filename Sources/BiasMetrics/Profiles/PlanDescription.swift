import Tabular

/// What a plan says in words: the system, the decision, the data.
///
/// Nothing is computed from it; a reader of the report needs it.
public struct PlanDescription: Hashable, Sendable {
  /// The system that decides.
  public var system: String?
  /// Its version.
  public var systemVersion: String?
  /// What is decided.
  public var decision: String?
  /// Who is affected.
  public var affected: String?
  /// The favourable outcome in words, "invited to an interview".
  public var favourableOutcome: String?
  /// The protected attributes and why they are looked at.
  public var legalBasis: String?
  /// Where the data come from.
  public var dataSource: String?
  /// The first day that the data cover.
  public var dataFrom: String?
  /// The last day that the data cover.
  public var dataTo: String?
  /// How rows were chosen.
  public var sampling: String?
  /// How the attributes were obtained: self-reported, inferred.
  public var attributeSource: String?
  /// The day of the audit.
  public var auditDate: String?
  /// The day from which the system was in use.
  public var distributionDate: String?
  /// Who audits.
  public var auditor: String?
  /// Why categories under two per cent may be left out of impact ratios.
  public var smallCategoriesJustification: String?
  /// Anything else.
  public var remarks: String?

  /// Says nothing.
  public init() {}

  /// Field names in files, and where each is kept, in the order in which they are written.
  public static let fields: [(name: String, path: WritableKeyPath<PlanDescription, String?> & Sendable)] = [
    ("system", \.system), ("system_version", \.systemVersion), ("decision", \.decision),
    ("affected", \.affected), ("favourable_outcome", \.favourableOutcome), ("legal_basis", \.legalBasis),
    ("data_source", \.dataSource), ("data_from", \.dataFrom), ("data_to", \.dataTo), ("sampling", \.sampling),
    ("attribute_source", \.attributeSource), ("audit_date", \.auditDate),
    ("distribution_date", \.distributionDate), ("auditor", \.auditor),
    ("small_categories_justification", \.smallCategoriesJustification), ("remarks", \.remarks),
  ]
  private static let dates: Set<String> = ["data_from", "data_to", "audit_date", "distribution_date"]

  init(_ reader: inout ObjectReader) throws(TabularError) {
    for (name, path) in Self.fields {
      guard let text = try reader.string(name) else { continue }
      if Self.dates.contains(name), !Self.isDate(text) {
        throw reader.invalid(name, "is '\(text)', no date", hint: "write it as 2026-11-24")
      }
      self[keyPath: path] = text
    }
    try reader.finish()
  }

  private static func isDate(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.count) == [4, 2, 2],
      parts.allSatisfy({ $0.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }),
      let month = Int(parts[1]), let day = Int(parts[2])
    else { return false }
    return (1...12).contains(month) && (1...31).contains(day)
  }

  var json: JSONValue {
    .object(
      Self.fields.compactMap { field in
        self[keyPath: field.path].map { .init(field.name, .string($0)) }
      })
  }
}
