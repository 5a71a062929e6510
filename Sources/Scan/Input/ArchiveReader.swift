import CArchive

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The members of a tar or zip archive, or the one content of a compressed stream, one after another through libarchive.
///
/// Reads forward only, so that archives within archives and on pipes cost no more memory than a block each. What libarchive cannot
/// read, a cut or a damaged archive, is a problem and never a quiet end.
final class ArchiveReader: ByteSource {
  /// What is read.
  enum Kind { case tar, zip, stream }

  private let kind: Kind
  private let archive: OpaquePointer
  private let feed: ArchiveFeed
  private let budget: InputBudget
  private var produced = 0
  private var isOpen = false

  /// - Parameter head: bytes of the archive that were read already.
  init(
    _ base: any ByteSource, head: [UInt8], kind: Kind, budget: InputBudget
  ) throws(InputProblem) {
    self.kind = kind
    self.budget = budget
    feed = ArchiveFeed(base, head: head)
    guard let archive = archive_read_new() else {
      throw InputProblem(
        outcome: .failed, code: "unreadable", message: "no memory to read the archive",
        hint: "free some memory")
    }
    self.archive = archive
    switch kind {
    case .tar:
      archive_read_support_format_tar(archive)
      // Archives laid one after another are all read.
      archive_read_set_format_option(archive, "tar", "read_concatenated_archives", "1")
    case .zip: archive_read_support_format_zip_streamable(archive)
    case .stream:
      archive_read_support_filter_zstd(archive)
      archive_read_support_filter_xz(archive)
      archive_read_support_filter_bzip2(archive)
      archive_read_support_format_raw(archive)
      // Raw alone does not take nothing.
      archive_read_support_format_empty(archive)
    }
    let status = archive_read_open(
      archive, Unmanaged.passUnretained(feed).toOpaque(), nil,
      { _, context, target in
        guard let context, let target else { return -1 }
        let feed = Unmanaged<ArchiveFeed>.fromOpaque(context).takeUnretainedValue()
        guard feed.fill() else { return -1 }
        target.pointee = UnsafeRawPointer(feed.block.baseAddress)
        return feed.count
      }, nil)
    guard status >= ARCHIVE_WARN else { throw failure() }
    isOpen = true
  }

  deinit { archive_read_free(archive) }

  /// A member that holds bytes.
  struct Member {
    /// Its name as it stands in the archive.
    var name: PathName
    /// Whether its bytes cannot be read without a password.
    var isEncrypted: Bool
  }

  /// The next member that holds bytes, nil at a proper end; folders and links are passed over.
  func next() throws(InputProblem) -> Member? {
    while true {
      var entry: OpaquePointer?
      let status = Self.withUTF8 { archive_read_next_header(archive, &entry) }
      if status == ARCHIVE_EOF {
        try feed.drain()
        try checkEnd()
        return nil
      }
      guard status >= ARCHIVE_WARN, let entry else { throw failure() }
      if kind != .stream { try budget.addMember() }
      produced = 0
      guard kind != .stream else { return Member(name: PathName(bytes: []), isEncrypted: false) }
      guard archive_entry_filetype(entry) == 0o100000, archive_entry_hardlink(entry) == nil else { continue }
      var name: [UInt8] = []
      Self.withUTF8 {
        if let text = archive_entry_pathname(entry) ?? archive_entry_pathname_utf8(entry) {
          name = Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
        }
      }
      guard !Self.isHidden(name) else { continue }
      return Member(name: PathName(bytes: name), isEncrypted: archive_entry_is_encrypted(entry) != 0)
    }
  }

  private static nonisolated(unsafe) let utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)

  /// Names go through the locale's encoding in libarchive; whatever the user's is, here it is UTF-8.
  private static func withUTF8<Result>(_ body: () -> Result) -> Result {
    let before = uselocale(utf8)
    defer { uselocale(before) }
    return body()
  }

  /// Hidden files are read only when they are named, in archives as in folders.
  private static func isHidden(_ name: [UInt8]) -> Bool {
    name.split(separator: UInt8(ascii: "/")).contains { part in
      (part.first == UInt8(ascii: ".") && part.count > 1 && !part.elementsEqual("..".utf8))
        || part.elementsEqual("__MACOSX".utf8)
    }
  }

  func read(upTo count: Int, into buffer: inout [UInt8]) throws(InputProblem) -> Int {
    let start = buffer.count
    let count = kind == .tar ? count : min(count, budget.untilCheck(produced))
    buffer.append(contentsOf: repeatElement(0, count: count))
    let got = buffer[start...].withUnsafeMutableBytes { archive_read_data(archive, $0.baseAddress, $0.count) }
    buffer.removeLast(count - max(0, got))
    guard got >= 0 else { throw failure() }
    guard kind != .tar else { return got }
    produced += got
    try budget.checkSize(produced)
    try budget.expand(got, isChecked: InputBudget.isCheck(produced))
    return got
  }

  /// A tar ends with zeros and a zip with its directory; one that does not was cut off between members.
  private func checkEnd() throws(InputProblem) {
    let isWhole =
      switch kind {
      case .tar: feed.trailingZeros >= 512
      case .zip: feed.endsWithDirectory
      case .stream: true
      }
    guard isWhole else {
      throw InputProblem(
        outcome: .failed, code: "truncated-archive", message: "the archive ends too early",
        hint: "fetch the file again; members before the cut were read")
    }
  }

  private func failure() -> InputProblem {
    if let problem = feed.problem { return problem }
    let message = archive_error_string(archive).map { String(cString: $0) } ?? "it cannot be read"
    let isCut = message.lowercased().contains("truncated")
    return InputProblem(
      outcome: .failed, code: isCut ? "truncated-archive" : "invalid-archive",
      message: "libarchive: \(message)",
      hint: "fetch the file again; what was read before the damage stands")
  }
}

/// Hands the bytes of a source to libarchive, a block at a time.
private final class ArchiveFeed {
  let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
  private(set) var count = 0
  private(set) var problem: InputProblem?
  private(set) var trailingZeros = 0
  private var tail: [UInt8] = []
  private let base: any ByteSource
  private var bytes: [UInt8]

  init(_ base: any ByteSource, head: [UInt8]) { (self.base, bytes) = (base, head) }

  deinit { block.deallocate() }

  /// Reads the next block, which is empty at the end; false after a problem.
  func fill() -> Bool {
    guard problem == nil else { return false }
    if bytes.isEmpty {
      do {
        _ = try base.read(upTo: block.count, into: &bytes)
      } catch {
        problem = error
        return false
      }
    }
    count = min(bytes.count, block.count)
    block.copyBytes(from: bytes[..<count])
    if bytes.count > count { bytes.removeFirst(count) } else { bytes.removeAll(keepingCapacity: true) }
    guard count > 0 else { return true }
    let zeros = block[..<count].reversed().prefix { $0 == 0 }.count
    trailingZeros = zeros == count ? trailingZeros + zeros : zeros
    tail += block[..<count]
    // The directory's end may be followed by a comment of 64 KB.
    if tail.count > 1 << 17 { tail.removeFirst(tail.count - (1 << 16) - 64) }
    return true
  }

  /// Reads what libarchive left, so that the end of the file is seen.
  func drain() throws(InputProblem) {
    repeat {
      guard fill() else { break }
    } while count > 0
    if let problem { throw problem }
  }

  var endsWithDirectory: Bool {
    let mark: [UInt8] = [0x50, 0x4b, 0x05, 0x06]
    guard tail.count >= 22 else { return false }
    return (0...(tail.count - 22)).contains { tail[$0..<($0 + 4)].elementsEqual(mark) }
  }
}
