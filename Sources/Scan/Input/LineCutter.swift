/// Cuts the bytes of one input into chunks of whole lines.
final class LineCutter {
  let source: String
  private let bytes: any ByteSource
  private let limits: InputLimits
  private var pending: [UInt8]
  private var waiting: [RecordChunk.Content] = []
  private var line = 1
  private var offset: Int
  private var isDiscarding = false
  private var hasEnded = false

  init(source: String, bytes: any ByteSource, head: [UInt8], offset: Int, limits: InputLimits) {
    (self.source, self.bytes, self.limits, self.offset) = (source, bytes, limits, offset)
    pending = head
  }

  /// The next chunk of lines or problem; nil at the end.
  func next() -> RecordChunk.Content? {
    var searched = 0
    while true {
      if !waiting.isEmpty { return waiting.removeFirst() }
      if hasEnded { return nil }
      if isDiscarding { discard() }
      // Small inputs are read whole before they are cut; large ones after each block.
      if pending.count >= RecordReader.blockBytes {
        if let content = cut(from: searched) { return content }
        searched = pending.count
      }
      // Only what was searched is known to be one line.
      if pending.count == searched, searched > limits.lineBytes { startDiscarding() }
      read()
    }
  }

  private func read() {
    do {
      if try bytes.read(upTo: RecordReader.blockBytes, into: &pending) == 0 { end(nil) }
    } catch {
      end(error)
    }
  }

  /// The input is over: what is left are lines, the last without a newline if the input ended well.
  private func end(_ problem: InputProblem?) {
    hasEnded = true
    if isDiscarding { discard() }
    if problem != nil, let last = pending.lastIndex(of: UInt8(ascii: "\n")) {
      pending.removeLast(pending.count - last - 1)
    } else if problem != nil {
      pending.removeAll()
    }
    if !pending.isEmpty, !isDiscarding { waiting.append(take(pending.count)) }
    if let problem { waiting.append(.problem(problem.line(source: source, offset: offset))) }
  }

  private func cut(from searched: Int) -> RecordChunk.Content? {
    guard let last = pending[searched...].lastIndex(of: UInt8(ascii: "\n")) else { return nil }
    return take(last + 1)
  }

  private func take(_ count: Int) -> RecordChunk.Content {
    let rest = Array(pending[count...])
    pending.removeLast(pending.count - count)
    let content = RecordChunk.Content.lines(pending, firstLine: line, offset: offset)
    line += pending.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
    offset += count
    pending = rest
    return content
  }

  // MARK: - Lines over the limit

  private func startDiscarding() {
    isDiscarding = true
    waiting.append(
      .problem(
        ErrorLine(
          outcome: .skipped, source: source, record: line, offset: offset, code: "line-too-long",
          message: "the line is longer than \(limits.lineBytes) bytes",
          hint: "cut the record up, or raise --line-limit")))
  }

  /// Drops bytes up to the end of the line that is too long.
  private func discard() {
    guard let end = pending.firstIndex(of: UInt8(ascii: "\n")) else {
      offset += pending.count
      pending.removeAll(keepingCapacity: true)
      return
    }
    offset += end + 1
    line += 1
    pending.removeFirst(end + 1)
    isDiscarding = false
  }
}
