import Kernels
import Tabular

/// Cuts pieces that hold many short records into smaller ones, so that what a piece yields stays within some megabytes.
///
/// Where it cuts follows from the bytes and from what is looked for alone, and a run can go on at each cut.
final class ChunkSplitter {
  private let source: () -> RecordChunk?
  private let mostOutputs: Int
  private let readsTurns: Bool
  private var whole: RecordChunk?
  /// Where the parts of ``whole`` end, and the lines before that.
  private var cuts: ArraySlice<(end: Int, lines: Int)> = []
  private var done: (end: Int, lines: Int) = (0, 0)
  private var positions: [UInt32] = []

  /// The lines of results that a piece yields at most, but for those of a single record.
  private static let mostLines = 4096

  /// - Parameters:
  ///   - targets: how many lines a record has.
  ///   - readsTurns: whether a line may hold several records.
  init(targets: Int, readsTurns: Bool, source: @escaping () -> RecordChunk?) {
    mostOutputs = max(64, Self.mostLines / max(1, targets))
    (self.readsTurns, self.source) = (readsTurns, source)
  }

  func next() -> RecordChunk? {
    if let whole {
      guard !Interruption.isRequested else { return nil }
      return part(of: whole)
    }
    guard let chunk = source() else { return nil }
    cuts = places(in: chunk)[...]
    guard !cuts.isEmpty else { return chunk }
    (whole, done) = (chunk, (0, 0))
    return part(of: chunk)
  }

  private func part(of chunk: RecordChunk) -> RecordChunk {
    let cut = cuts.popFirst()
    if cut == nil { whole = nil }
    defer { if let cut { done = cut } }
    func end(_ firstLine: Int, _ offset: Int) -> ScanPosition {
      guard let cut else { return chunk.end }
      return ScanPosition(
        input: chunk.start.input, member: chunk.start.member, offset: offset + cut.end,
        line: firstLine + cut.lines)
    }
    var part = chunk
    switch chunk.content {
    case .lines(let bytes, let firstLine, let offset):
      part.content = .lines(
        Array(bytes[done.end..<(cut?.end ?? bytes.count)]), firstLine: firstLine + done.lines,
        offset: offset + done.end)
      part.end = end(firstLine, offset)
    case .rows(let bytes, let header, let firstLine, let offset):
      part.content = .rows(
        Array(bytes[done.end..<(cut?.end ?? bytes.count)]), header: header,
        firstLine: firstLine + done.lines, offset: offset + done.end)
      part.end = end(firstLine, offset)
    case .text, .image, .problem: break
    }
    return part
  }

  private func places(in chunk: RecordChunk) -> [(end: Int, lines: Int)] {
    switch chunk.content {
    case .lines(let bytes, _, _):
      bytes.withUnsafeBufferPointer { mayYieldMany($0) ? linePlaces($0) : [] }
    case .rows(let bytes, let header, _, _):
      bytes.withUnsafeBufferPointer {
        count("\n", $0) > mostOutputs ? rowPlaces($0, delimiter: header.delimiter) : []
      }
    case .text, .image, .problem: []
    }
  }

  private func count(_ character: Unicode.Scalar, _ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    NumberListKernel.active.count(of: UInt8(ascii: character), in: bytes)
  }

  private func mayYieldMany(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    count("\n", bytes) + outputs(bytes) > mostOutputs
  }

  /// How many outputs some JSON holds at most, where each is a record: one has two quotes at the least.
  private func outputs(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    readsTurns ? count("\"", bytes) / 2 : 0
  }

  private func linePlaces(_ bytes: UnsafeBufferPointer<UInt8>) -> [(end: Int, lines: Int)] {
    var places: [(end: Int, lines: Int)] = []
    var (lines, held) = (0, 0)
    ByteLines.forEach(in: bytes) { line, start in
      let count = 1 + outputs(line)
      if held > 0, held + count > mostOutputs {
        places.append((start, lines))
        held = 0
      }
      held += count
      lines += 1
    }
    return places
  }

  private func rowPlaces(
    _ bytes: UnsafeBufferPointer<UInt8>, delimiter: UInt8
  ) -> [(end: Int, lines: Int)] {
    let found = DelimitedIndexKernel(delimiter: delimiter).index(bytes, into: &positions)
    var places: [(end: Int, lines: Int)] = []
    var (last, rows) = ((end: 0, lines: 0), 0)
    for place in positions[..<found] where bytes[Int(place)] == UInt8(ascii: "\n") {
      rows += 1
      let end = Int(place) + 1
      guard rows == mostOutputs, end < bytes.count else { continue }
      // Line feeds within quotes end lines, too.
      last = (end, last.lines + count("\n", UnsafeBufferPointer(rebasing: bytes[last.end..<end])))
      places.append(last)
      rows = 0
    }
    return places
  }
}
