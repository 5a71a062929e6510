import BiasMetrics
import Statistics

/// Of rows with about the same score, how many have the favourable label: a panel for each group.
enum CalibrationFigure {
  private static let bins = 10
  private static let panels = 12

  private struct Bin {
    var rows = 0.0
    var positives = 0.0
    var scores = 0.0
    var interval: ConfidenceInterval?

    var mean: Double { scores / rows }
    var share: Double { positives / rows }
  }

  private struct Panel {
    var name: String
    var rows: Int
    var bins: [Bin]
    /// The expected calibration error over the classes.
    var error: Double

    private var total: Double { bins.reduce(0) { $0 + $1.rows } }
    var mean: Double { bins.reduce(0) { $0 + $1.scores } / total }
    var share: Double { bins.reduce(0) { $0 + $1.positives } / total }
  }

  /// Nothing where there are no labels, or where scores are no probabilities.
  static func make(_ table: DecisionTable, _ place: Int, plan: AuditPlan, names: NameBook) -> [Figure] {
    guard table.hasLabels else { return [] }
    let groups = table.groups(by: [place], keepsScores: true)
    guard groups.allSatisfy({ $0.scores.allSatisfy { $0.score.isNaN || (0...1).contains($0.score) } }) else {
      return []
    }
    let level = 1 - plan.alpha
    let all = groups.map { panel($0, table, level: level, names: names) }.filter { $0.rows > 0 }
    guard all.count > 1 else { return [] }
    let attribute = names(table.dimensions[place].name)
    let positive = names(table.positiveLabel)
    let shown = Array(
      all.indices.sorted { (all[$1].rows, $0) < (all[$0].rows, $1) }.prefix(panels).sorted().map { all[$0] })
    return [
      Figure(
        identity: "calibration-\(place)", title: "reliability of scores by \(attribute)",
        description:
          "\(shown.count) panels: the share of label \(positive) against the mean score in ten classes of score; on the diagonal both are equal.",
        note:
          "Above the diagonal the group gets the label more often than its scores say. Bands are \(Shown.level(level)) intervals of each class (Wilson)."
          + (table.isWeighted ? " Weights are taken as effective rows." : "")
          + (all.count > shown.count
            ? " The \(shown.count) largest groups have panels; all \(all.count) are in the table." : ""),
        table: tableOf(all, attribute: attribute, positive: positive)
      ) { layout in [draw(shown, layout)] }
    ]
  }

  private static func panel(
    _ group: GroupCounts, _ table: DecisionTable, level: Double, names: NameBook
  ) -> Panel {
    var sums = [Bin](repeating: Bin(), count: bins)
    var squares = [Double](repeating: 0, count: bins)
    var rows = 0
    for entry in group.scores where !entry.score.isNaN {
      let bin = min(bins - 1, max(0, Int(entry.score * Double(bins))))
      let weight = (table.isWeighted ? entry.weight : 1) * Double(entry.count)
      sums[bin].rows += weight
      sums[bin].scores += weight * entry.score
      if entry.label { sums[bin].positives += weight }
      squares[bin] += (table.isWeighted ? entry.weight * entry.weight : 1) * Double(entry.count)
      rows += entry.count
    }
    for index in sums.indices where sums[index].rows > 0 {
      let effective = sums[index].rows * sums[index].rows / squares[index]
      let successes = min(effective, sums[index].share * effective)
      let wilson = try? ProportionInterval.wilson(
        effectiveSuccesses: successes, trials: effective, level: level)
      sums[index].interval = wilson.map { ConfidenceInterval($0.lower, $0.upper) }
    }
    let summary = ScoreSummary(group, isWeighted: table.isWeighted)
    return Panel(
      name: names.values(group.values), rows: rows, bins: sums,
      error: rows > 0 ? summary.expectedCalibrationError(bins: bins) : .nan)
  }

  private static func tableOf(_ all: [Panel], attribute: String, positive: String) -> FigureTable {
    FigureTable(
      caption: "Reliability of scores by \(attribute)",
      columns: [
        .text("group"), .text("class of scores"), .number("rows"), .number("mean score"),
        .number("share with label \(positive)"), .interval(), .number("mean error of classes"),
      ],
      rows: all.flatMap { panel in
        [
          [
            panel.name, "all", Shown.count(panel.rows), Shown.decimal(panel.mean), Shown.percent(panel.share),
            "",
            Shown.decimal(panel.error),
          ]
        ]
          + panel.bins.enumerated().filter { $0.element.rows > 0 }.map { place, bin in
            [
              panel.name,
              "\(Shown.decimal(Double(place) / 10, 1)) to \(Shown.decimal(Double(place + 1) / 10, 1))",
              Shown.count(bin.rows), Shown.decimal(bin.mean), Shown.percent(bin.share),
              Shown.percentInterval(bin.interval), "",
            ]
          }
      })
  }

  private static func draw(_ panels: [Panel], _ layout: Layout) -> Drawing {
    let columns = layout.isNarrow ? 1 : min(3, panels.count)
    let cell = layout.width / Double(columns)
    let side = min(cell - 66, layout.isNarrow ? 200 : 250)
    let height = side + 92
    let rows = (panels.count + columns - 1) / columns
    var drawing = Drawing(width: layout.width, height: height * Double(rows))
    for (place, panel) in panels.enumerated() {
      let left = cell * Double(place % columns)
      let top = height * Double(place / columns)
      drawing.text(panel.name, left + 4, top + 14, within: cell - 12, isBold: true)
      let area = Drawing.Box(left: left + 48, top: top + 40, right: left + 48 + side, bottom: top + 40 + side)
      let plane = Plane(
        area: area, x: Scale(from: 0, to: 1, at: area.left, area.right),
        y: Scale(from: 0, to: 1, at: area.bottom, area.top), xTicks: [0, 0.5, 1],
        yTicks: [0, 0.25, 0.5, 0.75, 1],
        xName: "mean score", yName: "share with the label", xText: { Shown.short($0) },
        yText: { Shown.decimal($0 * 100, 0) + " %" })
      plane.draw(on: &drawing)
      drawing.line(area.left, area.bottom, area.right, area.top, .limit)
      let known = panel.bins.filter { $0.rows > 0 }
      let band =
        known.map { plane.point($0.mean, $0.interval?.upper ?? $0.share) }
        + known.reversed().map { plane.point($0.mean, $0.interval?.lower ?? $0.share) }
      if known.count > 1 { drawing.add(.path(band, isClosed: true, .shade0)) }
      drawing.add(.path(known.map { plane.point($0.mean, $0.share) }, isClosed: false, .series(0)))
      for bin in known {
        let at = plane.point(bin.mean, bin.share)
        drawing.mark(.disc, at.x, at.y, .data, radius: 3)
      }
    }
    return drawing
  }
}
