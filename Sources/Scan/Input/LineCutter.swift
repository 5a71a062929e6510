import Kernels

/// Hands out what one input holds, piece by piece.
protocol ContentCutter: AnyObject {
  /// The next piece; nil at the end.
  func next() -> RecordChunk.Content?
  /// The bytes that the pieces so far cover, and the line after them.
  var position: (offset: Int, line: Int) { get }
  /// Whether there are no more pieces.
  var isFinished: Bool { get }
}

/// Cuts the bytes of one input into chunks of whole lines.
final class LineCutter: ContentCutter {
  private let source: String
  private let bytes: any ByteSource
  private let limits: InputLimits
  private var pending: [UInt8]
  /// Pieces that were cut at once, each with the place after it.
  private var waiting: [(content: RecordChunk.Content, offset: Int, line: Int)] = []
  private var line: Int
  private var offset: Int
  private var isDiscarding = false
  private var hasEnded = false

  /// - Parameters:
  ///   - head: bytes that were read already.
  ///   - offset: where they begin.
  ///   - line: the line they begin, from 1.
  init(
    source: String, bytes: any ByteSource, head: [UInt8], offset: Int, line: Int = 1, limits: InputLimits
  ) {
    (self.source, self.bytes, self.limits, self.offset) = (source, bytes, limits, offset)
    self.line = line
    position = (offset, line)
    pending = head
  }

  private(set) var position: (offset: Int, line: Int)
  var isFinished: Bool { hasEnded && waiting.isEmpty }

  func next() -> RecordChunk.Content? {
    var searched = 0
    while true {
      if !waiting.isEmpty {
        let piece = waiting.removeFirst()
        position = (piece.offset, piece.line)
        return piece.content
      }
      if hasEnded { return nil }
      if isDiscarding {
        discard()
        if !waiting.isEmpty { continue }
      }
      // Small inputs are read whole before they are cut; large ones after each block.
      if pending.count >= limits.blockBytes {
        if let content = cut(from: searched) {
          position = (offset, line)
          return content
        }
        searched = pending.count
      }
      // Only what was searched is known to be one line.
      if pending.count == searched, searched > limits.lineBytes { isDiscarding = true }
      read()
    }
  }

  private func read() {
    do {
      if try bytes.read(upTo: limits.blockBytes, into: &pending) == 0 { end(nil) }
    } catch {
      end(error)
    }
  }

  /// The input is over: what is left are lines, the last without a newline if the input ended well.
  private func end(_ problem: InputProblem?) {
    if isDiscarding {
      discard()
      // The line over the limit may itself be the last.
      if isDiscarding { skipped(end: pending.count) }
    }
    hasEnded = true
    if problem != nil, let last = pending.lastIndex(of: UInt8(ascii: "\n")) {
      pending.removeLast(pending.count - last - 1)
    } else if problem != nil {
      pending.removeAll()
    }
    if !pending.isEmpty { wait(take(pending.count)) }
    if let problem { wait(.problem(problem.line(source: source, offset: offset))) }
  }

  /// Puts a piece behind those that wait; the place after it is where the cutter is now.
  private func wait(_ content: RecordChunk.Content) { waiting.append((content, offset, line)) }

  private func cut(from searched: Int) -> RecordChunk.Content? {
    guard let last = pending[searched...].lastIndex(of: UInt8(ascii: "\n")) else { return nil }
    return take(last + 1)
  }

  private func take(_ count: Int) -> RecordChunk.Content {
    let rest = Array(pending[count...])
    pending.removeLast(pending.count - count)
    let content = RecordChunk.Content.lines(pending, firstLine: line, offset: offset)
    line += pending.withUnsafeBufferPointer { NumberListKernel.active.count(of: UInt8(ascii: "\n"), in: $0) }
    offset += count
    pending = rest
    return content
  }

  // MARK: - Lines over the limit

  /// Drops bytes up to the end of the line that is too long; then it is told.
  private func discard() {
    guard let end = pending.firstIndex(of: UInt8(ascii: "\n")) else {
      dropped += pending.count
      pending.removeAll(keepingCapacity: true)
      return
    }
    skipped(end: end + 1)
  }

  private var dropped = 0

  private func skipped(end: Int) {
    let error = ErrorLine(
      outcome: .skipped, source: source, record: line, offset: offset, code: "line-too-long",
      message: "the line is longer than \(limits.lineBytes) bytes",
      hint: "cut the record up, or raise --line-limit")
    offset += dropped + end
    dropped = 0
    line += 1
    wait(.problem(error))
    pending.removeFirst(end)
    isDiscarding = false
  }
}
