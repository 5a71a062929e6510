/// Everything that a scan says of one record.
public struct ScanRecord: Hashable, Sendable {
  /// What became of a record, in the order in which a reviewer looks at them.
  public enum Outcome: String, Hashable, Sendable, CaseIterable {
    /// At least one mark was detected.
    case detected
    /// It could not be read, or not by every detector.
    case failed
    /// A limit kept it from being looked at.
    case skipped
    /// Too little for a verdict: a mark of usual strength would more often be missed than found.
    case insufficient
    /// Looked at with fair chances, and nothing found.
    case notDetected = "not-detected"
  }

  /// Its place among all records that were read.
  public var index: Int
  /// Its file's place among those that were read.
  public var run: Int
  /// The input.
  public var source: String
  /// Its id; the source where nothing was read.
  public var id: String
  /// `text` or `image`; nil where nothing was read.
  public var kind: String?
  /// What each detector saw.
  public var findings: [ScanFinding] = []
  /// What could not be examined.
  public var problems: [ScanProblem] = []

  /// What became of it; a mark that was detected counts even where another detector failed.
  public var outcome: Outcome {
    if findings.contains(where: \.isDetected) { return .detected }
    if problems.contains(where: { !$0.isSkipped }) { return .failed }
    if !problems.isEmpty { return .skipped }
    return findings.allSatisfy { $0.verdict == "insufficient" } ? .insufficient : .notDetected
  }

  /// The result with the least adjusted p, a detected one before others.
  public var best: ScanFinding? {
    findings.min {
      ($0.isDetected ? 0 : 1, $0.adjustedLog10P, $0.log10P) < (
        $1.isDetected ? 0 : 1, $1.adjustedLog10P, $1.log10P
      )
    }
  }
}
