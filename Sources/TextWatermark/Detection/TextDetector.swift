import Statistics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Looks for one profile's mark under one key, in one record after another.
///
/// Immutable and shared by all tasks; what changes from record to record lives in a ``Workspace`` of each task.
public struct TextDetector: Sendable {
  /// What is looked for.
  public let profile: WatermarkProfile
  /// The id of the key.
  public let keyID: String
  /// The counting of green tokens.
  public let greenList: GreenListDetector

  init(profile: WatermarkProfile, keyID: String, scheme: GreenListScheme) {
    self.profile = profile
    self.keyID = keyID
    greenList = GreenListDetector(
      scheme: scheme, repetition: profile.parameters.repetition, beginningOfText: profile.beginningOfText,
      unscoredTokens: profile.unscoredTokens)
  }

  /// The memory of one task: lists, buffers and the last record's trace.
  public final class Workspace: @unchecked Sendable {
    let greenList: GreenListDetector.Workspace
    /// What was seen of each token of the record examined last.
    public internal(set) var trace = GreenListTrace()
    var powers: [Int: Double] = [:]
    var powerRule: DecisionRule?
    let tails: BinomialTails

    /// Makes a workspace for a detector, whose lists take at most `byteLimit` bytes.
    public convenience init(for detector: TextDetector, byteLimit: Int = 64 << 20) {
      self.init(sharing: GreenListStore(scheme: detector.greenList.scheme, byteLimit: byteLimit))
    }

    /// Makes a workspace for one of the tasks that share a store of the detector's scheme.
    public init(sharing store: GreenListStore) {
      greenList = .init(sharing: store)
      tails = BinomialTails(rate: store.scheme.nullGreenRate)
    }

    /// The cache of green lists, for figures of its use.
    public var lists: GreenListCache { greenList.lists }
  }

  /// Examines one record; its trace stays in the workspace.
  ///
  /// - Parameters:
  ///   - ids: the prompt's ids, where known, followed by the text's.
  ///   - promptCount: how many of them are prompt: context only.
  public func detect(
    _ ids: [UInt32], promptCount: Int = 0, workspace: Workspace
  ) throws(TextWatermarkError) -> TextDetection {
    try greenList.trace(ids, promptCount: promptCount, workspace: workspace.greenList, into: &workspace.trace)
    do {
      let trace = workspace.trace
      if profile.parameters.usesWindows {
        return try windowDetection(trace, tokens: ids.count - promptCount, workspace: workspace)
      }
      return TextDetection(
        statistic: "green_count", value: trace.green, scored: trace.scored, tokens: ids.count - promptCount,
        nullRate: greenList.scheme.nullGreenRate,
        z: greenList.zScore(green: trace.green, scored: trace.scored),
        logPValue: try tail(green: trace.green, scored: trace.scored, workspace: workspace))
    } catch {
      throw TextWatermarkError(code: .invalidParameter, message: error.message, hint: error.hint)
    }
  }

  private func tail(green: Int, scored: Int, workspace: Workspace) throws(StatisticsError) -> Double {
    guard scored > 0, green > 0 else { return 0 }
    return try workspace.tails.logUpperTail(atLeast: green, of: scored)
  }

  private func windowDetection(
    _ trace: GreenListTrace, tokens: Int, workspace: Workspace
  ) throws(StatisticsError) -> TextDetection {
    let scan = WindowSearch(trace.outcomes, tails: workspace.tails)
    let best = try scan.best(in: 0..<trace.outcomes.count)
    let scored = best?.range.count ?? 0
    let green = best?.successes ?? 0
    return TextDetection(
      statistic: "window_green_count", value: green, scored: scored, tokens: tokens,
      nullRate: greenList.scheme.nullGreenRate, z: greenList.zScore(green: green, scored: scored),
      logPValue: best.map { min(0, $0.logTail + scan.logWindows) } ?? 0, logHypotheses: scan.logWindows)
  }

  /// ln p of the last record's most significant window, all windows counted; 0 where nothing was scored.
  public func bestWindow(workspace: Workspace) throws(TextWatermarkError) -> Double {
    let scan = WindowSearch(workspace.trace.outcomes, tails: workspace.tails)
    do {
      return try scan.best(in: 0..<workspace.trace.outcomes.count).map {
        min(0, $0.logTail + scan.logWindows)
      } ?? 0
    } catch {
      throw TextWatermarkError(code: .invalidParameter, message: error.message, hint: error.hint)
    }
  }

  /// The stretches of the last record in which the mark is significant by themselves, at the rule's level.
  public func spans(rule: DecisionRule, workspace: Workspace) throws(TextWatermarkError) -> [TokenSpan] {
    let trace = workspace.trace
    let scan = WindowSearch(trace.outcomes, tails: workspace.tails)
    do {
      return try scan.significant(atMost: rule.logThreshold).map { window in
        let first = Int(trace.positions[window.range.lowerBound])
        let last = Int(trace.positions[window.range.upperBound - 1])
        // A green token testifies for the tokens that chose its list, too.
        let start = max(0, first - (greenList.scheme.ngramLength - 1))
        return TokenSpan(tokens: start..<(last + 1), logPValue: min(0, window.logTail + scan.logWindows))
      }
    } catch {
      throw TextWatermarkError(code: .invalidParameter, message: error.message, hint: error.hint)
    }
  }

  /// What the maker's own detector would print for these ids, with the profile's settings for it.
  public func makerFigures(_ ids: [UInt32], workspace: Workspace) -> Result<MakerFigures, TextWatermarkError>
  {
    let parameters = profile.parameters
    do {
      if let windows = parameters.makerWindows {
        return .success(
          try greenList.makerWindowFigures(
            ids, sizes: .init(windows), ignoresRepeats: parameters.makerIgnoresRepeats,
            threshold: parameters.makerThreshold, workspace: workspace.greenList))
      }
      return .success(
        try greenList.makerFigures(
          ids, detector: parameters.makerDetector, ignoresRepeats: parameters.makerIgnoresRepeats,
          threshold: parameters.makerThreshold, workspace: workspace.greenList))
    } catch {
      return .failure(error)
    }
  }
}
