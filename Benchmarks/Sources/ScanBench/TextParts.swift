import Countermark
import Foundation

/// What a scan of texts does, a step at a time over all of them: how much is beside tokenisation, however the steps are put together.
///
/// A step for all records is at its fastest: its own tables fill the caches, green lists are made before, and nothing is handed between
/// tasks. Beside it, all steps for so many records, and then for the next ones. A scan also reads and hashes, looks for more fields,
/// makes the lists, and finds the verdict.
enum TextParts {
  static func report(
    path: String, tokenizer: String, profile: String, keys: String, keyID: String, passes: Int
  ) throws {
    let bytes = try FileBytes.read(path, limit: 4 << 30)
    var steps = try Steps(
      tokenizer: Tokenizer(contentsOfFile: tokenizer),
      detector: WatermarkProfile(contentsOfFile: profile).detector(
        keys: KeyRing(contentsOfFile: keys), keyID: keyID), source: path)
    let blocks = [1, 8, 64, 512]
    let names =
      ["fields alone", "tokenisation alone", "detection alone", "results alone"]
      + blocks.map { $0 == 1 ? "all steps, one record at a time" : "all steps, \($0) records at a time" }
    var least = names.map { _ in Double.infinity }
    func time(_ index: Int, _ body: () throws -> Void) rethrows {
      least[index] = min(least[index], try ScanBench.best(of: 1, body))
    }
    try bytes.withUnsafeBufferPointer { buffer in
      var lines: [UnsafeBufferPointer<UInt8>] = []
      ByteLines.forEach(in: buffer) { line, _ in lines.append(line) }
      // By turns, since a machine's speed changes. The first round makes the lists, once a context came twice.
      for round in 0...passes {
        if round == 1 { least = names.map { _ in .infinity } }
        try time(0) { try steps.takeTexts(lines[...]) }
        time(1) { steps.tokenise() }
        try time(2) { try steps.detect() }
        time(3) { steps.write() }
        for (index, size) in blocks.enumerated() {
          try time(4 + index) {
            for start in stride(from: 0, to: lines.count, by: size) {
              try steps.takeTexts(lines[start..<min(start + size, lines.count)])
              steps.tokenise()
              try steps.detect()
              steps.write()
            }
          }
        }
      }
      for (name, seconds) in zip(names + ["the four alone, added up"], least + [least[..<4].reduce(0, +)]) {
        print(
          "{\"name\":\"\(name)\",\"rows\":\(lines.count),\"cpu_s\":\(ScanBench.rounded(seconds)),\"times_tokenisation\":\(ScanBench.rounded(seconds / least[1]))}"
        )
      }
    }
  }
}

/// What is made of some records, a step after another.
private struct Steps {
  let tokenizer: Tokenizer
  let detector: TextDetector
  let source: String
  private let scanner: JSONLineScanner
  private let tokenizing = Tokenizer.Workspace()
  private let detecting: TextDetector.Workspace
  private var found: [JSONField?] = []
  private var texts: [[UInt8]] = []
  private var ids: [[UInt32]] = []
  private var seen: [TextDetection] = []
  private var json = JSONWriter()

  init(tokenizer: Tokenizer, detector: TextDetector, source: String) throws {
    (self.tokenizer, self.detector, self.source) = (tokenizer, detector, source)
    scanner = JSONLineScanner(paths: [try FieldPath("id"), try FieldPath("text")])
    detecting = TextDetector.Workspace(for: detector, byteLimit: 160 << 20)
  }

  mutating func takeTexts(_ lines: ArraySlice<UnsafeBufferPointer<UInt8>>) throws {
    texts.removeAll(keepingCapacity: true)
    for line in lines {
      try scanner.scan(line, into: &found)
      if let text = found[1] { texts.append(try text.text(in: line)) }
    }
  }

  mutating func tokenise() {
    ids.removeAll(keepingCapacity: true)
    for text in texts { ids.append(tokenizer.encodeIDs(text, workspace: tokenizing)) }
  }

  mutating func detect() throws {
    seen.removeAll(keepingCapacity: true)
    for record in ids { seen.append(try detector.detect(record, workspace: detecting)) }
  }

  /// Writes the fields of a line of results for each record, and forgets them.
  mutating func write() {
    for (index, detection) in seen.enumerated() {
      write(detection, of: index)
      if index % 64 == 63 { json.removeAll() }
    }
    json.removeAll()
  }

  private mutating func write(_ seen: TextDetection, of index: Int) {
    let (profile, keyID, source) = (detector.profile.name, detector.keyID, source)
    json.object { json in
      json.string("type", "result")
      json.string("id", String(index))
      json.string("source", source)
      json.string("kind", "text")
      json.string("profile", profile)
      json.string("scheme", "kgw-transformers")
      json.string("key_id", keyID)
      json.string("evidence", "retokenized")
      json.integer("tokens", seen.tokens)
      json.integer("scored", seen.scored)
      json.object("statistic") { json in
        json.string("name", seen.statistic)
        json.integer("value", seen.value)
        json.number("null_rate", seen.nullRate)
      }
      json.number("z", seen.z, digits: 12)
      json.number("p_value", exp(seen.logPValue), digits: 12)
      json.number("log10_p", seen.log10PValue, digits: 12)
      json.number("adjusted_log10_p", seen.log10PValue, digits: 12)
      json.number("power", 1, digits: 4)
      json.string("verdict", "not-detected")
      json.array("spans") { _ in }
    }
    json.endLine()
  }
}
