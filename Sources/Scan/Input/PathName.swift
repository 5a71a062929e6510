#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file's name as the system has it: bytes, not always UTF-8, perhaps with newlines.
public struct PathName: Hashable, Sendable {
  /// The bytes, without the closing zero.
  public let bytes: [UInt8]

  /// A name from its bytes.
  public init(bytes: [UInt8]) { self.bytes = bytes }

  /// A name from text.
  public init(_ text: String) { bytes = Array(text.utf8) }

  /// The name for showing: what is not UTF-8 becomes `\xNN`, a backslash `\\`, and control characters `\n` or `\xNN`.
  ///
  /// Different names stay different, and a name never breaks a line of output.
  public var display: String {
    var out = ""
    let text = String(decoding: bytes, as: UTF8.self)
    let isUTF8 = Array(text.utf8) == bytes
    for scalar in isUTF8 ? Array(text.unicodeScalars) : bytes.map({ UnicodeScalar($0) }) {
      switch scalar {
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f || (!isUTF8 && scalar.value >= 0x80):
        out += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  /// The name of a file in this folder.
  func appending(_ name: [UInt8]) -> PathName {
    PathName(bytes: bytes.last == UInt8(ascii: "/") ? bytes + name : bytes + [UInt8(ascii: "/")] + name)
  }

  /// The last part of the path.
  var lastComponent: ArraySlice<UInt8> {
    bytes[(bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...]
  }

  /// Runs `body` with the name as the C library takes it; nil, with the error number of a missing file, if it holds a zero byte.
  func withCString<Result>(_ body: ([CChar]) -> Result) -> Result? {
    guard !bytes.contains(0) else {
      errno = ENOENT
      return nil
    }
    return body(bytes.map { CChar(bitPattern: $0) } + [0])
  }

  func hasSuffix(_ suffix: StaticString) -> Bool {
    let wanted = suffix.withUTF8Buffer { Array($0) }
    guard bytes.count >= wanted.count else { return false }
    return bytes.suffix(wanted.count).elementsEqual(wanted) { left, right in
      (left >= 0x41 && left <= 0x5a ? left | 0x20 : left) == right
    }
  }
}
