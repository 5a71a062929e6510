import Randomness
import Tabular

/// Writes a run's results as JSON lines, and can leave off and go on at any record without a trace in the bytes.
public struct ResultStream {
  private let run: ScanRun
  private let sink: OutputSink
  private let checkpoints: CheckpointFile?
  /// Keeps other runs from the checkpoint.
  private var lock: AnyObject?
  private let header: String
  private var digest = ContentDigest()
  private var json = JSONWriter()
  /// The counts so far.
  public private(set) var tally: ScanTally
  private var discoveries = DiscoveryCount()
  /// Where reading goes on.
  public private(set) var position = ScanPosition()
  /// Whether an earlier run had written everything.
  public private(set) var wasComplete = false

  /// Begins, or goes on from a checkpoint.
  ///
  /// - Parameter output: the file; nil for standard output, which has no checkpoints.
  public init(
    header: RunHeader, output: String?, checkpoints: CheckpointFile? = nil, inventory: InputInventory? = nil
  ) throws(ScanError) {
    run = header.run
    tally = ScanTally(profiles: header.run.plan.targetCount)
    self.checkpoints = checkpoints
    header.write(to: &json)
    let line = json.bytes
    self.header = String(decoding: line.dropLast(), as: UTF8.self)
    if let output, let checkpoints, let inventory {
      lock = try checkpoints.lock()
      if let old = try checkpoints.read(header: self.header, inventory: inventory) {
        guard old.tally.detectedByProfile.count >= tally.detectedByProfile.count else {
          throw ScanError(
            code: .checkpointMismatch,
            message: "checkpoint \(checkpoints.path) lacks counts of some profiles",
            hint: "remove the checkpoint to start over")
        }
        (position, tally, wasComplete) = (old.position, old.tally, old.isComplete)
        if old.isComplete, Self.isFinished(output, old) {
          sink = OutputSink(descriptor: 1)
          checkpoints.remove()
          return
        }
        var seen = PastResults()
        sink = try OutputSink(resuming: output, after: old.outputBytes) { bytes throws(ScanError) in
          seen.add(bytes)
        }
        guard seen.digest.text() == old.outputDigest else {
          throw ScanError(
            code: .checkpointMismatch, message: "\(output).partial is not what its checkpoint says",
            hint: "remove the checkpoint to start over")
        }
        (digest, discoveries) = (seen.digest, seen.discoveries)
        if wasComplete {
          try sink.commit()
          checkpoints.remove()
        }
        return
      }
      lock = nil
      lock = try checkpoints.begin(inventory)
    }
    if let output { sink = try OutputSink(file: output) } else { sink = OutputSink(descriptor: 1) }
    digest.update(line)
    try sink.write(line)
  }

  /// Whether the file already has its final name: the last run ended between the renaming and the end.
  private static func isFinished(_ output: String, _ old: ScanCheckpoint) -> Bool {
    guard let status = InputDiscovery.status(of: PathName(output)), Int(status.st_size) == old.outputBytes,
      InputDiscovery.status(of: PathName(OutputName.behindLinks(output) + ".partial")) == nil
    else { return false }
    return true
  }

  /// Writes a batch.
  public mutating func write(_ batch: ScanRun.Batch) throws(ScanError) {
    for value in batch.log10PValues { discoveries.add(log10PValue: value) }
    digest.update(batch.json)
    try sink.write(batch.json)
    tally.add(batch.tally)
    position = batch.end
  }

  /// Makes everything written so far safe, and says so.
  public func checkpoint() throws(ScanError) { try save(isComplete: false) }

  private func save(isComplete: Bool) throws(ScanError) {
    guard let checkpoints else { return }
    try sink.sync()
    try checkpoints.write(
      ScanCheckpoint(
        header: header, position: position, tally: tally, outputBytes: sink.byteCount,
        outputDigest: digest.text(), isComplete: isComplete))
  }

  /// Hands what was written to the system.
  public func flush() throws(ScanError) { try sink.flush() }

  /// Writes the summary and ends the file.
  public mutating func finish(isInterrupted: Bool) throws(ScanError) -> ScanSummary {
    if isInterrupted { try save(isComplete: false) }
    let summary = ScanSummary(
      tally: tally, alpha: run.plan.text.rule.alpha, discoveries: discoveries, digest: digest.text(),
      isInterrupted: isInterrupted)
    json.removeAll()
    summary.write(to: &json)
    digest.update(json.bytes)
    try sink.write(json.bytes)
    // An interrupted file keeps the name that says it is not complete.
    guard !isInterrupted else {
      try sink.flush()
      return summary
    }
    try save(isComplete: true)
    try sink.commit()
    checkpoints?.remove()
    return summary
  }

  /// The summary of a run that an earlier call had finished.
  public var finishedSummary: ScanSummary {
    ScanSummary(
      tally: tally, alpha: run.plan.text.rule.alpha, discoveries: discoveries, digest: "",
      isInterrupted: false)
  }
}

/// What the results before a checkpoint add to the end of a run: their digest and their p-values.
struct PastResults {
  var digest = ContentDigest()
  var discoveries = DiscoveryCount()
  private var rest: [UInt8] = []
  private let scanner = JSONLineScanner(paths: ["type", "log10_p"].compactMap { try? FieldPath($0) })
  private var found: [JSONField?] = []

  mutating func add(_ bytes: [UInt8]) {
    digest.update(bytes)
    rest += bytes
    guard let last = rest.lastIndex(of: UInt8(ascii: "\n")) else { return }
    let whole = Array(rest[...last])
    rest.removeFirst(last + 1)
    whole.withUnsafeBufferPointer { lines in
      ByteLines.forEach(in: lines) { line, _ in
        guard (try? scanner.scan(line, into: &found)) != nil, found[0]?.label(in: line) == "result",
          let value = found[1]?.number(in: line)
        else { return }
        discoveries.add(log10PValue: value)
      }
    }
  }
}
