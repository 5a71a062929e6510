import Countermark

/// The first line of the input is a path, the rest a line of JSON whose field of that path is decoded in every way.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSONLines(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let cut = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? 0
  var paths: [FieldPath] = []
  for name in [String(decoding: bytes[..<cut], as: UTF8.self), "ids", "a.b[-1]", "m[0].t"] {
    if let path = try? FieldPath(name) { paths.append(path) }
  }
  let line = Array(bytes[cut...])
  line.withUnsafeBufferPointer { line in
    var fields: [JSONField?] = []
    guard (try? JSONLineScanner(paths: paths).scan(line, into: &fields)) != nil else { return }
    for case let field? in fields {
      precondition(field.range.upperBound <= line.count, "a field lies in its line")
      var ids: [UInt32] = []
      try? field.appendIDs(in: line, to: &ids)
      if let text = try? field.text(in: line) {
        precondition(text.count <= line.count, "decoding never grows")
      }
      _ = field.label(in: line)
    }
  }
  return 0
}
