#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What a detector saw in one text: the statistic, the null model's tail, and what could have been seen.
///
/// A detection is evidence about one mark under one key. It says nothing about who wrote a text, and a text in which nothing
/// was found may carry any other mark, or this one under another key or too thinly.
public struct TextDetection: Sendable {
  /// The name of the statistic: `green_count` or `window_green_count`.
  public var statistic: String
  /// Its value.
  public var value: Int
  /// The number of tokens it was taken over.
  public var scored: Int
  /// The number of token ids seen, without the prompt.
  public var tokens: Int
  /// The chance of one success under the null model.
  public var nullRate: Double
  /// The statistic in standard deviations above its null mean: a label, not evidence.
  public var z: Double
  /// Natural logarithm of the chance of so high a statistic when the text does not depend on the key.
  public var logPValue: Double
  /// The natural logarithm of the number of hypotheses that ``logPValue`` already counts (windows), 0 for a whole record.
  public var logHypotheses: Double = 0

  /// log₁₀ of the p-value; it does not underflow.
  public var log10PValue: Double { logPValue / 2.302585092994046 }
}

/// What one result says.
public enum Verdict: String, CaseIterable, Sendable {
  /// The adjusted p-value is at or below α.
  case detected
  /// It is not, and a mark of the profile's usual strength would more likely than not have been seen.
  case notDetected = "not-detected"
  /// It is not, and such a mark would more likely than not have been missed: too short, or too repetitive.
  case insufficient
  /// The evidence contradicts itself.
  case invalid
  /// The record could not be examined.
  case error
}

/// When a result counts as detected: α, shared among the tests made of one record.
///
/// Bonferroni's correction: with `testsPerRecord` pairs of profile and key tried on a record, the chance that an unmarked
/// record is flagged at all stays at or below α.
public struct DecisionRule: Hashable, Sendable {
  /// The chance of flagging one unmarked record.
  public let alpha: Double
  /// The number of profiles times keys tried on each record.
  public let testsPerRecord: Int

  /// Makes a rule; α lies between 0 and 1.
  public init(alpha: Double = 1e-6, testsPerRecord: Int = 1) throws(TextWatermarkError) {
    guard alpha > 0, alpha < 1 else {
      throw .invalidParameter("alpha is \(alpha)", hint: "give a number between 0 and 1, such as 1e-6")
    }
    self.alpha = alpha
    self.testsPerRecord = max(testsPerRecord, 1)
  }

  /// log₁₀ of the p-value times the number of tests, at most 0.
  public func adjusted(log10PValue: Double) -> Double {
    min(0, log10PValue + log10(Double(testsPerRecord)))
  }

  /// The natural logarithm of the largest p-value of one test that is detected.
  public var logThreshold: Double { log(alpha) - log(Double(testsPerRecord)) }
}
