import BiasMetrics

/// How far the rows that were left out could move each group's rate, whatever they would have been.
enum BoundsFigure {
  static func make(_ bounds: MissingBounds, names: NameBook, identity: String) -> Figure? {
    guard bounds.groups.contains(where: { $0.missing > 0 }) else { return nil }
    let words = Shown.words(bounds.metric.rawValue)
    let attributes = names.attributes(bounds.attributes)
    let pair = "\(names.values(bounds.least)) and \(names.values(bounds.greatest))"
    let plot = RowPlot(
      rows: bounds.groups.map { group in
        RowPlot.Row(
          name: names.values(group.values), numbers: "\(Shown.count(group.missing)) missing",
          value: group.rate,
          lower: group.lower.isNaN ? nil : group.lower, upper: group.upper.isNaN ? nil : group.upper,
          mark: .disc,
          ink: .data)
      }, least: 0, greatest: 1, ticks: [0, 0.25, 0.5, 0.75, 1],
      tickText: { Shown.decimal($0 * 100, 0) + " %" },
      axis: words + ", and how far the missing could move it")
    return Figure(
      identity: identity, title: "what missing rows could make of the \(words), by \(attributes)",
      description:
        "The difference of \(pair) is \(Shown.decimal(bounds.difference)) among the rows known, and between \(Shown.decimal(bounds.differenceLower)) and \(Shown.decimal(bounds.differenceUpper)) whatever the missing were.",
      note:
        "Points are rates of the rows known; lines are no intervals but bounds: all missing on one side, then on the other (Manski). Between \(pair), the difference \(Shown.decimal(bounds.difference)) lies between \(Shown.decimal(bounds.differenceLower)) and \(Shown.decimal(bounds.differenceUpper)), the ratio \(Shown.decimal(bounds.ratio)) between \(Shown.decimal(bounds.ratioLower)) and \(Shown.decimal(bounds.ratioUpper))"
        + (bounds.couldTurn ? ": the missing could turn the order." : "."),
      table: FigureTable(
        caption: "What missing rows could make of the \(words), by \(attributes)",
        columns: [
          .text("group"), .number("rows known"), .number("missing"), .number(words), .number("at least"),
          .number("at most"),
        ],
        rows: bounds.groups.map { group in
          [
            names.values(group.values), Shown.count(group.known), Shown.count(group.missing),
            Shown.percent(group.rate),
            Shown.percent(group.lower), Shown.percent(group.upper),
          ]
        }), drawing: plot.drawings)
  }
}
