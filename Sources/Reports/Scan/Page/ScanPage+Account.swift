import Scan

extension ScanPage {
  func writeSources(to page: inout Markup) {
    page.element(.section, [.identity("sources")]) { section in
      section.element(.h2, "By source")
      let sorted = report.sources.enumerated().sorted { a, b in
        (-a.element.counts.flagged, a.offset) < (-b.element.counts.flagged, b.offset)
      }.map(\.element)
      if sorted.count > Self.sourceRows {
        section.element(
          .p,
          "The \(Self.sourceRows) inputs with the most detected records of \(Shown.count(sorted.count)); the CSV has all."
        )
      }
      FigureTable(
        caption: "Records by input",
        columns: [
          .text("input"), .number("seen"), .number("scanned"), .number("skipped"), .number("failed"),
          .number("detected"),
        ],
        rows: sorted.prefix(Self.sourceRows).map { source in
          [
            NameBook.brief(source.source, limit: 200), Shown.count(source.counts.seen),
            Shown.count(source.counts.scanned),
            Shown.count(source.counts.skipped), Shown.count(source.counts.failed),
            Shown.count(source.counts.flagged),
          ]
        }
      ).write(to: &section)
    }
  }

  func writeProblems(to page: inout Markup) {
    page.element(.section, [.identity("problems")]) { section in
      section.element(.h2, "Errors and skips")
      guard !report.problems.isEmpty else {
        section.element(.p, "Every record was examined by every detector.")
        return
      }
      section.element(
        .p,
        "None of these records is known to be without a mark. Each stands in the table above with its reason."
      )
      FigureTable(
        caption: "What could not be examined, by reason",
        columns: [.text("reason"), .text("outcome"), .number("times"), .text("what to do")],
        rows: report.problems.map { problem in
          [
            NameBook.brief(problem.code), problem.isSkipped ? "skipped" : "failed",
            Shown.count(problem.count),
            NameBook.brief(problem.hint, limit: 300),
          ]
        }
      ).write(to: &section)
    }
  }

  func writeLimits(to page: inout Markup) {
    page.element(.section, [.identity("limits")]) { section in
      section.element(.h2, "Limits: what this does not show")
      section.element(.ul) { list in
        for limit in ScanReport.limits { list.element(.li, limit) }
      }
    }
  }

  func writeManifest(to page: inout Markup) {
    page.element(.section, [.identity("manifest")]) { section in
      section.element(.h2, "Manifest")
      section.element(.p, "The same results, sources and version give the same page, byte for byte.")
      FigureTable(
        caption: "Files of results",
        columns: [
          .text("file"), .text("written by"), .text("ends"), .text("SHA-256 of its lines before the summary"),
        ],
        rows: report.runs.map { run in
          [
            NameBook.brief(run.path, limit: 200), "countermark " + NameBook.brief(run.version),
            run.ending == .complete
              ? "whole" : run.ending == .interrupted ? "stopped early" : "without a summary",
            String(run.digest.dropFirst("sha256:".count)),
          ]
        }
      ).write(to: &section)
    }
  }
}
