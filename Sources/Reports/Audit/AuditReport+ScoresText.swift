import BiasMetrics
import Scan

extension AuditReport {
  static func distanceText(_ pair: MulticlassAudit.Distance) -> String {
    (pair.controls.isEmpty
      ? "" : "among \(name(pair.controls.map(\.name), pair.controls.map(\.value))), ")
      + "predictions of \(name(pair.attributes, pair.first)) and \(name(pair.attributes, pair.second)) differ by \(Shown.decimal(pair.totalVariation)) (total variation; most in \(printableText(pair.widestClass)), by \(Shown.decimal(pair.widestDifference)))"
      + (pair.adjustedP.map { ", p \(Shown.pValue($0))\n" } ?? ", \(pair.reason ?? "too few rows to test")\n")
  }

  static func scoresText(_ parity: ScoreParity) -> String {
    var text = "\nScores by \(printableText(parity.attributes.joined(separator: ", ")))\n"
    for group in parity.groups {
      text +=
        "  \(name(parity.attributes, group.values)): \(group.rows) scores, mean \(Shown.decimal(group.mean))"
      if parity.hasLabels {
        text += ", area under the curve \(Shown.decimal(group.areaUnderCurve))"
        if parity.areChances {
          text +=
            ", Brier \(Shown.decimal(group.brier)), calibration error \(Shown.decimal(group.expectedCalibrationError))"
          text +=
            group.calibration.map { ", calibration slope \(Shown.decimal($0.slope))" }
            ?? ", no calibration slope"
        }
      }
      if group.missing > 0 { text += "; \(group.missing) without a score" }
      text += "\n"
    }
    let widest = parity.pairs.sorted { $0.kolmogorovSmirnov > $1.kolmogorovSmirnov }
    for pair in widest.prefix(5) {
      text +=
        "  \(printableText(pair.first.joined(separator: "|"))) and \(printableText(pair.second.joined(separator: "|")))"
      text += ": distributions differ by \(Shown.decimal(pair.kolmogorovSmirnov)) at most"
      text +=
        pair.adjustedP.map { " (p \(Shown.pValue($0)))" }
        ?? (parity.isTested ? " (too few to test)" : " (not tested: rows are weighted or clustered)")
      text += ", by \(Shown.decimal(pair.wasserstein)) on average"
      if !pair.absoluteArea.isNaN { text += "; ROC curves by \(Shown.decimal(pair.absoluteArea))" }
      text += "\n"
    }
    if widest.count > 5 { text += "  … \(widest.count - 5) more pairs in --json\n" }
    return text
  }

  static func write(_ pair: MulticlassAudit.Distance, to json: inout JSONWriter) {
    json.object { row in
      strings("attributes", pair.attributes, to: &row)
      if !pair.controls.isEmpty {
        row.object("controls") { for entry in pair.controls { $0.string(named: entry.name, entry.value) } }
      }
      strings("first", pair.first, to: &row)
      strings("second", pair.second, to: &row)
      row.number("total_variation", pair.totalVariation)
      row.string("widest_class", pair.widestClass)
      row.number("widest_difference", pair.widestDifference)
      if let p = pair.p { row.number("p_value", p) }
      if let p = pair.adjustedP { row.number("adjusted_p_value", p) }
      if let reason = pair.reason { row.string("reason", reason) }
    }
  }

  static func write(_ parity: ScoreParity, to json: inout JSONWriter) {
    json.object { entry in
      strings("attributes", parity.attributes, to: &entry)
      entry.bool("tested", parity.isTested)
      entry.array("groups") { list in
        for group in parity.groups {
          list.object { row in
            strings("values", group.values, to: &row)
            row.integer("n", group.rows)
            row.integer("missing", group.missing)
            row.number("mean", group.mean)
            guard parity.hasLabels else { return }
            row.number("roc_auc", group.areaUnderCurve)
            row.number("brier", group.brier)
            row.number("expected_calibration_error", group.expectedCalibrationError)
            row.number("calibration_in_the_large", group.calibrationInTheLarge)
            guard let line = group.calibration else { return }
            row.number("calibration_slope", line.slope)
            row.number("calibration_slope_error", line.slopeError)
            row.number("calibration_intercept", line.intercept)
            row.number("calibration_intercept_error", line.interceptError)
          }
        }
      }
      entry.array("pairs") { list in
        for pair in parity.pairs {
          list.object { row in
            strings("first", pair.first, to: &row)
            strings("second", pair.second, to: &row)
            row.number("kolmogorov_smirnov", pair.kolmogorovSmirnov)
            if let p = pair.p { row.number("p_value", p) }
            if let p = pair.adjustedP { row.number("adjusted_p_value", p) }
            row.number("wasserstein", pair.wasserstein)
            row.number("superiority", pair.superiority)
            guard parity.hasLabels else { return }
            row.number("cross_roc_auc", pair.crossArea)
            row.number("cross_roc_auc_reversed", pair.crossAreaReversed)
            row.number("abroca", pair.absoluteArea)
          }
        }
      }
    }
  }
}
