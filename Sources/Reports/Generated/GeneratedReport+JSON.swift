import BiasMetrics
import Scan
import Tabular

extension GeneratedReport {
  /// The audit as one JSON object, in an order that never changes.
  ///
  /// - Parameter problems: rows that could not be read.
  public func json(problems: [RowProblem] = []) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { json in
      json.string("tool", "countermark")
      json.string("version", version)
      json.integer("schema", 1)
      json.string("kind", result.kind)
      json.object("rows") { rows in
        rows.integer("read", result.rowsRead)
        rows.integer("analysed", result.rowsAnalysed)
        rows.array("excluded") { list in
          for entry in result.excluded {
            list.object {
              $0.string("reason", entry.name)
              $0.integer("rows", entry.value)
            }
          }
        }
      }
      json.object("settings") {
        for setting in result.settings { $0.string(named: setting.name, setting.value) }
      }
      json.array("sections") { list in
        for section in result.sections {
          list.object { part in
            part.string("id", section.id)
            part.string("title", section.title)
            part.string("explanation", section.explanation)
            part.array("figures") { for figure in section.figures { Self.write(figure, to: &$0) } }
            part.array("notes") { for note in section.notes { $0.string(nil, note) } }
          }
        }
      }
      json.array("notes") { for note in result.notes { $0.string(nil, note) } }
      json.array("problems") { list in
        for problem in problems {
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

  private static func write(_ figure: GeneratedFigure, to list: inout JSONWriter) {
    list.object { json in
      json.string("measure", figure.measure)
      json.object("subject") { for tag in figure.subject { $0.string(named: tag.name, tag.value) } }
      if !figure.versus.isEmpty {
        json.object("versus") { for tag in figure.versus { $0.string(named: tag.name, tag.value) } }
      }
      json.number("value", figure.value ?? .nan)
      if let ideal = figure.ideal { json.number("ideal", ideal) }
      if let interval = figure.interval {
        json.array("interval") {
          $0.number(nil, interval.lower)
          $0.number(nil, interval.upper)
        }
        json.number("level", figure.level)
        json.string("method", figure.method)
      }
      if let floor = figure.noiseFloor { json.number("noise_floor", floor) }
      if let p = figure.p { json.number("p_value", p) }
      if let p = figure.adjustedP { json.number("adjusted_p_value", p) }
      if let test = figure.test { json.string("test", test) }
      json.object("counts") {
        for count in figure.counts { $0.integer(named: count.name, count.value) }
      }
      if let verdict = figure.verdict { json.string("verdict", verdict.rawValue) }
      if let reason = figure.reason { json.string("reason", reason) }
    }
  }
}
