import Scan

/// The last lines of a run for a person: what was looked for, what was found, and what chance alone would give.
struct SummaryText {
  let style: Style

  func text(_ summary: ScanSummary, plan: ScanPlan) -> String {
    let tally = summary.tally
    var out =
      "\n" + style("1", "\(tally.seen) records seen")
      + ": \(tally.scanned) scanned, \(tally.skipped) skipped, "
    out += "\(tally.failed) failed\n"
    out += "looked for:\n"
    for (index, name) in plan.targetNames.enumerated() {
      out += "  \(printable(name)): \(tally.detectedByProfile[index]) detected\n"
    }
    let flagged = "\(tally.flagged) flagged"
    out += (tally.flagged > 0 ? style("1;31", flagged) : flagged)
    out += "; by chance alone \(shortNumber(summary.expectedFalsePositives)) would be "
    var tests: [String] = []
    if !plan.text.targets.isEmpty { tests.append("\(plan.text.rule.testsPerRecord) tests") }
    if !plan.images.isEmpty { tests.append("\(plan.images.rule.testsPerRecord) readers of a picture") }
    out += "(\(plan.text.rule.alpha) a record over \(tests.joined(separator: ", ")))\n"
    if let found = summary.discoveries.result() {
      let count = "\(found.rejected) of \(summary.discoveries.tests) tests"
      out +=
        "at a false discovery rate of \(summary.discoveries.rate) over the whole run (Benjamini-Hochberg) \(count) "
      out += "would be kept: those with log10 p up to \(shortNumber(found.log10Threshold))\n"
    }
    if tally.insufficient > 0 {
      out +=
        "\(tally.insufficient) records were too short or too repetitive to tell: a mark of usual strength would more "
      out += "likely than not have been missed\n"
    }
    if tally.retokenized > 0 {
      out +=
        "\(tally.retokenized) records were read from text by tokenising it again; where ids were at hand, "
      out += "\(tally.differingTokens) tokens differed\n"
    }
    out +=
      style(
        "2",
        "Not detected is not unmarked: other schemes, keys or thinner marks would not be seen, nor lists drawn on a GPU."
      ) + "\n"
    return out
  }

  private func shortNumber(_ value: Double) -> String { "\(rounded(value, 3))" }
}
