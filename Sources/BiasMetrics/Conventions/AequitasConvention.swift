/// What Aequitas 1.1 computes, its edge cases included.
///
/// "Statistical parity" compares numbers of selected people there; what others call demographic parity is its "impact parity".
/// Its significance tests for error rates are wrong (they test other rates under those labels) and are not imitated.
public enum AequitasConvention {
  /// Which group others are divided by.
  public enum Reference: Hashable, Sendable {
    /// One that is named.
    case predefined(String)
    /// The largest.
    case major
    /// The one with the least value, for each metric another.
    case min
  }

  /// The metrics that have disparities, in Aequitas' order.
  public static let metrics = [
    "ppr", "pprev", "precision", "fdr", "for", "fpr", "fnr", "tpr", "tnr", "npv",
  ]

  /// A metric of a group; 0/0 is NaN.
  public static func value(_ metric: String, _ group: GroupCounts, selected: Double, total: Double) -> Double
  {
    let c = group.counts
    switch metric {
    case "ppr": return c.selected / selected
    case "pprev": return RateMetric.selectionRate.value(c)
    case "prev": return RateMetric.baseRate.value(c)
    case "accuracy": return RateMetric.accuracy.value(c)
    case "tpr": return RateMetric.truePositiveRate.value(c)
    case "tnr": return RateMetric.trueNegativeRate.value(c)
    case "fpr": return RateMetric.falsePositiveRate.value(c)
    case "fnr": return RateMetric.falseNegativeRate.value(c)
    case "fdr": return RateMetric.falseDiscoveryRate.value(c)
    case "for": return RateMetric.falseOmissionRate.value(c)
    case "precision": return RateMetric.precision.value(c)
    case "npv": return RateMetric.negativePredictiveValue.value(c)
    case "tp": return c.truePositives
    case "fp": return c.falsePositives
    case "tn": return c.trueNegatives
    case "fn": return c.falseNegatives
    case "pp": return c.selected
    case "pn": return c.rejected
    case "k": return selected
    case "group_label_pos": return c.positives
    case "group_label_neg": return c.negatives
    case "group_size": return c.total
    case "total_entities": return total
    default: return .nan
    }
  }

  /// Each group's metric divided by the reference's; x/0 is 10, as Aequitas fills it, and 0/0 NaN.
  public static func disparities(
    _ groups: [GroupCounts], _ reference: Reference
  ) -> [String: (
    values: [Double], reference: String
  )] {
    let selected = groups.reduce(0) { $0 + $1.counts.selected }
    let total = groups.reduce(0) { $0 + $1.counts.total }
    var all: [String: (values: [Double], reference: String)] = [:]
    for metric in metrics {
      let values = groups.map { value(metric, $0, selected: selected, total: total) }
      let place: Int?
      switch reference {
      case .predefined(let name): place = groups.firstIndex { $0.name == name }
      case .major:
        place = groups.indices.max { (groups[$0].rows, $1) < (groups[$1].rows, $0) }
      case .min:
        place = values.indices.filter { !values[$0].isNaN }.min { (values[$0], $0) < (values[$1], $1) }
      }
      guard let place else { continue }
      let ratios = values.map { value in
        let ratio = value / values[place]
        return ratio.isInfinite ? 10 : ratio
      }
      all[metric] = (ratios, groups[place].name)
    }
    return all
  }

  /// Aequitas' three values of a parity: true, false, or not to be told.
  public static func parities(
    _ disparities: [String: Double], tau: Double = 0.8
  ) -> [(name: String, value: Bool?)] {
    func parity(_ metric: String) -> Bool? {
      guard let value = disparities[metric], !value.isNaN else { return nil }
      return value >= tau && value <= 1 / tau
    }
    /// One unknown of two makes false, both unknown make unknown.
    func both(_ a: Bool?, _ b: Bool?) -> Bool? { a == nil && b == nil ? nil : (a ?? false) && (b ?? false) }
    let typeI = both(parity("fdr"), parity("fpr"))
    let typeII = both(parity("for"), parity("fnr"))
    return [
      ("Statistical Parity", parity("ppr")), ("Impact Parity", parity("pprev")),
      ("FDR Parity", parity("fdr")),
      ("FPR Parity", parity("fpr")), ("FOR Parity", parity("for")), ("FNR Parity", parity("fnr")),
      ("TPR Parity", parity("tpr")), ("TNR Parity", parity("tnr")), ("NPV Parity", parity("npv")),
      ("Precision Parity", parity("precision")), ("TypeI Parity", typeI), ("TypeII Parity", typeII),
      ("Equalized Odds", both(parity("fpr"), parity("tpr"))),
      ("Unsupervised Fairness", both(parity("ppr"), parity("pprev"))),
      ("Supervised Fairness", both(typeI, typeII)),
    ]
  }
}
