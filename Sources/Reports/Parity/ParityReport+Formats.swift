import BiasMetrics
import Scan
import Statistics

extension ParityReport {
  /// The comparison for a terminal.
  public func text() -> String {
    var text = "\(rowsRead) rows read"
    if failedRows > 0 { text += "; \(failedRows) could not be read" }
    text += "\n\(printableText(planWords))\n"
    for section in sections {
      text += "\n\(printableText(section.heading))\n  \(printableText(section.words))\n"
      for row in section.rows {
        let cells = zip(section.columns.dropFirst(), row.dropFirst()).map { "\($0) \($1)" }
        text += "  \(printableText(row[0])): \(printableText(cells.joined(separator: "; ")))\n"
      }
    }
    return text
  }

  /// One line a row of each table.
  public func csv() -> String {
    func quoted(_ text: String) -> String {
      text.contains { $0 == "," || $0 == "\"" || $0.isNewline }
        ? "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
          + "\"" : text
    }
    var text = ""
    for section in sections {
      text += (["table"] + section.columns).map(quoted).joined(separator: ",") + "\n"
      for row in section.rows { text += ([section.heading] + row).map(quoted).joined(separator: ",") + "\n" }
    }
    return text
  }

  /// The comparison as one self-contained page.
  public func html() -> String {
    var page = Markup()
    page.doctype()
    page.element(.html, [.language("en")]) { html in
      html.element(.head) { head in
        head.element(.meta, [.characters("utf-8")])
        head.element(.meta, [.named("viewport"), .content("width=device-width,initial-scale=1")])
        head.element(.title, "Comparison of groups")
        head.styleSheet(Palette.sheet + PageStyle.sheet)
      }
      html.element(.body) { body in
        body.element(.header) { header in
          header.element(.h1, "Comparison of groups")
          header.element(.p, "\(rowsRead) rows read; \(planWords). Made by countermark \(version).")
        }
        body.element(.main) { main in
          for section in sections {
            main.element(.h2, section.heading)
            main.element(.p, section.words)
            main.element(.div, [.style("scroll"), .focusable()]) {
              $0.element(.table) { Self.write(section, to: &$0) }
            }
          }
        }
        body.element(.footer) { footer in
          footer.element(.h2, "Made of")
          footer.element(.ul) { list in
            for input in manifest.inputs {
              list.element(
                .li,
                "\(input.path): \(input.bytes.map { "\($0) bytes, " } ?? "")\(input.sha256.map { "SHA-256 \($0)" } ?? "a stream")"
              )
            }
            list.element(.li, "arguments: " + manifest.arguments.joined(separator: " "))
          }
        }
      }
    }
    return page.text
  }

  private static func write(_ section: Section, to table: inout Markup) {
    table.element(.caption, section.heading)
    table.element(.thead) { head in
      head.element(.tr) { row in for name in section.columns { row.element(.th, [.scope("col")], name) } }
    }
    table.element(.tbody) { body in
      for cells in section.rows {
        body.element(.tr) { row in
          for (place, cell) in cells.enumerated() {
            if place == 0 { row.element(.th, [.scope("row")], cell) } else { row.element(.td, cell) }
          }
        }
      }
    }
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
    json.array("disparities") { list in
      for entry in parity.disparities {
        list.object { row in
          row.string("metric", entry.metric.rawValue)
          strings("attributes", entry.attributes, to: &row)
          row.number("value", entry.difference)
          row.number("ratio", entry.ratio)
          interval("interval", entry.interval, to: &row)
          if let p = entry.adjustedP { row.number("adjusted_p_value", p) }
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
    json.array("attributes") { list in
      for attribute in parity.attributes {
        list.object { entry in
          entry.string("name", attribute.name)
          entry.number("exposure_ratio", attribute.exposureRatio)
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
