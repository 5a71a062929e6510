import FoundationEssentials
import Randomness
import Scan
import Tabular
import TextWatermark

/// Runs `scan` and `detect`: inputs, results in the wanted form, exit status.
struct ScanRunner {
  var plan: ScanPlan
  var output: OutputOptions
  var workers: Int?
  var fields = RecordFields()
  var limits = InputLimits()
  var onlyRecord: String?
  /// Where the map of a single picture goes.
  var mapFile: String?

  func run(_ inputs: [String]) async throws {
    let explains = plan.text.explains
    let showsTable = output.showsTable || (explains && !output.json && output.output == nil)
    var run = ScanRun(plan: plan)
    run.fields = fields
    run.limits = limits
    run.workers = workers ?? max(1, ProcessInfo.processInfo.activeProcessorCount)
    Interruption.install()
    let sources = InputDiscovery.sources(for: inputs)
    let summary: ScanSummary
    do {
      summary =
        showsTable ? try await showTable(run, sources) : try await writeJSON(run, sources)
    } catch let error as ScanError {
      // Whoever reads has seen enough: no complaint, and what was flagged does not matter any more.
      if error.code == .brokenPipe { throw ExitStatus.done }
      throw CommandError(
        status: .internalError, code: error.code.rawValue, message: error.message, hint: error.hint)
    }
    if summary.isInterrupted { throw ExitStatus.interrupted }
    var statuses: [ExitStatus] = []
    if summary.tally.failed + summary.tally.skipped > 0 { statuses.append(.incomplete) }
    if summary.tally.flagged > 0, !output.exitZero { statuses.append(.flagged) }
    throw ExitStatus.worst(statuses)
  }

  private func writeJSON(_ run: ScanRun, _ sources: [InputSource]) async throws -> ScanSummary {
    let sink: OutputSink
    if let path = output.output {
      sink = try OutputSink(file: path)
    } else {
      sink = OutputSink(descriptor: 1)
    }
    var digest = ContentDigest()
    var json = JSONWriter()
    RunHeader(version: CountermarkTool.version, plan: run.plan).write(to: &json)
    digest.update(json.bytes)
    try sink.write(json.bytes)
    var progress = Progress(isOn: !output.noProgress)
    var shown = ScanTally(profiles: run.plan.targetCount)
    let tally = try await run.execute(sources, writesJSON: true) { batch throws(ScanError) in
      try drawMap(batch.lines)
      digest.update(batch.json)
      try sink.write(batch.json)
      shown.add(batch.tally)
      progress.update(shown)
    }
    progress.finish()
    let summary = ScanSummary(
      tally: tally, plan: run.plan, digest: digest.text(), isInterrupted: Interruption.isRequested)
    json.removeAll()
    summary.write(to: &json)
    try sink.write(json.bytes)
    // An interrupted file keeps the name that says it is not complete.
    if summary.isInterrupted { try sink.flush() } else { try sink.commit() }
    return summary
  }

  private func showTable(_ run: ScanRun, _ sources: [InputSource]) async throws -> ScanSummary {
    let sink = OutputSink(descriptor: 1)
    let style = Style(isOn: output.color.isOn(terminal: Terminal.outputIsTerminal))
    let rows = ResultRows(
      style: style, width: Terminal.width, profiles: run.plan.text.targets.map { $0.detector.profile.name })
    let explanation = ExplanationText(style: style)
    if !plan.text.explains { try sink.write(Array(rows.header.utf8)) }
    var progress = Progress(isOn: !output.noProgress && !Terminal.outputIsTerminal)
    var shown = ScanTally(profiles: run.plan.targetCount)
    let tally = try await run.execute(sources, writesJSON: false) { batch throws(ScanError) in
      try drawMap(batch.lines)
      for line in batch.lines {
        if output.onlyFlagged, case .result(let result) = line, result.verdict != .detected { continue }
        if output.onlyFlagged, case .image(let result) = line, result.verdict != .detected { continue }
        if plan.text.explains, case .result(let result) = line {
          if let onlyRecord, onlyRecord != result.id { continue }
          try sink.write(Array(explanation.text(result, rule: run.plan.text.rule).utf8))
        } else {
          try sink.write(Array(rows.row(line).utf8))
        }
      }
      if Terminal.outputIsTerminal { try sink.flush() }
      shown.add(batch.tally)
      progress.update(shown)
    }
    progress.finish()
    let summary = ScanSummary(
      tally: tally, plan: run.plan, digest: "", isInterrupted: Interruption.isRequested)
    try sink.write(Array(SummaryText(style: style).text(summary, plan: run.plan).utf8))
    try sink.commit()
    return summary
  }
}

extension DetectionOptions {
  /// Where records have their parts.
  func fields() throws -> RecordFields {
    var fields = RecordFields()
    if let textField { fields.text = [try path(textField)] }
    if let idsField { fields.ids = [try path(idsField)] }
    if let idField { fields.id = [try path(idField)] }
    if let promptIDsField { fields.promptIDs = try path(promptIDsField) }
    return fields
  }

  private func path(_ text: String) throws -> FieldPath {
    do {
      return try FieldPath(text)
    } catch {
      throw CommandError(status: .usage, code: error.code.rawValue, message: error.message, hint: error.hint)
    }
  }
}
