import ArgumentParser
import FoundationEssentials
import Randomness
import Scan
import Tabular
import TextWatermark
import Tokenization

/// What to look for, under which keys, and where the record's fields are.
struct DetectionOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("A profile to look for; may be repeated.", valueName: "file"))
  var profile: [String] = []

  @Option(name: .long, help: ArgumentHelp("A folder of profiles (*.json), all of them.", valueName: "folder"))
  var profiles: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Your key ring, mode 0600. Also COUNTERMARK_KEYS. Keys themselves are never arguments.",
      valueName: "file"))
  var keys: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Look under this key of the ring instead of the profile's own; may be repeated.", valueName: "id"))
  var keyID: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Look for lattice marks in pictures under this key; may be repeated. Default: every secret of the ring.",
      valueName: "id"))
  var imageKeyID: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp("Chance of flagging one unmarked record, over all profiles and keys.", valueName: "p"))
  var alpha: Double = 1e-6

  @Option(name: .long, help: "Where tokens come from: auto (ids where the record has them), ids, or text.")
  var evidence: TextScanPlan.EvidenceSource = .automatic

  @Option(
    name: .long, help: ArgumentHelp("Field of the text, such as messages[-1].content.", valueName: "path"))
  var textField: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Field of the token ids. Default: token_ids, output_ids, ids.", valueName: "path"))
  var idsField: String?

  @Option(
    name: .customLong("prompt-ids-field"),
    help: ArgumentHelp(
      "Field of the prompt's token ids: context for the first tokens, never scored.", valueName: "path"))
  var promptIDsField: String?

  @Option(name: .long, help: ArgumentHelp("Field of the record's id.", valueName: "path"))
  var idField: String?

  @Flag(name: .long, help: "Show the maker's own figures beside ours.")
  var makerFigures = false

  @Option(
    name: [.short, .long], help: ArgumentHelp("Workers. Results are the same for any number.", valueName: "n")
  )
  var jobs: Int?

  @Option(name: .long, help: ArgumentHelp("Memory for green lists over all workers, in MB.", valueName: "mb"))
  var listMemory = 160

  func validate() throws {
    guard jobs.map({ $0 >= 1 && $0 <= 1024 }) ?? true else {
      throw ValidationError("-j takes 1 to 1024 workers.")
    }
    guard (0...1 << 20).contains(listMemory) else {
      throw ValidationError("--list-memory takes 0 to 1048576 MB.")
    }
  }

  /// The files that say what to look for, and what they are.
  var files: [(path: String, role: String)] {
    let rings = (keys ?? ProcessInfo.processInfo.environment["COUNTERMARK_KEYS"]).map { [$0] } ?? []
    let folders = profiles.flatMap { (try? Self.profileFiles(in: $0)) ?? [] }
    return rings.map { ($0, "the key ring") } + (profile + folders).map { ($0, "a profile") }
  }

  /// The number of workers.
  var workerCount: Int { jobs ?? max(1, ProcessInfo.processInfo.activeProcessorCount) }

  /// What to look for in texts and, where options for them are given, in pictures.
  func scanPlan(images: ImageOptions?) throws -> ScanPlan {
    let ring = try (profile + profiles).isEmpty && images == nil ? nil : keyRing()
    var pictures = ImageScanPlan(
      lattices: [],
      rule: try Configuration.read { () throws(TextWatermarkError) in try DecisionRule(alpha: alpha) })
    if let ring, let images {
      pictures = try images.plan(ring: ring, keyIDs: imageKeyID, scheme: .all, alpha: alpha)
    }
    return ScanPlan(text: try plan(ring: ring, isOptional: !pictures.lattices.isEmpty), images: pictures)
  }

  /// Reads profiles and tokenizers.
  private func plan(ring: KeyRing?, isOptional: Bool) throws -> TextScanPlan {
    let files = try profile + profiles.flatMap(Self.profileFiles(in:))
    guard let ring, !files.isEmpty || isOptional else {
      throw CommandError(
        status: .usage, code: "no-profile", message: "no profile was given, so there is nothing to look for",
        hint: "add --profile FILE or --profiles FOLDER; 'countermark profile list' shows templates")
    }
    var tokenizers = TokenizerShelf()
    var targets: [TextScanPlan.Target] = []
    for file in files {
      let profile = try Configuration.read { () throws(TextWatermarkError) in
        try WatermarkProfile(contentsOfFile: file)
      }
      let tokenizer = try tokenizers.index(for: profile, file: file)
      for id in keyID.isEmpty ? [profile.keyID] : keyID {
        let detector = try Configuration.read { () throws(TextWatermarkError) in
          try profile.detector(keys: ring, keyID: id)
        }
        targets.append(.init(detector: detector, tokenizer: tokenizer))
      }
    }
    let names = targets.map { "\($0.detector.profile.name) under \($0.detector.keyID)" }
    if let twice = Dictionary(grouping: names, by: { $0 }).filter({ $0.value.count > 1 }).keys.min() {
      throw CommandError(
        status: .usage, code: "duplicate-profile", message: "two profiles are \(twice)",
        hint: "give each profile a name of its own")
    }
    let rule = try Configuration.read { () throws(TextWatermarkError) in
      try DecisionRule(alpha: alpha, testsPerRecord: targets.count)
    }
    var plan = TextScanPlan(targets: targets, tokenizers: tokenizers.tokenizers, rule: rule)
    plan.tokenizerDigests = tokenizers.digests
    plan.evidence = evidence
    plan.includesMakerFigures = makerFigures
    plan.listBytes = listMemory << 20
    return plan
  }

  private func keyRing() throws -> KeyRing {
    guard let path = keys ?? ProcessInfo.processInfo.environment["COUNTERMARK_KEYS"], !path.isEmpty else {
      throw CommandError(
        status: .keys, code: "no-keys", message: "no key ring was given",
        hint: "add --keys FILE or set COUNTERMARK_KEYS; 'countermark key new' makes one")
    }
    return try Configuration.read { () throws(TextWatermarkError) in try KeyRing(contentsOfFile: path) }
  }

  private static func profileFiles(in folder: String) throws -> [String] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw CommandError(
        status: .usage, code: "unreadable-folder", message: "the folder of profiles \(folder) cannot be read",
        hint: "check the path and its mode")
    }
    return names.filter { $0.hasSuffix(".json") }.sorted().map { folder + "/" + $0 }
  }
}

extension TextScanPlan.EvidenceSource: ExpressibleByArgument {}

/// Tokenizers by path, each loaded once.
struct TokenizerShelf {
  private(set) var tokenizers: [Tokenizer] = []
  /// SHA-256 of each one's file.
  private(set) var digests: [String] = []
  private var places: [String: Int] = [:]

  /// The place of the profile's tokenizer, loaded if it is new; nil where the profile names none.
  mutating func index(for profile: WatermarkProfile, file: String) throws -> Int? {
    guard let name = profile.tokenizer else { return nil }
    let path = Configuration.resolve(name, besideFile: file)
    let place: Int
    if let known = places[path] {
      place = known
    } else {
      do {
        let contents = try Tokenizer.contents(ofFile: path)
        tokenizers.append(try Tokenizer(contents: contents, path: path))
        digests.append(ContentDigest.of(contents))
      } catch {
        throw CommandError(
          status: .usage, code: error.code.rawValue, message: "profile \(file): \(error.message)",
          hint: error.hint)
      }
      place = tokenizers.count - 1
      places[path] = place
    }
    try Configuration.read { () throws(TextWatermarkError) in
      try profile.checkVocabulary(tokenizerSize: tokenizers[place].vocabularySize, tokenizer: path)
    }
    return place
  }
}

/// Turns the library's errors into the command's, with the right exit status.
enum Configuration {
  static func read<Value>(_ body: () throws(TextWatermarkError) -> Value) throws -> Value {
    do {
      return try body()
    } catch {
      let isKey =
        [.invalidKeyRing, .keyPermissions, .keyUnavailable].contains(error.code)
        || error.message.hasPrefix("key ring")
      throw CommandError(
        status: isKey ? .keys : .usage, code: error.code.rawValue, message: error.message, hint: error.hint)
    }
  }

  /// A path as it stands in a profile, seen from the profile's folder.
  static func resolve(_ path: String, besideFile file: String) -> String {
    guard !path.hasPrefix("/") else { return path }
    guard let slash = file.lastIndex(of: "/") else { return path }
    return file[...slash] + path
  }
}
