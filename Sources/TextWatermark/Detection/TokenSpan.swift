/// A stretch of tokens in which a mark was found.
public struct TokenSpan: Hashable, Sendable {
  /// The token ids it covers, as indices into the record's ids.
  public var tokens: Range<Int>
  /// Natural logarithm of a bound on the chance of any such stretch in unmarked text; all windows looked at are counted.
  public var logPValue: Double

  /// The same as log₁₀.
  public var log10PValue: Double { logPValue / 2.302585092994046 }
}
