import Tabular

/// Something that was looked for: a mark of a scheme, of a profile under a key where it has one.
public struct ScanTarget: Hashable, Sendable {
  /// `text` or `image`.
  public var kind: String
  /// The profile's name.
  public var profile: String
  /// The scheme.
  public var scheme: String
  /// The key's id.
  public var keyID: String?

  /// The target in a few words.
  public var name: String {
    let key = keyID.map { " under \($0)" } ?? ""
    return profile == "lattice" || profile == "deployed" ? scheme + key : "\(profile) (\(scheme))\(key)"
  }
}

/// Reads files of results record by record and holds each to its own summary.
///
/// A record's lines stand together: a text has one for each profile, a picture one for each reader, and what could not be read a
/// single one. So records can be counted anew, and a file that lost a line, gained one or was changed is refused.
struct ResultRecords {
  /// Everything that was looked for, in the order it was met.
  private(set) var targets: [ScanTarget] = []
  private var places: [ScanTarget: Int] = [:]
  private var count = 0

  private struct Open {
    var record: ScanRecord
    var targets: [ScanTarget] = []
    var lines = 0
  }

  /// Hands each record of a file to `body`, in order.
  ///
  /// Throws where the file cannot be read, or is not whole in itself.
  mutating func read(
    _ path: String, run: Int, _ body: (inout ScanRecord) throws(ReportsError) -> Void
  ) throws(ReportsError) -> ScanRunAccount {
    let file = try LineFile(path)
    guard let first = try file.next() else {
      throw ReportsError(
        .damagedResults, "\(path): the file is empty",
        hint: "give the JSON lines that 'countermark scan' wrote")
    }
    var account = try ScanRunAccount(path: path, header: first)
    file.count(first)
    var parser = ResultLineParser()
    var open: Open?
    var summary: ScanSummaryLine?
    while let line = try file.next() {
      let place = "\(path), line \(file.lineNumber)"
      guard summary == nil else {
        throw Self.damage(
          place, "something follows the summary", "give files that were put together one by one")
      }
      switch parser.parse(line) {
      case .failure(let error): throw Self.unreadable(place, error, isLast: !file.wasTerminated)
      case .success(.run):
        throw Self.damage(
          place, "another run begins", "give the files one by one, or merge them with 'countermark merge'")
      case .success(.summary):
        summary = try ScanSummaryLine(line, place: place)
        account.digest = file.digestText
        continue
      case .success(.problem(let source, let id, let problem)):
        try add(
          problem, source: source, id: id, run: run, account: &account, place: place, open: &open, body)
      case .success(.result(let source, let id, let kind, let target, var finding)):
        finding.target = self.place(of: target)
        if let now = open,
          !continues(now, source: source, id: id, kind: kind, target: target, account: account)
        {
          try close(&open, account: &account, place: place, body)
        }
        var now = open ?? Open(record: record(source: source, id: id, run: run))
        now.record.kind = kind
        now.record.findings.append(finding)
        now.targets.append(target)
        now.lines += 1
        open = now
      }
      file.count(line)
    }
    try close(&open, account: &account, place: "\(path), line \(file.lineNumber)", body)
    if account.digest.isEmpty { account.digest = file.digestText }
    guard let summary else { return account }
    try summary.check(account, path: path)
    account.ending = summary.isInterrupted ? .interrupted : .complete
    return account
  }

  private mutating func place(of target: ScanTarget) -> Int {
    if let known = places[target] { return known }
    places[target] = targets.count
    targets.append(target)
    return targets.count - 1
  }

  private mutating func record(source: String, id: String, run: Int) -> ScanRecord {
    defer { count += 1 }
    return ScanRecord(index: count, run: run, source: source, id: id)
  }

  /// A problem of one profile belongs to a record; any other is one by itself.
  private mutating func add(
    _ problem: ScanProblem, source: String, id: String?, run: Int, account: inout ScanRunAccount,
    place: String,
    open: inout Open?, _ body: (inout ScanRecord) throws(ReportsError) -> Void
  ) throws(ReportsError) {
    let belongs = problem.profile != nil && id != nil
    if let now = open,
      !belongs || now.record.source != source || now.record.id != id || now.record.kind == "image"
        || now.lines >= account.textTargets
    {
      try close(&open, account: &account, place: place, body)
    }
    var now = open ?? Open(record: record(source: source, id: id ?? source, run: run))
    now.record.problems.append(problem)
    if belongs {
      now.record.kind = "text"
      now.lines += 1
      open = now
    } else {
      account.counts.add(now.record)
      try body(&now.record)
    }
  }

  private func continues(
    _ open: Open, source: String, id: String, kind: String, target: ScanTarget, account: ScanRunAccount
  ) -> Bool {
    guard open.record.source == source, open.record.id == id, open.record.kind == kind else { return false }
    return kind == "text" ? open.lines < account.textTargets : !open.targets.contains(target)
  }

  private func close(
    _ open: inout Open?, account: inout ScanRunAccount, place: String,
    _ body: (inout ScanRecord) throws(ReportsError) -> Void
  ) throws(ReportsError) {
    guard var now = open else { return }
    open = nil
    guard now.record.kind == "image" || now.lines == account.textTargets else {
      throw Self.damage(
        place,
        "the record before it has \(now.lines) lines; the run looked for \(account.textTargets) profiles",
        "lines are missing: scan again")
    }
    account.counts.add(now.record)
    try body(&now.record)
  }

  // MARK: - Errors

  private static func damage(_ place: String, _ message: String, _ hint: String) -> ReportsError {
    ReportsError(.damagedResults, "\(place): \(message)", hint: hint)
  }

  private static func unreadable(_ place: String, _ error: TabularError, isLast: Bool) -> ReportsError {
    isLast
      ? damage(
        place, "the file ends in the middle of a line",
        "run the scan again to its end, or cut this line off to report on what stands before it")
      : damage(place, "it is no line of results: \(error.message)", "scan again; do not edit results by hand")
  }
}
