import BiasMetrics
import Statistics

extension AuditReport {
  static func name(_ attributes: [String], _ values: [String]) -> String {
    printableText(zip(attributes, values).map { "\($0)=\($1)" }.joined(separator: ", "))
  }

  /// The finding in a sentence.
  static func sentence(_ d: Disparity) -> String {
    let (low, high) = (name(d.attributes, d.lower), name(d.attributes, d.higher))
    let metric = d.metric.rawValue.split(separator: "_").joined(separator: " ")
    switch d.verdict {
    case .notEstimable:
      return
        "\(metric): \(low) against \(high) cannot be estimated: \(printableText(d.reason ?? "too few rows"))."
    default:
      let isRatio = d.metric == .selectionRate
      let figure =
        isRatio
        ? "ratio \(Shown.decimal(d.ratio)), interval \(Shown.interval(d.ratioInterval))"
        : "difference \(Shown.decimal(d.difference)), interval \(Shown.interval(d.differenceInterval))"
      let verdict =
        switch d.verdict {
        case .disparity: "more than is tolerated"
        case .withinTolerance: "within what is tolerated"
        default: "the data do not decide" + (d.reason.map { " (\(printableText($0)))" } ?? "")
        }
      return "\(metric): \(low) against \(high): \(figure): \(verdict)."
    }
  }

  /// Findings, then groups.
  public func text() -> String {
    var text = ""
    for stratum in strata {
      let result = stratum.result
      if !stratum.controls.isEmpty {
        text += "Among \(Self.name(stratum.controls.map(\.name), stratum.controls.map(\.value)))\n"
      }
      text += "\(result.rowsAnalysed) rows analysed of \(cube.rowsRead) read"
      for entry in result.excluded { text += "; \(entry.rows) left out: \(entry.reason)" }
      text +=
        "; favourable is '\(printableText(result.positive))'; \(result.familySize) comparisons corrected for (\(result.plan.correction.name))\n\n"
      for verdict in AuditVerdict.allCases {
        let found = result.disparities.filter { $0.verdict == verdict }
        guard !found.isEmpty else { continue }
        text += "\(verdict.rawValue) (\(found.count))\n"
        for d in found.prefix(20) {
          text +=
            "  \(Self.sentence(d))\(d.adjustedP.map { " p \(Shown.pValue($0))" } ?? "")\n"
        }
        if found.count > 20 { text += "  … \(found.count - 20) more in --json\n" }
      }
      text += "\n"
      for group in result.groups where group.attributes.count == 1 {
        text += "  \(Self.name(group.attributes, group.values)): \(group.rows) rows"
        for rate in group.rates {
          text += "; \(rate.metric.rawValue) \(Shown.percent(rate.value))"
          if let interval = rate.interval {
            text += " (\(Shown.percent(interval.lower)) to \(Shown.percent(interval.upper)))"
          }
        }
        text += "\n"
      }
      for note in result.notes { text += "note: \(printableText(note))\n" }
      text += "\n"
    }
    text += strataText()
    text += supplementsText()
    for (name, value) in conventionFigures() {
      text += "\(convention.rawValue) \(printableText(name)): \(value)\n"
    }
    return text
  }

  /// Pairs whose difference within the controls is another than over all rows.
  private func strataText() -> String {
    let pairs = stratified
    guard !pairs.isEmpty else { return "" }
    var text = "Over all rows, and within the controls (Mantel and Haenszel)\n"
    let order = pairs.enumerated().sorted { a, b in
      let (x, y) = (a.element, b.element)
      func key(_ pair: StratifiedDisparity, _ place: Int) -> (Int, Double, Int) {
        (pair.isReversed ? 0 : 1, -abs(pair.crudeDifference - pair.adjustedDifference), place)
      }
      return key(x, a.offset) < key(y, b.offset)
    }
    for (_, pair) in order.prefix(10) {
      text +=
        "  \(Shown.words(pair.metric.rawValue)): \(Self.name(pair.attributes, pair.lower)) against \(Self.name(pair.attributes, pair.higher))"
      text +=
        ": difference \(Shown.decimal(pair.crudeDifference)), within \(Shown.decimal(pair.adjustedDifference))"
      text += pair.isReversed ? "; the direction turns (Simpson's paradox)\n" : "\n"
    }
    if pairs.count > 10 { text += "  … \(pairs.count - 10) more in --json\n" }
    return text + "\n"
  }
}
