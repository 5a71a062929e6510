import BiasMetrics

/// All figures of one measure: values with their intervals, the value that would be even, and what resampling alone makes.
enum MeasureFigure {
  static func make(
    _ figures: [GeneratedFigure], measure: String, names: NameBook, identity: String
  ) -> Figure {
    let words = Shown.words(NameBook.brief(measure))
    let ideals = Set(figures.compactMap(\.ideal)).sorted()
    let drawn = RowPlot.drawn(figures) { a, b in
      abs((a.value ?? 0) - (a.ideal ?? 0)) > abs((b.value ?? 0) - (b.ideal ?? 0))
    }
    let rows = drawn.map { row(figures[$0], names) }
    let bounds =
      rows.flatMap { [$0.value, $0.lower ?? .nan, $0.upper ?? .nan, $0.beside ?? .nan] }.filter(\.isFinite)
      + ideals
    var (least, greatest) = (bounds.min() ?? 0, bounds.max() ?? 1)
    let spread = greatest - least
    // A margin keeps marks off the frame, but a share stays a share.
    let margin = spread > 0 ? 0.05 * spread : max(0.05, abs(least) * 0.05)
    let isShare = least >= 0 && greatest <= 1
    least = isShare ? 0 : least - margin
    greatest = isShare ? min(1, greatest + margin) : greatest + margin
    if !(greatest > least) || !(greatest - least).isFinite { (least, greatest) = (0, 1) }
    let plot = RowPlot(
      rows: rows, least: least, greatest: greatest, ticks: Scale.ticks(from: least, to: greatest, about: 4),
      tickText: { Shown.short($0) }, limits: ideals.count == 1 ? [(ideals[0], "even")] : [], axis: words)
    let level = Set(figures.filter { $0.interval != nil }.map { Shown.level($0.level) }).sorted()
    let methods = Set(figures.map(\.method).filter { !$0.isEmpty }).sorted()
    let isJudged = figures.contains { $0.verdict != nil }
    var note =
      level.isEmpty
      ? "" : "Lines are intervals at \(level.joined(separator: ", ")) (\(methods.joined(separator: ", ")))."
    if isJudged {
      note += " Square: disparity; disc: within the tolerance; ring: inconclusive; cross: not judged."
    }
    if let first = figures.first(where: { $0.noiseFloor != nil }) {
      note += " Diamonds: \(GeneratedSentence.floorCaption(first))."
    }
    note += RowPlot.remark(drawn: drawn.count, of: figures.count, "furthest from even")
    return Figure(
      identity: identity, title: words, description: description(figures, words, names), note: note,
      table: table(figures, words, names), drawing: plot.drawings)
  }

  private static func name(_ figure: GeneratedFigure, _ names: NameBook) -> String {
    func values(_ tags: [GeneratedFigure.Tag]) -> String {
      tags.map { names($0.value) }.joined(separator: ", ")
    }
    let subject = figure.subject.isEmpty ? "all" : values(figure.subject)
    return figure.versus.isEmpty ? subject : "\(subject) / \(values(figure.versus))"
  }

  private static func row(_ figure: GeneratedFigure, _ names: NameBook) -> RowPlot.Row {
    let (mark, ink) = figure.verdict.map { DisparityFigure.look($0) } ?? (.disc, .data)
    return RowPlot.Row(
      name: name(figure, names),
      numbers: figure.value.map { Shown.decimal($0) } ?? "—", value: figure.value ?? .nan,
      lower: figure.interval?.lower, upper: figure.interval?.upper, mark: mark, ink: ink,
      beside: figure.noiseFloor)
  }

  private static func description(_ figures: [GeneratedFigure], _ words: String, _ names: NameBook) -> String
  {
    let known = figures.filter { $0.value != nil }
    guard let low = known.min(by: { ($0.value ?? 0) < ($1.value ?? 0) }),
      let high = known.max(by: { ($0.value ?? 0) < ($1.value ?? 0) })
    else { return "None of \(figures.count) can be estimated." }
    if figures.count == 1 { return "\(words): \(Shown.decimal(low.value ?? .nan))." }
    return
      "\(figures.count) values from \(Shown.decimal(low.value ?? .nan)) (\(name(low, names))) to \(Shown.decimal(high.value ?? .nan)) (\(name(high, names)))."
  }

  private static func table(_ figures: [GeneratedFigure], _ words: String, _ names: NameBook) -> FigureTable {
    FigureTable(
      caption: words,
      columns: [
        .text("of"), .text("against"), .number("value"), .interval(), .number("even"),
        .number("by resampling"),
        .text("counted"), .number("p"), .number("p, corrected"), .text("test"), .text("verdict"),
        .text("remark"),
      ],
      rows: figures.map { figure in
        [
          figure.subject.isEmpty ? "all" : GeneratedSentence.group(figure.subject, names),
          GeneratedSentence.group(figure.versus, names), figure.value.map { Shown.decimal($0, 4) } ?? "—",
          figure.interval.map { Shown.interval($0) } ?? "", figure.ideal.map { Shown.short($0) } ?? "",
          figure.noiseFloor.map { Shown.decimal($0, 4) } ?? "",
          figure.counts.map { "\(NameBook.brief($0.name)) \(Shown.count($0.value))" }.joined(separator: "; "),
          figure.p.map { Shown.pValue($0) } ?? "", figure.adjustedP.map { Shown.pValue($0) } ?? "",
          figure.test ?? "", figure.verdict?.rawValue ?? "", NameBook.brief(figure.reason ?? "", limit: 200),
        ]
      })
  }
}
