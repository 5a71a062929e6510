import Tabular

/// One file of results: what its run looked for, and what it says it did.
public struct ScanRunAccount: Hashable, Sendable {
  /// Whether the file has its end.
  public enum Ending: Hashable, Sendable {
    /// The summary is there and everything agrees with it.
    case complete
    /// The run was stopped early: what stands is whole, the rest was not looked at.
    case interrupted
    /// There is no summary: the run ended early, or the file was cut.
    case missing
  }

  /// A key and what is looked for under it, as the run's first line has it.
  public struct Profile: Hashable, Sendable {
    /// The profile's name.
    public var name: String
    /// The scheme.
    public var scheme: String
    /// The key's id.
    public var keyID: String?
    /// The profile's digest.
    public var digest: String?
    /// The share of green tokens that a mark of usual strength is taken to reach.
    public var referenceRate: Double?
    /// The share without a mark.
    public var nullRate: Double?
    /// How far a picture may have been changed.
    public var effort: String?
  }

  /// The file.
  public var path: String
  /// The version of the tool that scanned.
  public var version: String
  /// The chance that one unmarked record is flagged.
  public var alpha: Double
  /// What was looked for under keys.
  public var profiles: [Profile] = []
  /// Schemes of deployed generators that were looked for.
  public var deployedSchemes: [String] = []
  /// Their messages.
  public var deployedMessages: [String] = []
  /// The layout of the records, where one was named.
  public var preset: String?
  /// Where records have their parts: `text`, `ids`, `id`, `prompt_ids`, each with its paths.
  public var fields: [String: [String]] = [:]
  /// How it ends.
  public var ending = Ending.missing
  /// SHA-256 of all lines before the summary.
  public var digest = ""
  /// What was counted in the file.
  public var counts = ScanCounts()

  /// Lines that each text has.
  var textTargets: Int { profiles.count { $0.scheme != "lattice-1" } }

  init(path: String, header line: [UInt8]) throws(ReportsError) {
    do throws(TabularError) {
      let place = path
      var reader = try ObjectReader(parsing: line, place: place)
      guard try reader.string("type") == "run", try reader.string("tool") == "countermark" else {
        throw reader.invalid("type", "is not that of a run", hint: "")
      }
      guard try reader.integer("schema") == 1 else {
        throw reader.invalid("schema", "is not 1", hint: "")
      }
      self.path = path
      version = try reader.requiredString("version")
      guard let alpha = try reader.number("alpha"), alpha > 0, alpha < 1 else {
        throw reader.invalid("alpha", "is not between 0 and 1", hint: "")
      }
      self.alpha = alpha
      for value in try reader.array("profiles") ?? [] {
        var profile = try ObjectReader(value, place: "\(place): a profile")
        profiles.append(
          Profile(
            name: try profile.requiredString("name"), scheme: try profile.requiredString("scheme"),
            keyID: try profile.string("key_id"), digest: try profile.string("digest"),
            referenceRate: try profile.number("reference_rate"), nullRate: try profile.number("null_rate"),
            effort: try profile.string("effort")))
      }
      if var deployed = try reader.object("deployed_marks") {
        deployedSchemes = try deployed.strings("schemes") ?? []
        deployedMessages = try deployed.strings("messages") ?? []
      }
      preset = try reader.string("preset")
      if var paths = try reader.object("fields") {
        for name in paths.names() { fields[name] = try paths.strings(name) }
      }
    } catch {
      throw ReportsError(
        .damagedResults, "\(path): its first line is no run of 'countermark scan': \(error.message)",
        hint: "give the JSON lines that 'countermark scan' wrote with -o or --json")
    }
  }
}

/// Counts of records, as a run's summary has them.
public struct ScanCounts: Hashable, Sendable {
  /// Records met.
  public var seen = 0
  /// Records that every detector examined.
  public var scanned = 0
  /// Records kept out by a limit.
  public var skipped = 0
  /// Records that could not be read, or not by every detector.
  public var failed = 0
  /// Pictures among the records scanned.
  public var images = 0
  /// Records in which a mark was detected.
  public var flagged = 0

  /// No records.
  public init() {}

  mutating func add(_ record: ScanRecord) {
    seen += 1
    if record.problems.contains(where: { !$0.isSkipped }) {
      failed += 1
    } else if !record.problems.isEmpty {
      skipped += 1
    } else {
      scanned += 1
      if record.kind == "image" { images += 1 }
    }
    if record.findings.contains(where: \.isDetected) { flagged += 1 }
  }

  mutating func add(_ other: ScanCounts) {
    seen += other.seen
    scanned += other.scanned
    skipped += other.skipped
    failed += other.failed
    images += other.images
    flagged += other.flagged
  }
}
