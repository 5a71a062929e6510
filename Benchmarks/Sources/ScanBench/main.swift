import Countermark

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

// Times the scan of JSON rows for `id` and `ids` in memory, without and with decoding the ids:  ScanBench FILE [PASSES]

func cpuSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

let path = CommandLine.arguments[1]
let passes = CommandLine.arguments.count > 2 ? Int(CommandLine.arguments[2]) ?? 5 : 5
let bytes = try FileBytes.read(path, limit: 4 << 30)
let scanner = JSONLineScanner(paths: [try FieldPath("id"), try FieldPath("ids")])

for decodes in [false, true] {
  var best = Double.infinity
  var (rows, tokens) = (0, 0)
  for _ in 0..<passes {
    (rows, tokens) = (0, 0)
    var found: [JSONField?] = []
    var ids: [UInt32] = []
    let start = cpuSeconds()
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
    best = min(best, cpuSeconds() - start)
  }
  let rate = Double(bytes.count) / best / 1e9
  print(
    "{\"name\":\"\(decodes ? "fields and ids" : "fields")\",\"rows\":\(rows),\"tokens\":\(tokens),\"bytes\":\(bytes.count),\"gb_per_cpu_second\":\((rate * 1000).rounded() / 1000)}"
  )
}
