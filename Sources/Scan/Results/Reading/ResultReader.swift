import Tabular

/// Reads a file of results record by record, and holds it to its own account.
///
/// A record's lines stand together: a text has one for each profile, a picture one for each reader, and what could not be read a
/// single one. So records are counted anew, and a file that lost a line, gained one or was changed is refused. One that ends early is
/// read as far as it goes; ``ScanRunAccount/incompleteness`` says so. Memory is one record and 8 bytes for each p-value at or below
/// the rate of false discoveries.
public final class ResultReader {
  /// What the file says of its run, and what was counted so far; complete when ``next()`` has given nil.
  public private(set) var account: ScanRunAccount
  /// Everything that was looked for, in the order it was met, in earlier files and in this one.
  public private(set) var targets: [ScanTarget]

  /// A record with its lines as they stand in a file without shards.
  struct Entry {
    var record: ScanRecord
    var targets: [ScanTarget] = []
    /// Where in the run the record is, in a shard.
    var order: [Int] = []
    var lines: [[UInt8]] = []
    /// Lines that are results, or problems of one profile.
    var count = 0
  }

  /// The counts as the summary says them; nil before the end, or where there is no summary.
  var saidCounts: ScanTally? { hasEnded ? summary?.tally : nil }

  private let file: ResultLines
  private let keepsLines: Bool
  private let run: Int
  private var places: [ScanTarget: Int]
  private var count: Int
  private var parser = ResultLineParser()
  private var open: Entry?
  private var ready: [Entry] = []
  private var summary: SummaryCheck?
  private var discoveries = DiscoveryCount()
  private var hasEnded = false

  /// Opens a file.
  ///
  /// - Parameter earlier: the reader of the file before, whose targets and records are counted on from.
  public convenience init(_ path: String, after earlier: ResultReader? = nil) throws(ScanError) {
    try self.init(path, after: earlier, keepsLines: false)
  }

  init(_ path: String, after earlier: ResultReader? = nil, keepsLines: Bool) throws(ScanError) {
    file = try ResultLines(path)
    self.keepsLines = keepsLines
    (targets, places, count) = (earlier?.targets ?? [], earlier?.places ?? [:], earlier?.count ?? 0)
    run = earlier.map { $0.run + 1 } ?? 0
    guard let first = try file.next() else {
      throw ScanError(
        code: .damagedResults, message: "\(path): the file is empty",
        hint: "give the JSON lines that 'countermark scan' wrote")
    }
    account = try ScanRunAccount(path: path, header: first)
    file.count(first)
  }

  /// The next record; nil at the end.
  ///
  /// Throws where the file cannot be read, or is not whole in itself.
  public func next() throws(ScanError) -> ScanRecord? { try nextEntry()?.record }

  func nextEntry() throws(ScanError) -> Entry? {
    while ready.isEmpty {
      guard !hasEnded else { return nil }
      if let line = try file.next() { try take(line) } else { try end() }
    }
    return ready.removeFirst()
  }

  private func take(_ line: [UInt8]) throws(ScanError) {
    guard summary == nil else {
      throw damage("something follows the summary", "give files that were put together one by one")
    }
    let placed = account.shard == nil ? nil : PlacedLine(line)
    let bytes = placed?.rest ?? line
    switch parser.parse(bytes) {
    case .failure(let error):
      guard !file.wasTerminated, Self.couldBegin(line) else {
        throw damage("it is no line of results: \(error.message)", "scan again; do not edit results by hand")
      }
      account.cutLine = .init(number: file.lineNumber, bytes: line.count)
      return
    case .success(.run):
      throw damage(
        "another run begins", "give the files one by one, or merge them with 'countermark merge'")
    case .success(.summary):
      try close(isCut: false)
      summary = try SummaryCheck(line, place: file.place)
      account.digest = file.digestText
      return
    case .success(.problem(let source, let id, let problem)):
      try add(problem, source: source, id: id, order: try order(placed))
    case .success(.result(let source, let id, let kind, let target, let finding)):
      try add(finding, of: target, source: source, id: id, kind: kind, order: try order(placed))
    }
    if keepsLines { keep(bytes) }
    file.count(line)
  }

  private func keep(_ line: [UInt8]) {
    if open != nil { open?.lines.append(line) } else { ready[ready.count - 1].lines.append(line) }
  }

  private func order(_ line: PlacedLine?) throws(ScanError) -> [Int] {
    guard account.shard != nil else { return [] }
    guard let line else {
      throw damage("it lacks its place in the run", "scan again; do not edit results by hand")
    }
    return line.order
  }

  private func end() throws(ScanError) {
    hasEnded = true
    try close(isCut: true)
    guard let summary else {
      account.digest = file.digestText
      return
    }
    try summary.check(account, discoveries: discoveries)
    account.counts.differingTokens = summary.tally.differingTokens
    account.ending = summary.isInterrupted ? .interrupted : .complete
  }

  // MARK: - Records

  private func add(
    _ finding: ScanFinding, of target: ScanTarget, source: String, id: String, kind: String, order: [Int]
  ) throws(ScanError) {
    if let now = open, !continues(now, source: source, id: id, kind: kind, target: target, order: order) {
      try close(isCut: false)
    }
    var now = open ?? begin(source: source, id: id, order: order)
    now.record.kind = kind
    var finding = finding
    finding.target = place(of: target)
    discoveries.add(log10PValue: finding.log10P)
    if finding.isDetected {
      account.counts.countDetected((kind == "image" ? account.textTargets : 0) + now.count)
    }
    now.record.findings.append(finding)
    now.targets.append(target)
    now.count += 1
    open = now
  }

  /// A problem of one profile belongs to a record; any other is one by itself.
  private func add(_ problem: ScanProblem, source: String, id: String?, order: [Int]) throws(ScanError) {
    let belongs = problem.profile != nil && id != nil
    if let now = open,
      !belongs || now.record.source != source || now.record.id != id || now.record.kind == "image"
        || now.order != order || now.count >= account.textTargets
    {
      try close(isCut: false)
    }
    var now = open ?? begin(source: source, id: id ?? source, order: order)
    now.record.problems.append(problem)
    if belongs {
      now.record.kind = "text"
      now.count += 1
      open = now
    } else {
      finish(now)
    }
  }

  private func begin(source: String, id: String, order: [Int]) -> Entry {
    defer { count += 1 }
    return Entry(record: ScanRecord(index: count, run: run, source: source, id: id), order: order)
  }

  private func continues(
    _ open: Entry, source: String, id: String, kind: String, target: ScanTarget, order: [Int]
  ) -> Bool {
    guard open.record.source == source, open.record.id == id, open.record.kind == kind, open.order == order
    else { return false }
    return wanted(open).map { open.count < $0 } ?? !open.targets.contains(target)
  }

  /// The lines that a record of this kind has; nil where nothing says so.
  private func wanted(_ entry: Entry) -> Int? {
    entry.record.kind == "image" ? account.imageTargets : account.textTargets
  }

  /// Ends the record whose lines were read last.
  ///
  /// - Parameter isCut: whether the file ended: then lines may be missing, and the record was not examined as a whole.
  private func close(isCut: Bool) throws(ScanError) {
    guard var now = open else { return }
    open = nil
    if let wanted = wanted(now), now.count != wanted {
      guard isCut, summary == nil, now.count < wanted else {
        throw damage(
          "the record before it has \(now.count) lines; the run looked for \(wanted) marks in it",
          "lines are missing: scan again")
      }
      now.record.problems.append(
        ScanProblem(
          isSkipped: false, record: nil, profile: nil, code: "incomplete-record",
          message: "the file ends within this record: \(now.count) of its \(wanted) results are there",
          hint: "run the scan again to its end"))
    }
    finish(now)
  }

  private func finish(_ entry: Entry) {
    account.counts.add(entry.record)
    ready.append(entry)
  }

  private func place(of target: ScanTarget) -> Int {
    if let known = places[target] { return known }
    places[target] = targets.count
    targets.append(target)
    return targets.count - 1
  }

  // MARK: - Damage

  private func damage(_ message: String, _ hint: String) -> ScanError {
    ScanError(code: .damagedResults, message: "\(file.place): \(message)", hint: hint)
  }

  /// Whether bytes are the beginning of a line that a scan writes, and not something else.
  private static func couldBegin(_ bytes: [UInt8]) -> Bool {
    [#"{"type":""#, #"{"order":["#].contains { zip(bytes, $0.utf8).allSatisfy { $0 == $1 } }
  }
}

/// A line of a shard: where in the run its record is, and the line as it stands in a run without shards.
struct PlacedLine {
  let order: [Int]
  let rest: [UInt8]

  private static let mark = Array(#"{"order":["#.utf8)

  /// Nil where the line does not begin with its place.
  init?(_ line: [UInt8]) {
    guard line.starts(with: Self.mark), let close = line.firstIndex(of: UInt8(ascii: "]")),
      close + 1 < line.count, line[close + 1] == UInt8(ascii: ",")
    else { return nil }
    let numbers = line[Self.mark.count..<close].split(
      separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    order = numbers.compactMap { Int(String(decoding: $0, as: UTF8.self)) }
    guard order.count == 3, numbers.count == 3 else { return nil }
    rest = [UInt8(ascii: "{")] + line[(close + 2)...]
  }
}
