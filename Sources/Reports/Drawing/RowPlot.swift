/// Drawings whose rows are a name, a mark with its interval, and the numbers: the body of all forest plots.
///
/// On wide drawings the name stands left of the plot and the numbers right of it; on narrow ones both stand above. Long lists go on in
/// further drawings, so that each fits a page.
package struct RowPlot {
  /// A row.
  package struct Row {
    package var name: String
    package var numbers: String
    package var value: Double
    package var lower: Double?
    package var upper: Double?
    package var mark: Drawing.Mark
    package var ink: Drawing.Ink
    /// Another value of the row, drawn as a small diamond.
    package var beside: Double?
    /// Said in place of a mark where there is no value.
    package var absence = "cannot be estimated"
  }

  package var rows: [Row]
  package var least: Double
  package var greatest: Double
  package var isLogarithmic = false
  package var ticks: [Double]
  package var tickText: (Double) -> String
  /// A region that is tolerated.
  package var band: (Double, Double)?
  /// Lines across all rows, each with a word.
  package var limits: [(value: Double, word: String)] = []
  package var axis: String

  /// Rows of one drawing.
  private static let rowsOfDrawing = 26
  /// The most rows that a figure draws; its table has them all.
  static let mostRows = 130

  /// The places of as many entries as are drawn, those that come first in some order, as they stood.
  static func drawn<Entry>(_ entries: [Entry], first: (Entry, Entry) -> Bool) -> [Int] {
    guard entries.count > mostRows else { return Array(entries.indices) }
    let ranked = entries.indices.sorted { a, b in
      if first(entries[a], entries[b]) { return true }
      return first(entries[b], entries[a]) ? false : a < b
    }
    return ranked.prefix(mostRows).sorted()
  }

  /// What a note says where not all rows are drawn.
  static func remark(drawn: Int, of all: Int, _ which: String) -> String {
    drawn < all ? " The \(drawn) \(which) of \(Shown.count(all)) are drawn; all are in the table." : ""
  }

  package func drawings(_ layout: Layout) -> [Drawing] {
    stride(from: 0, to: max(rows.count, 1), by: Self.rowsOfDrawing).map { first in
      drawing(Array(rows[min(first, rows.count)..<min(first + Self.rowsOfDrawing, rows.count)]), layout)
    }
  }

  /// All rows in one drawing, for a file that is not printed.
  package func whole(_ layout: Layout) -> Drawing { drawing(rows, layout) }

  private func drawing(_ rows: [Row], _ layout: Layout) -> Drawing {
    let step = layout.isNarrow ? 40.0 : 24.0
    let (left, right) = layout.isNarrow ? (8.0, layout.width - 8) : (226.0, layout.width - 170)
    let top = limits.isEmpty ? 8.0 : 22.0
    let bottom = top + step * Double(rows.count)
    var drawing = Drawing(width: layout.width, height: bottom + 38)
    let scale =
      isLogarithmic
      ? Scale(logarithmicFrom: least, to: greatest, at: left, right)
      : Scale(from: least, to: greatest, at: left, right)
    // On narrow drawings names stand between the rows, clear of all lines.
    let strips =
      layout.isNarrow
      ? rows.indices.map { (top + step * Double($0) + 18, top + step * Double($0) + 36) } : [(top, bottom)]
    for (top, bottom) in strips {
      if let band {
        drawing.add(
          .rectangle(
            .init(left: scale.clamped(band.0), top: top, right: scale.clamped(band.1), bottom: bottom), .band)
        )
      }
      for tick in ticks { drawing.line(scale(tick), top, scale(tick), bottom, .grid) }
      for limit in limits where limit.value >= scale.least && limit.value <= scale.greatest {
        drawing.line(scale(limit.value), top, scale(limit.value), bottom, .limit)
      }
    }
    drawAxis(&drawing, scale, from: left, to: right, top: top, bottom: bottom)
    for (place, row) in rows.enumerated() {
      let y = top + step * Double(place) + (layout.isNarrow ? 27 : 12)
      if layout.isNarrow {
        let room = layout.width - 16
        let numbers = FontMetric.fitted(row.numbers, within: room * 0.6, size: 11)
        let used = FontMetric.width(numbers, size: 11)
        drawing.text(row.name, 8, y - 12, within: room - used - 8, size: 12)
        drawing.text(
          numbers, layout.width - 8, y - 12, within: used + 1, anchor: .end, size: 11, isMuted: true)
      } else {
        drawing.text(row.name, left - 12, y + 4, within: left - 16, anchor: .end)
        drawing.text(
          row.numbers, right + 12, y + 4, within: layout.width - right - 16, size: 11, isMuted: true)
      }
      guard row.value.isFinite || row.value == .infinity else {
        // The words stand on paper of their own, clear of the lines behind.
        let room = min(right - left - 2, 26 + FontMetric.width(row.absence, size: 11))
        drawing.add(.rectangle(.init(left: left + 2, top: y - 8, right: left + room, bottom: y + 8), .paper))
        drawing.mark(.cross, left + 8, y, .axis, radius: 3.5)
        drawing.text(row.absence, left + 18, y + 4, within: right - left - 20, size: 11, isMuted: true)
        continue
      }
      if let beside = row.beside, beside.isFinite {
        drawing.mark(.diamond, scale.clamped(beside), y, .axis, radius: 3)
      }
      if let lower = row.lower, let upper = row.upper {
        drawing.interval(
          scale(lower), scale(upper), y: y, from: left, to: right, row.ink == .hollow ? .data : row.ink)
      }
      drawing.mark(row.mark, scale.clamped(row.value), y, row.ink)
    }
    return drawing
  }

  private func drawAxis(
    _ drawing: inout Drawing, _ scale: Scale, from left: Double, to right: Double, top: Double, bottom: Double
  ) {
    drawing.line(left, bottom, right, bottom, .axis)
    var free = -Double.infinity
    for tick in ticks {
      let x = scale(tick)
      drawing.line(x, bottom, x, bottom + 4, .axis)
      let words = tickText(tick)
      let half = FontMetric.width(words, size: 11) / 2
      let middle = min(max(x, half), drawing.width - half)
      guard middle - half >= free else { continue }
      drawing.text(words, middle, bottom + 17, within: 2 * half + 1, anchor: .middle, size: 11, isMuted: true)
      free = middle + half + 6
    }
    drawing.text(
      axis, (left + right) / 2, bottom + 33, within: min(right - left, drawing.width - 16), anchor: .middle,
      size: 11,
      isMuted: true)
    free = -Double.infinity
    for limit in limits where limit.value >= scale.least && limit.value <= scale.greatest {
      let x = scale(limit.value)
      let half = FontMetric.width(limit.word, size: 11) / 2
      let middle = min(max(x, half), drawing.width - half)
      guard middle - half >= free else { continue }
      drawing.text(limit.word, middle, top - 7, within: 2 * half + 1, anchor: .middle, size: 11)
      free = middle + half + 6
    }
  }
}
