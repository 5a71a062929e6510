import Scan

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where an input that results name lies within a folder.
struct SourcePlace {
  /// The file.
  let path: PathName
  /// For a member of an archive, `!` and its name; else nothing.
  let member: String

  /// Looks for the input under its whole name and then under ever shorter ends of it; nil where there is no such file.
  ///
  /// Steps upwards are no part of a name, so nothing outside the folder is met.
  init?(_ source: String, in folder: String) {
    let parts = source.split(separator: "!", maxSplits: 1, omittingEmptySubsequences: false)
    for count in parts.indices.reversed() {
      let name = Self.bytes(ofDisplay: parts[...count].joined(separator: "!"))
      let member = count + 1 < parts.count ? "!" + parts[(count + 1)...].joined(separator: "!") : ""
      let steps = name.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual([0x2e]) }
      guard !steps.isEmpty, !steps.contains(where: { $0.elementsEqual([0x2e, 0x2e]) }) else { continue }
      for first in steps.indices {
        let path =
          Array(folder.utf8) + [UInt8(ascii: "/")]
          + Array(steps[first...].joined(separator: [UInt8(ascii: "/")]))
        if Self.isFile(path) {
          (self.path, self.member) = (PathName(bytes: path), member)
          return
        }
      }
    }
    return nil
  }

  /// Looks among inputs that were named to this very command.
  init?(_ source: String, among inputs: [String: PathName]) {
    let parts = source.split(separator: "!", omittingEmptySubsequences: false)
    for count in parts.indices.reversed() {
      guard let path = inputs[parts[...count].joined(separator: "!")] else { continue }
      self.path = path
      member = count + 1 < parts.count ? "!" + parts[(count + 1)...].joined(separator: "!") : ""
      return
    }
    return nil
  }

  private static func isFile(_ path: [UInt8]) -> Bool {
    guard !path.contains(0) else { return false }
    var status = stat()
    return stat(path.map { CChar(bitPattern: $0) } + [0], &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// The bytes of a name that ``PathName/display`` made.
  static func bytes(ofDisplay text: String) -> [UInt8] {
    let shown = Array(text.utf8)
    var bytes: [UInt8] = []
    var index = 0
    while index < shown.count {
      let byte = shown[index]
      index += 1
      guard byte == UInt8(ascii: "\\"), index < shown.count else {
        bytes.append(byte)
        continue
      }
      let escape = shown[index]
      index += 1
      switch escape {
      case UInt8(ascii: "n"): bytes.append(0x0a)
      case UInt8(ascii: "t"): bytes.append(0x09)
      case UInt8(ascii: "x"):
        let digits = String(decoding: shown[index..<min(index + 2, shown.count)], as: UTF8.self)
        if let value = UInt8(digits, radix: 16) { bytes.append(value) }
        index = min(index + 2, shown.count)
      default: bytes.append(escape)
      }
    }
    return bytes
  }
}
