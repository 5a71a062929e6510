import Tabular

/// A whole run over texts and pictures: from inputs to lines of results, in order.
public struct ScanRun: Sendable {
  /// What is looked for.
  public var plan: ScanPlan
  /// Where records have their parts.
  public var fields = RecordFields()
  /// How much of an input is looked at.
  public var limits = InputLimits()
  /// The number of workers.
  public var workers = 1

  /// Makes a run.
  public init(plan: ScanPlan) { self.plan = plan }

  /// The results of one chunk.
  public struct Batch: Sendable {
    /// The lines, in the order of the records and, within one, of the targets.
    public var lines: [ScanLine] = []
    /// The counts of this chunk.
    public var tally: ScanTally
    /// The lines as JSON, if the run was asked for it.
    public var json: [UInt8] = []
  }

  /// One worker's memory.
  final class Worker: @unchecked Sendable {
    let scanner: TextScanner
    var extractor: RecordExtractor
    var json = JSONWriter()

    init(run: ScanRun) {
      scanner = TextScanner(plan: run.plan.text, workers: run.workers)
      extractor = RecordExtractor(fields: run.fields)
    }
  }

  /// Reads all inputs and hands out the results of each chunk in order.
  ///
  /// - Parameters:
  ///   - writesJSON: whether batches carry their JSON, which is then made by the workers.
  ///   - emit: takes a batch; throwing ends the run.
  /// - Returns: the counts of the whole run. After an interruption they are those of what was emitted.
  public func execute(
    _ sources: [InputSource], writesJSON: Bool, emit: (Batch) throws(ScanError) -> Void
  ) async throws(ScanError) -> ScanTally {
    let reader = RecordReader(sources, limits: limits)
    var total = ScanTally(profiles: plan.targetCount)
    try await OrderedPipeline.run(
      workers: workers, makeScratch: { Worker(run: self) }, next: reader.next,
      process: { chunk, worker in process(chunk, worker: worker, writesJSON: writesJSON) },
      emit: { batch throws(ScanError) in
        total.add(batch.tally)
        try emit(batch)
      })
    return total
  }

  private func process(_ chunk: RecordChunk, worker: Worker, writesJSON: Bool) -> Batch {
    var batch = Batch(tally: ScanTally(profiles: plan.targetCount))
    switch chunk.content {
    case .problem(let line): add(line, to: &batch)
    case .image(let bytes):
      ImageScanner(plan: plan.images).examine(
        bytes, source: chunk.source, firstCount: plan.text.targets.count, into: &batch.lines,
        tally: &batch.tally)
    case .text(let text): examineText(text, source: chunk.source, worker: worker, batch: &batch)
    case .lines(let bytes, let firstLine, let offset):
      bytes.withUnsafeBufferPointer { bytes in
        examineLines(
          bytes, firstLine: firstLine, offset: offset, source: chunk.source, worker: worker, batch: &batch)
      }
    }
    if writesJSON {
      worker.json.removeAll()
      for line in batch.lines { line.write(to: &worker.json) }
      batch.json = worker.json.bytes
    }
    return batch
  }

  private func add(_ line: ErrorLine, to batch: inout Batch) {
    batch.lines.append(.error(line))
    batch.tally.seen += 1
    switch line.outcome {
    case .failed: batch.tally.failed += 1
    case .skipped: batch.tally.skipped += 1
    }
  }

  private func examineText(_ text: [UInt8], source: String, worker: Worker, batch: inout Batch) {
    do {
      try text.withUnsafeBufferPointer { bytes throws(TabularError) in try UTF8Check.check(bytes) }
    } catch {
      add(
        ErrorLine(
          outcome: .failed, source: source, offset: error.offset, code: error.code.rawValue,
          message: error.message,
          hint: error.hint), to: &batch)
      return
    }
    var record = TextRecord(id: source, source: source)
    record.text = text
    worker.scanner.examine(record, into: &batch.lines, tally: &batch.tally)
  }

  private func examineLines(
    _ bytes: UnsafeBufferPointer<UInt8>, firstLine: Int, offset: Int, source: String, worker: Worker,
    batch: inout Batch
  ) {
    var start = 0
    var number = firstLine
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
      let line = UnsafeBufferPointer(rebasing: bytes[start..<end])
      if line.count > limits.lineBytes {
        add(
          ErrorLine(
            outcome: .skipped, source: source, record: number, offset: offset + start, code: "line-too-long",
            message: "the line is longer than \(limits.lineBytes) bytes",
            hint: "cut the record up, or raise --line-limit"), to: &batch)
      } else if line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0d }) {
        switch worker.extractor.record(line, source: source, number: number, offset: offset + start) {
        case .success(let record): worker.scanner.examine(record, into: &batch.lines, tally: &batch.tally)
        case .failure(let error): add(error, to: &batch)
        }
      }
      start = end + 1
      number += 1
    }
  }
}
