import Tabular

/// Which columns of a table an audit reads, and in which part.
public struct CubeSchema: Hashable, Sendable {
  /// Columns whose values, and combinations of values, are the groups.
  public var groups: [TableColumn]
  /// Columns within whose strata groups are compared.
  public var controls: [TableColumn]
  /// What was true; optional, since selection rates need none.
  public var label: TableColumn?
  /// What was decided.
  public var prediction: TableColumn?
  /// The number behind the decision.
  public var score: String?
  /// What a row counts for.
  public var weight: String?

  /// Names the columns.
  public init(
    groups: [TableColumn], controls: [TableColumn] = [], label: TableColumn? = nil,
    prediction: TableColumn? = nil,
    score: String? = nil, weight: String? = nil
  ) {
    (self.groups, self.controls, self.label, self.prediction) = (groups, controls, label, prediction)
    (self.score, self.weight) = (score, weight)
  }

  /// The columns that make cells: groups, controls, label, prediction.
  var dimensions: [TableColumn] { groups + controls + [label, prediction].compactMap { $0 } }

  /// All columns, numbers last.
  var columns: [TableColumn] {
    dimensions + [score, weight].compactMap { $0 }.map { TableColumn($0, .numbers) }
  }
}
