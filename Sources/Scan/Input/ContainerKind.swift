/// What holds other content: told by the first bytes, whatever the name says.
enum ContainerKind {
  /// A gzip stream.
  case gzip
  /// A stream compressed in another way: zstd, xz or bzip2.
  case stream
  /// A tar archive.
  case tar
  /// A zip archive.
  case zip

  init?(head: [UInt8]) {
    if head.starts(with: [0x1f, 0x8b]) {
      self = .gzip
    } else if head.starts(with: [0x28, 0xb5, 0x2f, 0xfd])
      || head.starts(with: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])
      || Self.isBzip2(head)
    {
      self = .stream
    } else if head.starts(with: [0x50, 0x4b, 0x03, 0x04]) || head.starts(with: [0x50, 0x4b, 0x05, 0x06]) {
      self = .zip
    } else if Self.isTar(head) {
      self = .tar
    } else {
      return nil
    }
  }

  /// Whether a first block follows the magic, or the end of a stream of none.
  private static func isBzip2(_ head: [UInt8]) -> Bool {
    guard head.starts(with: Array("BZh".utf8)) else { return false }
    return head.dropFirst(4).starts(with: [0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
      || head.dropFirst(4).starts(with: [0x17, 0x72, 0x45, 0x38, 0x50, 0x90])
  }

  /// Whether the first block is a tar header: its checksum is the sum of its bytes, those of the checksum taken as blanks.
  private static func isTar(_ head: [UInt8]) -> Bool {
    guard head.count >= 512, head[0] != 0 else { return false }
    let digits = head[148..<156].filter { $0 != 0x20 && $0 != 0 }
    guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x37).contains($0) }) else { return false }
    let stated = digits.reduce(0) { $0 * 8 + Int($1 - 0x30) }
    let sum = head[..<148].reduce(0) { $0 + Int($1) } + 8 * 0x20 + head[156..<512].reduce(0) { $0 + Int($1) }
    return stated == sum
  }

  /// Whether a zip file is a document of an office or an e-book, whose members are not texts by themselves.
  static func isDocument(zip head: [UInt8]) -> Bool {
    guard head.count > 30 else { return false }
    let name = head[30...].prefix(Int(head[26]) | Int(head[27]) << 8)
    return ["[Content_Types].xml", "mimetype", "_rels/.rels"].contains { name.elementsEqual($0.utf8) }
  }
}
