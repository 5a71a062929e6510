import Countermark
import FoundationEssentials

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Encodes a file of documents, for comparing ids and times with the makers' packages.
///
///     TokenizerBench encode TOKENIZER DOCUMENTS IDS [ENCODING]   ids and offsets of every document
///     TokenizerBench time TOKENIZER DOCUMENTS REPEATS [ENCODING] CPU seconds of each repeat, one JSON line
///
/// DOCUMENTS holds documents one after another: a length as little-endian UInt32, then so many bytes. IDS gets for each a count,
/// and then that many triples of id, start and end, all little-endian UInt32. ENCODING names a tiktoken encoding.
@main
struct TokenizerBench {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count >= 5 else { fatalError("see the comment in the source") }
    let tokenizer = try load(arguments[2], encoding: arguments.count > 5 ? arguments[5] : nil)
    let documents = Self.documents(try Data(contentsOf: URL(filePath: arguments[3])))
    switch arguments[1] {
    case "encode":
      try Data(encode(documents, tokenizer)).write(to: URL(filePath: arguments[4]))
    case "time":
      time(documents, tokenizer, repeats: Int(arguments[4]) ?? 5)
    default: fatalError("see the comment in the source")
    }
  }

  static func load(_ path: String, encoding: String?) throws -> Tokenizer {
    if let encoding {
      return try Tokenizer(
        tiktokenRanks: Array(try Data(contentsOf: URL(filePath: path))),
        encoding: TiktokenEncoding(rawValue: encoding)!)
    }
    return try Tokenizer(contentsOfFile: path)
  }

  static func documents(_ data: Data) -> [[UInt8]] {
    let bytes = Array(data)
    var documents: [[UInt8]] = []
    var index = 0
    while index + 4 <= bytes.count {
      let length = (0..<4).reduce(0) { $0 | Int(bytes[index + $1]) << (8 * $1) }
      documents.append(Array(bytes[(index + 4)..<(index + 4 + length)]))
      index += 4 + length
    }
    return documents
  }

  static func encode(_ documents: [[UInt8]], _ tokenizer: Tokenizer) -> [UInt8] {
    let workspace = Tokenizer.Workspace()
    var out: [UInt8] = []
    func append(_ value: Int) {
      withUnsafeBytes(of: UInt32(value).littleEndian) { out.append(contentsOf: $0) }
    }
    for document in documents {
      let encoding = tokenizer.encode(document, workspace: workspace)
      append(encoding.ids.count)
      for (id, offsets) in zip(encoding.ids, encoding.offsets) {
        append(Int(id))
        append(offsets.lowerBound)
        append(offsets.upperBound)
      }
    }
    return out
  }

  static func time(_ documents: [[UInt8]], _ tokenizer: Tokenizer, repeats: Int) {
    var seconds: [Double] = []
    var tokens = 0
    for _ in 0..<repeats {
      let workspace = Tokenizer.Workspace()
      tokens = 0
      let start = cpu()
      for document in documents { tokens += tokenizer.encodeIDs(document, workspace: workspace).count }
      seconds.append(cpu() - start)
    }
    let bytes = documents.reduce(0) { $0 + $1.count }
    print(#"{"tokens": \#(tokens), "bytes": \#(bytes), "cpu_seconds": \#(seconds)}"#)
  }

  static func cpu() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
