import Scan

extension ScanPage {
  /// The table that the script fills; without the script its first rows.
  func writeTable(_ rows: (kept: [ScanRow], left: Int), items: [ScanRow], to page: inout Markup) {
    page.element(.section, [.identity("records")]) { section in
      section.element(.h2, "All records")
      if rows.left > 0 {
        section.element(
          .p,
          "\(Shown.count(rows.kept.count)) of \(Shown.count(rows.kept.count + rows.left)) lines: all that were detected or not examined come first; the rest are in the results."
        )
      }
      section.element(.form, [.identity("filters"), .hiddenAtFirst(), .label("Filter the table")]) { form in
        form.element(.label, [.controls("filter-text")], "Record or input contains")
        form.element(.input, [.type(.search), .identity("filter-text")])
        form.element(.label, [.controls("filter-verdict")], "Verdict")
        form.element(.select, [.identity("filter-verdict")]) { select in
          for verdict in ["all", "detected", "not-detected", "insufficient", "failed", "skipped"] {
            select.element(.option, [.value(verdict == "all" ? "" : verdict)], verdict)
          }
        }
        form.element(.label, [.controls("filter-profile")], "Looked for")
        form.element(.select, [.identity("filter-profile")]) { select in
          select.element(.option, [.value("")], "all")
          var names: [String] = []
          for target in report.targets where !names.contains(target.profile) { names.append(target.profile) }
          for name in names { select.element(.option, [.value(name)], printableText(name)) }
        }
      }
      section.element(.p, [.identity("shown"), .role("status")], "")
      section.element(.div, [.style("scroll"), .role("region"), .label("Records"), .focusable()]) { region in
        region.element(.table, [.identity("rows")]) { table in
          table.element(.caption, "records; choose one to see all of it")
          table.element(.thead) { head in
            head.element(.tr) { row in
              for (name, key) in Self.columns {
                row.element(.th, [.scope("col")] + (key >= "4" ? [.style("n")] : [])) { cell in
                  cell.element(.button, [.type(.button), .sortKey(key)], name)
                }
              }
            }
          }
          table.element(.tbody) { body in
            for row in rows.kept.prefix(100) {
              body.element(.tr) { line in
                line.element(.th, [.scope("row")], printableText(row.id))
                line.element(.td, printableText(row.source))
                line.element(.td, printableText(row.profile))
                line.element(.td, row.verdict)
                line.element(.td, [.style("n")], row.scored.map(Shown.count) ?? "")
                line.element(.td, [.style("n")], row.log10PValue.map { Shown.decimal($0, 2) } ?? "")
                line.element(.td, [.style("n")], row.log10QValue.map { Shown.decimal($0, 2) } ?? "")
              }
            }
          }
        }
      }
      section.element(.nav, [.identity("pages"), .label("Pages of the table"), .hiddenAtFirst()]) { nav in
        nav.element(.button, [.type(.button), .identity("previous")], "Previous")
        nav.element(.span, [.identity("page")], "")
        nav.element(.button, [.type(.button), .identity("next")], "Next")
      }
      section.element(
        .div,
        [
          .identity("detail"), .style("sums"), .role("region"), .label("The chosen record"), .focusable(),
          .hiddenAtFirst(),
        ])
    }
  }

  private static let columns = [
    ("record", "0"), ("input", "1"), ("looked for", "2"), ("verdict", "3"), ("tokens", "4"), ("log₁₀ p", "5"),
    ("log₁₀ q", "6"),
  ]
}

/// The rows of the table for the script.
enum ScanPageData {
  /// Each row as an array: record, input, profile, verdict, tokens, log₁₀ p, log₁₀ q, its card among the flagged or −1, and what else
  /// there is to say as pairs of texts.
  static func json(_ rows: [ScanRow], items: [ScanRow]) -> String {
    var cards: [String: Int] = [:]
    func name(_ row: ScanRow) -> String {
      "\(row.source)\u{0}\(row.id)\u{0}\(row.profile)\u{0}\(row.scheme)\u{0}\(row.keyID)"
    }
    for (place, row) in items.enumerated() { cards[name(row)] = place }
    var json = JSONWriter()
    json.array { json in
      for row in rows {
        json.array { json in
          json.string(nil, printableText(row.id))
          json.string(nil, printableText(row.source))
          json.string(nil, row.profile)
          json.string(nil, row.verdict)
          json.number(nil, row.scored.map(Double.init) ?? .nan)
          json.number(nil, rounded(row.log10PValue ?? .nan, 5))
          json.number(nil, rounded(row.log10QValue ?? .nan, 5))
          json.integer(nil, row.verdict == "detected" ? cards[name(row)] ?? -1 : -1)
          json.array { json in
            for (label, text) in details(row) where !text.isEmpty {
              json.string(nil, label)
              json.string(nil, printableText(text))
            }
          }
        }
      }
    }
    return String(decoding: json.bytes, as: UTF8.self)
  }

  private static func details(_ row: ScanRow) -> [(String, String)] {
    [
      ("scheme", row.scheme), ("key", row.keyID), ("evidence", row.evidence), ("message", row.message),
      ("code", row.code), ("what to do", row.hint), ("line", row.record.map(String.init) ?? ""),
      ("spans", row.spans.prefix(5).map { "\($0.unit)s \($0.start)–\($0.end)" }.joined(separator: ", ")),
    ]
  }
}
