import Evaluation

extension EvaluationReport {
  /// Tables for a terminal.
  public func text() -> String {
    var text = ""
    for setting in settings { text += "\(printableText(setting.name)): \(printableText(setting.value))\n" }
    text +=
      "\(result.prompts) prompts × \(result.seeds) seeds; \(Shown.count(result.tokensWritten)) tokens written\n"
    text += qualityText() + nullText() + powerText() + attackText()
    for failure in result.failures {
      text +=
        "not written: prompt \(printableText(failure.prompt)), seed \(failure.seed): \(failure.message)\n"
    }
    return text
  }

  private func qualityText() -> String {
    var text =
      "\nThe price\n  perplexity under the same model, unmarked, at temperature 1; repetition: 4-grams seen before; distinct: new 1-, 2-, 3-grams\n"
    for row in result.quality {
      text +=
        "  \(row.strength.map(Self.name) ?? "unmarked twins"): \(row.texts) texts of \(Shown.decimal(row.meanTokens, 0)) tokens"
      text += ", perplexity \(Shown.decimal(row.perplexity, 2))"
      if let ratio = row.perplexityRatio {
        text +=
          " (× \(Shown.decimal(ratio.value, 3)), \(Shown.decimal(ratio.lower, 3)) to \(Shown.decimal(ratio.upper, 3)))"
      }
      text += ", repetition \(Shown.percent(row.repetition)), distinct "
      text += row.distinct.map { Shown.decimal($0, 2) }.joined(separator: "/")
      text += ", entropy \(Shown.decimal(row.meanEntropy, 2)) nats a step"
      if row.strength != nil {
        text += ", evidence at most \(Shown.decimal(row.meanDivergence, 3)) nats a step"
      }
      text += "\n"
    }
    return text
  }

  private func nullText() -> String {
    var text = "\nUnmarked twins: are p-values uniform?\n"
    for row in result.null {
      text +=
        "  \(Self.name(row.strength)): \(row.texts) texts, each under \(row.keysPerText) keys of its own: p \(Shown.pValue(row.uniformity))"
      text +=
        "; under the profile's key: p \(Shown.pValue(row.uniformityOfKey)), smallest log10 p \(Shown.decimal(row.smallestLog10P, 2))\n"
    }
    return text
  }

  private func powerText() -> String {
    var text = "\nThe power: texts in which the mark is found\n"
    for strength in strengths {
      for rate in rates {
        text += "  \(Self.name(strength)), false positives \(Self.name(rate: rate))\n"
        for row in result.power
        where row.strength == strength && row.falsePositiveRate == rate && row.weighting == .plain {
          let others = result.power.filter {
            $0.strength == strength && $0.falsePositiveRate == rate && $0.length == row.length
              && $0.weighting != .plain
          }
          text += "    \(row.length) tokens: \(Self.share(row.power))"
          text += others.map { ", \($0.weighting.name) \(Self.share($0.power))" }.joined()
          if let least = row.leastPower, let greatest = row.greatestPower {
            text += "; theory \(Shown.percent(least)) to \(Shown.percent(greatest))"
          }
          text += "\n"
        }
      }
    }
    return text
  }

  private func attackText() -> String {
    guard !result.attacks.isEmpty, !rates.isEmpty else { return "" }
    // One rate on the terminal; all are in the files.
    let rate = rates[rates.count / 2]
    var text =
      "\nAfter edits, at a rate of false positives of \(Self.name(rate: rate)): found in all of the text, in the best window\n"
    for strength in strengths {
      text += "  \(Self.name(strength))\n"
      for row in result.attacks where row.strength == strength && row.falsePositiveRate == rate {
        text +=
          "    \(row.attack)\(row.isRepaired ? ", repaired" : ""): \(Self.share(row.whole)), \(Self.share(row.window))"
        text += "; median log10 p \(Shown.decimal(row.medianLog10P, 1))\n"
      }
    }
    return text
  }
}
