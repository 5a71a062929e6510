extension PairedOutputs {
  /// The mean distance of two outputs to one template about different groups, and about the same group.
  ///
  /// Both are means over the templates that have at least two samples of each group, every sample of one set against every of the other:
  /// what two groups differ by beyond what sampling the model twice differs by.
  public struct Gap: Hashable, Sendable {
    /// Between the groups.
    public var between: Double
    /// Between resamples of one group: the noise floor.
    public var within: Double
    /// Distances by template: between, within.
    var templates: [(between: Double, within: Double)]
    /// The difference of means that resampling alone reaches in one audit of twenty; nil where too many of the templates that are
    /// compared have a single sample, so that it would speak of others than the difference does.
    public var differenceFloor: Double?

    /// Two are equal when their figures are.
    public static func == (left: Gap, right: Gap) -> Bool {
      left.between == right.between && left.within == right.within
        && left.differenceFloor == right.differenceFloor
    }
    /// Hashes the figures.
    public func hash(into hasher: inout Hasher) { hasher.combine([between, within, differenceFloor ?? -1]) }
  }

  /// The distances of two groups; nil where no template has two samples of each.
  public func gap(_ first: Int, _ second: Int) -> Gap? {
    var byTemplate: [String: [(between: Double, within: Double)]] = [:]
    guard groups.indices.contains(first), groups.indices.contains(second) else { return nil }
    var variance = 0.0
    var (counted, compared) = (0, 0)
    for unit in units {
      let (a, b) = (unit.values[first].map(\.value).sorted(), unit.values[second].map(\.value).sorted())
      if !a.isEmpty, !b.isEmpty { compared += 1 }
      guard a.count > 1, b.count > 1 else { continue }
      let between = Self.distance(a, b)
      byTemplate[unit.template, default: []].append((between, (Self.spread(a) + Self.spread(b)) / 2))
      variance += Self.variance(a) / Double(a.count) + Self.variance(b) / Double(b.count)
      counted += 1
    }
    guard counted > 0 else { return nil }
    let templates = byTemplate.sorted { $0.key < $1.key }.map { entry in
      let n = Double(entry.value.count)
      return (
        between: entry.value.reduce(0) { $0 + $1.between } / n,
        within: entry.value.reduce(0) { $0 + $1.within } / n
      )
    }
    let n = Double(templates.count)
    return Gap(
      between: templates.reduce(0) { $0 + $1.between } / n,
      within: templates.reduce(0) { $0 + $1.within } / n,
      templates: templates,
      differenceFloor: 10 * counted < 9 * compared
        ? nil : 1.959963984540054 * variance.squareRoot() / Double(counted))
  }

  /// The mean distance of each value of one sorted set from each of another.
  private static func distance(_ a: [Double], _ b: [Double]) -> Double {
    var sums = [0.0]
    sums.reserveCapacity(b.count + 1)
    for value in b { sums.append(sums[sums.count - 1] + value) }
    let all = sums[b.count]
    var (below, sum) = (0, 0.0)
    for value in a {
      while below < b.count, b[below] <= value { below += 1 }
      sum += value * Double(2 * below - b.count) + all - 2 * sums[below]
    }
    return max(0, sum) / (Double(a.count) * Double(b.count))
  }

  /// The mean distance of two different values of a sorted set.
  private static func spread(_ sorted: [Double]) -> Double {
    let n = sorted.count
    // Each value is above i others and below n − 1 − i.
    var sum = 0.0
    for (place, value) in sorted.enumerated() { sum += value * Double(2 * place - n + 1) }
    return 2 * sum / (Double(n) * Double(n - 1))
  }

  private static func variance(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
  }
}
