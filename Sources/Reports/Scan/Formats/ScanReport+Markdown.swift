import Scan

extension ScanReport {
  /// A summary in Markdown: the account, what was looked for, the foremost detected records, errors and skips.
  ///
  /// - Parameter limit: how many detected records are listed.
  public func markdown(limit: Int = 50) throws(ReportsError) -> String {
    var text = "# Scan results\n\n"
    for line in opening { text += Self.plain(line) + "\n\n" }
    text += Self.table(
      ["seen", "scanned", "skipped", "failed", "flagged", "insufficient"],
      [
        [
          counts.seen, counts.scanned, counts.skipped, counts.failed, counts.flagged,
          outcomes[.insufficient] ?? 0,
        ].map {
          Shown.count($0)
        }
      ])
    text += "\n## What was looked for\n\n"
    text += Self.table(
      ["mark", "results", "detected", "insufficient", "mean power"],
      zip(targets, targetTotals).map { target, totals in
        [
          Self.plain(target.name), Shown.count(totals.tests), Shown.count(totals.detected),
          Shown.count(totals.insufficient), totals.meanPower.map { Shown.decimal($0, 2) } ?? "not stated",
        ]
      })
    let flagged = try flaggedRecords(limit)
    text += "\n## Detected\n\n"
    if flagged.isEmpty {
      text += "Nothing was detected.\n"
    } else {
      text += Self.table(
        ["id", "source", "mark", "p", "corrected p", "false discovery rate"],
        flagged.compactMap { record in
          guard let best = record.best else { return nil }
          return [
            Self.plain(record.id), record.id == record.source ? "" : Self.plain(record.source),
            Self.plain(targets[best.target].name),
            Self.power(best.log10P), Self.power(best.adjustedLog10P), Self.power(best.log10Q),
          ]
        })
      let count = outcomes[.detected] ?? 0
      if count > flagged.count {
        text += "\nThe foremost \(flagged.count) of \(Shown.count(count)); the CSV has all.\n"
      }
    }
    if !problems.isEmpty {
      text += "\n## Not examined\n\n"
      text += Self.table(
        ["outcome", "code", "times", "what to do"],
        problems.map {
          [
            $0.isSkipped ? "skipped" : "failed", Self.plain($0.code), Shown.count($0.count),
            Self.plain($0.hint),
          ]
        })
    }
    text += "\n## Limits\n\n"
    for limit in Self.limits { text += "* " + Self.plain(limit) + "\n" }
    return text
  }

  /// The records that a page shows first, read once more.
  func flaggedRecords(_ limit: Int) throws(ReportsError) -> [ScanRecord] {
    let wanted = foremost(limit) { $0.outcome == 0 }
    guard !wanted.isEmpty else { return [] }
    let places = Dictionary(uniqueKeysWithValues: wanted.enumerated().map { ($0.element, $0.offset) })
    var found = [ScanRecord?](repeating: nil, count: wanted.count)
    try forEachRecord { record throws(ReportsError) in
      if let place = places[record.index] { found[place] = record }
    }
    return found.compactMap { $0 }
  }

  private static func table(_ head: [String], _ rows: [[String]]) -> String {
    ([head, head.map { _ in "---" }] + rows).map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
  }

  /// A text that Markdown takes for nothing but text.
  static func plain(_ text: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in printableText(text).unicodeScalars {
      switch scalar {
      case "<": out.append(contentsOf: "&lt;".unicodeScalars)
      case ">": out.append(contentsOf: "&gt;".unicodeScalars)
      case "&": out.append(contentsOf: "&amp;".unicodeScalars)
      case "|", "\\", "`", "*", "_", "[", "]", "#", "~", "!": out.append(contentsOf: ["\\", scalar])
      default: out.append(scalar)
      }
    }
    return String(out)
  }
}
