/// Percentile intervals of any statistic from resampled clusters: templates, prompts or terms, each drawn as a whole.
///
/// Rows made from one template are no independent witnesses, so a row bootstrap would be far too sure. Percentiles of few clusters are
/// too narrow: their distances from the statistic are stretched by √(k / (k − 1)) and by Student's quantile over the normal one, so
/// that a mean's interval is Student's but for its asymmetry. Seeded: the same bytes in every run. Sources: Davison and Hinkley,
/// "Bootstrap Methods and their Application", 1997, 3.8; Hesterberg, The American Statistician 69 (2015). Cost: resamples × clusters.
public struct ClusterBootstrap: Hashable, Sendable {
  /// The seed.
  public var seed: UInt64
  /// How many resamples, from 100 to a million.
  public var resamples: Int { didSet { resamples = Self.allowed(resamples) } }
  /// Below this many clusters there is no interval: percentiles of so few are too narrow.
  public static let fewestClusters = 6

  /// Makes one.
  public init(seed: UInt64 = 20_260_101, resamples: Int = 2000) {
    (self.seed, self.resamples) = (seed, Self.allowed(resamples))
  }

  private static func allowed(_ resamples: Int) -> Int { min(1_000_000, max(100, resamples)) }

  /// The interval of a statistic of how often each cluster was drawn; nil with too few clusters or where it often has no value.
  ///
  /// - Parameter range: the values that the statistic can have.
  public func interval(
    clusters: Int, level: Double, within range: ClosedRange<Double> = -(.infinity)...(.infinity),
    _ statistic: ([Int]) -> Double
  ) -> (lower: Double, upper: Double)? {
    guard clusters >= Self.fewestClusters, level > 0, level < 1 else { return nil }
    let center = statistic([Int](repeating: 1, count: clusters))
    guard !center.isNaN, let z = Intervals.normal(level),
      let t = Intervals.student(Double(clusters - 1), level)
    else { return nil }
    let stretch = (Double(clusters) / Double(clusters - 1)).squareRoot() * t / z
    var random = SeededStream(seed: seed)
    var values: [Double] = []
    values.reserveCapacity(resamples)
    var times = [Int](repeating: 0, count: clusters)
    for _ in 0..<resamples {
      for place in times.indices { times[place] = 0 }
      for _ in 0..<clusters { times[random.below(clusters)] += 1 }
      let value = statistic(times)
      if !value.isNaN { values.append(value) }
    }
    // Where one resample in twenty has no value, what is left is no longer a sample of anything.
    guard Double(values.count) >= 0.95 * Double(resamples) else { return nil }
    values.sort()
    func quantile(_ p: Double) -> Double {
      // The place among one more value: of few resamples the plain one lies too far in.
      let place = min(Double(values.count - 1), max(0, p * Double(values.count + 1) - 1))
      let below = Int(place)
      let above = min(below + 1, values.count - 1)
      return values[below] + (place - Double(below)) * (values[above] - values[below])
    }
    let (low, high) = (quantile((1 - level) / 2), quantile((1 + level) / 2))
    func bounded(_ value: Double) -> Double { min(range.upperBound, max(range.lowerBound, value)) }
    return (
      bounded(min(low, center - stretch * (center - low))),
      bounded(max(high, center + stretch * (high - center)))
    )
  }
}

/// A seeded stream of whole numbers.
///
/// Source: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014); bounds without bias by Lemire, "Fast Random Integer Generation in an
/// Interval", 2019.
struct SeededStream {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// A number from 0 to `bound` − 1, each as likely.
  mutating func below(_ bound: Int) -> Int {
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let threshold = (0 &- range) % range
      while product.low < threshold { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }
}
