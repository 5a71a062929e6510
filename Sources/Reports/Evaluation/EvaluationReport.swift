import Evaluation
import Statistics

/// What a mark costs and where it is found, for people: text, JSON, CSV and two figures.
public struct EvaluationReport: Sendable {
  /// What was evaluated, in the order in which it is printed: model, profile, key's name, sampling, seeds.
  public var settings: [(name: String, value: String)]
  /// The tool's version.
  public var version: String
  /// What was found.
  public var result: EvaluationResult

  /// Makes a report.
  public init(settings: [(name: String, value: String)], version: String, result: EvaluationResult) {
    (self.settings, self.version, self.result) = (settings, version, result)
  }

  /// Strengths in the order of the plan.
  var strengths: [EvaluationPlan.Strength] { result.quality.compactMap(\.strength) }

  /// Rates of false positives in the order of the plan.
  var rates: [Double] {
    var seen: [Double] = []
    for row in result.power where !seen.contains(row.falsePositiveRate) { seen.append(row.falsePositiveRate) }
    return seen
  }

  /// γ and δ as they are printed.
  static func name(_ strength: EvaluationPlan.Strength) -> String {
    "γ \(Shown.short(strength.ratio)), δ \(Shown.short(strength.bias))"
  }

  /// A rate of false positives as a power of ten where it is one.
  static func name(rate: Double) -> String {
    Shown.pValue(rate).hasPrefix("1.0e") ? "1e" + Shown.pValue(rate).dropFirst(4) : Shown.short(rate)
  }

  /// A share with its interval.
  static func share(_ power: EvaluationResult.Power) -> String {
    guard power.texts > 0 else { return "no texts" }
    return
      "\(power.found)/\(power.texts) (\(Shown.perHundred(power.interval.lower))–\(Shown.perHundred(power.interval.upper)) %)"
  }
}
