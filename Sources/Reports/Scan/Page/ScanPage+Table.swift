import Scan

extension ScanPage {
  private static let columns: [(key: String, name: String, isNumber: Bool, isOptional: Bool)] = [
    ("id", "id", false, false), ("outcome", "outcome", false, false), ("target", "mark", false, true),
    ("p", "p", true, false), ("corrected", "corrected p", true, true),
    ("rate", "false discovery rate", true, true),
    ("scored", "scored", true, true), ("power", "power", true, true), ("source", "source", false, true),
  ]

  func writeTable(to page: inout Markup) {
    page.element(.section, [.identity("records")]) { section in
      section.element(.h2, "All records")
      let left = report.counts.seen - rows.count
      section.element(
        .p,
        "A row a record, with its strongest result; opening a row shows the rest."
          + (left > 0
            ? " The page has room for \(Shown.count(rows.count)) of \(Shown.count(report.counts.seen)) records, the detected ones and those with the least p first; the CSV has all."
            : ""))
      writeLive(to: &section)
      writePlain(to: &section)
    }
  }

  /// The table that the script fills.
  private func writeLive(to section: inout Markup) {
    section.element(.div, [.identity("scan-live"), .invisible()]) { live in
      live.element(.div, [.style("controls"), .role("search"), .label("Filter the records")]) { controls in
        controls.element(.label) { label in
          label.words("Id or source contains")
          label.element(.input, [.identity("scan-find"), .type("search")])
        }
        choice("Outcome", "scan-outcome", ScanRecord.Outcome.allCases.map(\.rawValue), to: &controls)
        choice("Mark", "scan-target", report.targets.map { NameBook.brief($0.name) }, to: &controls)
        choice("Kind", "scan-kind", ["text", "image"], to: &controls)
      }
      live.element(.p, [.identity("scan-count"), .role("status")])
      live.element(.div, [.style("scroll"), .role("region"), .label("Records"), .focusable()]) { region in
        region.element(.table) { table in
          table.element(.caption, "Records; the headings sort, a row’s id opens it")
          table.element(.thead, [.identity("scan-head")]) { head in
            head.element(.tr) { row in
              for column in Self.columns {
                let style = (column.isNumber ? ["n"] : []) + (column.isOptional ? ["opt"] : [])
                row.element(.th, [.scope("col"), .style(style.joined(separator: " "))]) {
                  $0.element(.button, [.type("button"), .value(column.key)], column.name)
                }
              }
            }
          }
          table.element(.tbody, [.identity("scan-rows")])
        }
      }
      live.element(.div, [.style("controls"), .role("group"), .label("Pages of the table")]) { pages in
        for (identity, name) in [
          ("scan-start", "First"), ("scan-back", "Back"), ("scan-next", "Next"), ("scan-end", "Last"),
        ] {
          pages.element(.button, [.type("button"), .identity(identity)], name)
        }
      }
    }
  }

  private func choice(_ name: String, _ identity: String, _ values: [String], to controls: inout Markup) {
    controls.element(.label) { label in
      label.words(name)
      label.element(.select, [.identity(identity)]) { select in
        select.element(.option, [.value("")], "all")
        for (place, value) in values.enumerated() {
          select.element(.option, [.value("\(place)")], value)
        }
      }
    }
  }

  /// The detected records as a plain table, for readers without scripts and for paper.
  private func writePlain(to section: inout Markup) {
    section.element(.div, [.identity("scan-plain")]) { plain in
      let detected = rows.prefix { $0.outcome == .detected }
      let count = report.outcomes[.detected] ?? 0
      guard !detected.isEmpty else {
        plain.element(.p, "No record has a detected mark.")
        return
      }
      let shown = detected.prefix(Self.plainRows)
      FigureTable(
        caption: shown.count < count
          ? "The foremost \(shown.count) of \(Shown.count(count)) detected records" : "Detected records",
        columns: [
          .text("id"), .text("mark"), .number("p"), .number("corrected p"), .number("false discovery rate"),
          .text("source"),
        ],
        rows: shown.compactMap { record in
          guard let best = record.best else { return nil }
          return [
            NameBook.brief(record.id), NameBook.brief(report.targets[best.target].name),
            ScanReport.power(best.log10P),
            ScanReport.power(best.adjustedLog10P), ScanReport.power(best.log10Q),
            NameBook.brief(record.source),
          ]
        }
      ).write(to: &plain)
    }
  }

  /// The rows for the script: outcome, id, source, mark, log₁₀ of p, of corrected p and of the rate, scored, power, note, card, kind.
  var data: [UInt8] {
    var json = JSONWriter()
    let outcomes = ScanRecord.Outcome.allCases
    var sources: [String] = []
    var places: [String: Int] = [:]
    for record in rows where places[record.source] == nil {
      places[record.source] = sources.count
      sources.append(record.source)
    }
    let cardPlaces = Dictionary(
      uniqueKeysWithValues: cards.enumerated().map { ($0.element.index, $0.offset + 1) })
    json.object { json in
      json.array("outcomes") { json in for outcome in outcomes { json.string(nil, outcome.rawValue) } }
      json.array("sources") { json in
        for source in sources { json.string(nil, NameBook.brief(source, limit: 300)) }
      }
      json.array("targets") { json in
        for target in report.targets { json.string(nil, NameBook.brief(target.name)) }
      }
      json.array("rows") { json in
        for record in rows {
          let best = record.best
          json.array { json in
            json.integer(nil, outcomes.firstIndex(of: record.outcome) ?? 0)
            json.string(nil, NameBook.brief(record.id, limit: 300))
            json.integer(nil, places[record.source] ?? 0)
            optional(best?.target, to: &json)
            for value in [best?.log10P, best?.adjustedLog10P, best?.log10Q] {
              json.number(nil, value.map { rounded($0, 6) } ?? .nan)
            }
            optional(best?.scored, to: &json)
            json.number(nil, best?.power ?? .nan)
            json.string(nil, note(record))
            optional(cardPlaces[record.index], to: &json)
            optional(record.kind.map { $0 == "image" ? 1 : 0 }, to: &json)
          }
        }
      }
    }
    return json.bytes
  }

  /// What does not fit the columns: reasons of failure, what a mark says, and other marks that were detected.
  private func note(_ record: ScanRecord) -> String {
    var notes = record.problems.prefix(3).map { "\($0.code): \(NameBook.brief($0.message, limit: 200))" }
    let best = record.best
    if let best, best.isDetected {
      if let message = best.message { notes.append("it says " + NameBook.brief(message)) }
      for other in record.findings where other.isDetected && other != best {
        notes.append(
          "also \(NameBook.brief(report.targets[other.target].name)), p = \(ScanReport.power(other.log10P))")
      }
    }
    return notes.joined(separator: "; ")
  }

  private func optional(_ value: Int?, to json: inout JSONWriter) {
    if let value { json.integer(nil, value) } else { json.number(nil, .nan) }
  }
}
