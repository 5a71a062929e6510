/// Reads inputs one after another and cuts them into chunks of about half a megabyte.
///
/// Memory stays within a few chunks and one record at its limit, whatever the size of an input. Pull-based: nothing is read
/// before it is asked for. Compressed streams and archives are read through, within limits.
public final class RecordReader {
  private let sources: [InputSource]
  private let limits: InputLimits
  private let meter: ReadMeter?
  private let origin: ScanPosition
  private let accepts: (String) -> Bool
  private var nextSource: Int
  private var frames: [Frame] = []
  private var budget: InputBudget
  /// The contents of the present input that were met so far: one, or as many as an archive has.
  private var leaves = 0

  /// The bytes that tell what an input is.
  static let sniffedBytes = 8192

  /// An input that is being read, or one within it.
  private enum Frame {
    case cutter(any ContentCutter, source: String, member: Int)
    case archive(ArchiveReader, source: String, depth: Int)
  }

  /// Makes a reader.
  ///
  /// - Parameters:
  ///   - position: where to begin; what lies before it is passed over.
  ///   - meter: counts the bytes that are read.
  ///   - accepts: whether a text or picture of some name is wanted. Lines are all handed out.
  public init(
    _ sources: [InputSource], limits: InputLimits = .init(), from position: ScanPosition = .init(),
    meter: ReadMeter? = nil, accepts: @escaping (String) -> Bool = { _ in true }
  ) {
    (self.sources, self.limits, origin, self.accepts) = (sources, limits, position, accepts)
    self.meter = meter
    nextSource = max(0, position.input)
    budget = InputBudget(limits: limits)
  }

  /// The next chunk, or nil after the last input.
  ///
  /// An interruption ends the reading as well.
  public func next() -> RecordChunk? {
    while !Interruption.isRequested {
      switch frames.last {
      case .cutter(let cutter, let source, let member):
        if let content = cutter.next() {
          // What an interruption cut short is no record.
          guard !Interruption.isRequested else { return nil }
          let start = ScanPosition(input: nextSource - 1, member: member)
          let place = cutter.position
          let end =
            cutter.isFinished
            ? after(member)
            : ScanPosition(input: nextSource - 1, member: member, offset: place.offset, line: place.line)
          return RecordChunk(source: source, content: content, start: start, end: end)
        }
        frames.removeLast()
      case .archive(let archive, let source, let depth):
        if let chunk = nextMember(archive, source: source, depth: depth) { return chunk }
      case nil:
        guard nextSource < sources.count else { return nil }
        if let chunk = begin(sources[nextSource]) { return chunk }
      }
    }
    return nil
  }

  private func after(_ member: Int) -> ScanPosition {
    frames.count > 1
      ? ScanPosition(input: nextSource - 1, member: member + 1) : ScanPosition(input: nextSource)
  }

  /// Opens the next input.
  private func begin(_ source: InputSource) -> RecordChunk? {
    nextSource += 1
    leaves = 0
    budget = InputBudget(limits: limits)
    return leaf(source.display) { () throws(InputProblem) in
      let bytes: any ByteSource
      var kind: InputKind?
      switch source {
      case .unreadable(_, let code, let message, let hint):
        throw InputProblem(outcome: .failed, code: code, message: message, hint: hint)
      case .standardInput: bytes = FileSource(descriptor: 0, stallSeconds: limits.stallSeconds)
      case .file(let path):
        bytes = try FileSource(path, stallSeconds: limits.stallSeconds, meter: meter)
        kind = InputKind(fileName: path)
      }
      return try self.open(
        bytes, named: kind, source: source.display, isStandardInput: source == .standardInput, depth: 0)
    }
  }

  private func nextMember(_ archive: ArchiveReader, source: String, depth: Int) -> RecordChunk? {
    var name = source
    return leaf(source) { () throws(InputProblem) in
      let member: ArchiveReader.Member?
      do throws(InputProblem) {
        member = try archive.next()
      } catch {
        self.frames.removeLast()
        throw error
      }
      guard let member else {
        self.frames.removeLast()
        return nil
      }
      if !member.name.bytes.isEmpty { name = "\(source)!\(member.name.display)" }
      guard !member.isEncrypted else {
        throw InputProblem(
          outcome: .failed, code: "encrypted", message: "the member needs a password",
          hint: "unpack the archive and scan the files")
      }
      return try self.open(
        archive, named: InputKind(fileName: member.name), source: name, isStandardInput: false, depth: depth)
    } named: {
      name
    }
  }

  /// Runs `body`, which opens something, and makes a chunk of the content or the problem that came of it, if it is not one of those
  /// that a resumed run passes over.
  private func leaf(
    _ source: String, _ body: () throws(InputProblem) -> RecordChunk.Content?, named: (() -> String)? = nil
  ) -> RecordChunk? {
    let frameCount = frames.count
    let content: RecordChunk.Content
    do throws(InputProblem) {
      guard let made = try body() else { return nil }
      content = made
    } catch {
      content = .problem(error.line(source: named?() ?? source))
    }
    guard !Interruption.isRequested else { return nil }
    let member = leaves
    leaves += 1
    // Whether this leaf is the whole input, or one of those in an archive that began before it.
    let isMember = frameCount > 0
    guard !isPassed(member) else { return nil }
    return RecordChunk(
      source: named?() ?? source, content: content,
      start: ScanPosition(input: nextSource - 1, member: member),
      end: isMember
        ? ScanPosition(input: nextSource - 1, member: member + 1) : ScanPosition(input: nextSource))
  }

  private func isPassed(_ member: Int) -> Bool { nextSource - 1 == origin.input && member < origin.member }

  /// Begins an input: lines, rows and archives go on in ``frames``, everything else is one content.
  private func open(
    _ source: any ByteSource, named kind: InputKind?, source name: String, isStandardInput: Bool, depth: Int
  ) throws(InputProblem) -> RecordChunk.Content? {
    var bytes: any ByteSource = depth == 0 ? CountedSource(source, budget: budget) : source
    var head: [UInt8] = []
    try Self.sniff(&head, from: &bytes)
    var layers = 0
    while let container = ContainerKind(head: head) {
      layers += 1
      guard layers <= limits.archiveDepth,
        depth < limits.archiveDepth || container == .gzip || container == .stream
      else {
        throw InputProblem(
          outcome: .skipped, code: "too-deep",
          message: "archives lie within each other deeper than \(limits.archiveDepth)",
          hint: "unpack it and scan the folder")
      }
      switch container {
      case .gzip: bytes = GzipSource(bytes, prefix: head, budget: budget)
      case .stream:
        let stream = try ArchiveReader(bytes, head: head, kind: .stream, budget: budget)
        guard try stream.next() != nil else { break }
        bytes = stream
      case .tar, .zip:
        if container == .zip, ContainerKind.isDocument(zip: head) {
          throw InputProblem(
            outcome: .skipped, code: "unsupported-format",
            message: "the file is a document, not an archive of texts",
            hint: "export it as plain text")
        }
        let archive = try ArchiveReader(
          bytes, head: head, kind: container == .tar ? .tar : .zip, budget: budget)
        frames.append(.archive(archive, source: name, depth: depth + 1))
        return nil
      }
      head = []
      try Self.sniff(&head, from: &bytes)
    }
    return try content(
      of: bytes, head: head,
      kind: try InputKind.decide(named: kind, head: head, isStandardInput: isStandardInput),
      source: name)
  }

  private func content(
    of bytes: any ByteSource, head: [UInt8], kind: InputKind, source: String
  ) throws(InputProblem) -> RecordChunk.Content? {
    var bytes = bytes
    let resumed = nextSource - 1 == origin.input && leaves == origin.member ? origin : nil
    let mark = head.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    switch kind {
    case .jsonLines:
      if isPassed(leaves) { return pass(bytes) }
      var (rest, offset, line) = (Array(head[mark...]), mark, 1)
      if let resumed, resumed.offset > mark {
        rest = Self.pass(resumed.offset, head: head, of: &bytes)
        (offset, line) = (resumed.offset, resumed.line)
      }
      push(
        LineCutter(source: source, bytes: bytes, head: rest, offset: offset, line: line, limits: limits),
        source)
      return nil
    case .table:
      if isPassed(leaves) { return pass(bytes) }
      var head = head
      while TableHeader.read(Array(head[mark...]), hasEnded: false) == nil, head.count <= limits.lineBytes,
        try bytes.read(upTo: limits.blockBytes, into: &head) > 0
      {}
      guard let (header, length) = TableHeader.read(Array(head[mark...]), hasEnded: true) else {
        throw InputProblem(
          outcome: .failed, code: "invalid-header", message: "the table's first line names no columns",
          hint: "quote a name as a whole, or name the file .txt if it is one text")
      }
      var offset = mark + length
      var line = 1 + head[mark..<offset].count { $0 == UInt8(ascii: "\n") }
      var rest = Array(head[offset...])
      if let resumed, resumed.offset > offset {
        rest = Self.pass(resumed.offset, head: head, of: &bytes)
        (offset, line) = (resumed.offset, resumed.line)
      }
      push(
        RowCutter(
          source: source, bytes: bytes, header: header, head: rest, offset: offset, line: line, limits: limits
        ),
        source)
      return nil
    case .text:
      guard accepts(source) else { return pass(bytes) }
      return .text(try whole(head: head, from: bytes, limit: limits.textBytes, flag: "--text-limit"))
    case .image:
      guard accepts(source) else { return pass(bytes) }
      return .image(try whole(head: head, from: bytes, limit: limits.imageBytes, flag: "--image-limit"))
    }
  }

  private func push(_ cutter: any ContentCutter, _ source: String) {
    frames.append(.cutter(cutter, source: source, member: leaves))
    leaves += 1
  }

  /// A member that a resumed run has behind it.
  ///
  /// It is read all the same: what it costs counts towards the limits of what follows.
  private func pass(_ bytes: any ByteSource) -> RecordChunk.Content? {
    leaves += 1
    try? bytes.skip(.max)
    return nil
  }

  /// Passes over the first `count` bytes of an input of which `head` was read; what goes wrong there comes when reading goes on, at
  /// the place that it came at before.
  private static func pass(_ count: Int, head: [UInt8], of bytes: inout any ByteSource) -> [UInt8] {
    if count <= head.count { return Array(head[count...]) }
    do throws(InputProblem) {
      try bytes.skip(count - head.count)
    } catch {
      bytes = BrokenSource(error)
    }
    return []
  }

  /// Reads the bytes that tell what an input is.
  ///
  /// What goes wrong behind the first of them comes back when reading goes on, so that they are examined all the same.
  private static func sniff(_ head: inout [UInt8], from bytes: inout any ByteSource) throws(InputProblem) {
    do throws(InputProblem) {
      while head.count < sniffedBytes, try bytes.read(upTo: sniffedBytes - head.count, into: &head) > 0 {}
    } catch {
      guard !head.isEmpty else { throw error }
      bytes = BrokenSource(error)
    }
  }

  private func whole(
    head: [UInt8], from bytes: any ByteSource, limit: Int, flag: String
  ) throws(InputProblem) -> [UInt8] {
    var content = head
    while try bytes.read(upTo: limits.blockBytes, into: &content) > 0 {
      guard content.count <= limit else {
        throw InputProblem(
          outcome: .skipped, code: "file-too-large", message: "the file is longer than \(limit) bytes",
          hint: "cut it up, or raise \(flag)")
      }
    }
    return content
  }
}

extension InputProblem {
  func line(source: String, record: Int? = nil, offset: Int? = nil) -> ErrorLine {
    ErrorLine(
      outcome: outcome, source: source, record: record, offset: offset, code: code, message: message,
      hint: hint)
  }
}
