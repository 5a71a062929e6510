import BiasMetrics

/// Parts that all pages have.
enum PagePart {
  /// A whole page around its header, main part and footer.
  static func page(
    title: String, styles: String = "", policy: String? = nil, header: (inout Markup) -> Void,
    main: (inout Markup) -> Void, footer: (inout Markup) -> Void
  ) -> String {
    var page = Markup()
    page.doctype()
    page.element(.html, [.language("en")]) { html in
      html.element(.head) { head in
        head.element(.meta, [.characters("utf-8")])
        head.element(.meta, [.named("viewport"), .content("width=device-width,initial-scale=1")])
        if let policy { head.element(.meta, [.equivalent("Content-Security-Policy"), .content(policy)]) }
        head.element(.title, title)
        head.styleSheet(Palette.sheet + PageStyle.sheet + styles)
      }
      html.element(.body) { body in
        body.element(.header, [], header)
        body.element(.main, [], main)
        body.element(.footer, [], footer)
      }
    }
    return page.text
  }

  /// Links to the sections.
  static func contents(_ places: [(identity: String, words: String)], to page: inout Markup) {
    page.element(.nav, [.label("Contents")]) { nav in
      nav.element(.ul) { list in
        for (identity, words) in places {
          list.element(.li) { $0.element(.a, [.place(identity)], words) }
        }
      }
    }
  }

  /// What was declared before the results, and what was not.
  static func declaration(_ declaration: AuditDeclaration, to list: inout Markup) {
    for (name, words) in declaration.facts {
      guard let words else { continue }
      list.element(.dt, name)
      list.element(.dd, printableText(words))
    }
    let lacking = declaration.facts.filter { $0.words == nil }.map(\.name)
    if !lacking.isEmpty {
      list.element(.dt, "Not declared")
      list.element(.dd, lacking.joined(separator: "; "))
    }
    list.element(.dt, "Plan")
    list.element(
      .dd,
      declaration.planName.map { name in
        printableText(name) + (declaration.planDigest.map { ", SHA-256 " + printableText($0) } ?? "")
      } ?? "no plan was declared: the options of the command line are the plan")
  }

  /// A verdict as a word with a sign of its own.
  static func verdict(_ verdict: AuditVerdict, to markup: inout Markup) {
    let sign =
      switch verdict {
      case .disparity: "■"
      case .withinTolerance: "●"
      case .inconclusive: "○"
      case .notEstimable: "✕"
      }
    markup.element(.span, [.style("verdict v-" + verdict.rawValue)]) { span in
      span.element(.span, [.hidden()], sign + " ")
      span.words(verdict.rawValue)
    }
  }

  /// The decision of people, with room to sign.
  static func decision(to page: inout Markup) {
    page.element(.section, [.identity("decision")]) { section in
      section.element(.h2, "Decision record")
      section.element(
        .p, "The tool makes no decision. Whoever does fills this in, on paper or beside the page.")
      section.element(.ul) { list in
        for choice in [
          "accept", "accept on conditions (state them, with an owner and a date each)", "reject",
        ] {
          list.element(.li, "☐ " + choice)
        }
      }
      section.element(.div, [.style("sign")]) { lines in
        for name in [
          "Conditions", "Reasons", "Owner of the system", "Owner of the decision", "Date, signature",
          "To be looked at again on",
        ] {
          lines.element(.div, name)
        }
      }
    }
  }
}
