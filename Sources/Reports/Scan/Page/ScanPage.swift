import Scan

/// The page of a scan, for a reviewer: detected records first, with evidence, then every record in a table.
struct ScanPage {
  let report: ScanReport
  let options: ScanPageOptions
  let evidence: [Int: ScanEvidence]
  /// Detected records with a card of their own, in the order of their strength.
  let cards: [ScanRecord]
  /// The records of the table, in the same order, and what could not be examined.
  let rows: [ScanRecord]

  /// Plain rows that stand without a script, and on paper.
  static let plainRows = 500
  /// Inputs that have a row.
  static let sourceRows = 200

  func html() -> String {
    PagePart.page(title: "Scan report", styles: ScanStyle.sheet, policy: ScanScript.policy) {
      writeOpening(to: &$0)
    } main: { main in
      writeTargets(to: &main)
      writeCards(to: &main)
      writeTable(to: &main)
      writeSources(to: &main)
      writeProblems(to: &main)
      main.element(.section, [.identity("calibration")]) { section in
        section.element(.h2, "p-values against chance")
        section.element(
          .p,
          "Of content without the mark, at most one result in ten has p at or below 0.1, one in a hundred at or below 0.01, and so on: the dashed line. A curve that rises above it on the left says that marks are there, or that a null model does not hold; a curve below it says that the test is cautious."
        )
        section.element(.h3, "By mark")
        for figure in figures { figure.write(to: &section) }
      }
      writeLimits(to: &main)
      PagePart.decision(to: &main)
    } footer: { footer in
      writeManifest(to: &footer)
      footer.data(data, identity: "scan-data")
      footer.script(ScanScript.text)
    }
  }

  /// All figures of the page.
  var figures: [Figure] { PValueFigure.make(report).map { [$0] } ?? [] }

  private func writeOpening(to page: inout Markup) {
    page.element(.h1, "Scan report")
    for (place, line) in report.opening.enumerated() {
      if place == 0, report.incompleteness != nil {
        page.element(.div, [.style("card warning"), .role("note")], printableText(line))
      } else {
        page.element(.p, line)
      }
    }
    page.element(
      .p,
      "A verdict says whether a mark is there, never who made the content, and “not detected” is not “unmarked”. Made by countermark \(report.version)."
    )
    PagePart.contents(
      [
        ("targets", "What was looked for"), ("detected", "Detected"), ("records", "All records"),
        ("sources", "By source"), ("problems", "Errors and skips"), ("calibration", "p-values"),
        ("limits", "Limits"),
        ("decision", "Decision record"), ("manifest", "Manifest"),
      ], to: &page)
  }

  private func writeTargets(to page: inout Markup) {
    page.element(.section, [.identity("targets")]) { section in
      section.element(.h2, "What was looked for, and with what power")
      FigureTable(
        caption: "Marks, by scheme and key",
        columns: [
          .text("mark"), .text("scheme"), .text("key"), .number("results"), .number("detected"),
          .number("insufficient"),
          .number("mean power"),
        ],
        rows: zip(report.targets, report.targetTotals).map { target, totals in
          [
            NameBook.brief(target.profile), NameBook.brief(target.scheme),
            NameBook.brief(target.keyID ?? "none"),
            Shown.count(totals.tests), Shown.count(totals.detected), Shown.count(totals.insufficient),
            totals.meanPower.map { Shown.decimal($0, 2) } ?? "not stated",
          ]
        }
      ).write(to: &section)
      section.element(
        .p, [.style("mute")],
        "Power is the chance that a mark of usual strength would have been detected in a record of its length; the mean is over all results. Below one half a record without a finding is “insufficient”, not “not-detected”. For pictures no power is stated: it depends on what was done to them since they were marked."
      )
      section.element(.dl) { list in
        for run in report.runs {
          list.element(.dt, NameBook.brief(run.path))
          list.element(.dd, words(of: run))
        }
      }
    }
  }

  private func words(of run: ScanRunAccount) -> String {
    var words =
      "at most one unmarked record in \(Shown.count((1 / run.alpha).rounded())) is flagged (α = \(Shown.pValue(run.alpha)), corrected for all marks that are looked for in one record)"
    let profiles = run.profiles.map { profile in
      NameBook.brief(profile.name) + (profile.digest.map { " (\(NameBook.brief($0, limit: 19)))" } ?? "")
        + (profile.referenceRate.map { ", usual strength: \(Shown.perHundred($0)) green of 100" } ?? "")
        + (profile.nullRate.map { " against \(Shown.perHundred($0))" } ?? "")
    }
    if !profiles.isEmpty { words += "; " + profiles.joined(separator: "; ") }
    if !run.deployedSchemes.isEmpty {
      words +=
        "; messages of generators (\(NameBook.brief(run.deployedMessages.joined(separator: ", "), limit: 200))) by \(NameBook.brief(run.deployedSchemes.joined(separator: ", ")))"
    }
    return words + "."
  }
}

/// How much a scan's page holds.
public struct ScanPageOptions: Hashable, Sendable {
  /// Records in the table.
  public var rows = 100_000
  /// Detected records with a card and evidence.
  public var cards = 200

  /// The usual room.
  public init() {}
}
