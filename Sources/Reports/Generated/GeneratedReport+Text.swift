import BiasMetrics

extension GeneratedReport {
  /// How many figures of a section the text shows.
  private static let shownFigures = 40

  private static func tags(_ tags: [GeneratedFigure.Tag]) -> String {
    printableText(tags.map { "\($0.name)=\($0.value)" }.joined(separator: ", "))
  }

  /// A figure in a line.
  private static func line(_ figure: GeneratedFigure) -> String {
    var text = printableText(figure.measure)
    if !figure.subject.isEmpty { text += " " + tags(figure.subject) }
    if !figure.versus.isEmpty { text += " against " + tags(figure.versus) }
    text += ": " + (figure.value.map { Shown.decimal($0) } ?? "cannot be estimated")
    if let interval = figure.interval {
      text += ", \(Shown.level(figure.level)) interval \(Shown.interval(interval))"
    }
    if let floor = figure.noiseFloor { text += ", noise floor \(Shown.decimal(floor))" }
    if let p = figure.adjustedP ?? figure.p {
      text += ", p \(Shown.pValue(p))\(figure.adjustedP == nil ? "" : " corrected")"
    }
    if let verdict = figure.verdict { text += ": \(verdict.rawValue)" }
    if let reason = figure.reason { text += " (\(printableText(reason)))" }
    if !figure.counts.isEmpty {
      text += "; " + figure.counts.map { "\(printableText($0.name)) \($0.value)" }.joined(separator: ", ")
    }
    return text
  }

  /// What was found, for a reader at a terminal.
  public func text() -> String {
    var text = "\(result.kind): \(result.rowsAnalysed) rows analysed of \(result.rowsRead) read"
    for entry in result.excluded { text += "; \(entry.value) left out: \(printableText(entry.name))" }
    text += "\n"
    for setting in result.settings {
      text += "  \(printableText(setting.name)): \(printableText(setting.value))\n"
    }
    for section in result.sections {
      text += "\n\(printableText(section.title))\n  \(printableText(section.explanation))\n"
      // What was judged comes first, what needs attention before the rest.
      let order: [AuditVerdict?] = [.disparity, .inconclusive, .notEstimable, .withinTolerance, nil]
      let sorted = order.flatMap { verdict in section.figures.filter { $0.verdict == verdict } }
      for figure in sorted.prefix(Self.shownFigures) { text += "  \(Self.line(figure))\n" }
      if sorted.count > Self.shownFigures {
        text += "  … \(sorted.count - Self.shownFigures) more in --json\n"
      }
      for note in section.notes { text += "  note: \(printableText(note))\n" }
    }
    for note in result.notes { text += "note: \(printableText(note))\n" }
    return text
  }
}
