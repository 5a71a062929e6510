#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension Tokenizer {
  /// The largest tokenizer file that is read.
  public static let largestFile = 256 << 20

  /// Reads a tokenizer from a file: `tokenizer.json`, or a tiktoken rank file of a known encoding.
  public init(contentsOfFile path: String) throws(TokenizationError) {
    try self.init(contents: try Self.contents(ofFile: path), path: path)
  }

  /// Reads a tokenizer from what its file holds; `path` names it in messages.
  public init(contents bytes: [UInt8], path: String) throws(TokenizationError) {
    do {
      if bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") {
        try self.init(huggingFaceJSON: bytes)
      } else {
        try self.init(tiktokenRanks: bytes)
      }
    } catch {
      var error = error
      error.message = "\(path): \(error.message)"
      throw error
    }
  }

  /// The bytes of a tokenizer's file, for those who also keep what they were.
  public static func contents(ofFile path: String) throws(TokenizationError) -> [UInt8] {
    func unreadable(_ reason: String) -> TokenizationError {
      TokenizationError(
        code: .unreadableFile, message: "the tokenizer \(path): \(reason)",
        hint: "check the path; in a profile it is relative to the profile's folder")
    }
    guard let file = fopen(path, "rb") else { throw unreadable(String(cString: strerror(errno))) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = fread(&block, 1, block.count, file)
      if count == 0 { break }
      bytes.append(contentsOf: block[..<count])
      guard bytes.count <= largestFile else { throw unreadable("it is larger than \(largestFile) bytes") }
    }
    guard ferror(file) == 0 else { throw unreadable("it cannot be read") }
    return bytes
  }
}
