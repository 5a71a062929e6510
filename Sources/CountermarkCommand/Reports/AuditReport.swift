import BiasMetrics
import Scan
import Statistics

/// An audit as text, JSON, CSV and a page.
struct AuditReport {
  /// The rows that share the values of the controls.
  struct Stratum {
    var controls: [(name: String, value: String)]
    var result: AuditResult
  }

  var table: DecisionTable
  var cube: CountingCube
  var strata: [Stratum]
  var convention: AuditConvention
  var privileged: [String: String]

  static func name(_ attributes: [String], _ values: [String]) -> String {
    printable(zip(attributes, values).map { "\($0)=\($1)" }.joined(separator: ", "))
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
        "\(metric): \(low) against \(high) cannot be estimated: \(printable(d.reason ?? "too few rows"))."
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
  func text() -> String {
    var text = ""
    for stratum in strata {
      let result = stratum.result
      if !stratum.controls.isEmpty {
        text += "Among \(Self.name(stratum.controls.map(\.name), stratum.controls.map(\.value)))\n"
      }
      text += "\(result.rowsAnalysed) rows analysed of \(cube.rows + cube.failedRows) read"
      for entry in result.excluded { text += "; \(entry.rows) left out: \(entry.reason)" }
      text +=
        "; favourable is '\(printable(table.positivePrediction))'; \(result.familySize) comparisons corrected for\n\n"
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
      for note in result.notes { text += "note: \(printable(note))\n" }
      text += "\n"
    }
    for (name, value) in conventionFigures() {
      text += "\(convention.rawValue) \(printable(name)): \(value)\n"
    }
    return text
  }

  /// What the other tool prints, by attribute.
  func conventionFigures() -> [(name: String, value: Double)] {
    var all: [(String, Double)] = []
    guard convention != .strict else { return [] }
    for place in 0..<table.groupDimensions {
      let attribute = table.dimensions[place].name
      let groups = table.groups(by: [place], keepsScores: true)
      switch convention {
      case .strict: break
      case .fairlearn:
        let figures = FairlearnConvention.functions(
          groups, overall: table.overall(keepsScores: true), isWeighted: table.isWeighted,
          hasScores: table.hasScores)
        all += figures.map { ("\(attribute): \($0.name)", $0.value) }
      case .aif360:
        guard let reference = privileged[attribute] else { continue }
        let figures = AIF360Convention(groups, privileged: reference, isWeighted: table.isWeighted)
          .comparisons
        all += figures.sorted { $0.key < $1.key }.map { ("\(attribute): \($0.key)", $0.value) }
      case .aequitas:
        let reference = privileged[attribute].map { AequitasConvention.Reference.predefined($0) } ?? .major
        let figures = AequitasConvention.disparities(groups, reference)
        for metric in AequitasConvention.metrics {
          for (group, value) in zip(groups, figures[metric]?.values ?? []) {
            all.append(("\(attribute)=\(group.name): \(metric)_disparity", value))
          }
        }
      }
    }
    return all
  }

  /// One line a comparison.
  func csv() -> String {
    func quoted(_ text: String) -> String {
      text.contains { $0 == "," || $0 == "\"" || $0.isNewline }
        ? "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
          + "\"" : text
    }
    var text =
      "stratum,metric,attributes,lower,higher,difference,difference_lower,difference_upper,ratio,ratio_lower,ratio_upper,p_value,adjusted_p_value,verdict\n"
    for stratum in strata {
      for d in stratum.result.disparities {
        let numbers: [Double?] = [
          d.difference, d.differenceInterval?.lower, d.differenceInterval?.upper, d.ratio,
          d.ratioInterval?.lower,
          d.ratioInterval?.upper, d.p, d.adjustedP,
        ]
        let cells =
          [
            stratum.controls.map { "\($0.name)=\($0.value)" }.joined(separator: "|"), d.metric.rawValue,
            d.attributes.joined(separator: "|"), d.lower.joined(separator: "|"),
            d.higher.joined(separator: "|"),
          ].map(quoted) + numbers.map { $0.map { $0.isFinite ? "\($0)" : "" } ?? "" } + [d.verdict.rawValue]
        text += cells.joined(separator: ",") + "\n"
      }
    }
    return text
  }
}
