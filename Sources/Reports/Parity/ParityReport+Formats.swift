import BiasMetrics
import Scan
import Statistics

extension ParityReport {
  /// The comparison for a terminal.
  public func text() -> String {
    var text = "\(rowsRead) rows read"
    if failedRows > 0 { text += "; \(failedRows) could not be read" }
    text += "\n\(printableText(planWords))\n"
    for finding in findings {
      text += "\n\(finding.verdict?.rawValue ?? "not judged"): \(printableText(finding.heading))\n"
      for sentence in finding.sentences { text += "  \(printableText(sentence))\n" }
    }
    for section in sections {
      text += "\n\(printableText(section.heading))\n  \(printableText(section.words))\n"
      for row in section.rows {
        let cells = zip(section.columns.dropFirst(), row.dropFirst()).map { "\($0) \($1)" }
        text += "  \(printableText(row[0])): \(printableText(cells.joined(separator: "; ")))\n"
      }
    }
    return text
  }

  /// One line a row of each table; texts that a spreadsheet would take for formulas begin with an apostrophe.
  public func csv() -> String {
    var text = ""
    for section in sections {
      text += (["table"] + section.columns).map(csvCell).joined(separator: ",") + "\n"
      for row in section.rows { text += ([section.heading] + row).map(csvCell).joined(separator: ",") + "\n" }
    }
    return text
  }

  /// The comparison as one JSON object, in an order that never changes.
  public func json() -> [UInt8] {
    var writer = JSONWriter()
    writer.object { json in
      json.string("tool", "countermark")
      json.string("version", version)
      json.integer("schema", 1)
      json.string("kind", plan.kind.rawValue)
      json.object("rows") {
        $0.integer("read", rowsRead)
        $0.integer("failed", failedRows)
      }
      AuditReport.write(plan, declaredDigest: declaredDigest, to: &json)
      switch subject {
      case .numeric(let parity): Self.write(parity, to: &json)
      case .ranking(let parity): Self.write(parity, to: &json)
      }
    }
    return writer.bytes + [0x0a]
  }

  private static func strings(_ name: StaticString, _ texts: [String], to json: inout JSONWriter) {
    json.array(name) { for text in texts { $0.string(nil, text) } }
  }

  private static func interval(_ name: StaticString, _ value: ConfidenceInterval?, to json: inout JSONWriter)
  {
    guard let value else { return }
    json.array(name) {
      $0.number(nil, value.lower)
      $0.number(nil, value.upper)
    }
  }

  private static func write(_ parity: NumericParity, to json: inout JSONWriter) {
    json.array("groups") { list in
      for (attribute, groups) in parity.groups {
        for group in groups {
          list.object { row in
            row.object("attributes") { $0.string(named: attribute, group.values[0]) }
            row.integer("n", group.rows)
            row.integer("left_out", group.missing)
            for metric in NumericParity.Metric.allCases {
              row.number(named: metric.rawValue, group.figures[metric] ?? .nan)
            }
            interval("mean_residual_interval", group.residualInterval, to: &row)
          }
        }
      }
    }
    json.integer("family_size", parity.familySize)
    if let tolerance = parity.tolerance { json.number("tolerance", tolerance) }
    json.array("disparities") { list in
      for entry in parity.disparities {
        list.object { row in
          row.string("metric", entry.metric.rawValue)
          strings("attributes", entry.attributes, to: &row)
          row.number("value", entry.difference)
          row.number("ratio", entry.ratio)
          interval("interval", entry.interval, to: &row)
          if let p = entry.adjustedP { row.number("adjusted_p_value", p) }
          if let verdict = entry.verdict { row.string("verdict", verdict.rawValue) }
          if let reason = entry.reason { row.string("reason", reason) }
          strings("least", entry.lower, to: &row)
          strings("greatest", entry.higher, to: &row)
        }
      }
    }
    json.array("distances") { list in
      for pair in parity.distances {
        list.object { row in
          strings("attributes", pair.attributes, to: &row)
          strings("first", pair.first, to: &row)
          strings("second", pair.second, to: &row)
          row.number("wasserstein", pair.wasserstein)
        }
      }
    }
  }

  private static func write(_ parity: RankingParity, to json: inout JSONWriter) {
    json.integer("lists", parity.lists)
    json.integer("left_out", parity.missing)
    json.integer("permutations", parity.permutations)
    json.string("seed", String(parity.seed))
    json.number("ratio_tolerance", parity.ratioTolerance)
    json.integer("family_size", parity.familySize)
    json.array("attributes") { list in
      for attribute in parity.attributes {
        list.object { entry in
          entry.string("name", attribute.name)
          entry.number("exposure_ratio", attribute.exposureRatio)
          if attribute.interval != nil {
            interval("interval", attribute.interval, to: &entry)
            entry.number("level", parity.level)
          }
          entry.string("verdict", attribute.verdict.rawValue)
          if let reason = attribute.reason { entry.string("reason", reason) }
          strings("least", attribute.least, to: &entry)
          strings("greatest", attribute.greatest, to: &entry)
          entry.number("ndkl", attribute.ndkl)
          entry.array("groups") { rows in
            for group in attribute.groups {
              rows.object { row in
                strings("values", group.values, to: &row)
                row.integer("n", group.rows)
                row.number("share", group.share)
                row.number("exposure_share", group.exposureShare)
                row.number("mean_exposure", group.meanExposure)
                row.number("z", group.z)
                if let p = group.adjustedP { row.number("adjusted_p_value", p) }
              }
            }
          }
        }
      }
    }
  }
}
