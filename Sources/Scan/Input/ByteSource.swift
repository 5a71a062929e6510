#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Why an input gives no more bytes although it has not ended.
struct InputProblem: Error {
  var outcome: ErrorLine.Outcome
  var code: String
  var message: String
  var hint: String
}

/// Bytes from somewhere, in pieces.
protocol ByteSource: AnyObject {
  /// Appends at most `count` bytes to `buffer`; returns how many, 0 at the end.
  func read(upTo count: Int, into buffer: inout [UInt8]) throws(InputProblem) -> Int
  /// Passes over bytes; those after the end are no error here.
  func skip(_ count: Int) throws(InputProblem)
}

extension ByteSource {
  func skip(_ count: Int) throws(InputProblem) { try readOver(count) }

  /// Passes over bytes by reading them.
  func readOver(_ count: Int) throws(InputProblem) {
    var rest = count
    var scratch: [UInt8] = []
    while rest > 0 {
      scratch.removeAll(keepingCapacity: true)
      let got = try read(upTo: min(rest, 1 << 19), into: &scratch)
      if got == 0 { return }
      rest -= got
    }
  }
}

/// An open file or pipe.
final class FileSource: ByteSource {
  private let descriptor: Int32
  private let ownsDescriptor: Bool
  private let stallSeconds: Int
  private let meter: ReadMeter?
  /// What a regular file was when it was opened.
  private var opened: stat?

  /// Opens a file.
  init(_ path: PathName, stallSeconds: Int = 0, meter: ReadMeter? = nil) throws(InputProblem) {
    self.meter = meter
    // A pipe that nobody writes to would hold the opening itself; so it is the reading that waits.
    let opened = path.withCString { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) } ?? -1
    guard opened >= 0 else {
      let (code, hint) = InputDiscovery.reason(errno)
      throw InputProblem(outcome: .failed, code: code, message: String(cString: strerror(errno)), hint: hint)
    }
    (descriptor, ownsDescriptor, self.stallSeconds) = (opened, true, stallSeconds)
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG { self.opened = status }
  }

  /// Takes an open descriptor, which stays open.
  init(descriptor: Int32, stallSeconds: Int = 0) {
    (self.descriptor, ownsDescriptor, self.stallSeconds, meter) = (descriptor, false, stallSeconds, nil)
  }

  deinit { if ownsDescriptor { close(descriptor) } }

  func read(upTo count: Int, into buffer: inout [UInt8]) throws(InputProblem) -> Int {
    let start = buffer.count
    buffer.append(contentsOf: repeatElement(0, count: count))
    var got = 0
    repeat {
      // A signal wakes one thread, not always the one that waits here: ask now and then whether to stop.
      guard opened != nil || waitForInput() else {
        buffer.removeLast(count)
        guard !Interruption.isRequested else { return 0 }
        throw InputProblem(
          outcome: .failed, code: "input-stalled",
          message: "nothing came for \(stallSeconds) seconds, and the input was given up",
          hint: "check what writes to it, or raise --stall-limit")
      }
      // Of the whole buffer: a slice of it would be a copy, and be copied back.
      got = buffer.withUnsafeMutableBytes { Self.readBytes(descriptor, .init(rebasing: $0[start...])) }
    } while got < 0 && (errno == EINTR || errno == EAGAIN) && !Interruption.isRequested
    buffer.removeLast(count - max(got, 0))
    guard got >= 0 else {
      if errno == EINTR || errno == EAGAIN { return 0 }
      let (code, hint) = InputDiscovery.reason(errno)
      throw InputProblem(outcome: .failed, code: code, message: String(cString: strerror(errno)), hint: hint)
    }
    if got == 0 { try checkUnchanged() } else { meter?.add(got) }
    return got
  }

  func skip(_ count: Int) throws(InputProblem) {
    // The end of a file is not a place to seek beyond; passing over all of it is reading nothing.
    if opened != nil, count == .max { return }
    if opened != nil, lseek(descriptor, off_t(count), SEEK_CUR) >= 0 {
      meter?.add(count)
      return
    }
    try readOver(count)
  }

  /// A file that was written to while it was read may have been seen half old and half new.
  private func checkUnchanged() throws(InputProblem) {
    guard let opened else { return }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return }
    guard status.st_size == opened.st_size, FileIdentity(status).modified == FileIdentity(opened).modified
    else {
      self.opened = status
      throw InputProblem(
        outcome: .failed, code: "input-changed", message: "the file changed while it was read",
        hint: "scan it again when nobody writes to it")
    }
  }

  /// Waits until there is something to read, or an end; false when the run shall stop or the input has stalled.
  private func waitForInput() -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    var waited = 0
    while !Interruption.isRequested {
      let ready = poll(&request, 1, 100)
      // What a signal ended tells nothing of the input.
      if ready > 0 || (ready < 0 && errno != EINTR) { return true }
      waited += 1
      if stallSeconds > 0, waited >= stallSeconds * 10 { return false }
    }
    return false
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
}

/// What tells whether a file is still the one that it was.
struct FileIdentity: Hashable {
  /// The size in bytes.
  var size: Int
  /// The time of the last change, in nanoseconds.
  var modified: Int
  /// Whether it is a regular file.
  var isRegular: Bool

  init(_ status: stat) {
    size = Int(status.st_size)
    isRegular = status.st_mode & S_IFMT == S_IFREG
    #if canImport(Darwin)
    modified = Int(status.st_mtimespec.tv_sec) &* 1_000_000_000 &+ Int(status.st_mtimespec.tv_nsec)
    #else
    modified = Int(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int(status.st_mtim.tv_nsec)
    #endif
  }
}
