import TextWatermark

/// One line of a run's results, before it becomes JSON or a row of a table.
public enum ScanLine: Sendable {
  /// What one detector saw in one record.
  case result(TextResult)
  /// What one reader saw in one picture.
  case image(ImageResult)
  /// A record or an input that could not be examined.
  case error(ErrorLine)
}

/// What one detector saw in one record.
public struct TextResult: Sendable {
  /// What the statistic was computed from.
  public enum Evidence: String, Sendable {
    /// The ids that came with the record.
    case tokenIDs = "token_ids"
    /// Ids made anew from the text, which may differ from those that were generated.
    case retokenized
  }

  /// A stretch of the text in which the mark is significant by itself.
  public struct Span: Sendable, Hashable {
    /// Its first unit.
    public var start: Int
    /// The unit after its last.
    public var end: Int
    /// `character` (Unicode code points of the text) or `token`.
    public var unit: String
    /// A bound on log₁₀ p, with all windows that were looked at counted.
    public var log10PValue: Double
  }

  /// The record's own id, or one made of its source and line.
  public var id: String
  /// The input it came from.
  public var source: String
  /// The profile's name.
  public var profile: String
  /// The profile's scheme.
  public var scheme: String
  /// The key's id.
  public var keyID: String
  /// Where the tokens came from.
  public var evidence: Evidence
  /// For retokenised evidence that came with ids: how many of those ids the new ones do not repeat in place.
  public var differingTokens: Int?
  /// The statistic.
  public var detection: TextDetection
  /// log₁₀ p after correction for the number of profiles and keys.
  public var adjustedLog10PValue: Double
  /// The chance that a mark of usual strength would have been detected.
  public var power: Double
  /// The verdict.
  public var verdict: Verdict
  /// Where the mark is, for detected records.
  public var spans: [Span]
  /// The maker's own figures, when asked for.
  public var makerFigures: (detector: MakerDetector, figures: Result<MakerFigures, TextWatermarkError>)?
  /// The record with its tokens coloured, when asked for.
  public var explanation: TextExplanation?
}

/// A record's tokens with their colours, for showing.
public struct TextExplanation: Sendable {
  /// The text of each token; empty pieces where no tokenizer is at hand.
  public var pieces: [[UInt8]]
  /// The ids, prompt excluded.
  public var ids: [UInt32]
  /// What each token was.
  public var marks: [GreenListTrace.Mark]
  /// γ as the scheme really has it: list size and vocabulary size.
  public var greenlistSize: Int
  /// The vocabulary.
  public var vocabularySize: Int
  /// How the seed is made, in words.
  public var seeding: String
}

/// Something that could not be examined, with what to do about it.
public struct ErrorLine: Sendable {
  /// What became of the record.
  public enum Outcome: String, Sendable {
    /// It was looked at and could not be read.
    case failed
    /// A limit kept it from being looked at. That is never "clean".
    case skipped
  }

  /// What became of it.
  public var outcome: Outcome
  /// The input.
  public var source: String
  /// The record's id, where it was read.
  public var id: String?
  /// The line of the input, from 1.
  public var record: Int?
  /// The byte offset in the (uncompressed) input.
  public var offset: Int?
  /// The profile, where only one could not be applied.
  public var profile: String?
  /// A stable name of the reason.
  public var code: String
  /// What happened.
  public var message: String
  /// What to do.
  public var hint: String

  /// Makes a line.
  public init(
    outcome: Outcome, source: String, id: String? = nil, record: Int? = nil, offset: Int? = nil,
    profile: String? = nil, code: String, message: String, hint: String
  ) {
    (self.outcome, self.source, self.id, self.record, self.offset) = (outcome, source, id, record, offset)
    (self.profile, self.code, self.message, self.hint) = (profile, code, message, hint)
  }
}
