import BiasMetrics
import Statistics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The formulas behind a finding, with its numbers put in.
package enum Arithmetic {
  /// Line by line: rates, intervals, difference, ratio, p-value, correction, verdict.
  package static func lines(
    _ d: Disparity, _ result: AuditResult, names: NameBook, isWeighted: Bool
  ) -> [String] {
    func rate(_ values: [String]) -> GroupRate? {
      result.groups.first { $0.attributes == d.attributes && $0.values == values }?.rates
        .first { $0.metric == d.metric }
    }
    guard let low = rate(d.lower), let high = rate(d.higher) else { return [] }
    let (lowName, highName) = (names.values(d.lower), names.values(d.higher))
    var lines: [String] = []
    if isWeighted {
      lines.append(
        "Counts are effective ones: each share times the effective number of rows, rounded to whole rows for intervals and tests."
      )
    }
    let (x1, n1) = whole(low)
    let (x2, n2) = whole(high)
    lines.append(
      "\(Shown.words(d.metric.rawValue)): \(lowName) \(Shown.count(low.numerator)) / \(Shown.count(low.denominator)) = \(Shown.decimal(low.value, 4)); \(highName) \(Shown.count(high.numerator)) / \(Shown.count(high.denominator)) = \(Shown.decimal(high.value, 4))"
    )
    if low.clusters != nil {
      lines.append(
        "Rows are of clusters: intervals and tests are at the effective rows of both groups together, times (z / t)² for the number of clusters: difference \(Shown.interval(d.differenceInterval)), ratio \(Shown.interval(d.ratioInterval)), p \(Shown.pValue(d.p)), by \(result.plan.correction.name) over \(result.familySize): \(Shown.pValue(d.adjustedP))"
      )
      return lines
    }
    let family = Double(max(1, result.familySize))
    let level = d.level ?? 1 - result.plan.alpha / family
    let share = 0.5 * (1 - level)
    guard let z = try? -Normal.standard.quantile(logLowerTail: log(share)) else {
      return lines
    }
    lines.append(
      result.plan.correction == .holm
        ? "Level of the comparison: 1 − α / comparisons = 1 − \(Shown.pValue(result.plan.alpha)) / \(result.familySize) = 1 − \(Shown.pValue(1 - level)), so z = \(Shown.decimal(z, 4))"
        : "Level of the comparison: 1 − k α / comparisons = 1 − \(Shown.short(((1 - level) * family / result.plan.alpha).rounded())) × \(Shown.pValue(result.plan.alpha)) / \(result.familySize) = 1 − \(Shown.pValue(1 - level)), k by Benjamini and Hochberg's rule, so z = \(Shown.decimal(z, 4))"
    )
    if let a = try? ProportionInterval.wilson(successes: x1, trials: n1, level: level),
      let b = try? ProportionInterval.wilson(successes: x2, trials: n2, level: level)
    {
      lines.append(
        "Wilson, (k + z²/2 ± z √(k (n − k) / n + z²/4)) / (n + z²): \(lowName) \(Shown.decimal(a.lower, 4)) to \(Shown.decimal(a.upper, 4)); \(highName) \(Shown.decimal(b.lower, 4)) to \(Shown.decimal(b.upper, 4))"
      )
      if let interval = d.differenceInterval {
        let (p1, p2) = (low.value, high.value)
        lines.append(
          "Difference (Newcombe): \(Shown.decimal(p2, 4)) − \(Shown.decimal(p1, 4)) = \(Shown.decimal(d.difference, 4)); lower − √((\(Shown.decimal(p2, 4)) − \(Shown.decimal(b.lower, 4)))² + (\(Shown.decimal(a.upper, 4)) − \(Shown.decimal(p1, 4)))²) = \(Shown.decimal(interval.lower, 4)); upper + √((\(Shown.decimal(b.upper, 4)) − \(Shown.decimal(p2, 4)))² + (\(Shown.decimal(p1, 4)) − \(Shown.decimal(a.lower, 4)))²) = \(Shown.decimal(interval.upper, 4))"
        )
      }
    }
    if let interval = d.ratioInterval {
      lines.append(
        "Ratio: \(Shown.decimal(low.value, 4)) / \(Shown.decimal(high.value, 4)) = \(Shown.decimal(d.ratio, 4)); the score interval holds each ratio ρ for which |p₁ − ρ p₂| / √(p̃₁ (1 − p̃₁) / n₁ + ρ² p̃₂ (1 − p̃₂) / n₂) ≤ z, with p̃ the likeliest rates of that ratio: \(Shown.decimal(interval.lower, 4)) to \(Shown.decimal(interval.upper, 4))"
      )
    }
    if let p = d.p {
      let pooled = Double(x1 + x2) / Double(max(1, n1 + n2))
      let score = (try? TwoProportions(x1, of: n1, versus: x2, of: n2))?.pooledZ ?? .nan
      lines.append(
        "p of no difference: \(Shown.pValue(p)). (Beside it, (p₂ − p₁) / √(p̄ (1 − p̄) (1/n₁ + 1/n₂)) with p̄ = \(Shown.decimal(pooled, 4)): z = \(Shown.decimal(abs(score), 3)).) By \(result.plan.correction.name) over \(result.familySize): \(Shown.pValue(d.adjustedP))"
      )
    }
    let (tau, delta) = (result.plan.ratioTolerance, result.plan.differenceTolerance)
    lines.append(
      d.metric == .selectionRate
        ? "Verdict: ratio interval \(Shown.interval(d.ratioInterval)) against \(Shown.short(tau)) to \(Shown.short(1 / tau)): \(d.verdict.rawValue)"
        : "Verdict: difference interval \(Shown.interval(d.differenceInterval)) against -\(Shown.short(delta)) to \(Shown.short(delta)): \(d.verdict.rawValue)"
    )
    return lines
  }

  private static func whole(_ rate: GroupRate) -> (Int, Int) {
    guard rate.denominator.isFinite, rate.denominator < 1e12 else { return (0, 0) }
    let n = Int(rate.denominator.rounded())
    return (min(n, Int(rate.numerator.rounded())), n)
  }
}
