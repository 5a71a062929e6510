import Tabular

/// One file of results: what its run looked for, and what it says it did.
public struct ScanRunAccount: Hashable, Sendable {
  /// Whether the file has its end.
  public enum Ending: Hashable, Sendable {
    /// The summary is there and everything agrees with it.
    case complete
    /// The run was stopped early: what stands is whole, the rest was not looked at.
    case interrupted
    /// There is no summary: the run did not finish, or the file was cut.
    case missing
  }

  /// The piece of a line with which a file ends.
  public struct CutLine: Hashable, Sendable {
    /// The line, from 1.
    public var number: Int
    /// The bytes of it that are there.
    public var bytes: Int
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
  /// The shard, where the file is a part.
  public var shard: ScanShard?
  /// How it ends.
  public var ending = Ending.missing
  /// The line that lacks its end, where the file was cut within one.
  public var cutLine: CutLine?
  /// SHA-256 of all lines before the summary.
  public var digest = ""
  /// What was counted in the file.
  public var counts = ScanTally()
  /// The run's first line.
  let header: [UInt8]
  /// Lines that each picture has; nil where the first line does not say.
  var imageTargets: Int?

  /// Lines that each text has.
  var textTargets: Int { profiles.count { $0.scheme != "lattice-1" } }

  /// Why the file does not hold all of its run; nil where it does.
  public var incompleteness: String? {
    switch ending {
    case .complete: nil
    case .interrupted: "\(path): the run was stopped early, and what it had not looked at is not here"
    case .missing:
      if let cutLine {
        "\(path): this file is incomplete: \(cutLine.bytes) bytes of line \(cutLine.number) are missing their end; the run did not finish, or the file was cut"
      } else {
        "\(path): this file is incomplete: there is no summary; the run did not finish, or the file was cut"
      }
    }
  }

  init(path: String, header line: [UInt8]) throws(ScanError) {
    header = line
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
      if var part = try reader.object("shard") {
        guard let index = try part.integer("index"), let count = try part.integer("count"),
          let shard = ScanShard(index: index, count: count)
        else { throw reader.invalid("shard", "is no part of a run", hint: "") }
        self.shard = shard
      }
      imageTargets = try reader.integer("tests_per_image")
      preset = try reader.string("preset")
      if var paths = try reader.object("fields") {
        for name in paths.names() { fields[name] = try paths.strings(name) }
      }
    } catch {
      throw ScanError(
        code: .damagedResults,
        message: "\(path): its first line is no run of 'countermark scan': \(error.message)",
        hint: "give the JSON lines that 'countermark scan' wrote with -o or --json")
    }
  }
}
