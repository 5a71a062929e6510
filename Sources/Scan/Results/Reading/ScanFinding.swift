/// One result of a scan, as its line says: what one detector saw in one record.
public struct ScanFinding: Hashable, Sendable {
  /// A stretch of a text in which the mark is significant by itself.
  public struct Span: Hashable, Sendable {
    /// Its first unit.
    public var start: Int
    /// The unit after its last.
    public var end: Int
    /// `character` (Unicode code points) or `token`.
    public var unit: String
    /// The bound on log₁₀ p.
    public var log10P: Double
  }

  /// How a picture lies against the one that was marked.
  public struct Geometry: Hashable, Sendable {
    /// By how much it is turned.
    public var rotationDegrees: Double
    /// Its size against that when it was marked.
    public var scale: Double
    /// Whether left and right are exchanged.
    public var isMirrored: Bool
    /// The side of the mark's tiles in pixels of the picture; nil where the line has none.
    public var tileSide: Double?
  }

  /// Where in a picture the mark is: log₁₀ p of each cell of a grid, row by row.
  public struct Map: Hashable, Sendable {
    /// Cells a row.
    public var columns: Int
    /// Rows.
    public var rows: Int
    /// log₁₀ p, `columns * rows` of them.
    public var log10P: [Double]
  }

  /// Index into ``ResultReader/targets``.
  public var target: Int
  /// log₁₀ p.
  public var log10P: Double
  /// The same, corrected for the tests on one record.
  public var adjustedLog10P: Double
  /// log₁₀ of the rate of false discoveries, over the whole run, at which this result would count as one; 0 until it is known.
  public var log10Q = 0.0
  /// `detected`, `not-detected`, `insufficient`, `invalid` or `error`.
  public var verdict: String
  /// `token_ids` or `retokenized`, for texts.
  public var evidence: String?
  /// Tokens that were counted.
  public var scored: Int?
  /// The statistic's name.
  public var statistic: String?
  /// Its value, where it has one.
  public var value: Int?
  /// The chance that a mark of usual strength would have been detected; nil where the detector states none.
  public var power: Double?
  /// Where the mark is in a text.
  public var spans: [Span] = []
  /// What the mark says: a payload, or the name of a generator's message.
  public var message: String?
  /// How a picture was changed.
  public var geometry: Geometry?
  /// Where the mark is in a picture.
  public var map: Map?
  /// The stored size of a picture.
  public var width: Int?
  /// Its rows.
  public var height: Int?

  /// Whether a mark was detected.
  public var isDetected: Bool { verdict == "detected" }
}

/// Something that a scan could not examine.
public struct ScanProblem: Hashable, Sendable {
  /// Whether a limit kept it from being looked at, rather than a fault.
  public var isSkipped: Bool
  /// The line of the input, from 1.
  public var record: Int?
  /// The profile, where only one could not be applied.
  public var profile: String?
  /// The stable name of the reason.
  public var code: String
  /// What happened.
  public var message: String
  /// What to do.
  public var hint: String
}
