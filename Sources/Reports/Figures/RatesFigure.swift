import BiasMetrics
import Statistics

/// Each group's rate with its interval, and the region that is tolerated beside the group compared with.
enum RatesFigure {
  static func make(
    _ result: AuditResult, attributes: [String], metric: RateMetric, names: NameBook, identity: String
  ) -> Figure? {
    let groups = result.groups.filter { $0.attributes == attributes }
    let rates = groups.compactMap { group in group.rates.first { $0.metric == metric } }
    guard !groups.isEmpty, rates.count == groups.count else { return nil }
    let words = Shown.words(metric.rawValue)
    let level = Shown.level(1 - result.plan.alpha)
    let least = Double(result.plan.minimumCount)
    let judged = zip(groups, rates).filter { $0.1.denominator >= least && !$0.1.value.isNaN }
    let named = attributes.compactMap { result.plan.references[$0] }
    let reference =
      judged.first { named.count == attributes.count && $0.0.values == named }
      ?? judged.max { $0.1.value < $1.1.value }
    var band: (Double, Double)?
    var bandWords = "No group has enough rows to compare with."
    if let reference {
      let value = reference.1.value
      let (tau, delta) = (result.plan.ratioTolerance, result.plan.differenceTolerance)
      band =
        metric == .selectionRate
        ? (value * tau, min(1, value / tau)) : (max(0, value - delta), min(1, value + delta))
      bandWords = "The shaded region is tolerated beside \(names.values(reference.0.values))."
    }
    let drawn = RowPlot.drawn(groups) { $0.rows > $1.rows }
    let rows = drawn.map { place in
      let (group, rate) = (groups[place], rates[place])
      let isFew = rate.denominator < least
      return RowPlot.Row(
        name: names.values(group.values),
        numbers: rate.value.isNaN
          ? "0 rows"
          : "\(Shown.percent(rate.value)) of \(Shown.count(rate.denominator))\(isFew ? ", few" : "")",
        value: rate.value, lower: rate.interval?.lower, upper: rate.interval?.upper,
        mark: isFew ? .ring : .disc, ink: isFew ? .hollow : .data, beside: rate.shrunk?.value)
    }
    let greatest = Self.roundedUp(rates.compactMap { $0.interval?.upper }.max() ?? 1)
    let plot = RowPlot(
      rows: rows, least: 0, greatest: greatest, ticks: Scale.ticks(from: 0, to: greatest, about: 4),
      tickText: { Shown.decimal($0 * 100, greatest < 0.05 ? 1 : 0) + " %" }, band: band,
      axis: words + ", and its \(level) interval")
    let table = FigureTable(
      caption: "\(words) by \(names.attributes(attributes))",
      columns: [
        .text("group"), .number("rows"), .number("counted"), .number("of"), .number(words), .interval(),
        .number("in the light of all groups"), .interval("its interval"),
        .text("remark"),
      ],
      rows: zip(groups, rates).map { group, rate in
        [
          names.values(group.values), Shown.count(group.rows), Shown.count(rate.numerator),
          Shown.count(rate.denominator), Shown.percent(rate.value), Shown.percentInterval(rate.interval),
          rate.shrunk.map { Shown.percent($0.value) } ?? "",
          rate.shrunk.map { Shown.percentInterval($0.interval) } ?? "",
          rate.denominator == 0
            ? "no rows"
            : rate.denominator < least ? "fewer than \(result.plan.minimumCount): not judged" : "",
        ]
      })
    return Figure(
      identity: identity, title: "\(words) by \(names.attributes(attributes))",
      description: description(groups, rates, words: words, names: names),
      note: "Points are rates, lines their \(level) intervals; rings are groups of too few rows to judge. "
        + bandWords + RowPlot.remark(drawn: drawn.count, of: groups.count, "largest groups"),
      table: table, drawing: plot.drawings)
  }

  private static func description(
    _ groups: [GroupResult], _ rates: [GroupRate], words: String, names: NameBook
  ) -> String {
    let known = zip(groups, rates).filter { !$0.1.value.isNaN }
    guard let low = known.min(by: { $0.1.value < $1.1.value }),
      let high = known.max(by: { $0.1.value < $1.1.value })
    else { return "No group has rows to take the \(words) of." }
    return
      "\(groups.count) groups; the \(words) goes from \(Shown.percent(low.1.value)) (\(names.values(low.0.values))) to \(Shown.percent(high.1.value)) (\(names.values(high.0.values)))."
  }

  /// The next round number above a share.
  static func roundedUp(_ share: Double) -> Double {
    for round in [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8] where share <= round { return round }
    return 1
  }
}
