import Statistics

extension CellBootstrap {
  /// The difference of two groups' rates, with an interval that holds together with all others of the metric.
  public struct SimultaneousDifference: Hashable, Sendable {
    /// The number of the first group.
    public var first: Int
    /// The number of the second.
    public var second: Int
    /// The first rate minus the second.
    public var difference: Double
    /// The interval, within −1…1.
    public var interval: ConfidenceInterval
  }

  /// All pairs' differences with intervals that hold at once, by the greatest studentised error over pairs in the resamples.
  ///
  /// All are d ± c se with one factor c. Rates are taken with one row more of each kind, so that a group of few rows has a spread
  /// (Agresti and Caffo 2000). Empty for fewer than two groups with a rate. Cost: some 2 ns a pair and resample.
  ///
  /// Source: Westfall and Young, Resampling-Based Multiple Testing (1993), section 2.6.
  public func simultaneousDifferences(
    _ metric: RateMetric, level: Double = 0.95
  ) -> [SimultaneousDifference] {
    let groups = studentised(metric)
    guard groups.count > 1, let factor = factor(groups, isPairwise: true, level) else { return [] }
    var results: [SimultaneousDifference] = []
    for a in groups.indices {
      for b in (a + 1)..<groups.count {
        let gap = groups[a].center - groups[b].center
        let reach = factor * (groups[a].variance + groups[b].variance).squareRoot()
        results.append(
          SimultaneousDifference(
            first: groups[a].group, second: groups[b].group, difference: groups[a].rate - groups[b].rate,
            interval: ConfidenceInterval(max(-1, gap - reach), min(1, gap + reach))))
      }
    }
    return results
  }

  /// The interval of the range that holds together with every group's difference from every other.
  ///
  /// Percentile and BCa intervals of a range never reach 0, however alike the groups: the greatest of noisy rates lies above the least.
  /// Here the range is at least the greatest lower end of ``simultaneousDifferences(_:level:)`` and at most the greatest upper end;
  /// where groups are alike of about the same size, it holds 0. Where a small group has few successes the resamples' tail is too thin and
  /// the interval falls short, so that audits take ``RangeTest/interval`` from the intervals of single rates instead. Beyond 64 groups
  /// each is held to its own rate instead of to each other. Nil for fewer than two groups with a rate.
  public func rangeInterval(_ metric: RateMetric, level: Double = 0.95) -> ConfidenceInterval? {
    let groups = studentised(metric)
    let isPairwise = groups.count <= 64
    guard groups.count > 1, let factor = factor(groups, isPairwise: isPairwise, level) else { return nil }
    guard isPairwise else { return Self.together(groups, factor) }
    var (lower, upper) = (0.0, 0.0)
    for a in groups.indices {
      for b in (a + 1)..<groups.count {
        let gap = abs(groups[a].center - groups[b].center)
        let reach = factor * (groups[a].variance + groups[b].variance).squareRoot()
        (lower, upper) = (max(lower, gap - reach), max(upper, gap + reach))
      }
    }
    return ConfidenceInterval(lower, min(1, upper))
  }

  /// A group's rate with one row more of each kind, its variance, and how far both are off in each resample.
  private struct Studentised {
    var group: Int
    var rate: Double
    var center: Double
    var variance: Double
    var shifts: [Double]
    var variances: [Double]
  }

  private func studentised(_ metric: RateMetric) -> [Studentised] {
    let (above, below) = metric.cells
    return groups.indices.compactMap { group -> Studentised? in
      let (k, n) = (observed(above, group), observed(below, group))
      guard n > 0 else { return nil }
      // Weighted sums are brought to the scale of rows.
      let scale = rowScale(below, group)
      let center = (k * scale + 1) / (n * scale + 2)
      let (x, m) = (sums(above, group), sums(below, group))
      var result = Studentised(
        group: group, rate: k / n, center: center, variance: center * (1 - center) / (n * scale + 2),
        shifts: [], variances: [])
      result.shifts.reserveCapacity(resamples)
      result.variances.reserveCapacity(resamples)
      for resample in 0..<resamples {
        let rate = (x[resample] * scale + 1) / (m[resample] * scale + 2)
        result.shifts.append(rate - center)
        result.variances.append(rate * (1 - rate) / (m[resample] * scale + 2))
      }
      return result
    }
  }

  /// The factor c: so many standard errors off is the worst pair, or group, in all but a share of the resamples.
  private func factor(_ groups: [Studentised], isPairwise: Bool, _ level: Double) -> Double? {
    guard level > 0, level < 1 else { return nil }
    var greatest = [Double](repeating: 0, count: resamples)
    for a in groups.indices {
      guard isPairwise else {
        for resample in 0..<resamples {
          let shift = groups[a].shifts[resample]
          greatest[resample] = max(greatest[resample], shift * shift / groups[a].variances[resample])
        }
        continue
      }
      for b in (a + 1)..<groups.count {
        for resample in 0..<resamples {
          let gap = groups[a].shifts[resample] - groups[b].shifts[resample]
          let variance = groups[a].variances[resample] + groups[b].variances[resample]
          greatest[resample] = max(greatest[resample], gap * gap / variance)
        }
      }
    }
    return BootstrapDistribution(estimate: 0, draws: greatest).quantile(level).squareRoot()
  }

  private static func together(_ groups: [Studentised], _ factor: Double) -> ConfidenceInterval {
    let lows = groups.map { max(0, $0.center - factor * $0.variance.squareRoot()) }
    let highs = groups.map { min(1, $0.center + factor * $0.variance.squareRoot()) }
    let (leastLow, greatestLow) = (lows.min() ?? 0, lows.max() ?? 0)
    let (leastHigh, greatestHigh) = (highs.min() ?? 1, highs.max() ?? 1)
    return ConfidenceInterval(max(0, greatestLow - leastHigh), greatestHigh - leastLow)
  }

  /// Rows that resampling shows a weighted sum below the line to be worth, for each unit of it; 1 without weights.
  private func rowScale(_ below: [Int], _ group: Int) -> Double {
    guard units.contains(where: { $0.parts.contains { $0.amount != 1 } }) else { return 1 }
    var (sum, squares) = (0.0, 0.0)
    for unit in units {
      var amount = 0.0
      for part in unit.parts where part.cell / 4 == group && below.contains(part.cell % 4) {
        amount += part.amount
      }
      sum += amount * unit.count
      squares += amount * amount * unit.count
    }
    return squares > 0 ? sum / squares : 1
  }
}
