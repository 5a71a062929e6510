#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file that one run has to itself until it ends, in whatever way: the system lets it go.
final class LockedFile {
  let descriptor: Int32

  /// Opens a file and takes it.
  ///
  /// - Parameter failure: makes the error where it cannot be opened.
  init(_ path: String, flags: Int32, failure: (Int32) -> ScanError) throws(ScanError) {
    while true {
      let descriptor = open(path, flags | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { throw failure(errno) }
      if Self.isTaken(descriptor) {
        close(descriptor)
        throw ScanError(
          code: .inUse, message: "\(path) is written by another run that has not ended",
          hint: "wait for it to end, or give this run files of its own")
      }
      // Who had it may have renamed it since it was opened: then it is that run's result.
      if Self.isStill(path, descriptor) {
        self.descriptor = descriptor
        return
      }
      close(descriptor)
    }
  }

  deinit { close(descriptor) }

  /// Takes the lock; only a lock of somebody else counts against it, since some file systems have none.
  private static func isTaken(_ descriptor: Int32) -> Bool {
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      if errno != EINTR { return errno == EWOULDBLOCK }
    }
    return false
  }

  private static func isStill(_ path: String, _ descriptor: Int32) -> Bool {
    var opened = stat()
    guard fstat(descriptor, &opened) == 0, let named = InputDiscovery.status(of: PathName(path)) else {
      return false
    }
    return InputDiscovery.FolderIdentity(opened) == InputDiscovery.FolderIdentity(named)
  }
}
