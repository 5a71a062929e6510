#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What can be said of a text's quality without a reader: how likely its model finds it, and how much it repeats itself.
public struct TextQuality: Hashable, Sendable {
  /// The number of tokens.
  public var tokens: Int
  /// The mean of −ln p of its tokens under the unmarked model at temperature 1; perplexity is its exponential.
  public var meanSurprise: Double
  /// The share of 4-grams that stood in the text before: seq-rep-4 of Welleck et al., ICLR 2020.
  public var repetition: Double
  /// Distinct 1-, 2- and 3-grams over all of them: Li et al., NAACL 2016.
  public var distinct: [Double]

  /// Measures a text.
  ///
  /// - Parameters:
  ///   - ids: its tokens.
  ///   - logProbabilities: ln p of each under the unmarked model.
  public init(ids: [UInt32], logProbabilities: [Double]) {
    tokens = ids.count
    meanSurprise = -logProbabilities.reduce(0, +) / Double(max(1, logProbabilities.count))
    repetition = 1 - Self.distinctShare(ids, of: 4)
    distinct = (1...3).map { Self.distinctShare(ids, of: $0) }
  }

  /// exp of the mean surprise.
  public var perplexity: Double { exp(meanSurprise) }

  /// The share of n-grams that are new; 1 where the text has none.
  static func distinctShare(_ ids: [UInt32], of length: Int) -> Double {
    guard ids.count >= length else { return 1 }
    var seen: Set<ArraySlice<UInt32>> = []
    for start in 0...(ids.count - length) { seen.insert(ids[start..<(start + length)]) }
    return Double(seen.count) / Double(ids.count - length + 1)
  }
}
