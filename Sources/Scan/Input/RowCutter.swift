import Kernels
import Tabular

/// Cuts a table into chunks of whole rows; line feeds within quotes do not end a row.
final class RowCutter: ContentCutter {
  private let source: String
  private let bytes: any ByteSource
  private let limits: InputLimits
  /// The longest row; places within what is read have 32 bits.
  private let rowBytes: Int
  private let header: TableHeader
  private let kernel: DelimitedIndexKernel
  private var pending: [UInt8]
  private var line: Int
  private var offset: Int
  private var hasEnded = false
  private var problem: InputProblem?
  private var positions: [UInt32] = []

  /// - Parameters:
  ///   - head: bytes after the header that were read already.
  ///   - offset: where they begin.
  ///   - line: the line they begin.
  init(
    source: String, bytes: any ByteSource, header: TableHeader, head: [UInt8], offset: Int, line: Int,
    limits: InputLimits
  ) {
    (self.source, self.bytes, self.limits) = (source, bytes, limits)
    rowBytes = min(limits.lineBytes, Int(UInt32.max >> 1))
    (self.header, self.offset, self.line, pending) = (header, offset, line, head)
    kernel = DelimitedIndexKernel(delimiter: header.delimiter)
  }

  var position: (offset: Int, line: Int) { (offset, line) }
  var isFinished: Bool { hasEnded && pending.isEmpty && problem == nil }

  func next() -> RecordChunk.Content? {
    while true {
      if let problem, pending.isEmpty {
        self.problem = nil
        return .problem(problem.line(source: source, record: line, offset: offset))
      }
      if pending.count > rowBytes {
        // Told row by row, so that it does not depend on where blocks end.
        let (end, isTooLong) = rowsWithinLimit()
        if end > 0 { return take(end) }
        if isTooLong { return giveUp() }
      }
      if hasEnded { return pending.isEmpty ? nil : take(pending.count) }
      if pending.count >= limits.blockBytes, let end = lastRowEnd() { return take(end) }
      read()
    }
  }

  private func read() {
    do {
      if try bytes.read(upTo: limits.blockBytes, into: &pending) == 0 { hasEnded = true }
    } catch {
      problem = error
      hasEnded = true
      // A row that was cut off is no row.
      pending.removeLast(pending.count - (lastRowEnd() ?? 0))
    }
  }

  /// Where the last whole row ends.
  private func lastRowEnd() -> Int? {
    let count = pending.withUnsafeBufferPointer { kernel.index($0, into: &positions) }
    for place in positions[..<count].reversed() where pending[Int(place)] == UInt8(ascii: "\n") {
      return Int(place) + 1
    }
    return nil
  }

  /// Where the last whole row ends before one that is over the limit, and whether there is such a row.
  private func rowsWithinLimit() -> (end: Int, isTooLong: Bool) {
    let count = pending.withUnsafeBufferPointer { kernel.index($0, into: &positions) }
    var start = 0
    for place in positions[..<count] where pending[Int(place)] == UInt8(ascii: "\n") {
      guard Int(place) - start <= rowBytes else { return (start, true) }
      start = Int(place) + 1
    }
    // The rest has no end yet, or is the last row.
    let isTooLong = pending.count - start > rowBytes
    return (hasEnded && !isTooLong ? pending.count : start, isTooLong)
  }

  private func take(_ count: Int) -> RecordChunk.Content {
    let rest = Array(pending[count...])
    pending.removeLast(pending.count - count)
    let content = RecordChunk.Content.rows(pending, header: header, firstLine: line, offset: offset)
    line += pending.withUnsafeBufferPointer { NumberListKernel.active.count(of: UInt8(ascii: "\n"), in: $0) }
    offset += count
    pending = rest
    return content
  }

  /// A quote that is never closed takes in the whole rest, so where rows begin again is not known.
  private func giveUp() -> RecordChunk.Content {
    hasEnded = true
    problem = nil
    pending.removeAll()
    let error = ErrorLine(
      outcome: .skipped, source: source, record: line, offset: offset, code: "line-too-long",
      message: "a row is longer than \(rowBytes) bytes; the rest of the table was not read",
      hint: "close the quote that opens in this row, or raise --line-limit")
    return .problem(error)
  }
}

extension TableHeader {
  /// Reads the header at the front of a table: the header and the bytes it takes; nil where it is not whole or not valid.
  static func read(_ head: [UInt8], hasEnded: Bool) -> (header: TableHeader, length: Int)? {
    var inside = false
    var end = head.count
    for (index, byte) in head.enumerated() {
      if byte == 0x22 { inside.toggle() }
      if byte == 0x0a, !inside {
        end = index
        break
      }
    }
    guard end < head.count || (hasEnded && !inside) else { return nil }
    var row = Array(head[..<end])
    if row.last == 0x0d { row.removeLast() }
    let (commas, tabs, semicolons) = (
      row.count { $0 == 0x2c }, row.count { $0 == 0x09 }, row.count { $0 == 0x3b }
    )
    let delimiter: UInt8 = tabs > max(commas, semicolons) ? 0x09 : semicolons > commas ? 0x3b : 0x2c
    var names: [String] = []
    var start = 0
    inside = false
    for index in 0...row.count {
      if index < row.count, row[index] == 0x22 { inside.toggle() }
      guard index == row.count || (row[index] == delimiter && !inside) else { continue }
      guard let name = row[start..<index].withUnsafeBufferPointer({ DelimitedField.unquoted($0) }) else {
        return nil
      }
      names.append(String(decoding: name, as: UTF8.self))
      start = index + 1
    }
    return (TableHeader(delimiter: delimiter, names: names), min(end + 1, head.count))
  }
}
