/// Reads inputs one after another and cuts them into chunks of about half a megabyte.
///
/// Memory stays within a few chunks and one record at its limit, whatever the size of an input. Pull-based: nothing is read
/// before it is asked for.
public final class RecordReader {
  private let sources: [InputSource]
  private let limits: InputLimits
  private var nextSource = 0
  private var lines: LineCutter?

  /// The bytes that are read at a time.
  static let blockBytes = 1 << 19
  /// The bytes that tell what an input is.
  static let sniffedBytes = 8192

  /// Makes a reader.
  public init(_ sources: [InputSource], limits: InputLimits = .init()) {
    (self.sources, self.limits) = (sources, limits)
  }

  /// The next chunk, or nil after the last input.
  ///
  /// An interruption ends the reading as well.
  public func next() -> RecordChunk? {
    while !Interruption.isRequested {
      if let cutter = lines {
        if let content = cutter.next() { return RecordChunk(source: cutter.source, content: content) }
        lines = nil
      }
      guard nextSource < sources.count else { return nil }
      let source = sources[nextSource]
      nextSource += 1
      do {
        if let content = try open(source) { return RecordChunk(source: source.display, content: content) }
      } catch {
        return RecordChunk(source: source.display, content: .problem(error.line(source: source.display)))
      }
    }
    return nil
  }

  /// Begins an input: lines go on in ``lines``, everything else is one content.
  private func open(_ source: InputSource) throws(InputProblem) -> RecordChunk.Content? {
    var bytes: any ByteSource
    var kind: InputKind?
    switch source {
    case .unreadable(_, let code, let message, let hint):
      throw InputProblem(outcome: .failed, code: code, message: message, hint: hint)
    case .standardInput: bytes = FileSource(descriptor: 0)
    case .file(let path):
      bytes = try FileSource(path)
      kind = InputKind(fileName: path)
    }
    var head: [UInt8] = []
    try Self.fill(&head, to: Self.sniffedBytes, from: bytes)
    if head.starts(with: [0x1f, 0x8b]) {
      bytes = GzipSource(bytes, prefix: head, limits: limits)
      head = []
      try Self.fill(&head, to: Self.sniffedBytes, from: bytes)
    }
    switch try InputKind.decide(named: kind, head: head, isStandardInput: source == .standardInput) {
    case .jsonLines:
      let start = head.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
      lines = LineCutter(
        source: source.display, bytes: bytes, head: Array(head[start...]), offset: start, limits: limits)
      return nil
    case .text:
      return .text(try whole(head: head, from: bytes, limit: limits.textBytes, flag: "--text-limit"))
    case .image:
      return .image(try whole(head: head, from: bytes, limit: limits.imageBytes, flag: "--image-limit"))
    }
  }

  /// Reads until `buffer` has `count` bytes or the input ends.
  private static func fill(
    _ buffer: inout [UInt8], to count: Int, from bytes: any ByteSource
  ) throws(InputProblem) {
    while buffer.count < count, try bytes.read(upTo: count - buffer.count, into: &buffer) > 0 {}
  }

  private func whole(
    head: [UInt8], from bytes: any ByteSource, limit: Int, flag: String
  ) throws(InputProblem) -> [UInt8] {
    var content = head
    while try bytes.read(upTo: Self.blockBytes, into: &content) > 0 {
      guard content.count <= limit else {
        throw InputProblem(
          outcome: .skipped, code: "file-too-large", message: "the file is longer than \(limit) bytes",
          hint: "cut it up, or raise \(flag)")
      }
    }
    return content.starts(with: [0xef, 0xbb, 0xbf]) ? Array(content[3...]) : content
  }
}

extension InputProblem {
  func line(source: String, record: Int? = nil, offset: Int? = nil) -> ErrorLine {
    ErrorLine(
      outcome: outcome, source: source, record: record, offset: offset, code: code, message: message,
      hint: hint)
  }
}
