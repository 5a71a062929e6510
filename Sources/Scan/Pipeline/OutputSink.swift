#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where results are written: a descriptor, or a file that appears only when it is complete.
///
/// A device or a pipe is written to as it is; behind a link, the file that it leads to gets its name.
public final class OutputSink {
  private let descriptor: Int32
  private let finalPath: String?
  private let place: String
  private let closes: Bool
  /// What keeps other runs from writing the same file.
  private let lock: LockedFile?
  private var isNameSafe = false
  private var buffer: [UInt8] = []
  /// The bytes that were written, those still gathered included.
  public private(set) var byteCount = 0

  /// The bytes that are gathered before they are written.
  static let bufferBytes = 1 << 16

  /// Writes to an open descriptor, which stays open.
  public init(descriptor: Int32) {
    (self.descriptor, finalPath, place, closes, lock) = (descriptor, nil, "standard output", false, nil)
  }

  /// Writes to `path.partial`; ``commit()`` gives it its name.
  public init(file path: String) throws(ScanError) {
    func failure(_ number: Int32) -> ScanError {
      ScanError(
        code: .cannotWrite, message: "\(path): \(String(cString: strerror(number)))",
        hint: "check that the folder exists and can be written to")
    }
    guard Self.keeps(path) else {
      (finalPath, place, closes, lock) = (nil, path, true, nil)
      // Opening `/dev/stdout` anew would write over what is in the file behind it.
      descriptor =
        OutputName.descriptor(path).map { fcntl($0, F_DUPFD_CLOEXEC, 3) } ?? open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw failure(errno) }
      return
    }
    let final = OutputName.behindLinks(path)
    (finalPath, place, closes) = (final, final + ".partial", false)
    guard InputDiscovery.status(of: PathName(path)).map({ $0.st_mode & S_IFMT != S_IFDIR }) ?? true else {
      throw failure(EISDIR)
    }
    // Emptied when it is ours, not before.
    let file = try LockedFile(place, flags: O_WRONLY | O_CREAT, failure: failure)
    (lock, descriptor) = (file, file.descriptor)
    guard ftruncate(descriptor, 0) == 0 else { throw failure(errno) }
  }

  /// Goes on with `path.partial` after its first `bytes` bytes, which are handed to `check`; what follows them is cut off.
  public init(
    resuming path: String, after bytes: Int, check: ([UInt8]) throws(ScanError) -> Void
  ) throws(ScanError) {
    let final = OutputName.behindLinks(path)
    (finalPath, place, closes) = (final, final + ".partial", false)
    let file = try LockedFile(final + ".partial", flags: O_RDWR) {
      Self.failure($0, place: final + ".partial")
    }
    (lock, descriptor) = (file, file.descriptor)
    var rest = bytes
    while rest > 0 {
      var chunk = [UInt8](repeating: 0, count: min(rest, 1 << 20))
      let got = chunk.withUnsafeMutableBytes { Self.readBytes(descriptor, $0) }
      if got < 0, errno == EINTR { continue }
      guard got > 0 else {
        throw ScanError(
          code: .checkpointMismatch, message: "\(place) is shorter than its checkpoint says",
          hint: "remove the checkpoint to start over")
      }
      chunk.removeLast(chunk.count - got)
      try check(chunk)
      rest -= got
    }
    guard ftruncate(descriptor, off_t(bytes)) == 0, lseek(descriptor, off_t(bytes), SEEK_SET) >= 0 else {
      throw Self.failure(errno, place: place)
    }
    byteCount = bytes
  }

  deinit { if closes, descriptor >= 0 { close(descriptor) } }

  /// Adds bytes.
  public func write(_ bytes: [UInt8]) throws(ScanError) {
    buffer.append(contentsOf: bytes)
    byteCount += bytes.count
    if buffer.count >= Self.bufferBytes { try flush() }
  }

  /// Hands everything to the system.
  public func flush() throws(ScanError) {
    var start = 0
    defer { buffer.removeAll(keepingCapacity: true) }
    while start < buffer.count {
      let count = buffer[start...].withUnsafeBytes { Self.writeBytes(descriptor, $0) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Self.failure(errno, place: place) }
      start += count
    }
  }

  /// Hands everything to the disk, and the first time the name under which it is found.
  public func sync() throws(ScanError) {
    try flush()
    guard finalPath != nil else { return }
    guard fsync(descriptor) == 0 else { throw Self.failure(errno, place: place) }
    if !isNameSafe { syncFolder() }
    isNameSafe = true
  }

  /// A name is safe when its folder is.
  private func syncFolder() {
    let folder = open(OutputName.split(place).folder, O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }

  /// Ends a file: everything is on the disk before the name changes.
  public func commit() throws(ScanError) {
    try flush()
    guard let finalPath else { return }
    guard fsync(descriptor) == 0, rename(place, finalPath) == 0 else {
      throw Self.failure(errno, place: finalPath)
    }
    syncFolder()
  }

  private static func failure(_ number: Int32, place: String) -> ScanError {
    let reason = String(cString: strerror(number))
    switch number {
    case EPIPE: return ScanError(code: .brokenPipe, message: "\(place) was closed", hint: "nothing to do")
    case ENOENT:
      return ScanError(
        code: .cannotWrite, message: "\(place): \(reason)",
        hint: "its folder was removed; make it again and run again")
    case ENOSPC, EDQUOT, EFBIG:
      return ScanError(code: .diskFull, message: "\(place): \(reason)", hint: "free some space and run again")
    default: return ScanError(code: .cannotWrite, message: "\(place): \(reason)", hint: "check the disk")
    }
  }

  private static func readBytes(_ descriptor: Int32, _ bytes: UnsafeMutableRawBufferPointer) -> Int {
    #if canImport(Glibc)
    Glibc.read(descriptor, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
    Musl.read(descriptor, bytes.baseAddress, bytes.count)
    #else
    Darwin.read(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }

  private static func writeBytes(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
    Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
    Musl.write(descriptor, bytes.baseAddress, bytes.count)
    #else
    Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }
}
