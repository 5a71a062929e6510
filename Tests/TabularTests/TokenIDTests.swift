import Tabular
import TestSupport
import Testing

@Suite("Token ids in JSON")
struct TokenIDTests {
  @Test("ids of every length come back, however commas and blanks stand", arguments: 1...40)
  func ids(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let separators = [",", ", ", " ,", "  ,  ", ",\t"]
    var wanted: [UInt32] = []
    var text = seed % 2 == 0 ? "[" : "[ "
    for place in 0..<(seed % 7 == 0 ? seed / 7 : 200) {
      if place > 0 { text += separators[seed % 3 == 0 ? Int(random.next() % 5) : seed % 2] }
      let id = UInt32(truncatingIfNeeded: random.next()) >> UInt32(random.next() % 33)
      wanted.append(id)
      text += String(id)
    }
    text += seed % 5 == 0 ? " ]" : "]"
    let line = Array("{\"ids\": \(text), \"x\": 1}".utf8)
    let scanner = JSONLineScanner(paths: [try FieldPath("ids")])
    var fields: [JSONField?] = []
    var ids: [UInt32] = []
    try line.withUnsafeBufferPointer { buffer in
      try scanner.scan(buffer, into: &fields)
      try #require(fields[0]).appendIDs(in: buffer, to: &ids)
    }
    #expect(ids == wanted)
  }
}
