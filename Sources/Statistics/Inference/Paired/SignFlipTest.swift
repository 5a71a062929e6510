/// The sign-flip test of paired differences: where neither condition is higher, each could as well have the other sign.
///
/// Two-sided, by the sum of differences. Differences of one cluster (a template, a prompt) flip together, because they are no
/// evidence of their own. Exact up to 36 clusters that differ; beyond, from seeded flips with p = (b + 1) / (m + 1), which no choice
/// of m makes too small.
///
/// Source: Fisher, The Design of Experiments (1935), section 21; Phipson and Smyth, Statistical Applications in Genetics and
/// Molecular Biology 9 (2010), for the added one.
public struct SignFlipTest: Hashable, Sendable {
  /// The mean difference.
  public let mean: Double
  /// How many differences.
  public let count: Int
  /// How many clusters whose differences do not add up to 0.
  public let units: Int
  /// The two-sided p-value.
  public let p: Double
  /// Whether all flips were counted.
  public let isExact: Bool

  /// Clusters up to which all flips are counted: two halves of 2¹⁸ sums.
  public static let exactLimit = 36

  /// Tests differences.
  ///
  /// Throws when there is none, one is not finite (naming it), or clusters are not as many. Cost: up to 2¹⁹ sums and a sort, or
  /// resamples × units.
  ///
  /// - Parameters:
  ///   - differences: first minus second condition, one a pair.
  ///   - clusters: which cluster each pair is of; without, each is its own.
  ///   - seed: where flips are drawn.
  ///   - resamples: how many are.
  public init(
    _ differences: [Double], clusters: [Int]? = nil, seed: UInt64 = 1, resamples: Int = 9_999
  ) throws(StatisticsError) {
    guard !differences.isEmpty, clusters.map({ $0.count == differences.count }) ?? true, resamples > 0 else {
      throw StatisticsError(
        code: .invalidSample,
        message:
          "\(differences.count) differences, \(clusters?.count ?? differences.count) clusters, \(resamples) resamples",
        hint: "give at least one difference, as many clusters, and at least one resample")
    }
    for (index, value) in differences.enumerated() where !value.isFinite {
      throw StatisticsError(
        code: .notANumber, message: "difference \(index) is \(value)",
        hint: "leave out pairs that lack a score, and count them", offset: index)
    }
    var sums: [CompensatedSum] = []
    var places: [Int: Int] = [:]
    for (index, value) in differences.enumerated() {
      let cluster = clusters?[index] ?? index
      let place = places[cluster] ?? sums.count
      if place == sums.count {
        places[cluster] = place
        sums.append(CompensatedSum())
      }
      sums[place].add(value)
    }
    // Sums that are equal but for rounding must tie: all are judged with the slack of the largest one.
    let sizes = sums.map(\.value).map(abs)
    let reach = CompensatedSum(differences.map(abs)).value
    let slack = reach * 1e-12
    let values = sizes.filter { $0 > slack }
    let total = CompensatedSum(differences).value
    (mean, count, units) = (total / Double(differences.count), differences.count, values.count)
    isExact = values.count <= Self.exactLimit
    if abs(total) <= slack {
      p = 1
    } else if isExact {
      p = Self.exactP(values, atLeast: abs(total) - slack)
    } else {
      p = Self.simulatedP(values, atLeast: abs(total) - slack, seed, resamples)
    }
  }

  /// All sums of one half meet all of the other: their pairs at or above a bound are counted in order, not one by one.
  private static func exactP(_ values: [Double], atLeast bound: Double) -> Double {
    let half = values.count / 2
    let left = signedSums(values[..<half]).sorted()
    let right = signedSums(values[half...]).sorted()
    var (place, extreme) = (right.count, 0)
    for sum in left {
      while place > 0, right[place - 1] + sum >= bound { place -= 1 }
      extreme += right.count - place
    }
    // By symmetry as many lie at or below minus the bound.
    return min(1, 2 * Double(extreme) / (Double(left.count) * Double(right.count)))
  }

  private static func signedSums(_ values: ArraySlice<Double>) -> [Double] {
    var sums = [0.0]
    for value in values { sums = sums.map { $0 + value } + sums.map { $0 - value } }
    return sums
  }

  private static func simulatedP(
    _ values: [Double], atLeast bound: Double, _ seed: UInt64, _ resamples: Int
  ) -> Double {
    var random = Philox(seed: seed)
    var extreme = 0
    for _ in 0..<resamples {
      var (sum, bits, left) = (0.0, UInt64(0), 0)
      for value in values {
        if left == 0 { (bits, left) = (random.next(), 64) }
        sum += bits & 1 == 1 ? value : -value
        bits >>= 1
        left -= 1
      }
      if abs(sum) >= bound { extreme += 1 }
    }
    return Double(extreme + 1) / Double(resamples + 1)
  }
}
