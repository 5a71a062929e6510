import BiasMetrics
import Statistics

extension ParityReport {
  /// What is said of an attribute first: a verdict, if there is one, and plain sentences.
  struct Finding {
    var heading: String
    var verdict: AuditVerdict?
    var sentences: [String]
  }

  /// One for each attribute, in the order of the plan.
  var findings: [Finding] {
    switch subject {
    case .numeric(let parity):
      parity.groups.map { attribute, groups in Self.finding(parity, attribute, groups) }
    case .ranking(let parity):
      parity.attributes.map { Self.finding($0, parity) }
    }
  }

  private static func finding(
    _ parity: NumericParity, _ attribute: String, _ groups: [NumericParity.Group]
  ) -> Finding {
    let found = parity.disparities.filter {
      $0.attributes == [attribute] && NumericParity.tested.contains($0.metric)
    }
    let verdicts = found.compactMap(\.verdict)
    var sentences = found.map { sentence($0, parity.tolerance) }
    let few = groups.filter { group in
      !found.contains { $0.lower == group.values || $0.higher == group.values }
    }
    if found.isEmpty {
      sentences.append("Fewer than two groups have rows enough to be compared.")
    } else if !few.isEmpty {
      sentences.append("\(groups.count) groups; those that differ most are named.")
    }
    return Finding(
      heading: attribute, verdict: AuditVerdict.byGravity.first { verdicts.contains($0) },
      sentences: sentences)
  }

  private static func sentence(_ d: NumericParity.Disparity, _ tolerance: Double?) -> String {
    var text =
      "\(Shown.words(d.metric.rawValue)): \(d.higher.joined(separator: "|")) is above \(d.lower.joined(separator: "|")) by \(Shown.decimal(d.difference, 4))"
    if let interval = d.interval { text += ", interval \(Shown.interval(interval))" }
    guard let tolerance, let verdict = d.verdict else { return text + "; not judged." }
    let tolerated = "what is tolerated, \(Shown.short(tolerance))"
    switch verdict {
    case .disparity: text += ": a pair of groups differs by more than \(tolerated)."
    case .withinTolerance: text += ": all pairs of groups lie within \(tolerated)."
    case .inconclusive: text += ": the data do not decide whether that is more than \(tolerated)."
    case .notEstimable: text += ": not judged, \(d.reason ?? "for lack of data")."
    }
    return text
  }

  private static func finding(_ attribute: RankingParity.Attribute, _ parity: RankingParity) -> Finding {
    var text = "There are no two groups with rows enough to be compared."
    if !attribute.exposureRatio.isNaN {
      text =
        "A row of \(attribute.least.joined(separator: "|")) gets \(Shown.decimal(attribute.exposureRatio)) times the exposure of a row of \(attribute.greatest.joined(separator: "|"))"
      if let interval = attribute.interval { text += ", interval \(Shown.interval(interval)) over lists" }
      let tau = parity.ratioTolerance
      let tolerated = "what is tolerated, \(Shown.short(tau)) to \(Shown.short(1 / tau))"
      switch attribute.verdict {
      case .disparity: text += ": a pair of groups lies beyond \(tolerated)."
      case .withinTolerance: text += ": all pairs of groups lie within \(tolerated)."
      case .inconclusive: text += ": the data do not decide whether that is within \(tolerated)."
      case .notEstimable: text += "; not judged: \(attribute.reason ?? "for lack of data")."
      }
    }
    return Finding(heading: attribute.name, verdict: attribute.verdict, sentences: [text])
  }
}
