import Countermark
import FoundationEssentials

/// A table of any bytes: pieces of 64 bytes must give the rows, and the failures, that one piece gives.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTable(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let path = "/tmp/fuzz-table-\(ProcessInfo.processInfo.processIdentifier)"
  guard (try? Data(UnsafeBufferPointer(start: start, count: count)).write(to: URL(filePath: path))) != nil
  else { return 0 }
  let columns = [
    TableColumn("g"), TableColumn("s", .numbers), (try? TableColumn(definition: "g: <2|a,b|*"))!,
  ]
  func read(_ pieceBytes: Int) -> [Int]? {
    guard let file = try? TableFile(path: path, pieceBytes: pieceBytes), (try? file.require(columns)) != nil,
      let decoder = try? TableDecoder(columns: columns, missing: ["NaN"], layout: file.layout)
    else { return nil }
    var (rows, failed, codes) = (0, 0, 0)
    while let piece = try? file.next() {
      decoder.decode(piece)
      rows += decoder.chunk.rowCount
      failed += decoder.failed
      for row in 0..<decoder.chunk.rowCount { codes += Int(decoder.chunk.codes[0][row]) }
    }
    return [rows, failed, codes]
  }
  let (whole, parts) = (read(1 << 19), read(64))
  precondition(whole == parts, "the size of pieces does not show")
  return 0
}
