import BiasMetrics
import Statistics

extension AuditPage {
  /// A card for each attribute and intersection, the gravest verdict first.
  func writeFindings(to page: inout Markup) {
    page.element(.section, [.identity("findings")]) { section in
      section.element(.h2, "Findings")
      for part in parts {
        if !part.name.isEmpty { section.element(.p) { $0.element(.strong, "Among \(part.name)") } }
        writeTally(part.result, to: &section)
        let sets = attributeSets(part.result).map { attributes in
          (attributes, part.result.disparities.filter { $0.attributes == attributes })
        }
        let order = AuditVerdict.byGravity
        // Sorting is stable only by the position that is part of the key.
        let ranked = sets.enumerated().sorted { a, b in
          let (x, y) = (rank(a.element.1, order), rank(b.element.1, order))
          return (x, a.offset) < (y, b.offset)
        }
        for (_, entry) in ranked { writeCard(entry.0, entry.1, part, to: &section) }
        for note in part.result.notes {
          section.element(.p, [.style("mute")], NameBook.brief(note, limit: 300) + ".")
        }
      }
    }
  }

  private func rank(_ found: [Disparity], _ order: [AuditVerdict]) -> Int {
    found.compactMap { order.firstIndex(of: $0.verdict) }.min() ?? order.count
  }

  private func writeTally(_ result: AuditResult, to section: inout Markup) {
    let tally = AuditVerdict.allCases.map { verdict in
      "\(result.disparities.count { $0.verdict == verdict }) \(verdict.rawValue)"
    }
    section.element(
      .p,
      "Of \(Shown.count(result.disparities.count)) comparisons: \(tally.joined(separator: ", ")).")
  }

  private func writeCard(
    _ attributes: [String], _ found: [Disparity], _ part: Part, to section: inout Markup
  ) {
    let verdict = AuditVerdict.byGravity.first { verdict in found.contains { $0.verdict == verdict } }
    let style = verdict?.rawValue ?? AuditVerdict.notEstimable.rawValue
    section.element(.div, [.style("card " + style)]) { card in
      card.element(.h3) { head in
        head.words(names.attributes(attributes) + ": ")
        PagePart.verdict(verdict ?? .notEstimable, to: &head)
      }
      guard !found.isEmpty else {
        card.element(.p, "There are no two groups to compare.")
        return
      }
      card.element(.ul) { list in
        for metric in part.result.plan.metrics {
          let all = found.filter { $0.metric == metric }
          guard let worst = Sentence.gravest(all) else { continue }
          list.element(.li) { item in
            if worst.verdict != verdict {
              PagePart.verdict(worst.verdict, to: &item)
              item.words(": ")
            }
            item.words(
              Sentence.finding(worst, part.result, positive: part.table.positiveLabel, names: names))
            if all.count > 1 { item.words(" " + Sentence.others(all, than: worst)) }
          }
        }
      }
    }
  }
}
