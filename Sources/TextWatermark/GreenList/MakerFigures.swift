#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Which maker's detector to repeat, with its own ideas of repetition, z and p.
public enum MakerDetector: String, CaseIterable, Sendable {
  /// transformers 5.x: normal tail; repeats ignored only when asked.
  case transformers5 = "transformers-5"
  /// transformers 4.x: ignoring repeats has no effect, and the p-value is a rough approximation.
  case transformers4 = "transformers-4"
  /// lm-watermarking's extended detector; with `simple_1` the minimal one gives the same.
  case lmWatermarking = "lm-watermarking"
}

/// What the maker's own detector would print for a record.
///
/// Shown beside our figures when asked, so that a user can compare; no verdict of ours rests on it. Its p-value is the normal
/// tail of z, which is too small beyond about four standard deviations, and no p-value at all where repeats count or where z
/// is a maximum over windows.
public struct MakerFigures: Hashable, Sendable {
  /// Tokens (or distinct n-grams) counted; for windows the size of the best one.
  public var scored: Int
  /// Green ones among them; for windows computed back from z in single precision, as the maker does.
  public var green: Int
  /// (green − γ n) ⁄ √(n γ (1 − γ)).
  public var z: Double
  /// The maker's p-value.
  public var pValue: Double
  /// z above the maker's threshold.
  public var prediction: Bool
  /// The running z at every scored position, in single precision (lm-watermarking only).
  public var zAtToken: [Float] = []
}

extension GreenListDetector {
  /// The defaults of the makers' thresholds: 3 in transformers, 4 in lm-watermarking.
  public static func defaultThreshold(of detector: MakerDetector) -> Double {
    detector == .lmWatermarking ? 4 : 3
  }

  /// Repeats the maker's detection of a whole record.
  ///
  /// - Parameters:
  ///   - ids: as the maker would be given them, without a prompt.
  ///   - ignoresRepeats: its `ignore_repeated_ngrams`.
  ///   - threshold: its `z_threshold`; its default if nil.
  /// - Throws: code `too-short` where the maker raises an error.
  public func makerFigures(
    _ ids: [UInt32], detector: MakerDetector, ignoresRepeats: Bool, threshold: Double? = nil,
    workspace: Workspace
  ) throws(TextWatermarkError) -> MakerFigures {
    let ignores = ignoresRepeats && detector != .transformers4
    let trace = try makerTrace(ids, ignoresRepeats: ignores, workspace: workspace)
    let z = zScore(green: trace.green, scored: trace.scored)
    let limit = threshold ?? Self.defaultThreshold(of: detector)
    var figures = MakerFigures(
      scored: trace.scored, green: trace.green, z: z, pValue: Self.pValue(z: z, detector: detector),
      prediction: z > limit)
    if detector == .lmWatermarking { figures.zAtToken = runningZ(trace) }
    return figures
  }

  /// (green − γ n) ⁄ √(n γ (1 − γ)) with the maker's γ; 0 where nothing was scored.
  public func zScore(green: Int, scored: Int) -> Double {
    guard scored > 0 else { return 0 }
    let ratio = scheme.greenlistRatio
    return (Double(green) - ratio * Double(scored)) / (Double(scored) * ratio * (1 - ratio)).squareRoot()
  }

  /// The maker's p-value of a z: the normal tail, or transformers 4's approximation of it.
  static func pValue(z: Double, detector: MakerDetector) -> Double {
    guard detector == .transformers4 else { return 0.5 * erfc(z / 2.0.squareRoot()) }
    let sign: Double = z > 0 ? 1 : z < 0 ? -1 : 0
    return 1 - 0.5 * (1 + sign * (1 - exp(-2 * z * z / Double.pi)))
  }

  func makerTrace(
    _ ids: [UInt32], ignoresRepeats: Bool, workspace: Workspace
  ) throws(TextWatermarkError) -> GreenListTrace {
    let detector = GreenListDetector(
      scheme: scheme, repetition: ignoresRepeats ? .distinctNgrams : .everyOccurrence,
      beginningOfText: beginningOfText)
    var trace = GreenListTrace()
    try detector.trace(ids, workspace: workspace, into: &trace)
    guard trace.scored >= 1 else {
      throw TextWatermarkError(
        code: .tooShort, message: "\(ids.count) tokens are too few for the maker's detector",
        hint: "it needs at least \(scheme.ngramLength) tokens")
    }
    return trace
  }

  /// z after each position, where a repeated n-gram keeps the value it had when it was first counted.
  private func runningZ(_ trace: GreenListTrace) -> [Float] {
    let ratio = Float(scheme.greenlistRatio)
    var green = 0
    var values: [Float] = []
    for (count, isGreen) in zip(1..., trace.outcomes) {
      if isGreen { green += 1 }
      let size = Float(count)
      values.append((Float(green) - ratio * size) / (size * ratio * (1 - ratio)).squareRoot())
    }
    return atEveryPosition(trace, values: values)
  }

  /// Spreads values of the counted tokens over all positions that have a context.
  func atEveryPosition(_ trace: GreenListTrace, values: [Float]) -> [Float] {
    var counted = -1
    var spread: [Float] = []
    for mark in trace.marks where mark != .notScored {
      if mark != .repeated { counted += 1 }
      spread.append(values[max(counted, 0)])
    }
    return spread
  }
}
