import Countermark

/// The structural scan of rows with id arrays.
enum FieldTimes {
  static func report(path: String, passes: Int) throws {
    let bytes = try FileBytes.read(path, limit: 4 << 30)
    let scanner = JSONLineScanner(paths: [try FieldPath("id"), try FieldPath("ids")])
    for decodes in [false, true] {
      var (rows, tokens) = (0, 0)
      let seconds = ScanBench.best(of: passes) {
        (rows, tokens) = (0, 0)
        var found: [JSONField?] = []
        var ids: [UInt32] = []
        bytes.withUnsafeBufferPointer { buffer in
          ByteLines.forEach(in: buffer) { line, _ in
            guard (try? scanner.scan(line, into: &found)) != nil, let field = found[1] else { return }
            rows += 1
            guard decodes else { return }
            ids.removeAll(keepingCapacity: true)
            try? field.appendIDs(in: line, to: &ids)
            tokens += ids.count
          }
        }
      }
      let rate = ScanBench.rounded(Double(bytes.count) / seconds / 1e9)
      print(
        "{\"name\":\"\(decodes ? "fields and ids" : "fields")\",\"rows\":\(rows),\"tokens\":\(tokens),\"bytes\":\(bytes.count),\"gb_per_cpu_second\":\(rate)}"
      )
    }
  }
}
