import BiasMetrics

/// What disparities would have been at other cuts of the score, with the cut that was chosen.
enum SweepFigure {
  static func make(_ sweep: ThresholdSweep, plan: AuditPlan, names: NameBook, identity: String) -> Figure? {
    guard let first = sweep.points.first, let last = sweep.points.last, last.cut > first.cut else {
      return nil
    }
    let isLabelled = sweep.points.contains { !$0.equalizedOddsDifference.isNaN }
    let attributes = names.attributes(sweep.attributes)
    let chosen = sweep.chosen.map { cut in
      sweep.points.min { abs($0.cut - cut) < abs($1.cut - cut) } ?? first
    }
    let tolerated = sweep.points.count { $0.selectionRatio >= plan.ratioTolerance }
    return Figure(
      identity: identity, title: "disparities at other cuts of the score, by \(attributes)",
      description:
        "\(sweep.points.count) cuts; at \(tolerated) of them the ratio of selection rates is at least \(Shown.short(plan.ratioTolerance))."
        + (chosen.map { " At the chosen cut it is \(Shown.decimal($0.selectionRatio))." } ?? ""),
      note:
        "Solid: the least selection rate over the greatest"
        + (isLabelled ? "; dashed: the greater difference of true or false positive rates" : "")
        + ". The line across is the tolerance of ratios, \(Shown.short(plan.ratioTolerance)); the line upright the cut that was chosen. These are rates of this table without intervals: a cut picked for its place here needs an audit of other rows."
        + (sweep.distinctScores > sweep.points.count
          ? " \(Shown.count(sweep.distinctScores)) distinct scores; the cuts nearest to even shares of the rows are shown."
          : ""),
      table: table(sweep, isLabelled: isLabelled, attributes: attributes, names: names)
    ) { layout in
      let key = Key(
        names: ["ratio of selection rates"] + (isLabelled ? ["difference of equalized odds"] : []), layout)
      var drawing = Drawing(width: layout.width, height: (layout.isNarrow ? 290 : 340) + key.height)
      let area = Drawing.Box(
        left: 50, top: 26, right: layout.width - 16, bottom: drawing.height - key.height - 42)
      let plane = Plane(
        area: area, x: Scale(from: first.cut, to: last.cut, at: area.left, area.right),
        y: Scale(from: 0, to: 1, at: area.bottom, area.top),
        xTicks: Scale.ticks(from: first.cut, to: last.cut, about: 5), yTicks: [0, 0.2, 0.4, 0.6, 0.8, 1],
        xName: "cut: scores from here on are favourable", yName: "ratio, difference",
        xText: { Shown.short($0) },
        yText: { Shown.short($0) })
      plane.draw(on: &drawing)
      drawing.line(area.left, plane.y(plan.ratioTolerance), area.right, plane.y(plan.ratioTolerance), .limit)
      if let cut = sweep.chosen, cut >= first.cut, cut <= last.cut {
        drawing.line(plane.x(cut), area.top, plane.x(cut), area.bottom, .limit)
        _ = drawing.place("chosen", near: plane.x(cut), area.bottom - 8, within: area)
      }
      for (series, value) in [\ThresholdSweep.Point.selectionRatio, \.equalizedOddsDifference].enumerated() {
        // A curve stops where nobody is selected, and goes on after it.
        var run: [(x: Double, y: Double)] = []
        for point in sweep.points + [first] where series == 0 || isLabelled {
          let isLast = run.last.map { $0.x > plane.x.clamped(point.cut) } ?? false
          if point[keyPath: value].isNaN || isLast {
            if run.count > 1 { drawing.add(.path(run, isClosed: false, .series(series))) }
            run = []
          } else {
            run.append(plane.point(point.cut, point[keyPath: value]))
          }
        }
      }
      key.draw(on: &drawing, top: drawing.height - key.height)
      return [drawing]
    }
  }

  /// Some two dozen cuts, the chosen one among them.
  private static func table(
    _ sweep: ThresholdSweep, isLabelled: Bool, attributes: String, names: NameBook
  ) -> FigureTable {
    let step = max(1, (sweep.points.count + 23) / 24)
    let shown = sweep.points.enumerated().filter { place, point in
      place % step == 0 || place == sweep.points.count - 1 || point.cut == sweep.chosen
    }
    return FigureTable(
      caption: "Disparities at other cuts, by \(attributes)",
      columns: [
        .text("cut"), .number("selected"), .number("ratio of selection rates"), .text("least"),
        .text("greatest"),
      ] + (isLabelled ? [.number("equalized odds difference"), .text("between")] : []),
      rows: shown.map { _, point in
        [
          Shown.short(point.cut) + (point.cut == sweep.chosen ? " (chosen)" : ""),
          Shown.percent(point.selected),
          Shown.decimal(point.selectionRatio), names.values(point.least), names.values(point.greatest),
        ]
          + (isLabelled
            ? [
              Shown.decimal(point.equalizedOddsDifference),
              point.equalizedOddsBetween.map { names.values($0) }.joined(separator: " / "),
            ] : [])
      })
  }
}
