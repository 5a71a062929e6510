import Scan
import Tabular

/// The page of a scan for a reviewer: one file that needs nothing else.
///
/// What was looked for and with what power comes first, then the flagged items with their evidence, the picture of all p-values
/// against chance, the table of all records, and what was not examined. A small script of ours filters and sorts the table;
/// without it everything else still reads.
package struct ScanPage {
  let report: ScanReport
  let evidence: [EvidenceCollector.Key: EvidenceCollector.Evidence]
  /// Flagged items that are shown with their evidence.
  static let itemLimit = 50
  /// Rows of the table; flagged ones and errors first where not all have room.
  static let rowLimit = 100_000

  package init(
    _ report: ScanReport, evidence: [EvidenceCollector.Key: EvidenceCollector.Evidence] = [:]
  ) {
    (self.report, self.evidence) = (report, evidence)
  }

  /// The whole page.
  package func html() throws(ScanError) -> String {
    let rows = try Self.rows(of: report)
    let items = Array(
      rows.kept.filter { $0.verdict == "detected" }.sorted { Self.isStronger($0, $1) }.prefix(Self.itemLimit))
    var page = Markup()
    page.doctype()
    page.element(.html, [.language("en")]) { html in
      html.element(.head) { head in
        head.element(.meta, [.characters("utf-8")])
        head.element(
          .meta,
          [
            .policy(),
            .content(
              "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"),
          ])
        head.element(.meta, [.named("viewport"), .content("width=device-width,initial-scale=1")])
        head.element(.title, title)
        head.styleSheet(Palette.sheet + PageStyle.sheet + ScanPageScript.sheet)
      }
      html.element(.body) { body in
        body.element(.header, [], writeHead)
        body.element(.main) { main in
          writeTargets(to: &main)
          writeItems(items, to: &main)
          writeSources(to: &main)
          writeChance(to: &main)
          writeTable(rows, items: items, to: &main)
          writeProblems(rows.kept.filter { !$0.isResult }, to: &main)
          writeLimits(to: &main)
          PagePart.decision(to: &main)
        }
        body.element(.footer, [], writeManifest)
        body.dataBlock("rows-data", json: ScanPageData.json(rows.kept, items: items))
        body.script(ScanPageScript.script)
      }
    }
    return page.text
  }

  private var title: String { "Scan of \(Shown.count(report.sources.count)) inputs" }

  /// The rows with room in the table, in the order of the results, and how many have none.
  static func rows(of report: ScanReport) throws(ScanError) -> (kept: [ScanRow], left: Int) {
    var first: [(place: Int, row: ScanRow)] = []
    var rest: [(place: Int, row: ScanRow)] = []
    var place = 0
    try report.forEachRow { row throws(ScanError) in
      let isFirst = row.verdict == "detected" || !row.isResult
      if isFirst, first.count < rowLimit {
        first.append((place, row))
      } else if !isFirst, rest.count < rowLimit {
        rest.append((place, row))
      }
      place += 1
    }
    let kept = (first + rest.prefix(max(0, rowLimit - first.count))).sorted { $0.place < $1.place }.map(\.row)
    return (kept, place - kept.count)
  }

  static func isStronger(_ left: ScanRow, _ right: ScanRow) -> Bool {
    (left.adjustedLog10PValue ?? 0, left.source, left.id) < (
      right.adjustedLog10PValue ?? 0, right.source, right.id
    )
  }

  // MARK: - Sections

  private func writeHead(to page: inout Markup) {
    page.element(.h1, title)
    page.element(.p, [.identity("account")], report.accountSentence)
    if let found = report.discoveries.result() {
      page.element(
        .p,
        "At a false discovery rate of \(Shown.decimal(report.discoveries.rate, 2)) over the whole run (Benjamini and Hochberg), \(Shown.count(found.rejected)) of \(Shown.count(report.discoveries.tests)) tests are kept: those with log₁₀ p up to \(Shown.decimal(found.log10Threshold, 2))."
      )
    }
    page.element(.p, Self.caution)
    PagePart.contents(
      [
        ("targets", "Looked for"), ("flagged", "Flagged"), ("sources", "Sources"),
        ("chance", "Against chance"),
        ("records", "All records"), ("problems", "Not examined"), ("limits", "Limits"),
        ("decision", "Decision record"),
        ("manifest", "Manifest"),
      ], to: &page)
  }

  static let caution =
    "A verdict is about a mark under a key, never about an author; and what was not detected is not thereby unmarked."

  private func writeTargets(to page: inout Markup) {
    page.element(.section, [.identity("targets")]) { section in
      section.element(.h2, "What was looked for, and with what power")
      FigureTable(
        caption: "profiles and keys",
        columns: [
          .text("profile"), .text("scheme"), .text("key"), .number("tests"), .number("detected"),
          .number("too little to tell"), .number("mean power"),
        ],
        rows: report.targets.map { target in
          [
            printableText(target.profile), printableText(target.scheme), printableText(target.keyID),
            Shown.count(target.tests), Shown.count(target.detected), Shown.count(target.insufficient),
            target.powerCount > 0 ? Shown.percent(target.powerSum / Double(target.powerCount)) : "",
          ]
        }
      ).write(to: &section)
      section.element(
        .p, [.style("mute")],
        "Power is the chance that a mark of usual strength would have been detected in a record of that length, averaged over the records. Each record is flagged by chance with probability \(report.alpha) at most, over all tests of it."
      )
    }
  }

  private func writeSources(to page: inout Markup) {
    page.element(.section, [.identity("sources")]) { section in
      section.element(.h2, "By source")
      let order = report.sources.sorted {
        ($1.detected, $1.failed + $1.skipped, $0.name) < ($0.detected, $0.failed + $0.skipped, $1.name)
      }
      let shown = order.prefix(200)
      FigureTable(
        caption: "inputs, those with most detections first",
        columns: [
          .text("input"), .number("tests"), .number("detected"), .number("failed"), .number("skipped"),
        ],
        rows: shown.map {
          [
            printableText($0.name), Shown.count($0.tests), Shown.count($0.detected), Shown.count($0.failed),
            Shown.count($0.skipped),
          ]
        }
      ).write(to: &section)
      if order.count > shown.count {
        section.element(
          .p, [.style("mute")], "\(Shown.count(order.count - shown.count)) more inputs are in the results.")
      }
    }
  }

  private func writeChance(to page: inout Markup) {
    page.element(.section, [.identity("chance")]) { section in
      section.element(.h2, "All p-values against chance")
      for (place, target) in report.targets.enumerated() {
        if let figure = ChanceFigure.make(target, identity: "chance-\(place)") { figure.write(to: &section) }
      }
    }
  }

  private func writeProblems(_ rows: [ScanRow], to page: inout Markup) {
    page.element(.section, [.identity("problems")]) { section in
      section.element(.h2, "Not examined")
      guard !report.problems.isEmpty else {
        section.element(.p, "Every record was examined.")
        return
      }
      FigureTable(
        caption: "reasons", columns: [.text("code"), .text("outcome"), .number("records")],
        rows: report.problems.map { [printableText($0.code), $0.outcome, Shown.count($0.count)] }
      ).write(to: &section)
      let shown = rows.prefix(500)
      FigureTable(
        caption: "records and inputs that were not examined",
        columns: [.text("record"), .text("code"), .text("what happened"), .text("what to do")],
        rows: shown.map {
          [printableText($0.id), printableText($0.code), printableText($0.message), printableText($0.hint)]
        }
      ).write(to: &section)
      if rows.count > shown.count {
        section.element(
          .p, [.style("mute")],
          "\(Shown.count(rows.count - shown.count)) more are in the table of all records.")
      }
    }
  }

  private func writeLimits(to page: inout Markup) {
    page.element(.section, [.identity("limits")]) { section in
      section.element(.h2, "What this does not say")
      section.element(.ul) { list in
        for sentence in ScanReport.limits { list.element(.li, sentence) }
      }
    }
  }

  private func writeManifest(to page: inout Markup) {
    page.element(.section, [.identity("manifest")]) { section in
      section.element(.h2, "Manifest")
      section.element(.p, "The header line of the run: everything that its results depend on.")
      section.element(.dl) { list in
        for (name, value) in RunDifference.fields(of: report.header) {
          list.element(.dt, printableText(name))
          list.element(.dd) { $0.element(.code, printableText(value)) }
        }
      }
    }
  }
}
