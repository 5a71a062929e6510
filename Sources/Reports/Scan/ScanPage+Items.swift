import FoundationEssentials
import Scan

extension ScanPage {
  /// The flagged records, strongest first, each with what can be shown of it.
  func writeItems(_ items: [ScanRow], to page: inout Markup) {
    let total = report.targets.reduce(0) { $0 + $1.detected }
    page.element(.section, [.identity("flagged")]) { section in
      section.element(.h2, "Flagged")
      guard total > 0 else {
        section.element(.p, "No mark was detected.")
        return
      }
      if total > items.count {
        section.element(
          .p,
          "The \(Shown.count(items.count)) strongest of \(Shown.count(total)); the others are in the table of all records."
        )
      }
      for (place, row) in items.enumerated() {
        section.element(.div, [.style("card disparity"), .identity("item-\(place)")]) { card in
          card.element(.h3, printableText(row.id))
          card.element(.dl) { list in
            for (name, value) in Self.facts(row) {
              list.element(.dt, name)
              list.element(.dd, value)
            }
          }
          writeEvidence(of: row, to: &card)
        }
      }
    }
  }

  private static func facts(_ row: ScanRow) -> [(String, String)] {
    var facts = [
      (
        "Mark",
        "\(printableText(row.profile)) (\(printableText(row.scheme)))\(row.keyID.isEmpty ? "" : " under key " + printableText(row.keyID))"
      ),
      ("log₁₀ p", Shown.decimal(row.log10PValue ?? 0, 1)),
      ("Corrected for the record's tests", Shown.decimal(row.adjustedLog10PValue ?? 0, 1)),
      ("False discovery rate over the run", "10^" + Shown.decimal(row.log10QValue ?? 0, 1)),
    ]
    if let scored = row.scored, let value = row.value {
      facts.append(("Tokens", "\(Shown.count(value)) of \(Shown.count(scored)) that count are green"))
    }
    if row.evidence == "retokenized" {
      facts.append(("Evidence", "tokens made anew from the text, weaker than the ids of the generation"))
    }
    if !row.message.isEmpty { facts.append(("It says", printableText(row.message))) }
    if row.source != row.id { facts.append(("Input", printableText(row.source))) }
    return facts
  }

  private func writeEvidence(of row: ScanRow, to card: inout Markup) {
    guard let found = evidence[.init(source: row.source, id: row.id)] else {
      if !row.spans.isEmpty { card.element(.p, Self.spanSentence(row)) }
      return
    }
    if let picture = found.thumbnail {
      card.element(.div, [.style("picture")]) { frame in
        frame.element(
          .img,
          [
            .picture(jpegBase64: Data(picture).base64EncodedString()),
            .alternative("The picture \(printableText(row.id)), small"),
          ])
        if let map = row.map { Self.writeMap(map, to: &frame) }
      }
      return
    }
    if !row.spans.isEmpty { card.element(.p, Self.spanSentence(row)) }
    if let explanation = found.explanations["\(row.profile)\t\(row.keyID)"],
      explanation.pieces.contains(where: { !$0.isEmpty })
    {
      Self.writeTokens(explanation, to: &card)
    } else if let text = found.text {
      Self.writeText(text, spans: row.spans, to: &card)
    }
  }

  private static func spanSentence(_ row: ScanRow) -> String {
    let parts = row.spans.prefix(5).map {
      "\($0.unit)s \(Shown.count($0.start)) to \(Shown.count($0.end)) (log₁₀ p at most \(Shown.decimal($0.log10PValue, 1)))"
    }
    return
      "The mark is significant by itself in \(parts.joined(separator: "; "))\(row.spans.count > 5 ? " and \(row.spans.count - 5) more" : "")."
  }

  /// The most tokens or characters of one item.
  private static let shownLength = 3_000

  /// Tokens with their colours: green ones underlined, so that no colour is needed.
  private static func writeTokens(_ explanation: TextExplanation, to card: inout Markup) {
    card.element(
      .p, [.style("mute")], "Green tokens are underlined; red ones are not; grey ones do not count.")
    card.element(.div, [.style("tokens"), .role("region"), .label("Tokens"), .focusable()]) { box in
      for (piece, mark) in zip(explanation.pieces, explanation.marks).prefix(shownLength) {
        let style = mark == .green ? "g" : mark == .red ? "r" : "x"
        box.element(.span, [.style(style)], printableBlock(piece))
      }
      if explanation.pieces.count > shownLength {
        box.element(.span, [.style("x")], " … the rest is not shown")
      }
    }
  }

  /// A text with its spans marked.
  private static func writeText(_ bytes: [UInt8], spans: [ScanRow.Span], to card: inout Markup) {
    let scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars.prefix(shownLength))
    let marked = spans.filter { $0.unit == "character" }.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
    card.element(.div, [.style("tokens"), .role("region"), .label("Text"), .focusable()]) { box in
      func words(_ range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[range])
        return printableBlock(Array(String(view).utf8))
      }
      var place = 0
      for span in marked where span.start >= place && span.start < scalars.count {
        let end = min(span.end, scalars.count)
        if span.start > place { box.words(words(place..<span.start)) }
        box.element(.mark, words(span.start..<end))
        place = end
      }
      if place < scalars.count { box.words(words(place..<scalars.count)) }
    }
  }

  /// A text of several lines without control characters.
  private static func printableBlock(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      .map { printableText(String($0)) }.joined(separator: "\n")
  }

  /// Where the mark is in a picture, as squares that are the fuller the surer.
  private static func writeMap(_ map: (columns: Int, rows: Int, values: [Double]), to frame: inout Markup) {
    let side = 240 / Double(max(map.columns, map.rows))
    var drawing = Drawing(width: side * Double(map.columns), height: side * Double(map.rows))
    for y in 0..<map.rows {
      for x in 0..<map.columns {
        let value = map.values[y * map.columns + x]
        let step = value > -1 ? 0 : value > -2 ? 1 : value > -4 ? 2 : value > -8 ? 3 : 4
        drawing.add(
          .rectangle(
            .init(
              left: Double(x) * side, top: Double(y) * side, right: Double(x + 1) * side,
              bottom: Double(y + 1) * side),
            .tint(step)))
      }
    }
    drawing.write(
      to: &frame,
      identity: "map-\(map.columns)-\(map.rows)-\(abs(map.values.map { Int($0 * 10) }.reduce(0, &+)))",
      title: "Where the mark is", description: "The darker a square, the surer the mark is there.",
      style: "map")
  }
}
