import FoundationEssentials
import Randomness
import Reports
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
  var preset: RecordPreset?
  var long: RunOptions?
  var reports: ReportOptions?
  var onlyRecord: String?
  /// Where the map of a single picture goes.
  var mapFile: String?

  func run(_ sources: [InputSource]) async throws {
    let explains = plan.text.explains
    let showsTable = output.showsTable || (explains && !output.json && output.output == nil)
    var run = ScanRun(plan: plan)
    run.fields = fields
    run.limits = limits
    run.workers = workers ?? max(1, ProcessInfo.processInfo.activeProcessorCount)
    run.meter = ReadMeter()
    run.shard = long?.shard.flatMap { ScanShard($0) }
    long?.bound(&run)
    Interruption.install()
    let summary: ScanSummary
    do {
      summary =
        showsTable ? try await showTable(run, sources) : try await writeJSON(run, sources)
      if !summary.isInterrupted, let reports, reports.isWanted, let results = output.output {
        try reports.write([results], evidence: ScanEvidenceReader(inputs: sources, plan: run.plan.text))
      }
    } catch let error as ScanError {
      throw Self.commandError(error)
    } catch let error as ReportsError {
      throw ReportOptions.commandError(error)
    }
    if summary.isInterrupted { throw ExitStatus.interrupted }
    throw Self.status(of: summary.tally, exitZero: output.exitZero)
  }

  /// How the command ends over some counts.
  static func status(of tally: ScanTally, exitZero: Bool) -> ExitStatus {
    var statuses: [ExitStatus] = []
    if tally.failed + tally.skipped > 0 { statuses.append(.incomplete) }
    if tally.flagged > 0, !exitZero { statuses.append(.flagged) }
    return ExitStatus.worst(statuses)
  }

  static func commandError(_ error: ScanError) -> any Error {
    // Whoever reads has seen enough: no complaint, and what was flagged does not matter any more.
    if error.code == .brokenPipe { return ExitStatus.done }
    let isUsage = [
      .checkpointMismatch, .damagedCheckpoint, .sameFile, .inUse, .partsDoNotFit, .unreadableResults,
      .damagedResults,
    ].contains(error.code)
    return CommandError(
      status: isUsage ? .usage : .internalError, code: error.code.rawValue, message: error.message,
      hint: error.hint)
  }

  private func writeJSON(_ run: ScanRun, _ sources: [InputSource]) async throws -> ScanSummary {
    let inventory = InputInventory(sources)
    let checkpoints = long?.checkpoint.map { CheckpointFile($0) }
    if checkpoints != nil, !inventory.isRepeatable {
      throw CommandError(
        status: .usage, code: "not-repeatable",
        message:
          "--checkpoint needs inputs that can be read again, and one of these is a pipe or standard input",
        hint: "write it to a file first")
    }
    let header = RunHeader(version: CountermarkTool.version, run: run, inventory: inventory, preset: preset)
    var stream = try ResultStream(
      header: header, output: output.output, checkpoints: checkpoints, inventory: inventory)
    if stream.wasComplete { return stream.finishedSummary }
    var progress = Progress(
      isOn: output.showsProgress, inventory: inventory, meter: run.meter, from: stream.position,
      after: stream.tally)
    var last = Progress.now()
    try await run.execute(sources, from: stream.position, writesJSON: true) { batch throws(ScanError) in
      try drawMap(batch.lines)
      try stream.write(batch)
      progress.update(stream.tally)
      if checkpoints != nil, Progress.now() - last >= long?.checkpointInterval ?? 2 {
        try stream.checkpoint()
        last = Progress.now()
      }
    }
    progress.finish()
    return try stream.finish(isInterrupted: Interruption.isRequested)
  }

  private func showTable(_ run: ScanRun, _ sources: [InputSource]) async throws -> ScanSummary {
    let sink = OutputSink(descriptor: 1)
    let style = Style(isOn: output.color.isOn(terminal: Terminal.outputIsTerminal))
    let rows = ResultRows(
      style: style, width: Terminal.width, profiles: run.plan.text.targets.map { $0.detector.profile.name })
    let explanation = ExplanationText(style: style)
    if !plan.text.explains { try sink.write(Array(rows.header.utf8)) }
    let inventory = InputInventory(sources)
    var progress = Progress(
      isOn: output.showsProgress && !Terminal.outputIsTerminal, inventory: inventory, meter: run.meter)
    var tally = ScanTally(profiles: run.plan.targetCount)
    var discoveries = DiscoveryCount()
    try await run.execute(sources, writesJSON: false) { batch throws(ScanError) in
      try drawMap(batch.lines)
      for line in batch.lines {
        if let value = line.log10PValue { discoveries.add(log10PValue: value) }
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
      tally.add(batch.tally)
      progress.update(tally)
    }
    progress.finish()
    let summary = ScanSummary(
      tally: tally, alpha: run.plan.text.rule.alpha, discoveries: discoveries, digest: "",
      isInterrupted: Interruption.isRequested)
    try sink.write(Array(SummaryText(style: style).text(summary, plan: run.plan).utf8))
    try sink.commit()
    return summary
  }
}

extension DetectionOptions {
  /// Where records have their parts.
  func fields(preset: RecordPreset? = nil) throws -> RecordFields {
    var fields = preset?.fields ?? RecordFields()
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
