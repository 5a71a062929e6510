import Statistics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension TextDetector {
  /// The share of the greatest possible rise in green tokens that a mark of usual strength is taken to reach.
  ///
  /// Raising green logits by δ lifts the green rate from γ at most to γ e^δ ⁄ (1 − γ + γ e^δ), when every choice is wide open.
  /// Real text is not: the records of a 135-million-parameter model at temperature 0.8, top-k 40 reach a median of 0.43 of the
  /// rise with a left hash (`Corpora/llm-open.jsonl`). Less entropy means less.
  public static let usualShareOfRise = 0.4

  /// The green rate of a mark of usual strength, see ``usualShareOfRise``.
  public var referenceGreenRate: Double {
    let parameters = profile.parameters
    let odds = exp(parameters.bias)
    let highest = parameters.ratio * odds / (1 - parameters.ratio + parameters.ratio * odds)
    return parameters.ratio + Self.usualShareOfRise * max(0, highest - parameters.ratio)
  }

  /// The chance that a mark of usual strength would have been detected in `scored` tokens.
  public func power(
    scored: Int, rule: DecisionRule, workspace: Workspace
  ) throws(TextWatermarkError) -> Double {
    if workspace.powerRule != rule {
      workspace.powers.removeAll()
      workspace.powerRule = rule
    }
    if let known = workspace.powers[scored] { return known }
    let power: Double
    do {
      power = try computedPower(scored: scored, rule: rule)
    } catch {
      throw TextWatermarkError(code: .invalidParameter, message: error.message, hint: error.hint)
    }
    workspace.powers[scored] = power
    return power
  }

  private func computedPower(scored: Int, rule: DecisionRule) throws(StatisticsError) -> Double {
    guard scored > 0 else { return 0 }
    let null = try Binomial(trials: scored, probability: greenList.scheme.nullGreenRate)
    let critical = try null.smallestCount(logUpperTailAtMost: rule.logThreshold)
    guard critical <= scored else { return 0 }
    return exp(try Binomial(trials: scored, probability: referenceGreenRate).logUpperTail(atLeast: critical))
  }

  /// The verdict on the last record.
  public func verdict(
    _ detection: TextDetection, rule: DecisionRule, workspace: Workspace
  ) throws(TextWatermarkError) -> Verdict {
    if detection.logPValue <= rule.logThreshold { return .detected }
    return try power(scored: workspace.trace.scored, rule: rule, workspace: workspace) < 0.5
      ? .insufficient : .notDetected
  }
}
