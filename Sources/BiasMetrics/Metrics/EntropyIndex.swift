#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Inequality of benefits b = decision − label + 1 among people: 0 for a wrongful rejection, 2 for a wrongful selection, else 1.
///
/// Source: Speicher et al., "A Unified Approach to Quantifying Algorithmic Unfairness", KDD 2018. Weights are ignored, as AIF360 does.
public enum EntropyIndex {
  /// The generalized entropy index of benefits, each with how many people have it.
  ///
  /// α = 0 is AIF360's −mean ln(b/μ)/μ, which divides by μ once more than its documentation; α = 1 is Theil's.
  public static func generalized(_ benefits: [(value: Double, count: Double)], alpha: Int) -> Double {
    let total = benefits.reduce(0) { $0 + $1.count }
    let mean = benefits.reduce(0) { $0 + $1.value * $1.count } / total
    func average(_ f: (Double) -> Double) -> Double {
      benefits.reduce(0) { $0 + ($1.count == 0 ? 0 : f($1.value / mean) * $1.count) } / total
    }
    switch alpha {
    case 0: return -average(log) / mean
    case 1: return average { $0 == 0 ? 0 : $0 * log($0) }
    default:
      let a = Double(alpha)
      return average { pow($0, a) - 1 } / (a * (a - 1))
    }
  }

  /// The benefits of a group's people.
  public static func benefits(_ group: GroupCounts) -> [(value: Double, count: Double)] {
    let c = group.counts
    return [(1, c.truePositives + c.trueNegatives), (2, c.falsePositives), (0, c.falseNegatives)]
  }

  /// The benefits of groups, everybody having the mean of the group.
  public static func groupMeans(_ groups: [GroupCounts]) -> [(value: Double, count: Double)] {
    groups.map { group in
      let all = benefits(group)
      return (all.reduce(0) { $0 + $1.value * $1.count } / group.counts.total, group.counts.total)
    }
  }
}
