import Tabular

/// Numbers by group: what was true and what was predicted, row by row.
///
/// Rows are kept, 24 bytes each, since distributions are compared exactly. Groups are sorted by their labels, rows by their numbers,
/// so that neither the order of rows nor that of files shows.
public struct NumericTable: Hashable, Sendable {
  /// A row.
  public struct Row: Hashable, Sendable {
    /// What was true; NaN where missing.
    public var label: Double
    /// What was predicted; NaN where missing.
    public var prediction: Double
    /// The list it stands in, by its number; 0 where there are no lists.
    public var list: Int
  }

  /// The columns of groups.
  public var attributes: [String]
  /// The rows, by the values of the groups; nil stands for missing.
  public var groups: [(values: [String], rows: [Row])]
  /// The lists' names; empty without lists.
  public var lists: [String]
  /// Rows that could not be read.
  public var failedRows: Int
  /// The first of them.
  public var problems: [RowProblem]

  /// Tables are equal when they hold the same numbers.
  public static func == (a: NumericTable, b: NumericTable) -> Bool {
    a.attributes == b.attributes && a.lists == b.lists && a.failedRows == b.failedRows
      && a.groups.elementsEqual(b.groups) { $0.values == $1.values && $0.rows == $1.rows }
  }

  /// Hashes the shape.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(attributes)
    hasher.combine(groups.map(\.values))
  }

  /// Reads tables, several files as one.
  ///
  /// - Parameters:
  ///   - label: the column of what was true; optional.
  ///   - prediction: the column of what was predicted.
  ///   - list: the column that names the list of a row; optional.
  public init(
    paths: [String], groups columns: [TableColumn], label: String?, prediction: String, list: String? = nil,
    missing: [String] = ["NaN", "nan"]
  ) throws(TabularError) {
    attributes = columns.map(\.name)
    var wanted = columns
    if let list { wanted.append(TableColumn(list)) }
    let numbers = wanted.count
    if let label { wanted.append(TableColumn(label, .numbers)) }
    wanted.append(TableColumn(prediction, .numbers))
    var sums: [[String]: [Row]] = [:]
    var names: [String: Int] = [:]
    (failedRows, problems) = (0, [])
    for path in paths {
      let file = try TableFile(path: path)
      try file.require(wanted)
      let decoder = try TableDecoder(
        columns: wanted, missing: missing, layout: file.layout, limits: list.map { [$0: 1 << 24] } ?? [:])
      // Codes of one decoder lead to groups and lists without a text a row.
      var places: [[UInt32]: [Row]] = [:]
      while let piece = try file.next() {
        decoder.decode(piece)
        failedRows += decoder.failed
        if problems.count < TableDecoder.problemLimit { problems += decoder.problems }
        let chunk = decoder.chunk
        for row in 0..<chunk.rowCount {
          let key = columns.indices.map { chunk.codes[$0][row] }
          places[key, default: []].append(
            Row(
              label: label == nil ? .nan : chunk.numbers[numbers][row],
              prediction: chunk.numbers[wanted.count - 1][row],
              list: list == nil ? 0 : Int(chunk.codes[columns.count][row])))
        }
      }
      try decoder.checkLabels()
      func text(_ place: Int, _ code: UInt32) -> String {
        guard code > 0 else { return DecisionTable.missingName }
        let bytes = decoder.dictionaries[place].labels[Int(code) - 1]
        // A group that is called like the missing ones is told apart from them.
        return decoder.isMissing(bytes)
          ? DecisionTable.missingName : DecisionTable.shown(String(decoding: bytes, as: UTF8.self))
      }
      for (key, rows) in places {
        var rows = rows
        if list != nil {
          for index in rows.indices {
            let name = text(columns.count, UInt32(rows[index].list))
            if names[name] == nil { names[name] = names.count }
            rows[index].list = names[name] ?? 0
          }
        }
        sums[key.enumerated().map { text($0, $1) }, default: []] += rows
      }
    }
    problems = Array(problems.prefix(TableDecoder.problemLimit))
    // Lists are numbered by their names, not by which file came first.
    lists = names.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    var numbered: [Int: Int] = [:]
    for (place, name) in lists.enumerated() { if let old = names[name] { numbered[old] = place } }
    groups = sums.map { values, rows in
      let sorted = rows.map { Row(label: $0.label, prediction: $0.prediction, list: numbered[$0.list] ?? 0) }
      return (values, sorted.sorted(by: Self.precedes))
    }.sorted { a, b in
      a.values.lexicographicallyPrecedes(b.values) { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
  }

  private static func precedes(_ a: Row, _ b: Row) -> Bool {
    func order(_ x: Double) -> (Int, Double) { x.isNaN ? (0, 0) : (1, x) }
    if a.list != b.list { return a.list < b.list }
    let (p, q) = (order(a.prediction), order(b.prediction))
    if p != q { return p < q }
    return order(a.label) < order(b.label)
  }

  /// The rows of the groups that one attribute makes, in the order of its values.
  public func rows(by attribute: Int) -> [(value: String, rows: [Row])] {
    var sums: [String: [Row]] = [:]
    for group in groups { sums[group.values[attribute], default: []] += group.rows }
    return sums.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map {
      ($0.key, $0.value.sorted(by: Self.precedes))
    }
  }
}
