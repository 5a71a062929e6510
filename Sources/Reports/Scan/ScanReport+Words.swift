import Scan

extension ScanReport {
  /// What all formats begin with: what is lacking, the account, and what chance alone would give.
  var opening: [String] {
    var lines: [String] = []
    if let incompleteness {
      lines.append(
        "INCOMPLETE. \(incompleteness). Everything below is about what could be read, and nothing of it about the whole run."
      )
    }
    let flagged = outcomes[.detected] ?? 0
    lines.append(
      "\(Shown.count(counts.seen)) records \(incompleteness == nil ? "seen" : "could be read"): \(Shown.count(counts.scanned)) scanned, \(Shown.count(counts.skipped)) skipped, \(Shown.count(counts.failed)) failed. A mark was detected in \(Shown.count(flagged))."
    )
    lines.append(
      "If no record were marked, at most \(Self.expected(expectedFalsePositives)) would be flagged by chance. Over all \(Shown.count(tests)) results, \(Shown.count(discoveries)) are discoveries at a false discovery rate of 5 % (Benjamini and Hochberg)."
    )
    return lines
  }

  /// A number of records that chance gives.
  static func expected(_ count: Double) -> String {
    count >= 0.1 ? Shown.decimal(count, 1) : count >= 0.001 ? Shown.decimal(count, 4) : Shown.pValue(count)
  }

  /// What no scan shows.
  static let limits = [
    "Who or what made a text or a picture. A verdict says whether a mark of a scheme is there under a key; marks can be copied onto other content, and keys can leak.",
    "That nothing is marked. “Not detected” is not “unmarked”: another key, another scheme, a thinner mark or an edit would not be seen. The power says how likely a mark of usual strength would have been found.",
    "Anything of records that failed, were skipped, or had too little for a verdict (“insufficient”). They are counted and listed, and none of them is clean.",
    "That every discovery is true. The corrected p bounds the chance of flagging one unmarked record; the false discovery rate is an average over runs like this one, for independent or positively dependent tests.",
  ]

  /// A few lines for a terminal.
  public func text() -> String {
    var text = opening.joined(separator: "\n") + "\n"
    for (target, totals) in zip(targets, targetTotals) {
      text +=
        "  \(printableText(target.name)): \(Shown.count(totals.detected)) of \(Shown.count(totals.tests)) detected"
      if let power = totals.meanPower { text += ", mean power \(Shown.decimal(power, 2))" }
      text += "\n"
    }
    for problem in problems {
      text +=
        "  \(problem.isSkipped ? "skipped" : "failed"), \(printableText(problem.code)): \(Shown.count(problem.count)); \(printableText(problem.hint))\n"
    }
    return text
  }
}
