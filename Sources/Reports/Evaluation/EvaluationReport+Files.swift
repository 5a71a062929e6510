import Evaluation
import Scan

extension EvaluationReport {
  /// All figures as one JSON object, in an order that never changes.
  public func json() -> [UInt8] {
    var writer = JSONWriter()
    writer.object { json in
      json.string("tool", "countermark")
      json.string("version", version)
      json.integer("schema", 1)
      json.object("settings") { for setting in settings { $0.string(named: setting.name, setting.value) } }
      json.integer("prompts", result.prompts)
      json.integer("seeds", result.seeds)
      json.integer("tokens_written", result.tokensWritten)
      json.array("quality") { for row in result.quality { Self.write(row, to: &$0) } }
      json.array("null") { list in
        for row in result.null {
          list.object {
            Self.write(row.strength, to: &$0)
            $0.integer("texts", row.texts)
            $0.integer("keys_per_text", row.keysPerText)
            $0.number("uniformity_p", row.uniformity)
            $0.number("uniformity_p_of_key", row.uniformityOfKey)
            $0.number("smallest_log10_p", row.smallestLog10P)
          }
        }
      }
      json.array("power") { for row in result.power { Self.write(row, to: &$0) } }
      json.array("attacks") { for row in result.attacks { Self.write(row, to: &$0) } }
      json.array("failures") { list in
        for failure in result.failures {
          list.object {
            $0.string("prompt", failure.prompt)
            $0.integer("seed", Int(truncatingIfNeeded: failure.seed))
            $0.string("message", failure.message)
            $0.string("hint", failure.hint)
          }
        }
      }
    }
    return writer.bytes + [0x0a]
  }

  private static func write(_ strength: EvaluationPlan.Strength, to json: inout JSONWriter) {
    json.number("greenlist_ratio", strength.ratio)
    json.number("bias", strength.bias)
  }

  private static func write(_ row: EvaluationResult.QualityRow, to json: inout JSONWriter) {
    json.object { json in
      json.bool("marked", row.strength != nil)
      if let strength = row.strength { write(strength, to: &json) }
      json.integer("texts", row.texts)
      json.number("mean_tokens", row.meanTokens)
      json.number("perplexity", row.perplexity)
      if let ratio = row.perplexityRatio {
        json.object("perplexity_ratio") { json in
          json.number("value", ratio.value)
          json.array("interval") {
            $0.number(nil, ratio.lower)
            $0.number(nil, ratio.upper)
          }
        }
      }
      json.number("repetition_4", row.repetition)
      json.array("distinct") { for share in row.distinct { $0.number(nil, share) } }
      json.number("mean_entropy", row.meanEntropy)
      json.number("mean_spike_entropy", row.meanSpikeEntropy)
      json.number("mean_divergence", row.meanDivergence)
    }
  }

  private static func write(_ name: StaticString, _ power: EvaluationResult.Power, to json: inout JSONWriter)
  {
    json.object(name) { json in
      json.integer("found", power.found)
      json.integer("texts", power.texts)
      json.array("interval") {
        $0.number(nil, power.interval.lower)
        $0.number(nil, power.interval.upper)
      }
    }
  }

  private static func write(_ row: EvaluationResult.PowerRow, to json: inout JSONWriter) {
    json.object { json in
      write(row.strength, to: &json)
      json.integer("tokens", row.length)
      json.string("weighting", row.weighting.name)
      json.number("false_positive_rate", row.falsePositiveRate)
      write("power", row.power, to: &json)
      json.number("median_log10_p", row.medianLog10P)
      if let least = row.leastPower { json.number("theory_least", least) }
      if let greatest = row.greatestPower { json.number("theory_greatest", greatest) }
    }
  }

  private static func write(_ row: EvaluationResult.AttackRow, to json: inout JSONWriter) {
    json.object { json in
      json.string("attack", row.attack.kind.rawValue)
      if row.attack.kind.hasStrength { json.number("attack_strength", row.attack.strength) }
      json.bool("repaired", row.isRepaired)
      write(row.strength, to: &json)
      json.number("false_positive_rate", row.falsePositiveRate)
      write("whole", row.whole, to: &json)
      write("window", row.window, to: &json)
      json.number("median_log10_p", row.medianLog10P)
      json.number("mean_scored", row.meanScored)
    }
  }

  /// Power by length and by edit as one table of comma-separated values.
  public func csv() -> String {
    var text =
      "attack,repaired,greenlist_ratio,bias,tokens,weighting,false_positive_rate,found,texts,lower,upper,median_log10_p,theory_least,theory_greatest\n"
    func line(_ cells: [String]) { text += cells.joined(separator: ",") + "\n" }
    func cells(_ power: EvaluationResult.Power) -> [String] {
      ["\(power.found)", "\(power.texts)", "\(power.interval.lower)", "\(power.interval.upper)"]
    }
    func cell(_ value: Double?) -> String { value.map { $0.isFinite ? "\($0)" : "" } ?? "" }
    for row in result.power {
      line(
        ["", "", "\(row.strength.ratio)", "\(row.strength.bias)", "\(row.length)", row.weighting.name]
          + ["\(row.falsePositiveRate)"] + cells(row.power)
          + [cell(row.medianLog10P), cell(row.leastPower), cell(row.greatestPower)])
    }
    for row in result.attacks {
      for (name, power) in [("plain", row.whole), ("window", row.window)] {
        line(
          ["\(row.attack)", "\(row.isRepaired)", "\(row.strength.ratio)", "\(row.strength.bias)", "", name]
            + ["\(row.falsePositiveRate)"] + cells(power)
            + [name == "plain" ? cell(row.medianLog10P) : "", "", ""])
      }
    }
    return text
  }
}
