#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension DiscreteDistribution {
  /// Returns the smallest k with ln P(X ≥ k) ≤ `logP`: the critical count of an upper-tail test at level e^`logP`.
  ///
  /// For a bounded distribution it may be one beyond the largest value, a count that is never reached. Throws unless `logP` is at
  /// most 0, and for −∞ where no count has probability 0. Cost: 10 to 40 tails.
  public func smallestCount(logUpperTailAtMost logP: Double) throws(StatisticsError) -> Int {
    try LogProbability.check(logP)
    try requireFinite(logP)
    return firstCount(near: logP, upper: true) { logUpperTail(atLeast: $0) <= logP }
  }

  /// Returns the smallest k with ln P(X ≤ k) ≥ `logP`: the usual quantile of the lower tail.
  ///
  /// `Int.max` stands for any count beyond it. Throws unless `logP` is at most 0, and for 0 itself where the support has no end.
  public func smallestCount(logLowerTailAtLeast logP: Double) throws(StatisticsError) -> Int {
    try LogProbability.check(logP)
    if logP == 0 {
      if let largestValue {
        return firstCount(near: logP, upper: false) { $0 >= largestValue || upperVanishes(after: $0) }
      }
      try requireFinite(-.infinity)
    }
    // Near 1 the complement decides: ln P(X ≤ k) itself has no digits left there.
    let complement = LogProbability.complement(logP)
    if logP > -0.6931471805599453 {
      return firstCount(near: complement, upper: true) {
        $0 == Int.max || logUpperTail(atLeast: $0 + 1) <= complement
      }
    }
    return firstCount(near: logP, upper: false) { logLowerTail(atMost: $0) >= logP }
  }

  /// Returns the largest k with ln P(X ≤ k) ≤ `logP`, or `nil` when already P(X ≤ 0) exceeds it: the critical count of a lower-tail test.
  ///
  /// Throws unless `logP` is at most 0, and for 0 itself where the support has no end.
  public func largestCount(logLowerTailAtMost logP: Double) throws(StatisticsError) -> Int? {
    try LogProbability.check(logP)
    if logP == 0, largestValue == nil { try requireFinite(-.infinity) }
    if logP == 0, let largestValue { return largestValue }
    let beyond = firstCount(near: logP, upper: false) { logLowerTail(atMost: $0) > logP }
    return beyond == 0 ? nil : beyond - 1
  }

  private func upperVanishes(after k: Int) -> Bool { logUpperTail(atLeast: k + 1) == -.infinity }

  private func requireFinite(_ logP: Double) throws(StatisticsError) {
    guard logP > -.infinity || largestValue != nil else {
      throw StatisticsError(
        code: .invalidProbability, message: "no count of an unbounded distribution has tail probability 0",
        hint: "pass a probability strictly between 0 and 1")
    }
  }

  /// Returns the first k ≥ 0 for which `holds`, which must stay true once it is; at most one beyond the largest value.
  ///
  /// Gallops away from the normal approximation, then halves: the approximation is only ever a start.
  private func firstCount(near logP: Double, upper: Bool, where holds: (Int) -> Bool) -> Int {
    let end = largestValue.map { $0 + 1 } ?? Int.max
    let magnitude = logP > -0.6931471805599453 ? 0 : Special.normalUpperQuantile(max(logP, -1e15))
    let guess = mean + (upper ? magnitude : -magnitude) * standardDeviation
    let start = guess > 0 ? (guess < Double(end) ? min(Int(guess), end) : end) : 0
    var low = -1
    var high = end
    var step = 1
    if start >= end || holds(start) {
      high = min(start, end)
      while high > 0 {
        let probe = max(high - step, 0)
        if !holds(probe) {
          low = probe
          break
        }
        high = probe
        step = step > Int.max / 2 ? step : step * 2
      }
    } else {
      low = start
      while true {
        let probe = end - low > step ? low + step : end
        if probe == end || holds(probe) {
          high = probe
          break
        }
        low = probe
        step = step > Int.max / 2 ? step : step * 2
      }
    }
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if holds(middle) { high = middle } else { low = middle }
    }
    return high
  }
}
