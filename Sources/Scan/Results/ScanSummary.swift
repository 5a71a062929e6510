/// The last line of a run's results: the account of every record.
public struct ScanSummary: Sendable {
  /// The counts.
  public var tally: ScanTally
  /// How many unmarked records would be flagged by chance, at most: α for each record scanned.
  public var expectedFalsePositives: Double
  /// What the false discovery rate of the whole run allows.
  public var discoveries: DiscoveryCount
  /// SHA-256 of all lines before this one.
  public var digest: String
  /// Whether the run was stopped early.
  public var isInterrupted: Bool

  /// Makes a summary.
  public init(
    tally: ScanTally, alpha: Double, discoveries: DiscoveryCount, digest: String, isInterrupted: Bool
  ) {
    self.tally = tally
    self.discoveries = discoveries
    expectedFalsePositives = alpha * Double(tally.scanned)
    self.digest = digest
    self.isInterrupted = isInterrupted
  }

  /// Writes the line.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.string("type", "summary")
      tally.write(to: &json)
      json.number("expected_false_positives", rounded(expectedFalsePositives, 12))
      json.object("false_discovery") { json in
        json.string("method", "benjamini-hochberg")
        json.number("rate", discoveries.rate)
        json.integer("tests", discoveries.tests)
        let result = discoveries.result()
        json.integer("rejected", result?.rejected ?? 0)
        if let result { json.number("log10_p_threshold", result.log10Threshold) }
      }
      if isInterrupted { json.bool("interrupted", true) }
      json.string("digest", digest)
    }
    json.endLine()
  }
}
