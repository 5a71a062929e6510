import Statistics

extension CellBootstrap {
  /// The distribution of a statistic over the resamples; one that names a group which is not there is NaN throughout.
  public func distribution(_ statistic: BootstrapStatistic) -> BootstrapDistribution {
    let metric = statistic.metric
    let rates = groups.indices.map { rate(metric, $0) }
    func known(_ list: [Double], _ group: Int) -> Double { list.indices.contains(group) ? list[group] : .nan }
    let observed = rates.map(\.observed)
    var values = [Double](repeating: .nan, count: resamples)
    if case .range = statistic {
      extremes(rates) { values[$0] = $2 - $1 }
    } else if case .rangeRatio = statistic {
      extremes(rates) { values[$0] = $1 / $2 }
    } else {
      for resample in 0..<resamples {
        values[resample] = statistic.value([]) { group in
          rates.indices.contains(group) ? rates[group].draws[resample] : .nan
        }
      }
    }
    return BootstrapDistribution(
      estimate: statistic.value(observed) { known(observed, $0) }, draws: values,
      jackknife: jackknife(statistic, observed))
  }

  private func extremes(
    _ rates: [(observed: Double, draws: [Double])], _ body: (Int, Double, Double) -> Void
  ) {
    var least = [Double](repeating: .infinity, count: resamples)
    var greatest = [Double](repeating: -.infinity, count: resamples)
    for rate in rates {
      for resample in 0..<resamples where !rate.draws[resample].isNaN {
        least[resample] = min(least[resample], rate.draws[resample])
        greatest[resample] = max(greatest[resample], rate.draws[resample])
      }
    }
    for resample in 0..<resamples where least[resample] <= greatest[resample] {
      body(resample, least[resample], greatest[resample])
    }
  }

  /// A group's rate, from the data and in each resample; NaN where nothing is below the line.
  func rate(_ metric: RateMetric, _ group: Int) -> (observed: Double, draws: [Double]) {
    let (above, below) = metric.cells
    let (x, n) = (sums(above, group), sums(below, group))
    var draws = [Double](repeating: 0, count: resamples)
    for resample in 0..<resamples { draws[resample] = x[resample] / n[resample] }
    return (observed(above, group) / observed(below, group), draws)
  }

  func sums(_ parts: [Int], _ group: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: resamples)
    for part in parts {
      let start = (4 * group + part) * resamples
      for resample in 0..<resamples { sums[resample] += draws[start + resample] }
    }
    return sums
  }

  func observed(_ parts: [Int], _ group: Int) -> Double {
    parts.reduce(0) { $0 + cells[4 * group + $1] }
  }

  /// The statistic without one row, or one cluster.
  private func jackknife(
    _ statistic: BootstrapStatistic, _ observed: [Double]
  ) -> [(value: Double, count: Double)] {
    let (above, below) = statistic.metric.cells
    var rates = observed
    return units.map { unit in
      var touched: [Int] = []
      for part in unit.parts where !touched.contains(part.cell / 4) { touched.append(part.cell / 4) }
      for group in touched {
        var (x, n) = (self.observed(above, group), self.observed(below, group))
        for part in unit.parts where part.cell / 4 == group {
          if above.contains(part.cell % 4) { x -= part.amount }
          if below.contains(part.cell % 4) { n -= part.amount }
        }
        rates[group] = n > 0 ? max(0, x) / n : .nan
      }
      let value = statistic.value(rates) { rates.indices.contains($0) ? rates[$0] : .nan }
      for group in touched { rates[group] = observed[group] }
      return (value: value, count: unit.count)
    }
  }

  /// The interval of the range that holds together with every group's difference from every other.
  ///
  /// Percentile and BCa intervals of a range never reach 0, however alike the groups: the greatest of noisy rates lies above the least.
  /// Here the greatest studentised error over all pairs in the resamples gives one factor c, with which all differences d ± c se hold at
  /// once; the range is at least the greatest lower end and at most the greatest upper end. Where groups are alike, it holds 0. Rates
  /// are taken with one row more of each kind, so that a group of few rows has a spread (Agresti and Caffo 2000). Beyond 64 groups each
  /// is held to the mean of all instead of to each other. Nil for fewer than two groups with a rate.
  ///
  /// Source: Westfall and Young, Resampling-Based Multiple Testing (1993), section 2.6, for the greatest statistic.
  public func rangeInterval(_ metric: RateMetric, level: Double = 0.95) -> ConfidenceInterval? {
    let (above, below) = metric.cells
    var (centers, variances): ([Double], [Double]) = ([], [])
    var (shifts, spreads): ([[Double]], [[Double]]) = ([], [])
    for group in groups.indices {
      // Weighted sums are brought to the scale of rows.
      let n = observed(below, group)
      guard n > 0, level > 0, level < 1 else { continue }
      let scale = rowScale(below, group)
      let center = (observed(above, group) * scale + 1) / (n * scale + 2)
      let (x, m) = (sums(above, group), sums(below, group))
      var (shift, spread) = ([Double](), [Double]())
      shift.reserveCapacity(resamples)
      spread.reserveCapacity(resamples)
      for resample in 0..<resamples {
        let rate = (x[resample] * scale + 1) / (m[resample] * scale + 2)
        shift.append(rate - center)
        spread.append(rate * (1 - rate) / (m[resample] * scale + 2))
      }
      centers.append(center)
      variances.append(center * (1 - center) / (n * scale + 2))
      shifts.append(shift)
      spreads.append(spread)
    }
    guard centers.count > 1 else { return nil }
    var greatest = [Double](repeating: 0, count: resamples)
    let isPairwise = centers.count <= 64
    for a in centers.indices {
      for b in (isPairwise ? Array((a + 1)..<centers.count) : [a]) {
        for resample in 0..<resamples {
          let gap = isPairwise ? shifts[a][resample] - shifts[b][resample] : shifts[a][resample]
          let variance = spreads[a][resample] + (isPairwise ? spreads[b][resample] : 0)
          greatest[resample] = max(greatest[resample], gap * gap / variance)
        }
      }
    }
    let factor = BootstrapDistribution(estimate: 0, draws: greatest).quantile(level).squareRoot()
    return isPairwise
      ? Self.pairwise(centers, variances, factor) : Self.together(centers, variances, factor)
  }

  private static func pairwise(
    _ centers: [Double], _ variances: [Double], _ factor: Double
  ) -> ConfidenceInterval {
    var (lower, upper) = (0.0, 0.0)
    for a in centers.indices {
      for b in (a + 1)..<centers.count {
        let (gap, reach) = (
          abs(centers[a] - centers[b]), factor * (variances[a] + variances[b]).squareRoot()
        )
        lower = max(lower, gap - reach)
        upper = max(upper, gap + reach)
      }
    }
    return ConfidenceInterval(lower, min(1, upper))
  }

  private static func together(
    _ centers: [Double], _ variances: [Double], _ factor: Double
  ) -> ConfidenceInterval {
    let ends = zip(centers, variances).map { center, variance in
      (
        low: max(0, center - factor * variance.squareRoot()),
        high: min(1, center + factor * variance.squareRoot())
      )
    }
    let (leastLow, greatestLow) = (ends.map(\.low).min() ?? 0, ends.map(\.low).max() ?? 0)
    let (leastHigh, greatestHigh) = (ends.map(\.high).min() ?? 1, ends.map(\.high).max() ?? 1)
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

extension RateMetric {
  /// Which of the four numbers of a group count above and below the line.
  var cells: (above: [Int], below: [Int]) {
    switch self {
    case .selectionRate: ([0, 1], [0, 1, 2, 3])
    case .truePositiveRate: ([0], [0, 3])
    case .falsePositiveRate: ([1], [1, 2])
    case .trueNegativeRate: ([2], [1, 2])
    case .falseNegativeRate: ([3], [0, 3])
    case .baseRate: ([0, 3], [0, 1, 2, 3])
    case .accuracy: ([0, 2], [0, 1, 2, 3])
    case .errorRate: ([1, 3], [0, 1, 2, 3])
    case .precision: ([0], [0, 1])
    case .falseDiscoveryRate: ([1], [0, 1])
    case .negativePredictiveValue: ([2], [2, 3])
    case .falseOmissionRate: ([3], [2, 3])
    }
  }
}
