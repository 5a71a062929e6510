import BiasMetrics

/// The page of an audit of generated content.
package struct GeneratedPage {
  let report: GeneratedReport
  let names: NameBook
  private var result: GeneratedResult { report.result }

  package init(_ report: GeneratedReport) {
    self.report = report
    names = NameBook(
      report.result.sections.flatMap { section in
        section.figures.flatMap { ($0.subject + $0.versus).flatMap { [$0.name, $0.value] } }
      })
  }

  /// The whole page.
  package func html() -> String {
    PagePart.page(title: title) {
      writeQuestion(to: &$0)
    } main: { main in
      writeFindings(to: &main)
      main.element(.section, [.identity("evidence")]) { section in
        section.element(.h2, "Evidence")
        for (place, part) in result.sections.enumerated() { write(part, place, to: &section) }
        if !result.notes.isEmpty {
          section.element(.h3, "Notes")
          for note in result.notes { section.element(.p, NameBook.brief(note, limit: 600)) }
        }
        writeLongNames(to: &section)
      }
      writeLimits(to: &main)
      PagePart.decision(to: &main)
    } footer: {
      PagePart.manifest(report.manifest, report.declaration, version: report.version, to: &$0)
    }
  }

  /// All figures of the page, in its order.
  package var figures: [Figure] { result.sections.enumerated().flatMap { figures($0.element, $0.offset) } }

  private var title: String {
    "Audit of generated content" + (report.declaration.system.map { " of " + NameBook.brief($0) } ?? "")
  }

  private func writeQuestion(to page: inout Markup) {
    page.element(.h1, title)
    page.element(
      .p,
      "\(Shown.count(result.rowsAnalysed)) rows of \(Shown.count(result.rowsRead)) read, made by countermark \(report.version). A verdict needs its whole interval beyond, or within, what is tolerated; “inconclusive” is not “fair”, and no verdict says why outputs differ."
    )
    PagePart.contents(
      [
        ("findings", "Findings"), ("evidence", "Evidence"), ("limits", "Limits"),
        ("decision", "Decision record"),
        ("manifest", "Manifest"),
      ], to: &page)
    page.element(.section, [.identity("question")]) { section in
      section.element(.h2, "What was asked")
      section.element(.dl) { list in
        PagePart.declaration(report.declaration, to: &list)
        list.element(.dt, "Kind of audit")
        list.element(.dd, printableText(result.kind))
        for setting in result.settings {
          list.element(.dt, NameBook.brief(setting.name))
          list.element(.dd, NameBook.brief(setting.value, limit: 400))
        }
        for entry in result.excluded {
          list.element(.dt, "Left out")
          list.element(.dd, "\(Shown.count(entry.value)) rows: \(NameBook.brief(entry.name, limit: 200))")
        }
      }
    }
  }

  /// A card for each section; its gravest figures in sentences.
  private func writeFindings(to page: inout Markup) {
    page.element(.section, [.identity("findings")]) { section in
      section.element(.h2, "Findings")
      let order = AuditVerdict.byGravity
      for part in result.sections {
        let verdicts = part.figures.compactMap(\.verdict)
        let gravest = order.first { verdicts.contains($0) }
        section.element(.div, [.style("card " + (gravest?.rawValue ?? ""))]) { card in
          card.element(.h3) { head in
            head.words(printableText(part.title))
            if let gravest {
              head.words(": ")
              PagePart.verdict(gravest, to: &head)
            }
          }
          let told = GeneratedSentence.told(part)
          if told.isEmpty { card.element(.p, NameBook.brief(part.explanation, limit: 600)) }
          card.element(.ul) { list in
            for figure in told { list.element(.li, GeneratedSentence.finding(figure, names: names)) }
          }
          let rest = order.compactMap { verdict -> String? in
            let count = part.figures.count { $0.verdict == verdict }
            return count > 0 ? "\(count) \(verdict.rawValue)" : nil
          }
          if !rest.isEmpty {
            card.element(.p, [.style("mute")], "Of all comparisons here: \(rest.joined(separator: ", ")).")
          }
        }
      }
    }
  }

  private func write(_ part: GeneratedSection, _ place: Int, to section: inout Markup) {
    section.element(.h3, printableText(part.title))
    section.element(.p, NameBook.brief(part.explanation, limit: 1_200))
    for figure in figures(part, place) { figure.write(to: &section) }
    for note in part.notes { section.element(.p, [.style("mute")], NameBook.brief(note, limit: 600)) }
  }

  private func figures(_ part: GeneratedSection, _ place: Int) -> [Figure] {
    var measures: [String] = []
    for figure in part.figures where !measures.contains(figure.measure) { measures.append(figure.measure) }
    return measures.enumerated().map { number, measure in
      MeasureFigure.make(
        part.figures.filter { $0.measure == measure }, measure: measure, names: names,
        identity: "measure-\(place)-\(number)")
    }
  }

  private func writeLongNames(to section: inout Markup) {
    guard !names.cut.isEmpty else { return }
    section.element(.h3, "Names in full")
    for name in names.cut {
      section.element(.p, [.style("mute")], name.short)
      section.element(.div, [.style("full"), .focusable(), .role("region"), .label(name.short)], name.full)
    }
  }

  private func writeLimits(to page: inout Markup) {
    page.element(.section, [.identity("limits")]) { section in
      section.element(.h2, "Limits: what this does not show")
      section.element(.ul) { list in
        for limit in [
          "Why outputs differ. A difference between groups is of these prompts, this model and these settings; its cause may lie in any of them.",
          "What other prompts would give. Templates are a sample of what could have been asked, and a small one: intervals resample templates, not the world.",
          "What listed words do not catch. A lexicon misses what it does not list, and finds what it did not mean; its version and digest are above, and its hits should be read by people.",
          "Whether labels are right. Refusals, scores and attributes come from the files; whoever or whatever made them may err more for one group than for another.",
          "That a law or a policy is met. The page computes quantities; what follows from them is for people to decide.",
        ] {
          list.element(.li, limit)
        }
      }
    }
  }
}
