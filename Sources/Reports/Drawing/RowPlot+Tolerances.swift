extension RowPlot {
  /// Ratios on a logarithmic axis, with the lines of τ and 1/τ.
  static func ratios(_ rows: [Row], tau: Double) -> RowPlot {
    let bounds = rows.flatMap { [$0.lower ?? .nan, $0.upper ?? .nan, $0.value] }.filter {
      $0.isFinite && $0 > 0
    }
    let least = min(tau * 0.8, max(0.02, (bounds.min() ?? 0.5) * 0.9))
    let greatest = max(1.25 / tau, min(50, (bounds.max() ?? 1.5) * 1.1))
    return RowPlot(
      rows: rows, least: least, greatest: greatest, isLogarithmic: true,
      ticks: Scale.logarithmicTicks(from: least, to: greatest), tickText: { Shown.short($0) },
      band: (tau, 1 / tau),
      limits: [(tau, Shown.short(tau)), (1, "equal"), (1 / tau, Shown.short(1 / tau))],
      axis: "lower rate over higher rate")
  }

  /// Differences, with the lines of δ either way.
  static func differences(_ rows: [Row], delta: Double) -> RowPlot {
    let bounds = rows.flatMap { [$0.lower ?? .nan, $0.upper ?? .nan, $0.value] }.filter(\.isFinite)
    let least = max(-1, min(-1.3 * delta, (bounds.min() ?? 0) * 1.05))
    let greatest = min(1, max(1.3 * delta, (bounds.max() ?? 0) * 1.05))
    return RowPlot(
      rows: rows, least: least, greatest: greatest, ticks: Scale.ticks(from: least, to: greatest, about: 5),
      tickText: { Shown.decimal($0, 2) }, band: (-delta, delta),
      limits: [(-delta, "-" + Shown.short(delta)), (0, "equal"), (delta, Shown.short(delta))],
      axis: "higher rate minus lower rate")
  }
}
