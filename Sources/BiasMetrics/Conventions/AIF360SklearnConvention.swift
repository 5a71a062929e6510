#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What AIF360 0.6 computes by its functions in the manner of scikit-learn: a rate over nothing is 0 there.
public struct AIF360SklearnConvention: Sendable {
  /// The groups, by their values joined with `|`.
  public let groups: [GroupCounts]
  /// The privileged group's name.
  public let privileged: String
  /// Whether rates count weights.
  public let isWeighted: Bool

  /// Names the privileged group.
  public init(_ groups: [GroupCounts], privileged: String, isWeighted: Bool) {
    (self.groups, self.privileged, self.isWeighted) = (groups, privileged, isWeighted)
  }

  private func sums(_ group: GroupCounts) -> Confusion { isWeighted ? group.weights : group.counts }
  private func zeroed(_ rate: RateMetric, _ c: Confusion) -> Double {
    let (above, below) = rate.parts(c)
    return below == 0 ? 0 : above / below
  }
  private func sum(where isIn: (GroupCounts) -> Bool) -> Confusion {
    groups.filter(isIn).reduce(Confusion()) { $0 + sums($1) }
  }

  /// The share of rows with the outcome, smoothed with a concentration divided among the outcomes that the group has.
  private func smoothed(
    _ group: GroupCounts, _ concentration: Double, _ outcome: (Confusion) -> Double
  ) -> Double {
    let c = sums(group)
    let count = outcome(group.counts)
    let outcomes = count > 0 && count < group.counts.total ? 2.0 : 1.0
    return (outcome(c) + concentration / outcomes) / (c.total + concentration)
  }

  private func differentialFairness(_ concentration: Double, _ outcome: (Confusion) -> Double) -> Double {
    AIF360Convention.differentialFairness(groups.map { smoothed($0, concentration, outcome) })
  }

  /// The figures that compare the privileged group with all others, or all groups, by their names.
  public var values: [String: Double] {
    let p = sum { $0.name == privileged }
    let u = sum { $0.name != privileged }
    let all = p + u
    func difference(_ rate: RateMetric) -> Double { zeroed(rate, u) - zeroed(rate, p) }
    // The false positive rate is one minus a true negative rate, and so 1 over nothing.
    let (tpr, fpr) = (difference(.truePositiveRate), -difference(.trueNegativeRate))
    var values: [String: Double] = [
      "statistical_parity_difference": difference(.selectionRate),
      "disparate_impact_ratio": zeroed(.selectionRate, p) == 0
        ? 0 : zeroed(.selectionRate, u) / zeroed(.selectionRate, p),
      "equal_opportunity_difference": tpr, "average_odds_difference": (tpr + fpr) / 2,
      "average_odds_error": (abs(tpr) + abs(fpr)) / 2,
      "average_predictive_value_difference": (difference(.precision) + difference(.falseOmissionRate)) / 2,
      "class_imbalance": (u.total - p.total) / all.total,
    ]
    values["conditional_demographic_disparity"] =
      groups.reduce(0) { sum, group in
        let c = sums(group)
        return sum + c.total * (c.rejected / all.rejected - c.selected / all.selected)
      } / all.total
    for concentration in [0.5, 1.0, 2.0] {
      values["smoothed_edf(concentration=\(concentration))"] = differentialFairness(concentration) {
        $0.selected
      }
    }
    values["df_bias_amplification"] =
      differentialFairness(1) { $0.selected } - differentialFairness(1) { $0.positives }
    let everyone = groups.flatMap { EntropyIndex.benefits($0) }
    for alpha in 0...2 {
      values["generalized_entropy_error(alpha=\(alpha))"] = EntropyIndex.generalized(everyone, alpha: alpha)
      values["between_group_generalized_entropy_error(alpha=\(alpha))"] = EntropyIndex.generalized(
        EntropyIndex.groupMeans(groups), alpha: alpha)
    }
    let parts = AIF360Convention(groups, privileged: privileged, isWeighted: isWeighted)
    let measures = parts.measures(parts.all)
    values["generalized_fpr"] = measures["GFPR"]
    values["generalized_fnr"] = measures["GFNR"]
    if groups.count == 2 {
      let (pr, ur) = (zeroed(.selectionRate, p), zeroed(.selectionRate, u))
      // A side that nobody is on adds nothing.
      func term(_ a: Double, _ b: Double) -> Double { a == 0 ? 0 : a * log(a / b) }
      values["kl_divergence"] = term(pr, ur) + term(1 - pr, 1 - ur)
    }
    return values
  }

  /// The figures that each group has, by their names and the groups'.
  public var byGroup: [String: [String: Double]] {
    var all: [String: [String: Double]] = [:]
    for group in groups {
      let own = sums(group)
      let rest = groups.filter { $0.name != group.name }.reduce(Confusion()) { $0 + $1.counts }
      all["intersection_selection_rate", default: [:]][group.name] = zeroed(.selectionRate, own)
      all["intersection_base_rate", default: [:]][group.name] = zeroed(.baseRate, own)
      all["intersection_smoothed_selection_rate", default: [:]][group.name] = smoothed(group, 1) {
        $0.selected
      }
      // AIF360 passes no weights on here.
      all["one_vs_rest_statistical_parity_difference", default: [:]][group.name] =
        zeroed(.selectionRate, rest) - zeroed(.selectionRate, group.counts)
    }
    return all
  }
}
