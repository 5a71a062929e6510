import Tabular

/// Rows of answers or outputs by the part each column plays, whatever the columns are called.
///
/// Each role has the names that published data sets use, of which the first that a row fills is taken; another column can be named
/// for it. Rows that lack what is needed, or hold something else, are left out, counted and named.
public struct RoleTable: Sendable {
  /// The part a column plays.
  public struct Role: Hashable, Sendable {
    /// Its name, as in `--field NAME=COLUMN`.
    public var name: String
    /// The columns that are tried, in this order.
    public var columns: [String]
    /// Whether a row without it is an error.
    public var isRequired: Bool
    /// The flag that names its column.
    public var flag: String
    /// Makes one.
    ///
    /// - Parameter flag: nil for `--field NAME=COLUMN`.
    public init(_ name: String, _ columns: [String], isRequired: Bool = true, flag: String? = nil) {
      (self.name, self.columns, self.isRequired) = (name, columns, isRequired)
      self.flag = flag ?? "--field \(name)=COLUMN"
    }
  }

  /// A row's values by role.
  public struct Row: Hashable, Sendable {
    /// The file.
    public var source: String
    /// The line.
    public var line: Int
    /// A text a role; nil where the row has none.
    public var values: [String?]
  }

  /// The roles.
  public let roles: [Role]
  /// The rows that have all that is required.
  public private(set) var rows: [Row] = []
  /// How many rows were read, good or not.
  public private(set) var read = 0
  /// How many rows were left out.
  public private(set) var failed = 0
  /// What was wrong with the first hundred of them.
  public private(set) var problems: [RowProblem] = []

  /// Reads tables.
  ///
  /// - Parameters:
  ///   - overrides: columns by the role that they play, in place of the ones tried.
  ///   - missing: texts that stand for a missing value.
  /// Throws when a file cannot be read, a role is not known, or no row fills a role that is required.
  public init(
    paths: [String], roles: [Role], overrides: [String: String] = [:], missing: [String] = ["NaN", "nan"]
  ) throws(TabularError) {
    for name in overrides.keys.sorted() where !roles.contains(where: { $0.name == name }) {
      throw TabularError(
        code: .invalidColumn, message: "'\(name)' is no field of this kind of audit",
        hint: "the fields are \(roles.map(\.name).joined(separator: ", "))", offset: 0)
    }
    self.roles = roles.map {
      Role($0.name, overrides[$0.name].map { [$0] } ?? $0.columns, isRequired: $0.isRequired, flag: $0.flag)
    }
    var columns: [String] = []
    for role in self.roles { columns += role.columns.filter { !columns.contains($0) } }
    let places = self.roles.map { role in role.columns.compactMap { columns.firstIndex(of: $0) } }
    // A column that was named by the user must be there; of those that are tried, any may be absent.
    let named = Set(overrides.values)
    var reader = TableRecordReader(
      columns: columns, optional: Set(columns).subtracting(named), missing: missing)
    var gathered: [Row] = []
    try reader.forEach(in: paths) { record in
      gathered.append(
        Row(
          source: record.source, line: record.line,
          values: places.map { $0.lazy.compactMap { record.values[$0] }.first }))
    }
    (failed, problems, read) = (reader.failed, reader.problems, gathered.count + reader.failed)
    for (place, role) in self.roles.enumerated()
    where role.isRequired && !gathered.isEmpty && gathered.allSatisfy({ $0.values[place] == nil }) {
      throw TabularError(
        code: .noSuchColumn,
        message: "no row has the \(role.name): there is no '\(role.columns.joined(separator: "' or '"))'",
        hint: "name its column: \(role.flag)", offset: 0)
    }
    for row in gathered {
      if let lacking = self.roles.indices.first(where: { self.roles[$0].isRequired && row.values[$0] == nil })
      {
        fail(
          row, lacking, "the \(self.roles[lacking].name) is missing",
          hint: "give each row one, or leave the row out")
      } else {
        rows.append(row)
      }
    }
  }

  /// Counts a row as unreadable because of what it holds in some role.
  mutating func fail(_ row: Row, _ role: Int, _ message: String, hint: String) {
    failed += 1
    guard problems.count < TableDecoder.problemLimit else { return }
    problems.append(
      RowProblem(
        source: row.source, line: row.line, column: roles[role].columns.first,
        error: TabularError(code: .wrongType, message: message, hint: hint, offset: 0)))
  }

  /// The rows that a reader accepts; the others are counted with what it says of them.
  mutating func map<Value>(_ read: (Row) throws(FieldProblem) -> Value) -> [Value] {
    var values: [Value] = []
    var kept: [Row] = []
    for row in rows {
      do throws(FieldProblem) {
        values.append(try read(row))
        kept.append(row)
      } catch {
        fail(row, error.role, error.message, hint: error.hint)
      }
    }
    rows = kept
    return values
  }
}

/// What is wrong with a row's value.
struct FieldProblem: Error {
  var role: Int
  var message: String
  var hint: String
}

extension RoleTable.Row {
  /// A number; nil where the row has none.
  func number(_ role: Int) throws(FieldProblem) -> Double? {
    guard let text = values[role] else { return nil }
    guard let number = Double(text), number.isFinite else {
      throw FieldProblem(
        role: role, message: "'\(text.prefix(40))' is no number", hint: "write it like 0.25 or -12.5")
    }
    return number
  }

  /// A number that must be there.
  func required(_ role: Int) throws(FieldProblem) -> Double {
    guard let number = try number(role) else {
      throw FieldProblem(role: role, message: "the number is missing", hint: "give each row one")
    }
    return number
  }

  /// A whole number; nil where the row has none.
  func integer(_ role: Int) throws(FieldProblem) -> Int? {
    guard let number = try number(role) else { return nil }
    guard let whole = Int(exactly: number) else {
      throw FieldProblem(role: role, message: "\(number) is no whole number", hint: "give a place from 0")
    }
    return whole
  }

  /// A truth value: true or false, yes or no, 1 or 0, in any case.
  func truth(_ role: Int) throws(FieldProblem) -> Bool? {
    guard let text = values[role] else { return nil }
    switch text.lowercased() {
    case "true", "1", "1.0", "yes": return true
    case "false", "0", "0.0", "no": return false
    default:
      throw FieldProblem(
        role: role, message: "'\(text.prefix(40))' is neither true nor false",
        hint: "write true or false, yes or no, 1 or 0; scores go to --score-field")
    }
  }

  /// One of a few words, in any case.
  func word(_ role: Int, _ words: [String: Bool]) throws(FieldProblem) -> Bool {
    let text = values[role] ?? ""
    guard let value = words[text.lowercased()] else {
      throw FieldProblem(
        role: role, message: "'\(text.prefix(40))' is none of \(words.keys.sorted().joined(separator: ", "))",
        hint: "write one of these words")
    }
    return value
  }
}
