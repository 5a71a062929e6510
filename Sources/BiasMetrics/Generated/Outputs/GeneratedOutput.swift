import Tabular

/// One output of a model: what it was asked, about whom, and what came of it.
public struct GeneratedOutput: Hashable, Sendable {
  /// The prompt; outputs of one prompt are samples of the same thing.
  public var prompt: String
  /// The template that the prompt was made from, with the group left open; nil where there are none.
  public var template: String?
  /// Which sample of its prompt it is.
  public var sample: String
  /// The groups that the prompt speaks of, one an attribute.
  public var groups: [String]
  /// The output.
  public var text: String?
  /// Yes or no to each flag, such as "refused"; nil where it is not known.
  public var flags: [Bool?]
  /// Each score, such as toxicity; nil where it is not known.
  public var scores: [Double?]
  /// What reviewers or a classifier say that it shows, one a label column.
  public var labels: [String?]

  /// Makes one.
  public init(
    prompt: String, template: String?, sample: String, groups: [String], text: String? = nil,
    flags: [Bool?] = [],
    scores: [Double?] = [], labels: [String?] = []
  ) {
    (self.prompt, self.template, self.sample, self.groups) = (prompt, template, sample, groups)
    (self.text, self.flags, self.scores, self.labels) = (text, flags, scores, labels)
  }
}

/// Which columns outputs are read from.
public struct OutputColumns: Hashable, Sendable {
  /// The prompts' names.
  public var prompt: String?
  /// The templates' names.
  public var template: String?
  /// The samples' names.
  public var sample: String?
  /// The outputs.
  public var text: String?
  /// The attributes whose groups are compared.
  public var groups: [String]
  /// Yes or no.
  public var flags: [String]
  /// Numbers.
  public var scores: [String]
  /// What outputs show.
  public var labels: [String]

  /// Names them; where nil, the usual names are tried.
  public init(
    prompt: String? = nil, template: String? = nil, sample: String? = nil, text: String? = nil,
    groups: [String] = [],
    flags: [String] = [], scores: [String] = [], labels: [String] = []
  ) {
    (self.prompt, self.template, self.sample, self.text) = (prompt, template, sample, text)
    (self.groups, self.flags, self.scores, self.labels) = (groups, flags, scores, labels)
  }

  private var roles: [RoleTable.Role] {
    [
      .init("prompt", ["prompt_id", "prompt"], isRequired: false),
      .init("template", ["template_id"], isRequired: false),
      .init("sample", ["sample_id"], isRequired: false),
      .init("text", ["output", "text", "completion", "response"], isRequired: false),
    ] + groups.map { .init("group '\($0)'", [$0], flag: "--group COLUMN") }
      + flags.map { .init("flag '\($0)'", [$0], isRequired: false) }
      + scores.map { .init("score '\($0)'", [$0], isRequired: false) }
      + labels.map { .init("label '\($0)'", [$0], isRequired: false) }
  }

  /// Outputs, and what was wrong with the rows that are none.
  public struct Reading: Sendable {
    /// The outputs.
    public var outputs: [GeneratedOutput]
    /// How many rows were read.
    public var rowsRead: Int
    /// How many could not be used.
    public var failed: Int
    /// What was wrong with the first of them.
    public var problems: [RowProblem]

    /// Makes one.
    public init(outputs: [GeneratedOutput], rowsRead: Int, failed: Int = 0, problems: [RowProblem] = []) {
      (self.outputs, self.rowsRead, self.failed, self.problems) = (outputs, rowsRead, failed, problems)
    }
  }

  /// Reads outputs from tables, several files as one.
  ///
  /// Where samples have no names they are numbered in order within prompt, template and groups; where prompts have none, a prompt is its
  /// template and groups. Throws when a file cannot be read, or a column that was named is in no row.
  public func read(_ paths: [String], missing: [String] = ["NaN", "nan"]) throws(TabularError) -> Reading {
    var overrides: [String: String] = [:]
    for (name, column) in [("prompt", prompt), ("template", template), ("sample", sample), ("text", text)] {
      if let column { overrides[name] = column }
    }
    for (kind, columns) in [("flag", flags), ("score", scores), ("label", labels)] {
      for column in columns { overrides["\(kind) '\(column)'"] = column }
    }
    var table = try RoleTable(paths: paths, roles: roles, overrides: overrides, missing: missing)
    let first = 4
    let (flag, score) = (first + groups.count, first + groups.count + flags.count)
    let label = score + scores.count
    var seen: [String: Int] = [:]
    var number = 0
    let outputs = table.map { row throws(FieldProblem) in
      let groups = row.values[first..<flag].map { $0 ?? "" }
      var yes: [Bool?] = []
      for place in flag..<score { yes.append(try row.truth(place)) }
      var numbers: [Double?] = []
      for place in score..<label { numbers.append(try row.number(place)) }
      number += 1
      // Without a prompt or a template nothing tells which outputs belong together: each stands alone.
      let named = row.values[0] ?? row.values[1].map { ([$0] + groups).joined(separator: "\u{1f}") }
      let prompt = named ?? "#\(number)"
      // Parts that were given the same name twice are told apart by their number.
      let key = ([prompt, row.values[1] ?? "", row.values[2] ?? ""] + groups).joined(separator: "\u{1f}")
      let again = seen[key, default: 0]
      seen[key] = again + 1
      return GeneratedOutput(
        prompt: prompt, template: row.values[1],
        sample: (row.values[2] ?? "") + (again > 0 ? "#\(again)" : ""),
        groups: groups, text: row.values[3], flags: yes, scores: numbers, labels: Array(row.values[label...]))
    }
    // A column of another kind is a mistake in the question, not in so many rows.
    if table.failed > outputs.count, let problem = table.problems.first(where: { $0.column != nil }) {
      throw TabularError(
        code: problem.error.code,
        message:
          "\(table.failed) of \(table.read) rows cannot be used: column '\(problem.column ?? "")', line \(problem.line): "
          + problem.error.message, hint: problem.error.hint, offset: 0)
    }
    return Reading(outputs: outputs, rowsRead: table.read, failed: table.failed, problems: table.problems)
  }
}
