import TextWatermark
import Tokenization

/// What a run looks for in texts, and how: immutable, shared by all workers.
public struct TextScanPlan: Sendable {
  /// Where token ids are taken from.
  public enum EvidenceSource: String, CaseIterable, Sendable {
    /// The record's ids where it has them, else its text.
    case automatic = "auto"
    /// The record's ids only.
    case tokenIDs = "ids"
    /// The text only, tokenised anew, even where ids are at hand.
    case text
  }

  /// One profile under one key, with the tokenizer that its texts need.
  public struct Target: Sendable {
    /// The detector.
    public var detector: TextDetector
    /// Index into ``TextScanPlan/tokenizers``; nil where the profile names no tokenizer.
    public var tokenizer: Int?

    /// Makes a target.
    public init(detector: TextDetector, tokenizer: Int?) {
      (self.detector, self.tokenizer) = (detector, tokenizer)
    }
  }

  /// Profiles times keys, in the order results are written in.
  public var targets: [Target]
  /// The tokenizers, each loaded once.
  public var tokenizers: [Tokenizer]
  /// SHA-256 of each tokenizer's file, in the same order: what a run's header names of them.
  public var tokenizerDigests: [String] = []
  /// When a result counts as detected.
  public var rule: DecisionRule
  /// Where token ids are taken from.
  public var evidence = EvidenceSource.automatic
  /// Whether makers' figures are computed, too.
  public var includesMakerFigures = false
  /// Whether each token's colour is kept for showing.
  public var explains = false
  /// The bound on the memory of green lists, over all targets, in bytes; workers share them.
  public var listBytes = 160 << 20

  /// Makes a plan.
  public init(targets: [Target], tokenizers: [Tokenizer], rule: DecisionRule) {
    (self.targets, self.tokenizers, self.rule) = (targets, tokenizers, rule)
  }

  /// Empty stores of lists, one a target, that share the plan's memory.
  public func listStores() -> [GreenListStore] {
    targets.map {
      GreenListStore(scheme: $0.detector.greenList.scheme, byteLimit: listBytes / max(1, targets.count))
    }
  }
}
