import BiasMetrics

/// True against false positive rates with a region of confidence for each group: equalized odds at a glance.
enum ErrorPlaneFigure {
  private struct Point {
    var name: String
    var region: ErrorRegion
    var x: Double { region.falsePositiveRate }
    var y: Double { region.truePositiveRate }
    var rows: Int { region.rows }
    var isFew: Bool { region.isFew }
  }

  /// Groups with a region; of the others the point alone is drawn.
  private static let regions = 10

  static func make(
    _ table: DecisionTable, _ result: AuditResult, attributes: [String], names: NameBook, identity: String
  ) -> Figure? {
    guard table.hasLabels else { return nil }
    let places = attributes.compactMap { table.dimension($0) }
    guard places.count == attributes.count else { return nil }
    guard let audit = try? Audit(result.plan) else { return nil }
    var unknown: [String] = []
    var points: [Point] = []
    for region in audit.errorRegions(table, by: places) {
      let name = names.values(region.values)
      guard !region.falsePositiveRate.isNaN, !region.truePositiveRate.isNaN else {
        unknown.append(name)
        continue
      }
      points.append(Point(name: name, region: region))
    }
    guard points.count > 1 else { return nil }
    let level = Shown.level(1 - result.plan.alpha)
    return Figure(
      identity: identity, title: "true and false positive rates by \(names.attributes(attributes))",
      description:
        "\(points.count) groups as points of false positive rate across and true positive rate upwards; groups whose points coincide have equalized odds.",
      note:
        "The nearer the points, the nearer to equalized odds. Around each of the \(min(regions, points.count)) largest groups lies the region that holds its true rates with \(level) confidence; rings are groups of too few rows."
        + (unknown.isEmpty
          ? ""
          : " Without rows of both labels, and so not drawn: \(unknown.prefix(12).joined(separator: "; "))\(unknown.count > 12 ? " and \(unknown.count - 12) more" : "")."),
      table: FigureTable(
        caption: "true and false positive rates by \(names.attributes(attributes))",
        columns: [
          .text("group"), .number("number in the figure"), .number("rows"), .number("false positive rate"),
          .number("true positive rate"), .text("remark"),
        ],
        rows: points.enumerated().map { place, point in
          [
            point.name, "\(place + 1)", Shown.count(point.rows), Shown.percent(point.x),
            Shown.percent(point.y),
            point.isFew ? "few rows" : "",
          ]
        } + unknown.map { [$0, "—", "", "—", "—", "rows of one label only"] })
    ) { layout in [draw(points, layout)] }
  }

  private static func draw(_ points: [Point], _ layout: Layout) -> Drawing {
    let side = layout.isNarrow ? 272.0 : 400.0
    let keys = points.enumerated().map { "\($0.offset + 1)  \($0.element.name)" }
    // The key stands beside the plane where it fits, else below it.
    let isBeside = !layout.isNarrow && keys.count <= 22
    let keyTop = isBeside ? 30.0 : side + 76
    let columns = layout.isNarrow ? 1 : isBeside ? 1 : 3
    let lines = min((keys.count + columns - 1) / columns, 20)
    let height = isBeside ? side + 66 : keyTop + 17 * Double(lines) + 4
    var drawing = Drawing(width: layout.width, height: height)
    let area = Drawing.Box(left: 50, top: 24, right: 50 + side, bottom: 24 + side)
    let right = RatesFigure.roundedUp(
      points.map { $0.x + ($0.region.reach ?? 0) * $0.region.errors.falsePositive }.max() ?? 1)
    let plane = Plane(
      area: area, x: Scale(from: 0, to: right, at: area.left, area.right),
      y: Scale(from: 0, to: 1, at: area.bottom, area.top), xTicks: Scale.ticks(from: 0, to: right, about: 4),
      yTicks: Scale.ticks(from: 0, to: 1, about: 5), xName: "false positive rate",
      yName: "true positive rate",
      xText: { Shown.decimal($0 * 100, right < 0.05 ? 1 : 0) + " %" },
      yText: { Shown.decimal($0 * 100, 0) + " %" })
    plane.draw(on: &drawing)
    let largest = Set(
      points.indices.sorted { (points[$1].rows, $0) < (points[$0].rows, $1) }.prefix(regions))
    for (place, point) in points.enumerated() where largest.contains(place) {
      let outline = point.region.outline(48).map { plane.point($0.x, $0.y) }
      if outline.isEmpty { continue }
      drawing.add(.path(outline, isClosed: true, .shade(place)))
    }
    for (place, point) in points.enumerated() {
      let at = plane.point(point.x, point.y)
      drawing.mark(point.isFew ? .ring : .disc, at.x, at.y, point.isFew ? .hollow : .series(place), radius: 4)
    }
    for (place, point) in points.enumerated() {
      let at = plane.point(point.x, point.y)
      _ = drawing.place("\(place + 1)", near: at.x, at.y, within: area)
    }
    let keyLeft = isBeside ? area.right + 26 : 8.0
    let columnWidth = (layout.width - keyLeft - 8) / Double(columns)
    let room = lines * columns
    for (place, key) in keys.prefix(keys.count > room ? room - 1 : room).enumerated() {
      drawing.text(
        key, keyLeft + columnWidth * Double(place / lines), keyTop + 17 * Double(place % lines),
        within: columnWidth - 8)
    }
    if keys.count > room {
      drawing.text(
        "\(keys.count - room + 1) more in the table", keyLeft + columnWidth * Double(columns - 1),
        keyTop + 17 * Double(lines - 1), within: columnWidth - 8, isMuted: true)
    }
    return drawing
  }
}
