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
}

/// An open file or pipe.
final class FileSource: ByteSource {
  private let descriptor: Int32
  private let ownsDescriptor: Bool

  /// Opens a file.
  init(_ path: PathName) throws(InputProblem) {
    let opened = path.withCString { open($0, O_RDONLY | O_CLOEXEC) } ?? -1
    guard opened >= 0 else {
      let (code, hint) = InputDiscovery.reason(errno)
      throw InputProblem(outcome: .failed, code: code, message: String(cString: strerror(errno)), hint: hint)
    }
    (descriptor, ownsDescriptor) = (opened, true)
  }

  /// Takes an open descriptor, which stays open.
  init(descriptor: Int32) { (self.descriptor, ownsDescriptor) = (descriptor, false) }

  deinit { if ownsDescriptor { close(descriptor) } }

  func read(upTo count: Int, into buffer: inout [UInt8]) throws(InputProblem) -> Int {
    let start = buffer.count
    buffer.append(contentsOf: repeatElement(0, count: count))
    var got = 0
    // A signal wakes one thread, not always the one that waits here: ask now and then whether to stop.
    guard waitForInput() else {
      buffer.removeLast(count)
      return 0
    }
    repeat {
      got = buffer[start...].withUnsafeMutableBytes { Self.readBytes(descriptor, $0) }
    } while got < 0 && errno == EINTR && !Interruption.isRequested
    buffer.removeLast(count - max(got, 0))
    guard got >= 0 else {
      if errno == EINTR { return 0 }
      let (code, hint) = InputDiscovery.reason(errno)
      throw InputProblem(outcome: .failed, code: code, message: String(cString: strerror(errno)), hint: hint)
    }
    return got
  }

  /// Waits until there is something to read, or an end; false when the run shall stop.
  private func waitForInput() -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while !Interruption.isRequested {
      if poll(&request, 1, 100) != 0 { return true }
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
