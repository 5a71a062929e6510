import Scan
import Statistics

/// What scans found, for people: read from the JSON lines that `countermark scan` wrote, several files as one run.
///
/// The files are read twice: once to hold them to their own summaries and to adjust every p-value over the whole run, and once more
/// by each format that lists records. Memory is some 25 bytes a result and 17 a record. The same files give the same bytes.
public struct ScanReport: Sendable {
  /// The files, with what their runs looked for and did.
  public private(set) var runs: [ScanRunAccount] = []
  /// Everything that was looked for, in the order it was met.
  public private(set) var targets: [ScanTarget] = []
  /// Counts by target, in the order of ``targets``.
  public private(set) var targetTotals: [TargetTotals] = []
  /// Counts of each input, in the order they were met.
  public private(set) var sources: [SourceTotals] = []
  /// Counts of everything.
  public private(set) var counts = ScanTally()
  /// Records by what became of them.
  public private(set) var outcomes: [ScanRecord.Outcome: Int] = [:]
  /// What could not be examined, by code.
  public private(set) var problems: [ProblemTotals] = []
  /// How many unmarked records would be flagged by chance, at most: α of each run for each of its records scanned.
  public private(set) var expectedFalsePositives = 0.0
  /// The version of this tool.
  public let version: String
  /// log₁₀ of the rates of false discoveries, a result each, in the order of the files.
  private(set) var log10Q: [Double] = []
  /// What became of each record and its least adjusted log₁₀ p: the order in which a page shows them.
  private(set) var ranks: [Rank] = []

  /// What is kept of a record to choose those that a page has room for.
  struct Rank: Sendable {
    var outcome: UInt8
    var log10P: Double
  }

  /// Reads files of results.
  ///
  /// Throws where a file cannot be read, is damaged, disagrees with its summary, or is given twice. A file that ends early, even in
  /// the middle of a line, is read as far as it goes, and ``incompleteness`` says so.
  public init(paths: [String], version: String) throws(ReportsError) {
    self.version = version
    var log10P: [Double] = []
    var builder = ScanTotalsBuilder()
    let last = try Self.read(paths) { record throws(ReportsError) in
      for finding in record.findings { log10P.append(finding.log10P) }
      builder.add(record)
    } end: { account throws(ReportsError) in
      if let twin = runs.first(where: { $0.digest == account.digest }) {
        throw ReportsError(
          .changedResults, "\(account.path) holds the same results as \(twin.path)",
          hint: "give each file once")
      }
      runs.append(account)
      counts.add(account.counts)
    }
    do {
      log10Q = try Multiplicity.benjaminiHochberg.adjust(log10P: log10P)
    } catch {
      throw ReportsError(
        .damagedResults, "the p-values cannot be adjusted: \(error.message)", hint: error.hint)
    }
    targets = last?.targets ?? []
    targetTotals = builder.targets
    sources = builder.sources
    outcomes = builder.outcomes
    problems = builder.problems
    ranks = builder.ranks
    expectedFalsePositives = CompensatedSum(runs.map { $0.alpha * Double($0.counts.scanned) }).value
    var place = 0
    var discoveries = 0
    while place < log10Q.count {
      if log10Q[place] <= Self.discoveryLog10 { discoveries += 1 }
      place += 1
    }
    self.discoveries = discoveries
  }

  /// Results that are discoveries at a false discovery rate of 5 %.
  public private(set) var discoveries = 0
  /// log₁₀ of 5 %.
  static let discoveryLog10 = -1.301029995663981

  /// The number of tests that the adjustment is over.
  public var tests: Int { log10Q.count }

  /// Why the results are not those of whole runs; nil where they are.
  public var incompleteness: String? {
    let lacking = runs.compactMap(\.incompleteness)
    return lacking.isEmpty ? nil : lacking.joined(separator: "; ")
  }

  /// Hands out every record in the order of the files, its results with their rates of false discoveries.
  ///
  /// Throws where a file is not the one that was read before.
  public func forEachRecord(_ body: (ScanRecord) throws(ReportsError) -> Void) throws(ReportsError) {
    var place = 0
    var done = 0
    func changed(_ path: String) -> ReportsError {
      ReportsError(
        .changedResults, "\(path) changed while the report was made", hint: "make the report again")
    }
    _ = try Self.read(runs.map(\.path)) { record throws(ReportsError) in
      var record = record
      for index in record.findings.indices {
        guard place < log10Q.count else { throw changed(runs[record.run].path) }
        record.findings[index].log10Q = log10Q[place]
        place += 1
      }
      try body(record)
    } end: { account throws(ReportsError) in
      guard account.digest == runs[done].digest, account.counts == runs[done].counts else {
        throw changed(account.path)
      }
      done += 1
    }
  }

  /// Hands out the records of some files, and the account of each at its end.
  private static func read(
    _ paths: [String], _ body: (ScanRecord) throws(ReportsError) -> Void,
    end: (ScanRunAccount) throws(ReportsError) -> Void
  ) throws(ReportsError) -> ResultReader? {
    var last: ResultReader?
    for path in paths {
      do throws(ScanError) { last = try ResultReader(path, after: last) } catch { throw ReportsError(error) }
      guard let reader = last else { continue }
      while let record = try next(reader) { try body(record) }
      try end(reader.account)
    }
    return last
  }

  private static func next(_ reader: ResultReader) throws(ReportsError) -> ScanRecord? {
    do throws(ScanError) { return try reader.next() } catch { throw ReportsError(error) }
  }
}

extension ReportsError {
  /// What the reader of results said.
  init(_ error: ScanError) {
    self.init(.init(rawValue: error.code.rawValue), error.message, hint: error.hint)
  }
}
