import Statistics

extension ScoreComparison {
  /// The two-sided p-value of Kolmogorov and Smirnov's test of two samples.
  ///
  /// Exact where the product of the sample sizes is at most 2·10⁶ (the chance that a random walk between the samples strays as far;
  /// with ties an upper bound, as usual), else Kolmogorov's distribution at n m / (n + m). Source: Hodges, "The significance
  /// probability of the Smirnov two-sample test", 1958. Cost: O(n m) where exact, at most some 10 ms.
  public var kolmogorovSmirnovP: Double {
    let (n, m) = sizes
    guard n > 0, m > 0 else { return .nan }
    return n <= 2_000_000 / m ? Self.exactP(n, m, reach: reach) : asymptoticKolmogorovSmirnovP
  }

  /// The p-value of Kolmogorov's distribution for n m / (n + m) values, rounded, as scipy's `ks_2samp(method="asymp")` has it.
  public var asymptoticKolmogorovSmirnovP: Double {
    let (n, m) = sizes
    guard n > 0, m > 0 else { return .nan }
    let effective = max(1, Int((Double(n) * Double(m) / Double(n + m)).rounded(.toNearestOrEven)))
    guard let test = try? KolmogorovSmirnov(statistic: min(1, kolmogorovSmirnov), count: effective) else {
      return .nan
    }
    return test.p
  }

  /// The chance that a walk of n steps right and m steps up, all orders alike, comes to |i m − j n| ≥ reach somewhere.
  private static func exactP(_ n: Int, _ m: Int, reach: Int) -> Double {
    if reach == 0 { return 1 }
    // chance[j]: that a walk which is at (i, j) has been as far. All terms are positive: no digits are lost.
    var chance = [Double](repeating: 0, count: m + 1)
    for i in 0...n {
      for j in 0...m {
        if abs(i * m - j * n) >= reach {
          chance[j] = 1
        } else if i == 0, j == 0 {
          chance[j] = 0
        } else {
          let fromLeft = i == 0 ? 0 : Double(i) * chance[j]
          let fromBelow = j == 0 ? 0 : Double(j) * chance[j - 1]
          chance[j] = (fromLeft + fromBelow) / Double(i + j)
        }
      }
    }
    return min(1, chance[m])
  }
}
