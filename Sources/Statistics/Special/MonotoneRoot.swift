/// Newton's method kept inside a shrinking bracket, for inverting log-tails.
///
/// Log-tails of the distributions here are concave or nearly so, hence Newton converges in a few steps; the bracket catches
/// the rest.
enum MonotoneRoot {
  /// Returns u in [low, high] with value(u) = `target`, or the end that is nearest to it.
  ///
  /// `evaluate` returns the value and its derivative, whose sign must not change.
  static func solve(
    target: Double, start: Double, low: Double, high: Double,
    evaluate: (Double) -> (value: Double, slope: Double),
    increasing: Bool
  ) -> Double {
    var low = low
    var high = high
    var u = start > low && start < high ? start : 0.5 * (low + high)
    for _ in 0..<200 {
      let (value, slope) = evaluate(u)
      let error = value - target
      if error == 0 { return u }
      if (error > 0) == increasing { high = u } else { low = u }
      let step = error / slope
      var next = u - step
      if !(next > low && next < high) { next = 0.5 * (low + high) }
      let moved = abs(next - u)
      u = next
      if moved <= 4e-16 * abs(u) || moved < 1e-300 { return u }
    }
    return u
  }
}
