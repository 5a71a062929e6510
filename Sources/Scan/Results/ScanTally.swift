import Tabular

/// The counts of a run, of a part of one, or of one input.
///
/// Every record is in exactly one of scanned, skipped and failed.
public struct ScanTally: Sendable, Hashable {
  /// Records met, inputs that could not be opened included.
  public var seen = 0
  /// Records that every profile examined.
  public var scanned = 0
  /// Records kept out by a limit.
  public var skipped = 0
  /// Records that could not be read or not be examined by some profile.
  public var failed = 0
  /// Pictures among the records scanned.
  public var images = 0
  /// Records in which at least one mark was detected.
  public var flagged = 0
  /// Records whose best verdict was `insufficient`.
  public var insufficient = 0
  /// Records read by retokenising their text.
  public var retokenized = 0
  /// Tokens of ids that came along and that retokenising did not repeat.
  public var differingTokens = 0
  /// Detected results by profile name, in the order of the profiles.
  public var detectedByProfile: [Int] = []

  /// An empty tally for some profiles.
  public init(profiles: Int = 0) { detectedByProfile = .init(repeating: 0, count: profiles) }

  /// A greater count is none: the sums of all shards of a run fit an `Int`.
  static let most = 10_000_000_000_000

  /// The counts with their names, in the order in which they are written.
  static let counts: [(name: String, count: any WritableKeyPath<ScanTally, Int> & Sendable)] = [
    ("seen", \.seen), ("scanned", \.scanned), ("skipped", \.skipped), ("failed", \.failed),
    ("images", \.images), ("flagged", \.flagged), ("insufficient", \.insufficient),
    ("retokenized", \.retokenized), ("tokens_differing", \.differingTokens),
  ]

  /// Adds the counts of a later part of the run.
  public mutating func add(_ other: ScanTally) {
    for (_, count) in Self.counts { self[keyPath: count] += other[keyPath: count] }
    for index in other.detectedByProfile.indices where index < detectedByProfile.count {
      detectedByProfile[index] += other.detectedByProfile[index]
    }
  }

  /// Adds a record as its lines tell of it; these do not hold which profile is which, nor all tokens that differ.
  public mutating func add(_ record: ScanRecord) {
    seen += 1
    if record.problems.contains(where: { !$0.isSkipped }) {
      failed += 1
    } else if !record.problems.isEmpty {
      skipped += 1
    } else {
      scanned += 1
      if record.kind == "image" { images += 1 }
      if record.findings.allSatisfy({ $0.verdict == "insufficient" }) { insufficient += 1 }
    }
    if record.findings.contains(where: \.isDetected) { flagged += 1 }
    if record.findings.contains(where: { $0.evidence == "retokenized" }) { retokenized += 1 }
  }

  /// Counts a detected result of the profile of this place.
  mutating func countDetected(_ place: Int) {
    while detectedByProfile.count <= place { detectedByProfile.append(0) }
    detectedByProfile[place] += 1
  }
}

extension ScanTally {
  /// Writes the counts into an object.
  func write(to json: inout JSONWriter) {
    for (name, count) in Self.counts { json.integer(named: name, self[keyPath: count]) }
    json.array("detected_by_profile") { json in
      for count in detectedByProfile { json.integer(nil, count) }
    }
  }

  /// Reads the counts that ``write(to:)`` wrote.
  init(reading object: inout ObjectReader) throws(TabularError) {
    self.init()
    for (name, count) in Self.counts {
      self[keyPath: count] = try ScanCheckpoint.number(&object, name, most: Self.most)
    }
    for value in try object.array("detected_by_profile") ?? [] {
      guard case .integer(let count) = value, count >= 0, count <= Self.most else {
        throw object.invalid("detected_by_profile", "holds no count", hint: "the file is damaged")
      }
      detectedByProfile.append(count)
    }
  }
}
