import Scan
import Tabular

/// The results of a scan, read back for people: counts by source and target, p-values, and false discovery rates of the whole run.
///
/// Reads the file once for its account; rows are then streamed for each form of report. Memory: 16 bytes a test.
public struct ScanReport {
  /// What was looked for under one key.
  public struct Target: Sendable {
    /// The profile's name.
    public var profile: String
    /// The scheme.
    public var scheme: String
    /// The key's id.
    public var keyID: String
    /// The number of tests.
    public var tests = 0
    /// Those that were detected.
    public var detected = 0
    /// Those that could not tell.
    public var insufficient = 0
    /// The sum of the power of the tests that have one.
    public var powerSum = 0.0
    /// How many have one.
    public var powerCount = 0
    /// log₁₀ p of each test.
    public var log10PValues: [Double] = []
  }

  /// The counts of one input.
  public struct Source: Sendable {
    /// Its name.
    public var name: String
    /// The number of tests.
    public var tests = 0
    /// Those that were detected.
    public var detected = 0
    /// Records that could not be read or examined.
    public var failed = 0
    /// Records that a limit kept out.
    public var skipped = 0
  }

  /// The file.
  public let path: String
  /// The run's header line.
  public let header: JSONValue
  /// The account of all records; nil where the file has no summary.
  public private(set) var tally: ScanTally?
  /// Whether the summary's digest is that of the lines.
  public private(set) var isIntact = false
  /// Whether the run was stopped early.
  public private(set) var isInterrupted = false
  /// The chance that one unmarked record is flagged.
  public let alpha: Double
  /// What was looked for, in the order of the results.
  public private(set) var targets: [Target] = []
  /// Inputs in their order.
  public private(set) var sources: [Source] = []
  /// Counts of errors by outcome and code, most first.
  public private(set) var problems: [(outcome: String, code: String, count: Int)] = []
  /// What the false discovery rate of the run allows.
  public private(set) var discoveries = DiscoveryCount()
  private var log10QValues: [Double] = []

  /// Reads results.
  public init(path: String) throws(ScanError) {
    self.path = path
    let file = try ResultFile(path)
    alpha = file.alpha
    header = (try? JSONValue(parsing: file.header)) ?? .null
    var places: [String: Int] = [:]
    var sourcePlaces: [String: Int] = [:]
    var codes: [String: Int] = [:]
    var all: [Double] = []
    while let line = try file.next() {
      guard let row = ScanRow(line) else { continue }
      let source = sourcePlaces[row.source] ?? sources.count
      if source == sources.count {
        sourcePlaces[row.source] = source
        sources.append(Source(name: row.source))
      }
      guard let value = row.log10PValue else {
        codes["\(row.verdict)\t\(row.code)", default: 0] += 1
        if row.verdict == "skipped" { sources[source].skipped += 1 } else { sources[source].failed += 1 }
        continue
      }
      let key = "\(row.profile)\t\(row.scheme)\t\(row.keyID)"
      let place = places[key] ?? targets.count
      if place == targets.count {
        places[key] = place
        targets.append(Target(profile: row.profile, scheme: row.scheme, keyID: row.keyID))
      }
      targets[place].tests += 1
      targets[place].log10PValues.append(value)
      sources[source].tests += 1
      if row.verdict == "detected" {
        targets[place].detected += 1
        sources[source].detected += 1
      } else if row.verdict == "insufficient" {
        targets[place].insufficient += 1
      }
      if let power = row.power {
        targets[place].powerSum += power
        targets[place].powerCount += 1
      }
      all.append(value)
      discoveries.add(log10PValue: value)
    }
    tally = file.tally
    isIntact = file.isIntact
    isInterrupted = file.isInterrupted
    log10QValues = DiscoveryCount.adjusted(log10PValues: all)
    problems = codes.map { key, count in
      let parts = key.split(separator: "\t", maxSplits: 1).map(String.init)
      return (parts.first ?? "", parts.count > 1 ? parts[1] : "", count)
    }.sorted { ($1.count, $0.code) < ($0.count, $1.code) }
  }

  /// Hands every row, its false discovery rate filled in, to `body`, in the order of the file.
  public func forEachRow(_ body: (ScanRow) throws(ScanError) -> Void) throws(ScanError) {
    let file = try ResultFile(path)
    var place = 0
    while let line = try file.next() {
      guard var row = ScanRow(line) else { continue }
      if row.isResult {
        guard place < log10QValues.count else {
          throw ScanError(
            code: .unreadableResults, message: "\(path) changed while it was read",
            hint: "make the report again")
        }
        row.log10QValue = log10QValues[place]
        place += 1
      }
      try body(row)
    }
  }

  /// How many unmarked records chance alone would flag, at most.
  public var expectedFalsePositives: Double { alpha * Double(tally?.scanned ?? 0) }

  /// A member of the header that is a text.
  func headerText(_ name: String) -> String? {
    guard case .object(let members) = header,
      case .string(let text)? = members.first(where: { $0.name == name })?.value
    else { return nil }
    return text
  }

  /// Sentences that hold for every scan, whatever it found.
  static let limits = [
    "A verdict is about a mark under a key. It does not say who or what wrote a text or made a picture.",
    "“Not detected” is not “unmarked”: another scheme or key, a thinner mark, or one that was edited away would not be seen.",
    "“Insufficient” means that a mark of usual strength would more likely than not have been missed.",
    "A p-value holds for material that does not depend on the key. Marks can be copied onto other material by those who study many marked outputs.",
  ]

  /// One sentence with the account of the run.
  var accountSentence: String {
    guard let tally else {
      return "The file has no summary: the run did not end, and records may be missing."
    }
    var text =
      "\(Shown.count(tally.seen)) records seen: \(Shown.count(tally.scanned)) scanned, \(Shown.count(tally.skipped)) skipped, \(Shown.count(tally.failed)) failed; \(Shown.count(tally.flagged)) flagged, where chance alone would flag at most \(rounded(expectedFalsePositives, 3))."
    if isInterrupted { text += " The run was interrupted." }
    if !isIntact { text += " The digest in the summary is not that of these lines: the file was changed." }
    return text
  }
}
