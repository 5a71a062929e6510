import BiasMetrics

/// The groups that a search through all conjunctions found furthest from the rate of all.
enum SubgroupFigure {
  static func make(
    _ result: SubgroupSearch.Result, metric: RateMetric, names: NameBook, identity: String
  ) -> Figure? {
    let top = result.top.filter { $0.metric == metric }
    guard !top.isEmpty else { return nil }
    let words = Shown.words(metric.rawValue)
    func isFound(_ group: SubgroupSearch.Subgroup) -> Bool { group.adjustedP <= result.search.alpha }
    let rows = top.map { group -> RowPlot.Row in
      let mark: Drawing.Mark = isFound(group) ? (group.explainedBy == nil ? .square : .diamond) : .ring
      return RowPlot.Row(
        name: conditions(group.conditions, names),
        numbers: "share \(Shown.percent(group.share)), p \(Shown.pValue(group.adjustedP))", value: group.gap,
        mark: mark, ink: isFound(group) ? .bad : .hollow)
    }
    let reach = max(0.01, rows.map { abs($0.value) }.max() ?? 0) * 1.08
    let plot = RowPlot(
      rows: rows, least: -reach, greatest: reach, ticks: Scale.ticks(from: -reach, to: reach, about: 4),
      tickText: { Shown.short($0) }, limits: [(0, "as all")],
      axis: "rate of the group less what is expected of its rows")
    let found = top.count { isFound($0) }
    return Figure(
      identity: identity, title: "subgroups with the greatest violations of the \(words)",
      description:
        "The \(top.count) greatest of all conjunctions of up to \(result.search.depth) conditions; \(found) of them are more than chance makes.",
      note:
        "A violation is a group's share of the rows times its distance from what is expected of its rows. Squares are more than chance makes at \(Shown.short(result.search.alpha)) over all \(Shown.count(result.familySize)) groups and metrics searched, by dealing decisions anew \(Shown.count(result.search.permutations)) times; diamonds too, but a wider group explains them; rings are not. \(Shown.count(result.tooSmall)) groups of fewer than \(result.search.minimumCount) rows were not searched.",
      table: FigureTable(
        caption: "Subgroups with the greatest violations of the \(words)",
        columns: [
          .text("group"), .number("rows"), .number("share"), .number("rate"), .number("expected"),
          .number("gap"),
          .number("violation"), .number("z"), .number("p over the whole search"), .text("explained by"),
        ],
        rows: top.map { group in
          [
            conditions(group.conditions, names), Shown.count(group.rows), Shown.percent(group.share),
            Shown.percent(group.rate), Shown.percent(group.expected), Shown.decimal(group.gap),
            Shown.decimal(group.violation, 4), Shown.decimal(group.z, 2), Shown.pValue(group.adjustedP),
            group.explainedBy.map { conditions($0, names) } ?? "",
          ]
        }), drawing: plot.drawings)
  }

  private static func conditions(_ conditions: [SubgroupSearch.Condition], _ names: NameBook) -> String {
    conditions.map { "\(names($0.attribute)) = \(names($0.value))" }.joined(separator: ", ")
  }
}
