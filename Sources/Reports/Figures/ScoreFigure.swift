import BiasMetrics

/// How scores are distributed in each group, and how far apart two groups' quantiles are.
enum ScoreFigure {
  /// Groups that have a curve of their own colour and pattern.
  private static let curves = 6
  private static let shares = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]

  static func make(_ table: DecisionTable, _ place: Int, plan: AuditPlan, names: NameBook) -> [Figure] {
    let groups = table.groups(by: [place], keepsScores: true)
    let known = groups.compactMap { group in
      ScoreDistribution(group, name: names.values(group.values), isWeighted: table.isWeighted).map {
        (group, $0)
      }
    }
    let all = known.map(\.1)
    guard all.count > 1, let least = all.map(\.least).min(), let greatest = all.map(\.greatest).max(),
      greatest > least
    else { return [] }
    let attribute = names(table.dimensions[place].name)
    let ranked = all.indices.sorted { (all[$1].rows, $0) < (all[$0].rows, $1) }
    let shown = Array(ranked.prefix(curves)).sorted()
    let rest = all.indices.filter { !shown.contains($0) }
    return [
      distributions(
        all, shown, rest, from: least, to: greatest, attribute: attribute, identity: "scores-\(place)"),
      quantiles(known, plan: plan, attribute: attribute, identity: "quantiles-\(place)"),
    ].compactMap { $0 }
  }

  private static func distributions(
    _ all: [ScoreDistribution], _ shown: [Int], _ rest: [Int], from least: Double, to greatest: Double,
    attribute: String, identity: String
  ) -> Figure {
    Figure(
      identity: identity, title: "distribution of scores by \(attribute)",
      description: "\(all.count) curves that rise from 0 to 100 % of rows with the score.",
      note:
        "At each score, the share of the group's rows that score no more. A curve further right is of higher scores."
        + (rest.isEmpty
          ? "" : " The \(shown.count) largest groups are named; the other \(rest.count) are thin lines."),
      table: FigureTable(
        caption: "Scores by \(attribute): what so many per cent of rows do not exceed",
        columns: [.text("group"), .number("rows")]
          + shares.map { .number(Shown.decimal($0 * 100, 0) + " %") },
        rows: all.map { distribution in
          [distribution.name, Shown.count(distribution.rows)]
            + shares.map { Shown.decimal(distribution.quantile($0)) }
        })
    ) { layout in
      let key = Key(names: shown.map { all[$0].name }, layout)
      var drawing = Drawing(width: layout.width, height: (layout.isNarrow ? 290 : 350) + key.height)
      let area = Drawing.Box(
        left: 50, top: 24, right: layout.width - 16, bottom: drawing.height - key.height - 42)
      let plane = Plane(
        area: area, x: Scale(from: least, to: greatest, at: area.left, area.right),
        y: Scale(from: 0, to: 1, at: area.bottom, area.top),
        xTicks: Scale.ticks(from: least, to: greatest, about: 5),
        yTicks: [0, 0.25, 0.5, 0.75, 1], xName: "score", yName: "rows that score no more",
        xText: { Shown.short($0) }, yText: { Shown.decimal($0 * 100, 0) + " %" })
      plane.draw(on: &drawing)
      for (indices, isNamed) in [(rest, false), (shown, true)] {
        for (series, index) in indices.enumerated() {
          let points = (0...120).map { step -> (x: Double, y: Double) in
            let score = least + (greatest - least) * Double(step) / 120
            return plane.point(score, all[index].share(atMost: score))
          }
          drawing.add(.path(points, isClosed: false, isNamed ? .series(series) : .axis))
        }
      }
      key.draw(on: &drawing, top: drawing.height - key.height)
      return [drawing]
    }
  }

  /// The two groups whose distributions are furthest apart, quantile by quantile.
  private static func quantiles(
    _ known: [(GroupCounts, ScoreDistribution)], plan: AuditPlan, attribute: String, identity: String
  ) -> Figure? {
    let large = known.filter { $0.1.rows >= plan.minimumCount }
    guard large.count > 1 else { return nil }
    let grid = (1...39).map { Double($0) / 40 }
    let ordered = large.map { entry in (entry, grid.reduce(0) { $0 + entry.1.quantile($1) }) }
    guard let low = ordered.min(by: { $0.1 < $1.1 })?.0, let high = ordered.max(by: { $0.1 < $1.1 })?.0,
      low.1.name != high.1.name
    else { return nil }
    let comparison = ScoreComparison(low.0, high.0)
    let gaps = grid.map { (share: $0, gap: high.1.quantile($0) - low.1.quantile($0)) }
    let (least, greatest) = (min(0, gaps.map(\.gap).min() ?? 0), max(0, gaps.map(\.gap).max() ?? 1))
    guard greatest > least else { return nil }
    let title = "scores of \(high.1.name) above those of \(low.1.name), quantile by quantile"
    return Figure(
      identity: identity, title: title,
      description:
        "The two groups of \(attribute) whose scores are furthest apart; the gap goes from \(Shown.decimal(least)) to \(Shown.decimal(greatest)).",
      note:
        "How much higher the score at each rank of one group is than at the same rank of the other. Rows compared without weights: greatest distance of the curves (Kolmogorov–Smirnov) \(Shown.decimal(comparison.kolmogorovSmirnov)), mean distance of scores (Wasserstein) \(Shown.decimal(comparison.wasserstein)), chance that a row of \(low.1.name) outscores one of \(high.1.name) \(Shown.decimal(comparison.superiority)).",
      table: FigureTable(
        caption: title,
        columns: [.text("rank"), .number(high.1.name), .number(low.1.name), .number("gap")],
        rows: shares.map { share in
          let (a, b) = (high.1.quantile(share), low.1.quantile(share))
          return [
            Shown.decimal(share * 100, 0) + " %", Shown.decimal(a), Shown.decimal(b), Shown.decimal(a - b),
          ]
        })
    ) { layout in
      var drawing = Drawing(width: layout.width, height: 230)
      let area = Drawing.Box(left: 50, top: 24, right: layout.width - 16, bottom: 188)
      let plane = Plane(
        area: area, x: Scale(from: 0, to: 1, at: area.left, area.right),
        y: Scale(from: least, to: greatest, at: area.bottom, area.top), xTicks: [0, 0.25, 0.5, 0.75, 1],
        yTicks: Scale.ticks(from: least, to: greatest, about: 4), xName: "rank within the group",
        yName: "gap of scores",
        xText: { Shown.decimal($0 * 100, 0) + " %" }, yText: { Shown.short($0) })
      plane.draw(on: &drawing)
      drawing.line(area.left, plane.y(0), area.right, plane.y(0), .limit)
      drawing.add(.path(gaps.map { plane.point($0.share, $0.gap) }, isClosed: false, .series(0)))
      return [drawing]
    }
  }
}

/// The key of curves: a piece of each line beside its name.
struct Key {
  private let names: [String]
  private let layout: Layout

  init(names: [String], _ layout: Layout) { (self.names, self.layout) = (names, layout) }

  private var columns: Int { layout.isNarrow ? 1 : 2 }
  var height: Double { Double((names.count + columns - 1) / columns) * 18 + 6 }

  func draw(on drawing: inout Drawing, top: Double) {
    let width = (layout.width - 16) / Double(columns)
    for (place, name) in names.enumerated() {
      let x = 8 + width * Double(place % columns)
      let y = top + 14 + 18 * Double(place / columns)
      drawing.line(x, y - 4, x + 34, y - 4, .series(place))
      drawing.text(name, x + 42, y, within: width - 50)
    }
  }
}
