import Tabular

/// The shares that groups are held against: from a census, labour statistics or a target, for all outputs or prompt by prompt.
public struct ReferenceShares: Hashable, Sendable {
  /// Where they come from.
  public var source: String
  /// Shares by group that hold for every prompt.
  public var general: [String: Double] = [:]
  /// Shares by group for single prompts.
  public var byPrompt: [String: [String: Double]] = [:]

  /// Whether every group should appear as often as every other.
  private var isEqual = false

  /// Equal shares of all groups, as a target that was declared.
  public static var equal: ReferenceShares {
    var shares = ReferenceShares(source: "equal shares", general: [:])
    shares.isEqual = true
    return shares
  }

  /// All groups that have a share, of all prompts or of one.
  public var groups: Set<String> { byPrompt.values.reduce(into: Set(general.keys)) { $0.formUnion($1.keys) } }

  /// Whether there is a share of a group for a prompt, or for all prompts.
  func knows(_ group: String, prompt: String? = nil) -> Bool {
    isEqual || (prompt.flatMap { byPrompt[$0] } ?? general)[group] != nil
  }

  /// Takes shares that hold for every prompt.
  public init(source: String, general: [String: Double]) { (self.source, self.general) = (source, general) }

  /// Reads a table with the columns `group`, `share` and, where shares differ by prompt, `prompt`.
  ///
  /// Shares may be counts or percentages: they are scaled to add up to 1. Throws when a row cannot be read, or a group stands twice.
  public init(path: String) throws(TabularError) {
    source = path
    var table = try RoleTable(
      paths: [path],
      roles: [
        .init("group", ["group"]), .init("share", ["share", "count"]),
        .init("prompt", ["prompt", "prompt_id"], isRequired: false),
      ])
    let rows = table.map { row throws(FieldProblem) in
      (line: row.line, group: row.values[0] ?? "", share: try row.required(1), prompt: row.values[2])
    }
    if let problem = table.problems.first {
      var error = problem.error
      error.message = "\(path), line \(problem.line): \(error.message)"
      throw error
    }
    for row in rows {
      let isTwice: Bool
      if let prompt = row.prompt {
        isTwice = byPrompt[prompt, default: [:]].updateValue(row.share, forKey: row.group) != nil
      } else {
        isTwice = general.updateValue(row.share, forKey: row.group) != nil
      }
      if isTwice {
        throw TabularError(
          code: .invalidColumn, message: "\(path), line \(row.line): group '\(row.group)' stands twice",
          hint: "give each group one share, for each prompt if there is a column 'prompt'", offset: 0)
      }
    }
  }

  /// The shares of groups for a prompt, or for all prompts; nil where the reference has none for it.
  ///
  /// Throws when it has some but not each group's: a share that is left out is not a share of 0.
  public func shares(of groups: [String], prompt: String? = nil) throws(BiasMetricsError) -> [Double]? {
    if isEqual { return groups.map { _ in 1 } }
    let table = prompt.flatMap { byPrompt[$0] } ?? general
    guard !table.isEmpty else { return nil }
    for group in groups where table[group] == nil {
      throw BiasMetricsError(
        .invalidPlan, "\(source) has no share of '\(group)'",
        hint:
          "it has \(table.keys.sorted().joined(separator: ", ")); give a share of each group that is counted")
    }
    return groups.map { table[$0] ?? 0 }
  }
}

extension LabellerCorrection {
  /// Reads a check of labels: a table with the columns `truth` and `label`, one row an item, or with `count` one row a combination.
  ///
  /// Throws as ``init(groups:checked:)`` does, and when a row cannot be read or names another group.
  public init(path: String, groups: [String]) throws {
    var table = try RoleTable(
      paths: [path],
      roles: [
        .init("truth", ["truth", "true"]), .init("label", ["label"]),
        .init("count", ["count"], isRequired: false),
      ])
    let rows = table.map { row throws(FieldProblem) in
      (truth: row.values[0] ?? "", label: row.values[1] ?? "", count: try row.integer(2) ?? 1)
    }
    if let problem = table.problems.first {
      throw BiasMetricsError(
        .invalidPlan, "\(path), line \(problem.line): \(problem.error.message)", hint: problem.error.hint)
    }
    var checked = groups.map { _ in groups.map { _ in 0 } }
    for row in rows {
      guard let truth = groups.firstIndex(of: row.truth), let label = groups.firstIndex(of: row.label),
        row.count >= 0, row.count < 1 << 39, checked[truth][label] < 1 << 39
      else {
        throw BiasMetricsError(
          .invalidPlan, "\(path) names '\(row.truth)' and '\(row.label)' with a count of \(row.count)",
          hint: "the groups are \(groups.joined(separator: ", "))")
      }
      checked[truth][label] += row.count
    }
    try self.init(groups: groups, checked: checked)
  }
}
