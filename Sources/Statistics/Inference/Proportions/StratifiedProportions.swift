#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Two groups compared within strata, so that a third property that differs between them does not decide (Simpson's paradox).
public struct StratifiedProportions: Hashable, Sendable {
  /// The strata.
  public let strata: [TwoProportions]

  /// Takes the strata.
  public init(_ strata: [TwoProportions]) { self.strata = strata }

  /// Mantel and Haenszel's common odds ratio; NaN where no stratum can tell.
  ///
  /// Source: Journal of the National Cancer Institute 22 (1959).
  public var commonOddsRatio: Double {
    var (above, below) = (0.0, 0.0)
    for s in strata {
      let n = Double(s.n1 + s.n2)
      above += Double(s.x1) * Double(s.n2 - s.x2) / n
      below += Double(s.x2) * Double(s.n1 - s.x1) / n
    }
    return above / below
  }

  /// The common difference of proportions, strata weighted by n₁ n₂ / n.
  public var commonDifference: Double {
    var (sum, weights) = (0.0, 0.0)
    for s in strata {
      let weight = Double(s.n1) * Double(s.n2) / Double(s.n1 + s.n2)
      sum += weight * s.difference
      weights += weight
    }
    return sum / weights
  }

  /// The interval of the common difference; nil where no stratum holds both groups.
  ///
  /// Good for a few large strata and for many small ones. Source: Greenland and Robins, Biometrics 41 (1985); Sato, Biometrics 45
  /// (1989), whose variance this is.
  public func commonDifferenceInterval(level: Double = 0.95) throws(StatisticsError) -> ConfidenceInterval? {
    let z = try TwoProportions.z(level)
    var (forward, mean, weights) = (0.0, 0.0, 0.0)
    for s in strata {
      let (n1, n2, x1, x2) = (Double(s.n1), Double(s.n2), Double(s.x1), Double(s.x2))
      let n = n1 + n2
      forward += (n1 * n1 * x2 - n2 * n2 * x1 + n1 * n2 * (n2 - n1) / 2) / (n * n)
      mean += (x1 * (n2 - x2) + x2 * (n1 - x1)) / (2 * n)
      weights += n1 * n2 / n
    }
    guard weights > 0 else { return nil }
    let center = commonDifference
    let se = max(0, center * forward + mean).squareRoot() / weights
    return ConfidenceInterval(max(-1, center - z * se), min(1, center + z * se))
  }

  /// The Cochran–Mantel–Haenszel test of "no difference in any stratum", without correction for continuity; nil where nothing varies.
  public var independence: ContingencyTest.Result? {
    var (gap, variance) = (0.0, 0.0)
    for s in strata where s.n1 + s.n2 > 1 {
      let (n1, n2) = (Double(s.n1), Double(s.n2))
      let (n, x) = (n1 + n2, Double(s.x1 + s.x2))
      gap += Double(s.x1) - n1 * x / n
      variance += n1 * n2 * x * (n - x) / (n * n * (n - 1))
    }
    guard variance > 0 else { return nil }
    return Self.result(gap * gap / variance, freedom: 1)
  }

  /// Breslow and Day's test of "the odds ratio is the same in all strata"; nil where it cannot be made.
  ///
  /// Source: Statistical Methods in Cancer Research, volume 1 (1980), section 4.4.
  public var homogeneity: ContingencyTest.Result? {
    let ratio = commonOddsRatio
    guard ratio.isFinite, ratio > 0, strata.count > 1 else { return nil }
    var statistic = 0.0
    // Strata where all or none succeed can tell nothing of an odds ratio, and are no degrees of freedom.
    var telling = 0
    for s in strata {
      let (n1, n2, x) = (Double(s.n1), Double(s.n2), Double(s.x1 + s.x2))
      // The count that the common odds ratio expects solves e (n₂ − x + e) = ratio (n₁ − e)(x − e).
      let (low, high) = (max(0, x - n2), min(n1, x))
      guard high > low else { continue }
      telling += 1
      let expected = TwoProportions.boundary(from: low, to: high) {
        $0 * (n2 - x + $0) <= ratio * (n1 - $0) * (x - $0)
      }
      let variance = 1 / (1 / expected + 1 / (n1 - expected) + 1 / (x - expected) + 1 / (n2 - x + expected))
      statistic += (Double(s.x1) - expected) * (Double(s.x1) - expected) / variance
    }
    return telling > 1 ? Self.result(statistic, freedom: telling - 1) : nil
  }

  private static func result(_ statistic: Double, freedom: Int) -> ContingencyTest.Result? {
    guard
      let tail = (try? ChiSquare(degreesOfFreedom: Double(freedom))).flatMap({
        try? $0.logUpperTail(above: statistic)
      })
    else { return nil }
    return ContingencyTest.Result(statistic: statistic, degreesOfFreedom: freedom, p: exp(tail))
  }
}

/// Tests of the same subjects under two conditions, such as one prompt asked about two groups.
public enum PairedTest {
  /// McNemar's exact two-sided p-value: of pairs that differ, how many differ one way.
  ///
  /// - Parameters:
  ///   - first: pairs where only the first condition has the property.
  ///   - second: pairs where only the second has it.
  public static func mcNemarP(onlyFirst first: Int, onlySecond second: Int) throws(StatisticsError) -> Double
  {
    guard first >= 0, second >= 0, first <= Int.max / 4, second <= Int.max / 4 else {
      throw StatisticsError(
        code: .invalidSample, message: "\(first) and \(second) pairs", hint: "counts are 0 or more")
    }
    guard first + second > 0 else { return 1 }
    let half = try Binomial(trials: first + second, probability: 0.5)
    return min(1, 2 * half.lowerTail(atMost: min(first, second)))
  }
}
