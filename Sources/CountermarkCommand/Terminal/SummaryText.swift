import Scan

/// The last lines of a run for a person: what was looked for, what was found, and what chance alone would give.
struct SummaryText {
  let style: Style

  func text(_ summary: ScanSummary, plan: TextScanPlan) -> String {
    let tally = summary.tally
    var out =
      "\n" + style("1", "\(tally.seen) records seen")
      + ": \(tally.scanned) scanned, \(tally.skipped) skipped, "
    out += "\(tally.failed) failed\n"
    out += "looked for:\n"
    for (index, target) in plan.targets.enumerated() {
      let profile = target.detector.profile
      out += "  \(printable(profile.name)) (\(profile.scheme.rawValue)) under key \(target.detector.keyID): "
      out += "\(tally.detectedByProfile[index]) detected\n"
    }
    let flagged = "\(tally.flagged) flagged"
    out += (tally.flagged > 0 ? style("1;31", flagged) : flagged)
    out += "; by chance alone \(shortNumber(summary.expectedFalsePositives)) would be "
    out += "(\(plan.rule.alpha) a record over \(plan.rule.testsPerRecord) tests)\n"
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
