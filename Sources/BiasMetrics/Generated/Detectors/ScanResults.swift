import Tabular

/// The verdicts of a scan joined with what is known of each record, as an ordinary table of decisions.
///
/// So that the toolkit's own detectors are audited as any other decision: whether unmarked texts of some languages or dialects are
/// flagged more often than those of others. A record is flagged if any of its profiles detected a mark. The columns of the joined table
/// are those of the labels, and `detected`, `insufficient` (1 or 0) and `evidence` (−log₁₀ p, the greatest over profiles).
public struct ScanResults: Sendable {
  /// What a scan says of one record.
  private struct Record {
    var isDetected = false
    var isInsufficient = true
    var evidence: Double?
  }

  private var records: [String: Record] = [:]
  private var order: [(source: String, id: String, line: Int)] = []
  /// Results that are no verdict: errors of the scan, and lines that could not be read.
  public private(set) var failed = 0
  /// What was wrong with the first of them.
  public private(set) var problems: [RowProblem] = []

  private static func key(_ source: String, _ id: String) -> String { source + "\u{1f}" + id }

  /// Reads the JSON lines that `countermark scan --json` writes.
  ///
  /// Throws when a file cannot be read or holds no result.
  public init(paths: [String]) throws(TabularError) {
    var reader = TableRecordReader(
      columns: ["type", "id", "source", "verdict", "log10_p", "message"],
      optional: ["type", "id", "source", "verdict", "log10_p", "message"], missing: [])
    var failures = 0
    var notes: [RowProblem] = []
    try reader.forEach(in: paths) { row in
      switch row.values[0] {
      case "result":
        guard let id = row.values[1], let verdict = row.values[3],
          ["detected", "not-detected", "insufficient"].contains(verdict)
        else {
          failures += 1
          notes.append(Self.problem(row, "the result has no id or no verdict"))
          return
        }
        let source = row.values[2] ?? ""
        let key = Self.key(source, id)
        if records[key] == nil { order.append((source, id, row.line)) }
        var record = records[key] ?? Record()
        record.isDetected = record.isDetected || verdict == "detected"
        // A record that one profile could judge is not insufficient for want of another.
        record.isInsufficient = record.isInsufficient && verdict == "insufficient"
        if let p = row.values[4].flatMap(Double.init), p.isFinite {
          record.evidence = max(record.evidence ?? -p, -p)
        }
        records[key] = record
      case "error":
        failures += 1
        notes.append(Self.problem(row, "the scan failed: \(row.values[5] ?? "no message")"))
      default: break
      }
    }
    failed = failures + reader.failed
    problems = Array((notes + reader.problems).prefix(TableDecoder.problemLimit))
    guard !records.isEmpty else {
      throw TabularError(
        code: .noSuchColumn, message: "\(paths.joined(separator: ", ")) holds no result of a scan",
        hint: "write one with: countermark scan … --json > results.jsonl", offset: 0)
    }
  }

  private static func problem(_ row: TableRecord, _ message: String) -> RowProblem {
    RowProblem(
      source: row.source, line: row.line,
      error: TabularError(code: .wrongType, message: message, hint: "scan the record again", offset: 0))
  }

  /// The columns that a join adds to those of the labels.
  public static let verdictColumns = ["detected", "insufficient", "evidence"]

  /// How many ids of labels without a result are named.
  public static let shownLabels = 100

  private static let truths = ["true": "1", "yes": "1", "false": "0", "no": "0"]

  /// Counts the records joined with labels by their `id`, and by their `source` where the labels name it.
  ///
  /// A record without labels cannot be put into a group: it is left out, counted as failed and named. Throws when a table of labels
  /// cannot be read, lacks a column that the schema names, or has an id twice with different labels.
  ///
  /// - Parameters:
  ///   - labels: tables (CSV, TSV or JSON lines) with a column `id`, and those that the schema names.
  ///   - unmatched: told how many labels have no result, and the first ``shownLabels`` of their ids: they may be of records that the scan
  ///     failed on, or did not look at.
  ///   - schema: groups, controls and label from the labels; prediction and score from ``verdictColumns``.
  public func counting(
    labels: [String], schema: CubeSchema, missing: [String],
    unmatched: (_ count: Int, _ ids: [String]) -> Void = { _, _ in }
  ) throws(TabularError) -> CountingCube {
    var names: [String] = []
    for column in schema.columns
    where !Self.verdictColumns.contains(column.name) && !names.contains(column.name) {
      names.append(column.name)
    }
    var known: [String: [String?]] = [:]
    var rows: [(key: String, id: String)] = []
    var clash: (id: String, line: Int)?
    var reader = TableRecordReader(columns: ["id", "source"] + names, optional: ["source"], missing: [])
    try reader.forEach(in: labels) { row in
      guard let id = row.values[0] else { return }
      let values = Array(row.values[2...])
      let key = Self.key(row.values[1] ?? "", id)
      if let other = known.updateValue(values, forKey: key) {
        if other != values { clash = clash ?? (id, row.line) }
      } else {
        rows.append((key, id))
      }
    }
    if let clash {
      throw TabularError(
        code: .invalidColumn,
        message: "the labels of '\(clash.id)' stand twice and differ, at line \(clash.line)",
        hint: "give each id once; where ids repeat between files, add a column 'source'", offset: 0)
    }
    let truth = schema.label.flatMap { names.firstIndex(of: $0.name) }
    var bytes: [UInt8] = []
    var lacking = failed
    var problems = problems
    var used = Set<String>()
    for entry in order {
      let key = Self.key(entry.source, entry.id)
      used.insert(known[key] == nil ? Self.key("", entry.id) : key)
      guard let values = known[key] ?? known[Self.key("", entry.id)], let record = records[key] else {
        lacking += 1
        problems.append(
          RowProblem(
            source: entry.source, line: entry.line, column: "id",
            error: TabularError(
              code: .noSuchColumn, message: "no label is known of '\(entry.id)'",
              hint: "add its row to the labels",
              offset: 0)))
        continue
      }
      let verdicts = [
        record.isDetected ? "1" : "0", record.isInsufficient ? "1" : "0",
        record.evidence.map { "\($0)" } ?? "",
      ]
      var cells = values.map { $0 ?? "" } + verdicts
      // Where all records are unmarked, "false" alone would not say which value is favourable; 0 does.
      if let truth, let value = Self.truths[cells[truth].lowercased()] { cells[truth] = value }
      for (place, value) in cells.enumerated() {
        if place > 0 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        for byte in value.utf8 { bytes += byte == 0x22 ? [0x22, 0x22] : [byte] }
        bytes.append(UInt8(ascii: "\""))
      }
      bytes.append(0x0a)
    }
    let unused = rows.filter { !used.contains($0.key) }
    if !unused.isEmpty { unmatched(unused.count, unused.prefix(Self.shownLabels).map(\.id)) }
    let counter = CubeCounter(schema: schema, missing: missing)
    let header = names + Self.verdictColumns
    for column in schema.columns where !header.contains(column.name) {
      throw TabularError(
        code: .noSuchColumn, message: "there is no column '\(column.name)'",
        hint: "the columns are \(header.joined(separator: ", "))", offset: 0)
    }
    try counter.count(TablePiece(rows: bytes, source: "results joined with labels", header: header))
    try counter.check()
    var merger = CubeMerger(schema: schema)
    merger.add(counter)
    try merger.check()
    var cube = merger.cube()
    cube.failedRows += lacking
    cube.problems = Array((problems + cube.problems).prefix(TableDecoder.problemLimit))
    return cube
  }
}
