import BiasMetrics

extension ParityReport {
  /// The comparison as one page that needs nothing else, with the same parts as the page of decisions.
  public func html() -> String {
    let names = NameBook(
      sections.flatMap { $0.rows.compactMap(\.first) } + findings.map(\.heading) + extremes)
    return PagePart.page(title: title) {
      writeQuestion(to: &$0)
    } main: { main in
      writeFindings(to: &main)
      main.element(.section, [.identity("evidence")]) { section in
        section.element(.h2, "Evidence")
        let figures = figures(names)
        for (place, finding) in findings.enumerated() {
          section.element(.h3, "By \(names.attributes([finding.heading]))")
          if place < figures.count { for figure in figures[place] { figure.write(to: &section) } }
        }
        for part in sections {
          section.element(.h3, NameBook.brief(part.heading, limit: 120))
          section.element(.p, [.style("mute")], NameBook.brief(part.words, limit: 900))
          FigureTable(
            caption: NameBook.brief(part.heading, limit: 120),
            columns: part.columns.enumerated().map { $0 == 0 ? .text($1) : .number($1) },
            rows: part.rows.map { row in
              row.enumerated().map { $0 == 0 ? names($1) : NameBook.brief($1) }
            }
          ).write(to: &section)
        }
      }
      writeLimits(to: &main)
      PagePart.decision(to: &main)
    } footer: {
      PagePart.manifest(manifest, declaration, version: version, to: &$0)
    }
  }

  private var title: String {
    let what =
      switch subject {
      case .numeric: "Audit of predicted numbers"
      case .ranking: "Audit of ranked lists"
      }
    return what + (declaration.system.map { " of " + NameBook.brief($0) } ?? "")
  }

  /// The groups that comparisons name.
  private var extremes: [String] {
    switch subject {
    case .numeric(let parity): parity.disparities.flatMap { $0.lower + $0.higher }
    case .ranking(let parity): parity.attributes.flatMap { $0.least + $0.greatest }
    }
  }

  private func writeQuestion(to page: inout Markup) {
    page.element(.h1, title)
    page.element(
      .p,
      "\(Shown.count(rowsRead)) rows read\(failedRows > 0 ? ", \(Shown.count(failedRows)) of them in error and left out" : ""), made by countermark \(version). A verdict needs its whole interval beyond, or within, what is tolerated; “inconclusive” is not “fair”, and no verdict says why groups differ."
    )
    PagePart.contents(
      [
        ("findings", "Findings"), ("evidence", "Evidence"), ("limits", "Limits"),
        ("decision", "Decision record"), ("manifest", "Manifest"),
      ], to: &page)
    page.element(.section, [.identity("question")]) { section in
      section.element(.h2, "What was asked")
      section.element(.dl) { list in
        PagePart.declaration(declaration, to: &list)
        list.element(.dt, "Kind of audit")
        list.element(.dd, printableText(plan.kind.rawValue))
        list.element(.dt, "Carried out")
        list.element(.dd, printableText(planWords))
      }
    }
  }

  private func writeFindings(to page: inout Markup) {
    page.element(.section, [.identity("findings")]) { section in
      section.element(.h2, "Findings")
      for finding in findings {
        section.element(.div, [.style("card " + (finding.verdict?.rawValue ?? ""))]) { card in
          card.element(.h3) { head in
            head.words(NameBook.brief(finding.heading))
            if let verdict = finding.verdict {
              head.words(": ")
              PagePart.verdict(verdict, to: &head)
            }
          }
          card.element(.ul) { list in
            for sentence in finding.sentences { list.element(.li, NameBook.brief(sentence, limit: 500)) }
          }
        }
      }
    }
  }

  private func writeLimits(to page: inout Markup) {
    page.element(.section, [.identity("limits")]) { section in
      section.element(.h2, "Limits: what this does not show")
      section.element(.ul) { list in for limit in limits { list.element(.li, limit) } }
    }
  }

  private var limits: [String] {
    var limits = [
      "Why groups differ. A disparity is not proof of discrimination, and its absence is no proof of fairness.",
      "That a law or a policy is met. The page computes quantities; what follows from them is for people to decide.",
      "Groups that no column names, and intersections: each attribute is compared by itself.",
    ]
    switch subject {
    case .numeric:
      limits.append(
        "Whether labels are right, and what happens at single values: means can agree where predictions of few are far off."
      )
    case .ranking:
      limits.append(
        "Whether places were earned. Exposure counts what a place is worth, and not how relevant its row is.")
      limits.append(
        "How people look at lists. A place i is taken to be worth 1 / log2(1 + i), which is a convention.")
    }
    return limits
  }
}
