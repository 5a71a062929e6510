/// How much of an input is looked at.
///
/// What is over a limit is skipped and said to be: never called clean.
public struct InputLimits: Hashable, Sendable {
  /// The longest line of JSON, in bytes.
  public var lineBytes = 16 << 20
  /// The largest plain text file, in bytes, after decompression.
  public var textBytes = 256 << 20
  /// The largest picture's file, in bytes.
  public var imageBytes = 512 << 20
  /// The most bytes that a compressed file may give, or each member of a zip.
  public var decompressedBytes = 1 << 30
  /// The most bytes that one compressed byte may give, once the output is over a megabyte.
  public var decompressionRatio = 200
  /// How many archives may lie within each other, and how often a file may be compressed.
  public var archiveDepth = 3
  /// The most members of one archive, those of archives within it counted.
  public var archiveMembers = 10_000
  /// How long an input may give nothing, in seconds; 0 for ever.
  public var stallSeconds = 0
  /// The bytes that are read at a time; results do not depend on it.
  public var blockBytes = 1 << 19

  /// The usual limits.
  public init() {}
}
