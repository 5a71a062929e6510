import Countermark

/// Tokenisation alone: texts in memory to ids.
enum TextTimes {
  static func report(path: String, tokenizer: String, passes: Int) throws {
    let bytes = try FileBytes.read(path, limit: 4 << 30)
    let scanner = JSONLineScanner(paths: [try FieldPath("text")])
    var texts: [[UInt8]] = []
    bytes.withUnsafeBufferPointer { buffer in
      var found: [JSONField?] = []
      ByteLines.forEach(in: buffer) { line, _ in
        guard (try? scanner.scan(line, into: &found)) != nil, let text = try? found[0]?.text(in: line) else {
          return
        }
        texts.append(text)
      }
    }
    let tokenizer = try Tokenizer(contentsOfFile: tokenizer)
    var tokens = 0
    let seconds = ScanBench.best(of: passes) {
      let workspace = Tokenizer.Workspace()
      tokens = texts.reduce(0) { $0 + tokenizer.encodeIDs($1, workspace: workspace).count }
    }
    print(
      "{\"name\":\"tokenisation alone\",\"rows\":\(texts.count),\"tokens\":\(tokens),\"cpu_s\":\(ScanBench.rounded(seconds))}"
    )
  }
}
