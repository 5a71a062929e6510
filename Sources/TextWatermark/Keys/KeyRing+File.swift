#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension KeyRing {
  /// Reads a file whose mode gives nothing to group and others, checked on the open descriptor.
  static func readPrivateFile(_ path: String) throws(TextWatermarkError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let reason = String(cString: strerror(errno))
      throw TextWatermarkError(
        code: errno == EACCES ? .keyPermissions : .unreadableFile, message: "key ring \(path): \(reason)",
        hint: "give the path of your key ring with --keys, or make one with 'countermark key new'")
    }
    defer { close(descriptor) }
    var information = stat()
    guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
      throw TextWatermarkError(
        code: .invalidKeyRing, message: "key ring \(path): it is no regular file",
        hint: "give the path of a file")
    }
    guard information.st_mode & 0o077 == 0 else {
      let mode = String(information.st_mode & 0o777, radix: 8)
      throw TextWatermarkError(
        code: .keyPermissions,
        message: "key ring \(path): its mode is 0\(mode), so others can reach the keys",
        hint: "run: chmod 600 '\(path)'")
    }
    guard information.st_size <= largestFile else {
      throw TextWatermarkError(
        code: .invalidKeyRing, message: "key ring \(path): it is larger than \(largestFile) bytes",
        hint: "a key ring holds keys and nothing else")
    }
    var bytes = [UInt8](repeating: 0, count: Int(information.st_size) + 1)
    var filled = 0
    while filled < bytes.count {
      let count = bytes.withUnsafeMutableBytes { buffer in
        read(
          descriptor, UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).baseAddress,
          buffer.count - filled)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw TextWatermarkError(
          code: .unreadableFile, message: "key ring \(path): \(String(cString: strerror(errno)))",
          hint: "check the disk")
      }
      if count == 0 { break }
      filled += count
    }
    bytes.removeLast(bytes.count - filled)
    return bytes
  }

  /// Adds a fresh 256-bit secret under `id` to the ring at `path`, making the file with mode 0600 if there is none.
  public static func addSecret(id: String, toFile path: String) throws(TextWatermarkError) {
    var generator = SystemRandomNumberGenerator()
    let secret = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    try add(Key(id: id, material: .secret(secret)), toFile: path)
  }

  /// Adds a key that an engine already uses.
  static func add(id: String, integer: Int128, toFile path: String) throws(TextWatermarkError) {
    try add(Key(id: id, material: .integer(integer)), toFile: path)
  }

  /// The ring is written to a new file beside it and renamed, so that no crash leaves half a ring.
  private static func add(_ key: Key, toFile path: String) throws(TextWatermarkError) {
    guard isValidID(key.id) else {
      throw TextWatermarkError(
        code: .invalidKeyRing, message: "'\(key.id)' cannot be a key's id", hint: idHint)
    }
    var entries: [String] = []
    if access(path, F_OK) == 0 {
      let ring = try KeyRing(contentsOfFile: path)
      guard !ring.keys.contains(where: { $0.id == key.id }) else {
        throw TextWatermarkError(
          code: .invalidKeyRing, message: "key ring \(path): the id '\(key.id)' is taken",
          hint: "choose another id")
      }
      entries = ring.keys.map(\.json)
    }
    entries.append(key.json)
    try replacePrivateFile(path, with: "{\"keys\": [\n  " + entries.joined(separator: ",\n  ") + "\n]}\n")
  }

  private static func replacePrivateFile(_ path: String, with text: String) throws(TextWatermarkError) {
    let partial = path + ".partial"
    func failed(_ what: String) -> TextWatermarkError {
      TextWatermarkError(
        code: .unreadableFile, message: "key ring \(partial): \(what): \(String(cString: strerror(errno)))",
        hint: "check that the folder exists and can be written to")
    }
    let descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failed("cannot be made") }
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let error = failed("cannot be written")
        close(descriptor)
        unlink(partial)
        throw error
      }
      written += count
    }
    guard fsync(descriptor) == 0, close(descriptor) == 0, rename(partial, path) == 0 else {
      let error = failed("cannot be put in place")
      unlink(partial)
      throw error
    }
  }
}

extension KeyRing.Key {
  /// The entry as it stands in a file.
  ///
  /// For writing rings only: it holds the value.
  fileprivate var json: String {
    switch material {
    case .secret(let bytes):
      let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      return "{\"id\": \"\(id)\", \"secret\": \"\(digits)\"}"
    case .integer(let value): return "{\"id\": \"\(id)\", \"integer\": \"\(value)\"}"
    case .integers(let values):
      return "{\"id\": \"\(id)\", \"integers\": [\(values.map(String.init).joined(separator: ", "))]}"
    }
  }
}
