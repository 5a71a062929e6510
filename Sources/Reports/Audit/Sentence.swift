import BiasMetrics
import Statistics

/// Findings in plain sentences.
package enum Sentence {
  /// The comparison that a card tells: the gravest verdict, and of these the greatest gap.
  static func gravest(_ found: [Disparity]) -> Disparity? {
    let order = AuditVerdict.byGravity
    func key(_ d: Disparity) -> (Int, Double) {
      let gap = d.metric == .selectionRate ? d.ratio : 1 - d.difference
      return (order.firstIndex(of: d.verdict) ?? order.count, gap.isNaN ? .infinity : gap)
    }
    // The first of equals: min(by:) keeps it.
    return found.min { key($0) < key($1) }
  }

  /// "Of sex = Female, 8 per 100 are selected; of sex = Male, 25. Ratio 0.33, interval 0.29 to 0.37: all of it below 0.8."
  package static func finding(
    _ d: Disparity, _ result: AuditResult, positive: String, names: NameBook
  ) -> String {
    let (low, high) = (names.group(d.attributes, d.lower), names.group(d.attributes, d.higher))
    if d.verdict == .notEstimable {
      return
        "\(Shown.words(d.metric.rawValue)) of \(low) against \(high): \(reason(d, result, names))."
    }
    let (verb, condition) = predicate(d.metric, names(positive))
    let rates =
      "Of \(low)\(condition), \(perHundred(d.lower, d, result)) per 100 \(verb); of \(high), \(perHundred(d.higher, d, result))."
    let flip =
      d.flipsWithOne == true
      ? " One person selected in place of another would put the ratio on the other side of \(Shown.short(result.plan.ratioTolerance))."
      : ""
    return rates + " " + judgement(d, result) + flip
  }

  private static func perHundred(_ values: [String], _ d: Disparity, _ result: AuditResult) -> String {
    let group = result.groups.first { $0.attributes == d.attributes && $0.values == values }
    return Shown.perHundred(group?.rates.first { $0.metric == d.metric }?.value ?? .nan)
  }

  /// Why there is no verdict; names may be long, and are cut here.
  static func reason(_ d: Disparity, _ result: AuditResult, _ names: NameBook) -> String {
    reason(d, minimumCount: result.plan.minimumCount, names) { values in
      let group = result.groups.first { $0.attributes == d.attributes && $0.values == values }
      return group?.rates.first { $0.metric == d.metric }?.denominator
    }
  }

  /// The same for one of very many comparisons, whose groups are looked up.
  static func reason(
    _ d: Disparity, minimumCount: Int, _ names: NameBook, rows: ([String]) -> Double?
  ) -> String {
    for values in [d.lower, d.higher] {
      guard let count = rows(values), count < Double(minimumCount) else { continue }
      return count == 0
        ? "\(names.values(values)) has no rows that count"
        : "\(names.values(values)) has \(Shown.count(count)) rows that count, fewer than \(minimumCount)"
    }
    return NameBook.brief(d.reason ?? "there is nothing to estimate", limit: 300)
  }

  /// What is counted, and among whom.
  private static func predicate(_ metric: RateMetric, _ positive: String) -> (verb: String, condition: String)
  {
    switch metric {
    case .selectionRate: ("are selected", "")
    case .truePositiveRate: ("are selected", " whose label is “\(positive)”")
    case .falsePositiveRate: ("are selected", " whose label is not “\(positive)”")
    case .trueNegativeRate: ("are rejected", " whose label is not “\(positive)”")
    case .falseNegativeRate: ("are rejected", " whose label is “\(positive)”")
    case .baseRate: ("have the label “\(positive)”", "")
    case .accuracy: ("are decided as labelled", "")
    case .errorRate: ("are decided otherwise than labelled", "")
    case .precision: ("have the label “\(positive)”", " who are selected")
    case .falseDiscoveryRate: ("have another label than “\(positive)”", " who are selected")
    case .negativePredictiveValue: ("have another label than “\(positive)”", " who are rejected")
    case .falseOmissionRate: ("have the label “\(positive)”", " who are rejected")
    }
  }

  private static func judgement(_ d: Disparity, _ result: AuditResult) -> String {
    let isRatio = d.metric == .selectionRate
    let interval = isRatio ? d.ratioInterval : d.differenceInterval
    let figure =
      isRatio
      ? "Ratio \(Shown.decimal(d.ratio)), interval \(Shown.interval(interval))"
      : "Difference \(Shown.decimal(d.difference)), interval \(Shown.interval(interval))"
    let p = d.adjustedP.map { " Corrected p \(Shown.pValue($0))." } ?? ""
    let (tau, delta) = (result.plan.ratioTolerance, result.plan.differenceTolerance)
    let tolerated =
      isRatio
      ? "\(Shown.short(tau)) to \(Shown.short(1 / tau))" : "-\(Shown.short(delta)) to \(Shown.short(delta))"
    switch d.verdict {
    case .disparity:
      let side: String
      if isRatio {
        side = (interval?.upper ?? 0) < tau ? "below \(Shown.short(tau))" : "above \(Shown.short(1 / tau))"
      } else {
        side = "beyond \(Shown.short(delta))"
      }
      return "\(figure): all of it \(side).\(p)"
    case .withinTolerance: return "\(figure): all of it within \(tolerated).\(p)"
    default:
      return "\(figure): it reaches within and beyond \(tolerated), so the data do not decide.\(p)"
        + needed(d)
    }
  }

  /// How many rows would decide it.
  private static func needed(_ d: Disparity) -> String {
    guard let rows = d.rowsNeeded else { return "" }
    return
      " If rates are as they seem, some \(Shown.count(rows.lower)) and \(Shown.count(rows.higher)) rows would decide."
  }

  /// What the other comparisons of the same metric came to.
  static func others(_ all: [Disparity], than told: Disparity) -> String {
    let parts = AuditVerdict.allCases.compactMap { verdict -> String? in
      let count = all.count { $0.verdict == verdict } - (told.verdict == verdict ? 1 : 0)
      return count > 0 ? "\(count) \(verdict.rawValue)" : nil
    }
    return "Other pairs: \(parts.joined(separator: ", "))."
  }
}
