import Raster

/// What an input holds, by its name where that says it, else by its first bytes.
enum InputKind {
  /// One JSON object a line.
  case jsonLines
  /// Rows under a header.
  case table
  /// One text.
  case text
  /// One picture.
  case image

  /// What a file's name says; nil where it says nothing.
  ///
  /// Endings of compression are looked through.
  init?(fileName path: PathName) {
    var name = path
    for ending in [".gz", ".zst", ".xz", ".bz2"] as [StaticString] where name.hasSuffix(ending) {
      name = PathName(bytes: name.bytes.dropLast(ending.utf8CodeUnitCount))
      break
    }
    if name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") {
      self = .jsonLines
    } else if name.hasSuffix(".csv") || name.hasSuffix(".tsv") {
      self = .table
    } else if name.hasSuffix(".txt") || name.hasSuffix(".md") || name.hasSuffix(".text") {
      self = .text
    } else {
      return nil
    }
  }

  /// Decides, refusing what is neither lines of JSON nor text.
  static func decide(
    named: InputKind?, head: [UInt8], isStandardInput: Bool
  ) throws(InputProblem) -> InputKind {
    // Pictures say what they are; their names may say anything.
    if ImageFormat.sniff(head) != nil { return .image }
    if head.starts(with: [0xff, 0xfe]) || head.starts(with: [0xfe, 0xff]) {
      throw InputProblem(
        outcome: .failed, code: "unsupported-encoding", message: "the input begins like UTF-16",
        hint: "convert it to UTF-8, as with iconv -f UTF-16 -t UTF-8")
    }
    if let named, case .jsonLines = named { return named }
    guard !head.contains(0) else {
      throw InputProblem(
        outcome: .skipped, code: "not-text", message: "the input is neither text nor a PNG or JPEG",
        hint: "name texts, JSON lines, tables, pictures and archives; other kinds of file are not examined")
    }
    if let named { return named }
    let body = head.drop { [0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf].contains($0) }
    guard body.first == UInt8(ascii: "{") else { return .text }
    // An object that goes on over lines is a document of some other kind, unless whoever piped it says it is JSON.
    let line = body.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    if isStandardInput || line.count == body.count || line.last == UInt8(ascii: "}") { return .jsonLines }
    throw InputProblem(
      outcome: .skipped, code: "unsupported-format", message: "the file is JSON, but not one object a line",
      hint: "write one object a line, as with jq -c, and name it .jsonl")
  }
}
