import BiasMetrics
import Statistics

extension AuditReport {
  static func name(_ attributes: [String], _ values: [String]) -> String {
    printableText(zip(attributes, values).map { "\($0)=\($1)" }.joined(separator: ", "))
  }

  static func percent(_ value: Double) -> String {
    guard value.isFinite else { return "—" }
    let tenths = Int((value * 1000).rounded())
    return "\(tenths / 10).\(abs(tenths % 10)) %"
  }

  static func decimal(_ value: Double, _ places: Int = 3) -> String {
    guard value.isFinite else { return value.isNaN ? "—" : "∞" }
    guard abs(value) < 1e9 else { return "\(value)" }
    guard places > 0 else { return "\(Int(value.rounded()))" }
    var scale = 1
    for _ in 0..<places { scale *= 10 }
    let whole = Int((abs(value) * Double(scale)).rounded())
    let fraction = String(whole % scale)
    return (value < 0 && whole > 0 ? "-" : "") + "\(whole / scale)."
      + String(repeating: "0", count: places - fraction.count) + fraction
  }

  static func interval(_ interval: ConfidenceInterval?) -> String {
    interval.map { "\(decimal($0.lower)) to \(decimal($0.upper))" } ?? "—"
  }

  static func pValue(_ p: Double?) -> String {
    guard let p else { return "—" }
    if p >= 0.001 { return decimal(p) }
    var (mantissa, exponent) = (p, 0)
    guard p > 0 else { return "<1e-300" }
    while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    return "\(decimal(mantissa, 1))e\(exponent)"
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
        ? "ratio \(decimal(d.ratio)), interval \(interval(d.ratioInterval))"
        : "difference \(decimal(d.difference)), interval \(interval(d.differenceInterval))"
      let verdict =
        switch d.verdict {
        case .disparity: "more than is tolerated"
        case .withinTolerance: "within what is tolerated"
        default: "the data do not decide"
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
      text += "\(result.rowsAnalysed) rows analysed of \(cube.rows + cube.failedRows) read"
      for entry in result.excluded { text += "; \(entry.rows) left out: \(entry.reason)" }
      text +=
        "; favourable is '\(printableText(table.positivePrediction))'; \(result.familySize) comparisons corrected for\n\n"
      for verdict in AuditVerdict.allCases {
        let found = result.disparities.filter { $0.verdict == verdict }
        guard !found.isEmpty else { continue }
        text += "\(verdict.rawValue) (\(found.count))\n"
        for d in found.prefix(20) {
          text +=
            "  \(Self.sentence(d))\(d.adjustedP.map { " p \(Self.pValue($0))" } ?? "")\n"
        }
        if found.count > 20 { text += "  … \(found.count - 20) more in --json\n" }
      }
      text += "\n"
      for group in result.groups where group.attributes.count == 1 {
        text += "  \(Self.name(group.attributes, group.values)): \(group.rows) rows"
        for rate in group.rates {
          text += "; \(rate.metric.rawValue) \(Self.percent(rate.value))"
          if let interval = rate.interval {
            text += " (\(Self.percent(interval.lower)) to \(Self.percent(interval.upper)))"
          }
        }
        text += "\n"
      }
      for note in result.notes { text += "note: \(printableText(note))\n" }
      text += "\n"
    }
    for (name, value) in conventionFigures() {
      text += "\(convention.rawValue) \(printableText(name)): \(value)\n"
    }
    return text
  }
}
