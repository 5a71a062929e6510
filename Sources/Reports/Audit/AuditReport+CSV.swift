import BiasMetrics
import Statistics

extension AuditReport {
  /// One line a comparison; names that a spreadsheet would take for formulas begin with an apostrophe.
  public func csv() -> String {
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
          ].map(csvCell) + numbers.map { $0.map { $0.isFinite ? "\($0)" : "" } ?? "" } + [d.verdict.rawValue]
        text += cells.joined(separator: ",") + "\n"
      }
    }
    return text
  }
}
