import Kernels
import Raster
import Tabular
import TextWatermark

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
  /// The memory that pieces under way may take together, in bytes.
  ///
  /// As far as it can be told before: fewer are worked on at once where it does not allow more. One is worked on in any case;
  /// what a single one takes follows from ``limits``.
  public var workingBytes = Int.max
  /// Which records are this run's; nil for all of them.
  public var shard: ScanShard?
  /// Counts the bytes that are read of the inputs' files.
  public var meter: ReadMeter?

  /// Makes a run.
  public init(plan: ScanPlan) { self.plan = plan }

  /// The results of one chunk.
  public struct Batch: Sendable {
    /// The lines, in the order of the records and, within one, of the targets; where JSON was asked for, those of pictures only.
    public var lines: [ScanLine] = []
    /// log₁₀ p of each line that is a test, as it is written, in the same order; for runs that were asked for JSON.
    public var log10PValues: [Double] = []
    /// The counts of this chunk.
    public var tally: ScanTally
    /// The lines as JSON, if the run was asked for it.
    public var json: [UInt8] = []
    /// Where reading goes on after this chunk.
    public var end = ScanPosition()
  }

  /// One worker's memory.
  final class Worker: @unchecked Sendable {
    let scanner: TextScanner
    let fields: RecordFields
    var extractor: RecordExtractor
    var rows: RowExtractor?
    var records: [TextRecord] = []
    var errors: [ErrorLine] = []
    var json = JSONWriter()

    init(run: ScanRun, lists: [GreenListStore]) {
      scanner = TextScanner(plan: run.plan.text, sharing: lists)
      fields = run.fields
      extractor = RecordExtractor(fields: run.fields)
    }
  }

  /// Reads all inputs and hands out the results of each chunk in order.
  ///
  /// - Parameters:
  ///   - position: where to begin.
  ///   - writesJSON: whether batches carry their JSON, which is then made by the workers.
  ///   - emit: takes a batch; throwing ends the run.
  public func execute(
    _ sources: [InputSource], from position: ScanPosition = .init(), writesJSON: Bool,
    emit: (Batch) throws(ScanError) -> Void
  ) async throws(ScanError) {
    let lists = plan.text.listStores()
    let reader = RecordReader(sources, limits: limits, from: position, meter: meter, accepts: accepts)
    let pieces = ChunkSplitter(
      targets: plan.text.targets.count, readsTurns: fields.turns != nil, source: reader.next)
    try await OrderedPipeline.run(
      workers: min(workers, max(1, workingBytes / (2 * Self.leastWeight))), budget: workingBytes,
      weight: weight(of:), makeScratch: { Worker(run: self, lists: lists) }, next: pieces.next,
      process: { chunk, worker in process(chunk, worker: worker, writesJSON: writesJSON) }, emit: emit)
  }

  /// What a piece takes at least, a worker's own memory included.
  private static let leastWeight = 4 << 20
  /// The bytes that are taken for each byte of a record while it is examined.
  public static let bytesPerByte = 16
  /// The bytes that are taken for each pixel while marks are looked for.
  public static let bytesPerPixel = 40

  /// The memory that a piece is expected to take at most.
  private func weight(of chunk: RecordChunk) -> Int {
    switch chunk.content {
    case .problem: 0
    case .image(let bytes):
      max(
        Self.leastWeight,
        bytes.count + min(ImageFile.pixelCount(bytes) ?? 0, plan.images.limits.pixels) * Self.bytesPerPixel)
    case .text(let bytes): max(Self.leastWeight, bytes.count * Self.bytesPerByte)
    // A piece of many records is examined one by one; one that is longer than two blocks has a record that long.
    case .lines(let bytes, _, _), .rows(let bytes, _, _, _):
      bytes.count <= limits.blockBytes * 2 ? Self.leastWeight : bytes.count * Self.bytesPerByte
    }
  }

  /// Whether a record of this id is this run's; holds nothing of the run but its shard.
  private var accepts: (String) -> Bool {
    let shard = shard
    return { shard?.accepts($0) ?? true }
  }

  private func process(_ chunk: RecordChunk, worker: Worker, writesJSON: Bool) -> Batch {
    var chunk = chunk
    chunk.source = chunk.source.unshared
    var work = ChunkWork(
      batch: Batch(tally: ScanTally(profiles: plan.targetCount)), chunk: chunk, worker: worker,
      writesJSON: writesJSON, isSharded: shard != nil)
    work.batch.end = chunk.end
    worker.json.removeAll()
    switch chunk.content {
    case .problem(let line): if accepts(line.shardKey) { work.add(line) }
    case .image(let bytes):
      ImageScanner(plan: plan.images).examine(
        bytes, source: chunk.source, firstCount: plan.text.targets.count, into: &work.batch.lines,
        tally: &work.batch.tally)
      work.write(record: 0)
    case .text(let text): examineText(text, &work)
    case .lines(let bytes, let firstLine, let offset):
      bytes.withUnsafeBufferPointer { examineLines($0, firstLine: firstLine, offset: offset, &work) }
    case .rows(let bytes, let header, let firstLine, let offset):
      bytes.withUnsafeBufferPointer {
        examineRows($0, header: header, firstLine: firstLine, offset: offset, &work)
      }
    }
    work.batch.json = worker.json.take()
    return work.batch
  }

  private func examineText(_ text: [UInt8], _ work: inout ChunkWork) {
    do {
      try text.withUnsafeBufferPointer { bytes throws(TabularError) in try UTF8Check.check(bytes) }
    } catch {
      work.add(
        ErrorLine(
          outcome: .failed, source: work.chunk.source, offset: error.offset, code: error.code.rawValue,
          message: error.message, hint: error.hint))
      return
    }
    work.examine(TextRecord(file: text, source: work.chunk.source))
  }

  private func examineLines(
    _ bytes: UnsafeBufferPointer<UInt8>, firstLine: Int, offset: Int, _ work: inout ChunkWork
  ) {
    let source = work.chunk.source
    let (accepts, limit) = (accepts, limits.lineBytes)
    var number = firstLine
    ByteLines.forEach(in: bytes) { line, start in
      defer { number += 1 }
      if line.count > limit {
        let error = ErrorLine(
          outcome: .skipped, source: source, record: number, offset: offset + start, code: "line-too-long",
          message: "the line is longer than \(limit) bytes",
          hint: "cut the record up, or raise --line-limit")
        if accepts(error.shardKey) { work.add(error) }
      } else if line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0d }) {
        work.worker.records.removeAll(keepingCapacity: true)
        work.worker.errors.removeAll(keepingCapacity: true)
        work.worker.extractor.records(
          line, source: source, number: number, offset: offset + start, accepts: accepts,
          into: &work.worker.records, errors: &work.worker.errors)
        for record in work.worker.records { work.examine(record) }
        for error in work.worker.errors { work.add(error) }
      }
    }
  }

  private func examineRows(
    _ bytes: UnsafeBufferPointer<UInt8>, header: TableHeader, firstLine: Int, offset: Int,
    _ work: inout ChunkWork
  ) {
    if work.worker.rows?.fits(header) != true {
      work.worker.rows = RowExtractor(fields: fields, header: header)
    }
    var rows = work.worker.rows!
    let accepts = accepts
    rows.forEach(in: bytes, source: work.chunk.source, firstLine: firstLine, offset: offset) { row in
      switch row {
      case .success(let record): if accepts(record.id) { work.examine(record) }
      case .failure(let error): if accepts(error.shardKey) { work.add(error) }
      }
    }
  }
}

/// What one worker makes of one chunk.
private struct ChunkWork {
  var batch: ScanRun.Batch
  let chunk: RecordChunk
  let worker: ScanRun.Worker
  let writesJSON: Bool
  let isSharded: Bool
  private var written = 0

  init(batch: ScanRun.Batch, chunk: RecordChunk, worker: ScanRun.Worker, writesJSON: Bool, isSharded: Bool) {
    (self.batch, self.chunk, self.worker) = (batch, chunk, worker)
    (self.writesJSON, self.isSharded) = (writesJSON, isSharded)
  }

  mutating func examine(_ record: TextRecord) {
    worker.scanner.examine(record, into: &batch.lines, tally: &batch.tally)
    write(record: record.line ?? 0)
  }

  mutating func add(_ line: ErrorLine) {
    batch.lines.append(.error(line))
    batch.tally.seen += 1
    switch line.outcome {
    case .failed: batch.tally.failed += 1
    case .skipped: batch.tally.skipped += 1
    }
    // What is wrong with an input as a whole, such as its early end, comes after its records.
    write(record: line.record ?? .max)
  }

  /// Writes the lines that came since, all of one record.
  mutating func write(record: Int) {
    guard writesJSON else { return }
    for index in written..<batch.lines.count {
      if isSharded { worker.json.placeNextObject([chunk.start.input, chunk.start.member, record]) }
      batch.lines[index].write(to: &worker.json)
      if let value = batch.lines[index].log10PValue { batch.log10PValues.append(value) }
    }
    // What is written is not needed any more; millions of lines need not wait for their turn to be freed.
    if case .image = chunk.content {} else { batch.lines.removeAll(keepingCapacity: true) }
    written = batch.lines.count
  }
}

extension ErrorLine {
  /// What decides the shard of a record that could not be read.
  var shardKey: String { id ?? record.map { "\(source):\($0)" } ?? source }
}

extension ScanLine {
  /// log₁₀ p as it is written, for lines that are tests.
  public var log10PValue: Double? {
    switch self {
    case .result(let result): rounded(result.detection.log10PValue, 12)
    case .image(let result): rounded(result.log10PValue, 12)
    case .error: nil
    }
  }
}
