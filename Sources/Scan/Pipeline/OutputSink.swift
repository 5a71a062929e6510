#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where results are written: a descriptor, or a file that appears only when it is complete.
public final class OutputSink {
  private let descriptor: Int32
  private let finalPath: String?
  private var buffer: [UInt8] = []
  /// The bytes that were written, those still gathered included.
  public private(set) var byteCount = 0

  /// The bytes that are gathered before they are written.
  static let bufferBytes = 1 << 16

  /// Writes to an open descriptor, which stays open.
  public init(descriptor: Int32) { (self.descriptor, finalPath) = (descriptor, nil) }

  /// Writes to `path.partial`; ``commit()`` gives it its name.
  public init(file path: String) throws(ScanError) {
    finalPath = path
    descriptor = open(path + ".partial", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw ScanError(
        code: .cannotWrite, message: "\(path).partial: \(String(cString: strerror(errno)))",
        hint: "check that the folder exists and can be written to")
    }
  }

  /// Goes on with `path.partial` after its first `bytes` bytes, which are handed to `check`; what follows them is cut off.
  public init(
    resuming path: String, after bytes: Int, check: ([UInt8]) throws(ScanError) -> Void
  ) throws(ScanError) {
    finalPath = path
    descriptor = open(path + ".partial", O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure(errno, place: path + ".partial") }
    var rest = bytes
    while rest > 0 {
      var chunk = [UInt8](repeating: 0, count: min(rest, 1 << 20))
      let got = chunk.withUnsafeMutableBytes { Self.readBytes(descriptor, $0) }
      if got < 0, errno == EINTR { continue }
      guard got > 0 else {
        throw ScanError(
          code: .checkpointMismatch, message: "\(path).partial is shorter than its checkpoint says",
          hint: "remove the checkpoint to start over")
      }
      chunk.removeLast(chunk.count - got)
      try check(chunk)
      rest -= got
    }
    guard ftruncate(descriptor, off_t(bytes)) == 0, lseek(descriptor, off_t(bytes), SEEK_SET) >= 0 else {
      throw Self.failure(errno, place: path + ".partial")
    }
    byteCount = bytes
  }

  deinit { if finalPath != nil, descriptor >= 0 { close(descriptor) } }

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
      guard count > 0 else {
        throw Self.failure(errno, place: finalPath.map { $0 + ".partial" } ?? "standard output")
      }
      start += count
    }
  }

  /// Hands everything to the disk.
  public func sync() throws(ScanError) {
    try flush()
    guard finalPath != nil else { return }
    guard fsync(descriptor) == 0 else { throw Self.failure(errno, place: (finalPath ?? "") + ".partial") }
  }

  /// Ends a file: everything is on the disk before the name changes.
  public func commit() throws(ScanError) {
    try flush()
    guard let finalPath else { return }
    guard fsync(descriptor) == 0, rename(finalPath + ".partial", finalPath) == 0 else {
      throw Self.failure(errno, place: finalPath)
    }
    // A new name is safe when its folder is.
    let slash = finalPath.lastIndex(of: "/")
    let folder = open(
      slash.map { $0 == finalPath.startIndex ? "/" : String(finalPath[..<$0]) } ?? ".", O_RDONLY)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
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
