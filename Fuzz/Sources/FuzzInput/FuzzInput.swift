import Countermark

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Reads bytes as an input file: sniffing, gzip, lines and their limits.
///
/// Every record comes once, in order; the members of an archive have lines of their own.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let path = "/tmp/countermark-fuzz-\(getpid())"
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  precondition(descriptor >= 0 && write(descriptor, start, count) == count, "a file can be written")
  close(descriptor)
  var limits = InputLimits()
  limits.lineBytes = 256
  limits.textBytes = 4096
  let reader = RecordReader(InputDiscovery.sources(for: [path]), limits: limits)
  var (member, line) = (0, 0)
  while let chunk = reader.next() {
    precondition(chunk.start.member >= member, "members come in order")
    if chunk.start.member > member { (member, line) = (chunk.start.member, 0) }
    guard case .lines(_, let first, _) = chunk.content else { continue }
    precondition(first > line, "lines come in order")
    line = first
  }
  return 0
}
