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
