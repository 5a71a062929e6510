import BiasMetrics
import Scan
import Statistics

extension AuditReport {
  /// The audit as one JSON object, in an order that never changes.
  public func json() -> [UInt8] {
    var writer = JSONWriter()
    writer.object { json in
      json.string("tool", "countermark")
      json.string("version", version)
      json.integer("schema", 1)
      json.object("rows") { rows in
        rows.integer("read", cube.rows + cube.failedRows)
        rows.integer("analysed", table.cells.reduce(0) { $0 + $1.count })
        rows.array("excluded") { list in
          for entry in strata.first?.result.excluded ?? [] {
            list.object {
              $0.string("reason", entry.reason)
              $0.integer("rows", entry.rows)
            }
          }
        }
      }
      json.string("positive", table.positivePrediction)
      if strata.count == 1, strata[0].controls.isEmpty {
        Self.write(strata[0].result, to: &json)
      } else {
        json.array("strata") { list in
          for stratum in strata {
            list.object { part in
              part.object("controls") {
                for (name, value) in stratum.controls { $0.string(named: name, value) }
              }
              part.integer("rows", stratum.result.rowsAnalysed)
              Self.write(stratum.result, to: &part)
            }
          }
        }
      }
      let figures = conventionFigures()
      if convention != .strict {
        json.string("convention", convention.rawValue)
        json.object("convention_figures") { for (name, value) in figures { $0.number(named: name, value) } }
      }
      json.array("problems") { list in
        for problem in cube.problems {
          list.object {
            $0.string("source", problem.source)
            $0.integer("line", problem.line)
            if let column = problem.column { $0.string("column", column) }
            $0.string("code", problem.error.code.rawValue)
            $0.string("message", problem.error.message)
            $0.string("hint", problem.error.hint)
          }
        }
      }
    }
    return writer.bytes + [0x0a]
  }

  private static func interval(_ name: StaticString, _ value: ConfidenceInterval?, to json: inout JSONWriter)
  {
    guard let value else { return }
    json.array(name) {
      $0.number(nil, value.lower)
      $0.number(nil, value.upper)
    }
  }

  private static func rate(_ rate: GroupRate, to json: inout JSONWriter) {
    json.number("value", rate.value)
    interval("interval", rate.interval, to: &json)
    json.number("numerator", rate.numerator)
    json.number("denominator", rate.denominator)
  }

  private static func write(_ result: AuditResult, to json: inout JSONWriter) {
    json.object("plan") { plan in
      plan.number("ratio_tolerance", result.plan.ratioTolerance)
      plan.number("difference_tolerance", result.plan.differenceTolerance)
      plan.number("alpha", result.plan.alpha)
      plan.integer("minimum_count", result.plan.minimumCount)
      plan.integer("family_size", result.familySize)
    }
    json.array("groups") { list in
      for group in result.groups {
        list.object { entry in
          entry.object("attributes") {
            for (name, value) in zip(group.attributes, group.values) { $0.string(named: name, value) }
          }
          entry.integer("n", group.rows)
          entry.number("effective_n", group.effectiveRows)
          for rate in group.rates {
            switch rate.metric {
            case .selectionRate: entry.object("selection_rate") { Self.rate(rate, to: &$0) }
            case .truePositiveRate: entry.object("true_positive_rate") { Self.rate(rate, to: &$0) }
            case .falsePositiveRate: entry.object("false_positive_rate") { Self.rate(rate, to: &$0) }
            default: break
            }
          }
        }
      }
    }
    json.array("disparities") { list in
      for d in result.disparities {
        list.object { entry in
          entry.string("metric", d.metric.disparityName)
          entry.array("attributes") { for name in d.attributes { $0.string(nil, name) } }
          entry.number("value", d.difference)
          interval("interval", d.differenceInterval, to: &entry)
          entry.number("ratio", d.ratio)
          interval("ratio_interval", d.ratioInterval, to: &entry)
          if let p = d.p { entry.number("p_value", p) }
          if let p = d.adjustedP { entry.number("adjusted_p_value", p) }
          entry.array("between") { pair in
            for values in [d.higher, d.lower] {
              pair.object { for (name, value) in zip(d.attributes, values) { $0.string(named: name, value) } }
            }
          }
          entry.string("verdict", d.verdict.rawValue)
          if let reason = d.reason { entry.string("reason", reason) }
        }
      }
    }
    json.array("ranges") { list in
      for range in result.ranges {
        list.object { entry in
          entry.string("metric", range.metric.rawValue)
          entry.array("attributes") { for name in range.attributes { $0.string(nil, name) } }
          entry.number("range", range.range)
          entry.number("ratio", range.ratio)
          entry.number("expected_range_by_chance", range.expectedByChance)
          if let test = range.test {
            entry.number("chi_square", test.statistic)
            entry.integer("degrees_of_freedom", test.degreesOfFreedom)
            entry.number("p_value", test.p)
          }
        }
      }
    }
    json.array("notes") { for note in result.notes { $0.string(nil, note) } }
  }
}
