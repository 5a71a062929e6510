#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How a table is written down.
public enum TableLayout: Hashable, Sendable {
  /// Fields divided by a byte, one row a line, under a header.
  case delimited(delimiter: UInt8, header: [String])
  /// One JSON object a line.
  case jsonLines
}

/// Whole rows of a table as bytes.
public struct TablePiece: Sendable {
  let bytes: [UInt8]
  let range: Range<Int>
  /// The file.
  public let source: String
  /// The line of the first row, from 1.
  public let firstLine: Int
  /// The first byte's place in the file.
  public let offset: Int
  /// How the table is written.
  public let layout: TableLayout

  func withBytes(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range])) }
  }
}

/// Reads a table piece by piece, each piece whole rows, with constant memory whatever its size.
///
/// Comma- or tab-separated text (RFC 4180: quotes, line feeds within them, CRLF, a byte order mark) or JSON lines, told apart by
/// the first bytes. Not safe to share between threads: put a lock around ``next()``.
public final class TableFile {
  /// The path, or `-` for standard input.
  public let path: String
  /// The layout that was found.
  ///
  /// It has a value before it is known: only what is whole when its making fails is unmade, and closes the file.
  public private(set) var layout = TableLayout.jsonLines
  /// The longest row.
  public static let longestRow = 16 << 20

  /// Whether the path is a file that can be opened again, not a pipe.
  public var isRegular: Bool {
    var status = stat()
    return path != "-" && fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  private let descriptor: Int32
  private var carry: [UInt8] = []
  private var isAtEnd = false
  private var line = 1
  private var offset = 0
  private let pieceBytes: Int

  /// Opens a file and reads its header.
  public init(path: String, pieceBytes: Int = 1 << 19) throws(TabularError) {
    self.path = path
    self.pieceBytes = max(64, pieceBytes)
    func unreadable(_ message: String, _ hint: String) -> TabularError {
      TabularError(code: .unreadable, message: "\(path): \(message)", hint: hint, offset: 0)
    }
    descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw unreadable(String(cString: strerror(errno)), "check the path and its permissions")
    }
    #if canImport(Glibc)
    posix_fadvise(descriptor, 0, 0, Int32(POSIX_FADV_SEQUENTIAL))
    #endif
    var head: [UInt8] = []
    var ended = false
    // Enough to see the whole header, however long.
    while !ended, head.count < 1 << 16 || (!head.contains(0x0a) && head.count < Self.longestRow) {
      ended = try !Self.append(descriptor, path, to: &head, upTo: 1 << 16)
    }
    isAtEnd = ended
    guard !head.starts(with: [0x1f, 0x8b]) else {
      throw unreadable("it is compressed", "decompress it first: zcat FILE.gz | countermark audit -")
    }
    guard !head.contains(0) else {
      throw unreadable("it holds zero bytes", "save the table as UTF-8 text: CSV, TSV or JSON lines")
    }
    var start = head.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    let first = head[start...].first { $0 != 0x20 && $0 != 0x0a && $0 != 0x0d && $0 != 0x09 }
    guard let first else {
      throw TabularError(
        code: .invalidHeader, message: "\(path): the table is empty",
        hint: "the first line names the columns",
        offset: 0)
    }
    if first != UInt8(ascii: "{") {
      let end = Self.rowEnd(head, from: start) ?? head.count
      layout = try Self.header(Array(head[start..<end]), path)
      line += head[start..<min(end + 1, head.count)].reduce(0) { $0 + ($1 == 0x0a ? 1 : 0) }
      start = min(end + 1, head.count)
    }
    offset = start
    carry = Array(head[start...])
  }

  deinit { if descriptor > 0 { close(descriptor) } }

  private static func append(
    _ descriptor: Int32, _ path: String, to bytes: inout [UInt8], upTo count: Int
  ) throws(TabularError) -> Bool {
    let old = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: count))
    var got = 0
    repeat {
      got = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + old, count) }
    } while got < 0 && errno == EINTR
    guard got >= 0 else {
      throw TabularError(
        code: .unreadable, message: "\(path): \(String(cString: strerror(errno)))", hint: "check the file",
        offset: old)
    }
    bytes.removeLast(count - got)
    return got > 0
  }

  private static func rowEnd(_ bytes: [UInt8], from start: Int) -> Int? {
    var inside = false
    for index in start..<bytes.count {
      if bytes[index] == 0x22 { inside.toggle() }
      if bytes[index] == 0x0a, !inside { return index }
    }
    return nil
  }

  private static func header(_ row: [UInt8], _ path: String) throws(TabularError) -> TableLayout {
    var row = row
    if row.last == 0x0d { row.removeLast() }
    let commas = row.count { $0 == 0x2c }
    let tabs = row.count { $0 == 0x09 }
    let semicolons = row.count { $0 == 0x3b }
    let delimiter: UInt8 = tabs > max(commas, semicolons) ? 0x09 : semicolons > commas ? 0x3b : 0x2c
    var names: [String] = []
    var start = 0
    var inside = false
    for index in 0...row.count {
      if index < row.count, row[index] == 0x22 { inside.toggle() }
      guard index == row.count || (row[index] == delimiter && !inside) else { continue }
      let text = row[start..<index].withUnsafeBufferPointer { DelimitedField.unquoted($0) }
      guard let text else {
        throw TabularError(
          code: .invalidHeader, message: "\(path): the header's quotes do not match",
          hint: "quote a name as a whole", offset: start)
      }
      names.append(trimmed(String(decoding: text, as: UTF8.self)))
      start = index + 1
    }
    for (index, name) in names.enumerated() where !name.isEmpty && names[..<index].contains(name) {
      throw TabularError(
        code: .invalidHeader, message: "\(path): the header names '\(name)' twice",
        hint: "name each column once", offset: 0)
    }
    return .delimited(delimiter: delimiter, header: names)
  }

  /// Fails, naming what is near, when the table lacks a column; JSON lines have no header to check.
  public func require(_ columns: [TableColumn]) throws(TabularError) {
    guard case .delimited(_, let header) = layout else { return }
    for column in columns where !header.contains(column.name) {
      let near = header.min {
        EditDistance.between($0, column.name) < EditDistance.between($1, column.name)
      }
      throw TabularError(
        code: .noSuchColumn, message: "\(path): there is no column '\(column.name)'",
        hint: near.map { "did you mean '\($0)'? The columns are \(header.joined(separator: ", "))" } ?? "",
        offset: 0)
    }
  }

  /// The next piece, or nil at the end.
  public func next() throws(TabularError) -> TablePiece? {
    var buffer = carry
    carry = []
    buffer.reserveCapacity(buffer.count + pieceBytes)
    while true {
      while !isAtEnd, buffer.count < pieceBytes {
        isAtEnd = try !Self.append(descriptor, path, to: &buffer, upTo: pieceBytes - buffer.count)
      }
      guard !buffer.isEmpty else { return nil }
      let end = isAtEnd ? buffer.count : cut(buffer)
      if end > 0 {
        carry = Array(buffer[end...])
        let piece = TablePiece(
          bytes: buffer, range: 0..<end, source: path, firstLine: line, offset: offset, layout: layout)
        buffer.withUnsafeBufferPointer { bytes in
          line += ByteCount.occurrences(of: 0x0a, in: UnsafeBufferPointer(rebasing: bytes[..<end]))
        }
        offset += end
        return piece
      }
      guard buffer.count < Self.longestRow else {
        throw TabularError(
          code: .rowTooLong, message: "\(path): a row is longer than \(Self.longestRow >> 20) MiB",
          hint: "a quote that is not closed swallows rows; look at line \(line)", offset: offset)
      }
      isAtEnd = try !Self.append(descriptor, path, to: &buffer, upTo: buffer.count)
    }
  }

  /// The end of the last whole row.
  private func cut(_ buffer: [UInt8]) -> Int {
    buffer.withUnsafeBufferPointer { bytes in
      var inside = false
      if case .delimited = layout {
        inside = ByteCount.occurrences(of: 0x22, in: bytes) & 1 == 1
      }
      var index = bytes.count
      while index > 0 {
        index -= 1
        // Going back, each quote turns inside and outside around.
        if bytes[index] == 0x22, case .delimited = layout { inside.toggle() }
        if bytes[index] == 0x0a, !inside { return index + 1 }
      }
      return 0
    }
  }
}

/// How far two names are apart, for "did you mean".
enum EditDistance {
  static func between(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a.lowercased().utf8.prefix(64)), Array(b.lowercased().utf8.prefix(64)))
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var corner = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let above = row[j + 1]
        row[j + 1] = min(above + 1, row[j] + 1, corner + (x == y ? 0 : 1))
        corner = above
      }
    }
    return row[b.count]
  }
}

/// Counts bytes eight at a time.
enum ByteCount {
  static func occurrences(of wanted: UInt8, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
    let raw = UnsafeRawBufferPointer(bytes)
    let (ones, sevens): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x7f7f_7f7f_7f7f_7f7f)
    let pattern = UInt64(wanted) &* ones
    var (total, index) = (0, 0)
    while index &+ 8 <= raw.count {
      var lanes: UInt64 = 0
      // A lane counts to 255 before it is added up.
      let stop = min(raw.count &- 8, index &+ 8 &* 254)
      while index <= stop {
        let other = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self) ^ pattern
        // The top bit of a byte stays clear only where the byte is zero, that is where the two were equal.
        lanes &+= (~(((other & sevens) &+ sevens) | other | sevens) >> 7) & ones
        index &+= 8
      }
      for lane in 0..<8 { total &+= Int(truncatingIfNeeded: lanes >> UInt64(8 &* lane)) & 0xff }
    }
    while index < raw.count {
      total &+= raw[index] == wanted ? 1 : 0
      index &+= 1
    }
    return total
  }
}
