import BiasMetrics
import Scan

extension AuditReport {
  /// The audit as one JSON object, in an order that never changes.
  public func json() -> [UInt8] {
    var writer = JSONWriter()
    writer.object { json in
      json.string("tool", "countermark")
      json.string("version", version)
      json.integer("schema", 1)
      json.object("rows") { rows in
        rows.integer("read", cube.rowsRead)
        rows.integer("analysed", table.cells.reduce(0) { $0 + $1.count })
        rows.array("excluded") { list in
          for entry in excluded {
            list.object {
              $0.string("reason", entry.reason)
              $0.integer("rows", entry.rows)
            }
          }
        }
      }
      if supplements.classes.isEmpty { json.string("positive", table.positivePrediction) }
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
      Self.write(stratified, to: &json)
      writeSupplements(to: &json)
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

  /// What was left out over all strata; rows that could not be read are of no stratum, and each of them names all.
  private var excluded: [(reason: String, rows: Int)] {
    var all: [(reason: String, rows: Int)] = []
    for stratum in strata {
      for entry in stratum.result.excluded {
        guard let place = all.firstIndex(where: { $0.reason == entry.reason }) else {
          all.append(entry)
          continue
        }
        if entry.reason != "row-error" { all[place].rows += entry.rows }
      }
    }
    return all
  }
}
