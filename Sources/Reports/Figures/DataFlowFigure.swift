import BiasMetrics

/// What became of the rows: read, left out and why, analysed.
enum DataFlowFigure {
  static func make(_ report: AuditReport) -> Figure {
    let analysed = report.table.cells.reduce(0) { $0 + $1.count }
    let read = report.rowsRead
    let undecided = report.table.undecided.values.reduce(0, +)
    let steps = [
      ("rows that could not be read", report.cube.failedRows), ("rows without label or decision", undecided),
      ("rows of small counts that were taken out", report.cube.suppression?.rows ?? 0),
    ].filter { $0.1 > 0 }
    func share(_ rows: Int) -> String { Shown.percent(read > 0 ? Double(rows) / Double(read) : .nan) }
    let left = steps.isEmpty ? "None were left out." : "\(Shown.count(read - analysed)) were left out."
    return Figure(
      identity: "flow", title: "From rows read to rows analysed",
      description: "\(Shown.count(read)) rows were read and \(Shown.count(analysed)) analysed. \(left)",
      note: left,
      table: FigureTable(
        caption: "Rows read, left out and analysed",
        columns: [.text("rows"), .number("number"), .number("share")],
        rows: [["read", Shown.count(read), share(read)]]
          + steps.map { ["left out: " + $0.0, Shown.count($0.1), share($0.1)] }
          + [["analysed", Shown.count(analysed), share(analysed)]])
    ) { layout in
      let step = 34.0
      var drawing = Drawing(width: layout.width, height: step * Double(steps.count + 2) + 6)
      let full = layout.width - 2
      for (place, row)
        in ([("read", read)] + steps.map { ("left out: " + $0.0, $0.1) } + [("analysed", analysed)])
        .enumerated()
      {
        let y = 2 + step * Double(place)
        let part = read > 0 ? Double(row.1) / Double(read) : 0
        let isKept = place == 0 || place == steps.count + 1
        let bar = Drawing.Box(left: 1, top: y + 17, right: 1 + max(1, full * part), bottom: y + 27)
        drawing.add(.rectangle(bar, isKept ? .data : .axis))
        if !isKept { drawing.hatch(bar) }
        drawing.text("\(Shown.count(row.1)) \(row.0)", 1, y + 12, within: full)
      }
      return [drawing]
    }
  }
}
