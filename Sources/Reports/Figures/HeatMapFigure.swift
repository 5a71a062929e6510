import BiasMetrics

/// Selection rates of the intersections of two attributes; cells of too few rows are hatched.
enum HeatMapFigure {
  /// One for each pair of attributes, the first few of them.
  static func make(
    _ table: DecisionTable, _ result: AuditResult, names: NameBook, prefix: String
  ) -> [Figure] {
    guard result.plan.includesIntersections else { return [] }
    let pairs = (0..<table.groupDimensions).flatMap { first in
      (0..<table.groupDimensions).filter { $0 > first }.map { (first, $0) }
    }
    return pairs.prefix(6).map { pair in
      figure(table, result, pair, names: names, identity: "map-\(prefix)-\(pair.0)-\(pair.1)")
    }
  }

  /// How many intersections the table lists, where there are very many.
  private static let mostListed = 20_000

  private struct Cell {
    var rate: Double
    var rows: Double
  }

  private static func figure(
    _ table: DecisionTable, _ result: AuditResult, _ pair: (Int, Int), names: NameBook, identity: String
  ) -> Figure {
    let groups = table.groups(by: [pair.0, pair.1])
    var cells: [[String]: Cell] = [:]
    for group in groups {
      let counts = table.isWeighted ? group.weights : group.counts
      cells[group.values] = Cell(rate: RateMetric.selectionRate.value(counts), rows: Double(group.rows))
    }
    // The longer attribute goes down the page.
    let first = table.groups(by: [pair.0]).map { $0.values[0] }
    let second = table.groups(by: [pair.1]).map { $0.values[0] }
    let isTurned = second.count > first.count
    let (allDown, allAcross) = isTurned ? (second, first) : (first, second)
    let down = largest(allDown, 64, isTurned ? 1 : 0)
    let across = largest(allAcross, 24, isTurned ? 0 : 1)
    func largest(_ values: [String], _ most: Int, _ side: Int) -> [String] {
      guard values.count > most else { return values }
      var sums: [String: Int] = [:]
      for group in groups { sums[group.values[side], default: 0] += group.rows }
      let rows = values.map { sums[$0] ?? 0 }
      return values.indices.sorted { (rows[$1], $0) < (rows[$0], $1) }.prefix(most).sorted().map {
        values[$0]
      }
    }
    /// The cells of the table: of very many only those that have rows, the largest of them.
    func places() -> [(row: String, column: String)] {
      if allDown.count * allAcross.count <= 2_000 {
        return allDown.flatMap { row in allAcross.map { (row, $0) } }
      }
      var listed = groups.indices.sorted { (groups[$1].rows, $0) < (groups[$0].rows, $1) }
      listed = listed.prefix(mostListed).sorted()
      return listed.map { (groups[$0].values[isTurned ? 1 : 0], groups[$0].values[isTurned ? 0 : 1]) }
    }
    func cell(_ row: String, _ column: String) -> Cell? { cells[isTurned ? [column, row] : [row, column]] }
    let (rowName, columnName) = (
      names(table.dimensions[isTurned ? pair.1 : pair.0].name),
      names(table.dimensions[isTurned ? pair.0 : pair.1].name)
    )
    let least = Double(result.plan.minimumCount)
    let judged = cells.values.filter { $0.rows >= least && !$0.rate.isNaN }.map(\.rate)
    let (low, high) = (judged.min() ?? 0, judged.max() ?? 1)
    let few = cells.values.count { $0.rows < least }
    let empty = allDown.count * allAcross.count - cells.count
    return Figure(
      identity: identity, title: "selection rate by \(rowName) and \(columnName)",
      description:
        "\(cells.count) intersections; rates of those with enough rows go from \(Shown.percent(low)) to \(Shown.percent(high)).",
      note:
        "Darker is higher. Hatched cells (\(few)) have fewer than \(result.plan.minimumCount) rows and are not judged; a dash (\(empty)) has none."
        + (down.count < allDown.count || across.count < allAcross.count
          ? " The largest groups are drawn; the table has "
            + (cells.count > mostListed ? "the \(mostListed) largest intersections." : "all.") : ""),
      table: FigureTable(
        caption: "selection rate by \(rowName) and \(columnName)",
        columns: [
          .text(rowName), .text(columnName), .number("rows"), .number("selection rate"), .text("remark"),
        ],
        rows: places().map { row, column in
          let value = cell(row, column)
          return [
            names(row), names(column), Shown.count(value?.rows ?? 0), Shown.percent(value?.rate ?? .nan),
            value.map { $0.rows < least ? "few rows" : "" } ?? "no rows",
          ]
        })
    ) { layout in
      drawings(
        layout, down: down, across: across, names: names, columnName: columnName, least: least, low: low,
        high: high,
        cell: cell)
    }
  }

  private static func drawings(
    _ layout: Layout, down: [String], across: [String], names: NameBook, columnName: String, least: Double,
    low: Double, high: Double, cell: (String, String) -> Cell?
  ) -> [Drawing] {
    let left = layout.isNarrow ? 92.0 : 170.0
    let perDrawing = layout.isNarrow ? 4 : 8
    var all: [Drawing] = []
    for firstRow in stride(from: 0, to: down.count, by: 16) {
      let rows = Array(down[firstRow..<min(firstRow + 16, down.count)])
      for firstColumn in stride(from: 0, to: across.count, by: perDrawing) {
        let columns = Array(across[firstColumn..<min(firstColumn + perDrawing, across.count)])
        let width = min(96, (layout.width - left - 2) / Double(columns.count))
        let height = 38.0
        var drawing = Drawing(width: layout.width, height: 40 + height * Double(rows.count) + 4)
        drawing.text(columnName, left, 13, within: layout.width - left - 4, size: 11, isMuted: true)
        for (place, column) in columns.enumerated() {
          drawing.text(
            names(column), left + width * (Double(place) + 0.5), 32, within: width - 6, anchor: .middle,
            size: 11)
        }
        for (line, row) in rows.enumerated() {
          let y = 40 + height * Double(line)
          drawing.text(
            names(row), left - 8, y + 23, within: left - 12, anchor: .end, size: layout.isNarrow ? 11 : 12)
          for (place, column) in columns.enumerated() {
            let x = left + width * Double(place)
            let box = Drawing.Box(left: x, top: y, right: x + width - 2, bottom: y + height - 2)
            draw(cell(row, column), in: box, least: least, low: low, high: high, on: &drawing)
          }
        }
        all.append(drawing)
      }
    }
    return all
  }

  private static func draw(
    _ cell: Cell?, in box: Drawing.Box, least: Double, low: Double, high: Double, on drawing: inout Drawing
  ) {
    let middle = (box.left + box.right) / 2
    let room = box.right - box.left - 4
    guard let cell, !cell.rate.isNaN else {
      drawing.add(.rectangle(box, .grid))
      drawing.text("–", middle, box.top + 22, within: room, anchor: .middle, isMuted: true)
      return
    }
    let isFew = cell.rows < least
    if isFew {
      drawing.add(.rectangle(box, .grid))
      drawing.hatch(box)
      // The words stand on paper of their own, clear of the lines.
      drawing.add(
        .rectangle(
          .init(left: middle - 25, top: box.top + 4, right: middle + 25, bottom: box.bottom - 4), .paper))
    } else {
      let share = high > low ? (cell.rate - low) / (high - low) : 0.5
      drawing.add(.rectangle(box, .tint(Int(share * 4.999))))
    }
    drawing.text(Shown.percent(cell.rate), middle, box.top + 16, within: room, anchor: .middle, size: 12)
    drawing.text(
      "n " + Shown.count(cell.rows), middle, box.top + 30, within: room, anchor: .middle, size: 11)
  }
}
