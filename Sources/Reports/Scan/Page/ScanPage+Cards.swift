import Scan

extension ScanPage {
  func writeCards(to page: inout Markup) {
    page.element(.section, [.identity("detected")]) { section in
      section.element(.h2, "Detected")
      let count = report.outcomes[.detected] ?? 0
      if count == 0 {
        section.element(
          .p, "No mark was detected. That is not to say that nothing is marked: see the limits below.")
      } else if count > cards.count {
        section.element(
          .p,
          "The \(cards.count) records with the strongest evidence of \(Shown.count(count)); the table has more."
        )
      }
      for (place, record) in cards.enumerated() { write(record, number: place + 1, to: &section) }
    }
  }

  private func write(_ record: ScanRecord, number: Int, to section: inout Markup) {
    section.element(.div, [.style("card item"), .identity("item-\(number)")]) { card in
      card.element(.h3, NameBook.brief(record.id, limit: 120))
      card.element(
        .p, [.style("mute")],
        record.id == record.source ? "" : "in " + NameBook.brief(record.source, limit: 200))
      card.element(.ul) { list in
        for finding in record.findings.sorted(by: { $0.isDetected && !$1.isDetected }) {
          list.element(.li) { item in
            item.element(.span, [.style("verdict v-" + Self.style(finding.verdict))], finding.verdict)
            item.words(": " + words(of: finding))
          }
        }
        for problem in record.problems {
          list.element(.li, "failed: " + NameBook.brief(problem.message, limit: 300))
        }
      }
      write(
        evidence[record.index] ?? .absent("no sources were given to the report"), of: record, number: number,
        to: &card)
    }
  }

  private static func style(_ verdict: String) -> String {
    verdict == "invalid" || verdict == "error" ? "failed" : verdict
  }

  private func words(of finding: ScanFinding) -> String {
    let target = report.targets[finding.target]
    var words =
      "\(NameBook.brief(target.name)), p = \(ScanReport.power(finding.log10P)), corrected \(ScanReport.power(finding.adjustedLog10P)), false discovery rate \(ScanReport.power(finding.log10Q))"
    if let scored = finding.scored {
      words += ", \(Shown.count(scored)) tokens counted"
      if let value = finding.value { words += " of which \(Shown.count(value)) green" }
    }
    if let power = finding.power { words += ", power \(Shown.decimal(power, 2))" }
    if finding.evidence == "retokenized" {
      words += "; read from the text anew, which may differ from the tokens that were generated"
    }
    guard finding.isDetected else { return words + "." }
    if let message = finding.message { words += "; it says \(NameBook.brief(message))" }
    if let geometry = finding.geometry {
      words +=
        "; turned by \(Shown.decimal(geometry.rotationDegrees, 2))°, size \(Shown.decimal(geometry.scale, 3)) of the marked one"
        + (geometry.isMirrored ? ", mirrored" : "")
    }
    if !finding.spans.isEmpty {
      let spans = finding.spans.prefix(8).map {
        "\($0.unit)s \(Shown.count($0.start)) to \(Shown.count($0.end)) (\(ScanReport.power($0.log10P)))"
      }
      words +=
        "; by itself significant in \(spans.joined(separator: ", "))"
        + (finding.spans.count > 8 ? " and \(finding.spans.count - 8) more" : "")
    }
    return words + "."
  }

  private func write(_ evidence: ScanEvidence, of record: ScanRecord, number: Int, to card: inout Markup) {
    switch evidence {
    case .absent(let reason):
      card.element(.p, [.style("mute")], "Not shown: \(printableText(reason)).")
    case .text(let text): write(text, to: &card)
    case .picture(let picture): write(picture, of: record, number: number, to: &card)
    }
  }

  private func write(_ text: ShownText, to card: inout Markup) {
    let isHeat = text.stretches.contains { $0.pieces.contains { $0.mark != nil } }
    card.element(
      .div,
      [
        .style(isHeat ? "heat tokens" : "heat"), .role("region"), .focusable(),
        .label("The text, with where the mark is"),
      ]
    ) { block in
      var end = 0
      for stretch in text.stretches {
        writeGap(stretch.range.lowerBound - end, to: &block)
        for piece in stretch.pieces { write(piece, to: &block) }
        end = stretch.range.upperBound
      }
      writeGap(text.length - end, to: &block)
    }
    var part = "Read "
    if !text.hasEvidence, text.shown < text.length {
      part =
        "No stretch is significant by itself; the first \(Shown.count(text.shown)) of \(Shown.count(text.length)) characters are shown. Read "
    } else if text.shown < text.length {
      let shown = text.stretches.prefix(8).map {
        "\(Shown.count($0.range.lowerBound)) to \(Shown.count($0.range.upperBound))"
      }
      let more = text.stretches.count - shown.count
      part =
        "Of \(Shown.count(text.length)) characters \(shown.joined(separator: ", "))\(more > 0 ? " and \(more) more stretches" : "") are shown"
        + (text.hiddenEvidence > 0
          ? "; \(Shown.count(text.hiddenEvidence)) characters of stretches with the mark are not, for want of room. Read "
          : ", with every stretch that is significant by itself. Read ")
    }
    card.element(
      .p, [.style("mute")],
      part
        + "again from \(NameBook.brief(text.place, limit: 200)) for this page. Shaded: stretches in which the mark is significant by itself."
        + (isHeat
          ? " Solid underline: tokens on the key’s list; dotted: counted, and not on it; grey: not counted."
          : ""))
  }

  private func write(_ piece: ShownText.Piece, to block: inout Markup) {
    let words = Self.visible(piece.words)
    func write(to markup: inout Markup) {
      if let mark = piece.mark {
        markup.element(.span, [.style(mark.rawValue)], words)
      } else {
        markup.words(words)
      }
    }
    if piece.isInSpan { block.element(.mark) { write(to: &$0) } } else { write(to: &block) }
  }

  private func writeGap(_ length: Int, to block: inout Markup) {
    guard length > 0 else { return }
    block.element(.span, [.style("gap")], "… \(Shown.count(length)) characters not shown …")
  }

  private func write(_ picture: ShownPicture, of record: ScanRecord, number: Int, to card: inout Markup) {
    let finding = record.best
    let map = finding?.map
    card.element(.div, [.style("shots")]) { shots in
      shots.element(.div, [.style("shot")]) { shot in
        shot.element(
          .img,
          [
            .picture(picture.bytes, type: "image/jpeg"),
            .alternative("A small copy of " + NameBook.brief(record.source, limit: 120)),
            .number(.width, Double(picture.width)), .number(.height, Double(picture.height)),
          ])
        if let finding, map == nil { PictureOverlay.write(finding, on: picture, to: &shot) }
      }
      if let map { PictureMap.write(map, beside: picture, to: &shots) }
    }
    if map != nil { PictureMap.writeLegend(to: &card) }
    var note =
      "A copy coded anew from \(NameBook.brief(picture.place, limit: 200)), \(picture.fullWidth) × \(picture.fullHeight) pixels."
    if let map {
      note += " " + PictureMap.words(map)
    } else if finding?.geometry?.tileSide != nil {
      note +=
        " The square is one tile of the mark in its size and turn; the mark repeats it over all of the picture."
    }
    card.element(.p, [.style("mute")], note)
  }

  /// A text of many lines without what cannot be shown.
  private static func visible(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).map { printableText(String($0)) }
        .joined(separator: "\t")
    }.joined(separator: "\n")
  }
}
