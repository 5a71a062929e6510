import Raster
import Tabular
import TextWatermark

/// Goes back to the inputs for the evidence of some records: their texts, their tokens' colours, small pictures.
///
/// Results hold no content, so a report that shows it needs the inputs at hand; what is no longer there is shown without.
public struct EvidenceCollector: Sendable {
  /// Names a record.
  public struct Key: Hashable, Sendable {
    /// The input, an archive's member included.
    public var source: String
    /// The record's id.
    public var id: String

    /// Makes a key.
    public init(source: String, id: String) { (self.source, self.id) = (source, id) }
  }

  /// What was found of a record.
  public struct Evidence: Sendable {
    /// The text.
    public var text: [UInt8]?
    /// The tokens and their colours by target: profile and key, divided by a tab.
    public var explanations: [String: TextExplanation] = [:]
    /// A small picture as JPEG, upright.
    public var thumbnail: [UInt8]?
  }

  private var run: ScanRun

  /// - Parameter run: layout, limits and, for tokens' colours, the targets of the scan.
  public init(run: ScanRun) {
    self.run = run
    self.run.plan.text.explains = true
    self.run.shard = nil
  }

  /// Reads what is wanted of the inputs that hold it.
  public func collect(_ wanted: [Key], from sources: [InputSource]) -> [Key: Evidence] {
    let keys = Set(wanted)
    let names = Set(wanted.map(\.source))
    let outer = Set(names.map { $0.split(separator: "!", maxSplits: 1).first.map(String.init) ?? $0 })
    var found: [Key: Evidence] = [:]
    // One input at a time, so that reading ends with the last wanted record of each.
    for source in sources where names.contains(source.display) || outer.contains(source.display) {
      let here = keys.filter { $0.source == source.display || $0.source.hasPrefix(source.display + "!") }
      let reader = RecordReader([source], limits: run.limits) { names.contains($0) }
      let worker = ScanRun.Worker(run: run)
      var count = 0
      while count < here.count, let chunk = reader.next() {
        guard names.contains(chunk.source) else { continue }
        count += add(chunk, wanted: keys, worker: worker, to: &found)
      }
    }
    return found
  }

  private func add(
    _ chunk: RecordChunk, wanted: Set<Key>, worker: ScanRun.Worker, to found: inout [Key: Evidence]
  ) -> Int {
    var records: [TextRecord] = []
    switch chunk.content {
    case .problem: return 0
    case .image(let bytes):
      let key = Key(source: chunk.source, id: chunk.source)
      guard wanted.contains(key), let picture = Self.thumbnail(bytes) else { return 0 }
      found[key, default: Evidence()].thumbnail = picture
      return 1
    case .text(let bytes):
      var record = TextRecord(id: chunk.source, source: chunk.source)
      record.text = bytes
      records = [record]
    case .lines(let bytes, let first, let offset):
      bytes.withUnsafeBufferPointer { lines in
        var number = first
        ByteLines.forEach(in: lines) { line, start in
          _ = worker.extractor.records(
            line, source: chunk.source, number: number, offset: offset + start, accepts: { _ in true },
            into: &records)
          records.removeAll { !wanted.contains(Key(source: chunk.source, id: $0.id)) }
          number += 1
        }
      }
    case .rows(let bytes, let header, let first, let offset):
      var rows = RowExtractor(fields: run.fields, header: header)
      bytes.withUnsafeBufferPointer {
        rows.forEach(in: $0, source: chunk.source, firstLine: first, offset: offset) { row in
          if case .success(let record) = row, wanted.contains(Key(source: chunk.source, id: record.id)) {
            records.append(record)
          }
        }
      }
    }
    for record in records {
      let key = Key(source: chunk.source, id: record.id)
      guard wanted.contains(key) else { continue }
      found[key, default: Evidence()].text = record.text
      var lines: [ScanLine] = []
      var tally = ScanTally()
      worker.scanner.examine(record, into: &lines, tally: &tally)
      for case .result(let result) in lines {
        found[key]?.explanations["\(result.profile)\t\(result.keyID)"] = result.explanation
      }
    }
    return records.count
  }

  /// The longest side of a thumbnail.
  static let thumbnailSide = 240

  /// A picture shrunk by averaging whole blocks.
  static func thumbnail(_ bytes: [UInt8]) -> [UInt8]? {
    guard let file = try? ImageFile.read(bytes, damage: .warn) else { return nil }
    let rgb = file.pixels.rgbBytes()
    let (width, height) = (file.pixels.width, file.pixels.height)
    let step = max(1, (max(width, height) + thumbnailSide - 1) / thumbnailSide)
    let (columns, rows) = (max(1, width / step), max(1, height / step))
    var planes = [[UInt8]](repeating: [UInt8](repeating: 0, count: columns * rows), count: 3)
    for y in 0..<rows {
      for x in 0..<columns {
        for channel in 0..<3 {
          var (sum, count) = (0, 0)
          for v in (y * step)..<min((y + 1) * step, height) {
            for u in (x * step)..<min((x + 1) * step, width) {
              sum += Int(rgb[(v * width + u) * 3 + channel])
              count += 1
            }
          }
          planes[channel][y * columns + x] = UInt8(count > 0 ? sum / count : 0)
        }
      }
    }
    let upright = planes.map { file.orientation.upright($0, storedWidth: columns, storedHeight: rows) }
    let exchanges = file.orientation.exchangesSides
    let samples = (0..<(columns * rows)).flatMap { place in upright.map { $0[place] } }
    let small = RasterImage(
      width: exchanges ? rows : columns, height: exchanges ? columns : rows, model: .rgb,
      samples: .bytes(samples))
    return try? ImageFile.jpeg(small, quality: 80)
  }
}
