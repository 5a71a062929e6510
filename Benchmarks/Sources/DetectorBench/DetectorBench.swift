import Countermark
import Crypto
import FoundationEssentials

/// Times detection and embedding over rows of ids, and prints one JSON line; `peers/transformers_kgw.py` takes the same configuration.
///
///     DetectorBench '{"mode": "detect", "scheme": "lefthash", "vocab": 50257, "path": "rows.jsonl", "repeats": 5}'
///     DetectorBench '{"mode": "embed", "scheme": "selfhash", "vocab": 50257, "path": "rows.jsonl", "steps": 50}'
///     DetectorBench '{"mode": "rows", "tokenizer": "tokenizer.json", "texts": "list", "path": "rows.jsonl", "tokens": 5000000}'
///
/// Each pass starts cold: a new workspace, no list known. Only the calls are timed.
@main
struct DetectorBench {
  struct Configuration: Decodable {
    var mode: String
    var path: String
    var scheme = "lefthash"
    var vocab = 50_257
    var repeats = 5
    var steps = 50
    var rowLimit: Int?
    var listMegabytes = 64
    var tokenizer = ""
    var texts = ""
    var tokens = 0

    enum CodingKeys: String, CodingKey {
      case mode, path, scheme, vocab, repeats, steps, tokenizer, texts, tokens
      case rowLimit = "limit_rows"
      case listMegabytes = "list_megabytes"
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      mode = try fields.decode(String.self, forKey: .mode)
      path = try fields.decode(String.self, forKey: .path)
      scheme = try fields.decodeIfPresent(String.self, forKey: .scheme) ?? scheme
      vocab = try fields.decodeIfPresent(Int.self, forKey: .vocab) ?? vocab
      repeats = try fields.decodeIfPresent(Int.self, forKey: .repeats) ?? repeats
      steps = try fields.decodeIfPresent(Int.self, forKey: .steps) ?? steps
      rowLimit = try fields.decodeIfPresent(Int.self, forKey: .rowLimit)
      listMegabytes = try fields.decodeIfPresent(Int.self, forKey: .listMegabytes) ?? listMegabytes
      tokenizer = try fields.decodeIfPresent(String.self, forKey: .tokenizer) ?? tokenizer
      texts = try fields.decodeIfPresent(String.self, forKey: .texts) ?? texts
      tokens = try fields.decodeIfPresent(Int.self, forKey: .tokens) ?? tokens
    }

    func greenList() throws -> GreenListScheme {
      try .transformers(
        vocabularySize: vocab, seedingScheme: scheme == "selfhash" ? .selfhash : .lefthash,
        contextWidth: scheme == "selfhash" ? 4 : 1)
    }
  }

  static func main() throws {
    guard CommandLine.arguments.count == 2 else { fatalError("see the comment in the source") }
    let configuration = try JSONDecoder().decode(
      Configuration.self, from: Data(CommandLine.arguments[1].utf8))
    switch configuration.mode {
    case "rows": try writeRows(configuration)
    case "detect": try detect(configuration, rows: try rows(configuration))
    case "embed": try embed(configuration, rows: try rows(configuration))
    default: fatalError("see the comment in the source")
    }
  }

  static func rows(_ configuration: Configuration) throws -> [[UInt32]] {
    var rows: [[UInt32]] = []
    let scanner = JSONLineScanner(paths: [try FieldPath("ids")])
    var fields: [JSONField?] = []
    for line in try Data(contentsOf: URL(filePath: configuration.path)).split(separator: UInt8(ascii: "\n")) {
      if let limit = configuration.rowLimit, rows.count >= limit { break }
      var ids: [UInt32] = []
      try Array(line).withUnsafeBufferPointer { line in
        try scanner.scan(line, into: &fields)
        try fields[0]!.appendIDs(in: line, to: &ids)
      }
      rows.append(ids)
    }
    return rows
  }

  /// Cuts real text into rows of 500 ids until there are enough.
  static func writeRows(_ configuration: Configuration) throws {
    let tokenizer = try Tokenizer(contentsOfFile: configuration.tokenizer)
    let list = String(decoding: try Data(contentsOf: URL(filePath: configuration.texts)), as: UTF8.self)
    var pending: [UInt32] = []
    var out = Data()
    var written = 0
    for path in list.split(separator: "\n") where written < configuration.tokens {
      pending += tokenizer.encode(Array(try Data(contentsOf: URL(filePath: String(path))))).ids
      while pending.count >= 500, written < configuration.tokens {
        out.append(
          contentsOf: "{\"ids\": [\(pending[..<500].map(String.init).joined(separator: ","))]}\n".utf8)
        pending.removeFirst(500)
        written += 500
      }
    }
    try out.write(to: URL(filePath: configuration.path))
    print(#"{"tokens": \#(written)}"#)
  }

  static func detect(_ configuration: Configuration, rows: [[UInt32]]) throws {
    let scheme = try configuration.greenList()
    // As the peer counts, so that both can be held against each other.
    let detector = GreenListDetector(scheme: scheme, repetition: .everyOccurrence)
    var times = Times()
    var counts: [(scored: Int, green: Int)] = []
    for _ in 0..<configuration.repeats {
      counts.removeAll(keepingCapacity: true)
      var trace = GreenListTrace()
      try times.measure {
        let workspace = GreenListDetector.Workspace(
          scheme: scheme, byteLimit: configuration.listMegabytes << 20)
        for ids in rows {
          try detector.trace(ids, workspace: workspace, into: &trace)
          counts.append((trace.scored, trace.green))
        }
      }
    }
    let tokens = rows.reduce(0) { $0 + $1.count }
    // Long runs state the digest of all counts and the first ones.
    let shown = counts.prefix(2_000).map { "[\($0.scored),\($0.green)]" }.joined(separator: ",")
    print(
      #"{"rows": \#(rows.count), "tokens": \#(tokens), "counts": [\#(shown)], "list_megabytes": \#(configuration.listMegabytes), \#(times.json)}"#
    )
  }

  static func embed(_ configuration: Configuration, rows: [[UInt32]]) throws {
    let scheme = try configuration.greenList()
    let processor = GreenListProcessor(scheme: scheme, bias: 2)
    var times = Times()
    var digest = ""
    let places = rows.flatMap { ids in (scheme.contextWidth...ids.count).map { ids[..<$0] } }
      .prefix(configuration.steps).map(Array.init)
    for _ in 0..<configuration.repeats {
      var hash = SHA256()
      var workspace = GreenListProcessor.Workspace()
      var clock = Times.Pass()
      for (step, context) in places.enumerated() {
        var logits = (0..<configuration.vocab).map { token in
          let word = UInt32(truncatingIfNeeded: token &* 2_654_435_761 &+ step &* 2_246_822_519)
          return Float(word >> 8) * 0x1p-20 - 8
        }
        clock.measure { processor.bias(&logits, context: context, workspace: &workspace) }
        logits.withUnsafeBytes { hash.update(bufferPointer: $0) }
      }
      times.passes.append(clock)
      digest = hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
    print(#"{"steps": \#(places.count), "digest": "\#(digest)", \#(times.json)}"#)
  }
}
