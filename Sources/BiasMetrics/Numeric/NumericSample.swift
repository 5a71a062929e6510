import Statistics

extension NumericParity {
  /// The rows of one group that have both numbers.
  struct Sample {
    let values: [String]
    let missing: Int
    /// Predictions, ascending.
    let predictions: [Double]
    private let labels: [Double]
    private var figures: [Metric: Double] = [:]
    var count: Int { predictions.count }

    init(_ values: [String], _ rows: [NumericTable.Row]) {
      self.values = values
      let known = rows.filter { !$0.label.isNaN && !$0.prediction.isNaN }.sorted {
        ($0.prediction, $0.label) < ($1.prediction, $1.label)
      }
      missing = rows.count - known.count
      predictions = known.map(\.prediction)
      labels = known.map(\.label)
      for metric in Metric.allCases where metric != .rSquared {
        figures[metric] = Self.mean(self.values(of: metric))
      }
      let base = Self.mean(labels)
      let total = ExactSum(labels.map { ($0 - base) * ($0 - base) }).value
      let residual = ExactSum(self.values(of: .meanSquaredError)).value
      // Of constant labels scikit-learn says 1 or 0; of fewer than two rows nothing.
      figures[.rSquared] =
        count < 2 ? .nan : total == 0 ? (residual == 0 ? 1 : 0) : 1 - residual / total
    }

    static func mean(_ values: [Double]) -> Double {
      values.isEmpty ? .nan : ExactSum(values).value / Double(values.count)
    }

    func figure(_ metric: Metric) -> Double { figures[metric] ?? .nan }

    /// What the figure is the mean of.
    func values(of metric: Metric) -> [Double] {
      switch metric {
      case .meanPrediction: predictions
      case .meanResidual, .rSquared: zip(predictions, labels).map { $0 - $1 }
      case .meanAbsoluteError: zip(predictions, labels).map { abs($0 - $1) }
      case .meanSquaredError: zip(predictions, labels).map { ($0 - $1) * ($0 - $1) }
      }
    }

    func result(alpha: Double) -> Group {
      let residuals = Moments(values(of: .meanResidual))
      var interval: ConfidenceInterval?
      if let deviation = residuals.standardDeviation,
        let t = StudentT.quantile(upperTail: alpha / 2, freedom: Double(count - 1))
      {
        let reach = t * deviation / Double(count).squareRoot()
        let mean = figure(.meanResidual)
        interval = ConfidenceInterval(mean - reach, mean + reach)
      }
      return Group(
        values: values, rows: count, missing: missing, figures: figures, residualInterval: interval)
    }

    /// ∫ |F₁ − F₂| of two rising samples.
    static func wasserstein(_ first: [Double], _ second: [Double]) -> Double {
      var (i, j, sum) = (0, 0, 0.0)
      var last = min(first[0], second[0])
      while i < first.count || j < second.count {
        let next = min(i < first.count ? first[i] : .infinity, j < second.count ? second[j] : .infinity)
        let gap = Double(i) / Double(first.count) - Double(j) / Double(second.count)
        sum += abs(gap) * (next - last)
        while i < first.count, first[i] == next { i += 1 }
        while j < second.count, second[j] == next { j += 1 }
        last = next
      }
      return sum
    }
  }

  /// Welch's comparison of two means.
  struct Welch {
    let p: Double
    let interval: ConfidenceInterval

    /// A group's mean of a figure, and how it varies.
    struct Mean {
      let mean: Double
      let variance: Double?
      let count: Int

      init(_ sample: Sample, _ metric: Metric) {
        let moments = Moments(sample.values(of: metric))
        (mean, variance, count) = (sample.figure(metric), moments.variance, moments.count)
      }
    }

    init?(_ a: Mean, _ b: Mean, level: Double) {
      guard let v1 = a.variance, let v2 = b.variance, v1 + v2 > 0 else { return nil }
      let (s1, s2) = (v1 / Double(a.count), v2 / Double(b.count))
      let error = (s1 + s2).squareRoot()
      let freedom =
        (s1 + s2) * (s1 + s2) / (s1 * s1 / Double(a.count - 1) + s2 * s2 / Double(b.count - 1))
      let difference = a.mean - b.mean
      guard let tail = StudentT.twoSidedP(difference / error, freedom: freedom),
        let t = StudentT.quantile(upperTail: (1 - level) / 2, freedom: freedom)
      else { return nil }
      p = tail
      interval = ConfidenceInterval(difference - t * error, difference + t * error)
    }
  }
}
