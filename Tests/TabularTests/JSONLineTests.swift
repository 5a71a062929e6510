import FoundationEssentials
import Tabular
import TestSupport
import Testing

/// Scans one line for some paths.
private func scan(_ line: String, _ paths: [String]) throws -> [String?] {
  try scan(Array(line.utf8), paths)
}

private func scan(_ bytes: [UInt8], _ paths: [String]) throws -> [String?] {
  let scanner = JSONLineScanner(paths: try paths.map { try FieldPath($0) })
  var fields: [JSONField?] = []
  return try bytes.withUnsafeBufferPointer { buffer in
    try scanner.scan(buffer, into: &fields)
    return fields.map { $0?.label(in: buffer) }
  }
}

@Suite("Lines of JSON")
struct JSONLineTests {
  @Test("fields are found wherever they are, and the last of a name counts")
  func fields() throws {
    let line =
      #"{"a": {"b": [10, {"c": "deep"}, 12]}, "m": [{"t": "x"}, {"t": "y"}], "a.b": "dotted", "k\u0065y": 1, "z": 1, "z": [2]}"#
    let found = try scan(
      line,
      [
        "a.b[1].c", "a.b[-1]", "m[-1].t", "m[0].t", #"["a.b"]"#, "key", "z", "z[0]", "none", "m[7].t",
        "a.b[-4]",
      ])
    #expect(found == ["deep", "12", "y", "x", "dotted", "1", "[2]", "2", nil, nil, nil])
  }

  @Test("escapes become characters, half surrogates U+FFFD")
  func escapes() throws {
    let line = #"{"t": "\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\ud83dx\ude00\u0000"}"#
    let expected = "\"\\/\u{8}\u{c}\n\r\té😀\u{fffd}x\u{fffd}\u{0}"
    #expect(try scan(line, ["t"]) == [expected])
  }

  static let accepted = [
    "{}", "[]", "0", "-0", "1e5", "-1.5E-10", "\"\"", "true", "false", "null", " { \"a\" : [ 1 , 2 ] } ",
    #"{"a":{"a":{"a":[]}}}"#,
    "\"\\u1234\"", "[0,10,-1,0.5,1e1]", "\"é中😀\"", "[1, 22,333 ,4]", "{\"\":1}",
  ]
  static let refused = [
    "", " ", "{", "[", "\"", "{\"a\"}", "{\"a\":}", "{a:1}", "{'a':1}", "[1,]", "{\"a\":1,}", "[1 2]", "01",
    "-", "+1", "1.", ".5", "1e", "1e+",
    "tru", "nul", "NaN", "Infinity", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\t\"", "\"\n\"", "[] []",
    "{} x", "[1,,2]", "}", "]", "\"\\", "[1,00]",
    "[10,0 1]", "{\"a\":1 \"b\":2}", "[-]", "\u{feff}{}",
  ]

  @Test("a string of any length is read whole wherever an escape stands, and a raw control character refused")
  func longStrings() throws {
    for length in Array(0...140) + [700] {
      for place in Set([0, 1, 31, 32, 33, 63, 64, 65, length / 2, length]) where place <= length {
        let (before, after) = (
          String(repeating: "x", count: place), String(repeating: "é", count: length - place)
        )
        let line = "{\"t\": \"\(before)\\n\(after)\", \"u\": \"\(before)\"}"
        #expect(try scan(line, ["t", "u"]) == ["\(before)\n\(after)", before])
        #expect { try scan("{\"t\": \"\(before)\t\(after)\"}", ["t"]) } throws: {
          ($0 as? TabularError)?.offset == 7 + place
        }
      }
    }
  }

  @Test("the grammar is RFC 8259's", arguments: accepted)
  func accepts(line: String) throws {
    _ = try scan(line, ["a"])
    _ = try scan(line, [])
  }

  @Test("what is outside it is refused, with a place inside the line", arguments: refused)
  func refuses(line: String) {
    for paths in [["a"], []] {
      let error = #expect(throws: TabularError.self) { try scan(line, paths) }
      #expect((error?.offset ?? -1) >= 0 && (error?.offset ?? .max) <= line.utf8.count)
    }
  }

  @Test("a cut record is called truncated wherever it is cut")
  func truncation() {
    let line = #"{"id": "x\n", "ids": [1, 22, 333], "ok": true, "n": {"a": null}}"#
    for length in 1..<line.utf8.count {
      let error = #expect(throws: TabularError.self) {
        try scan(Array(line.utf8.prefix(length)), ["ids", "n.a"])
      }
      #expect(error?.code == .truncatedJSON, "\(length): \(error?.message ?? "")")
    }
  }

  @Test(
    "random edits: accepted exactly when the grammar of RFC 8259, written out plainly, accepts",
    arguments: 0..<300)
  func agreesWithGrammar(seed: Int) throws {
    var generator = SplitMix64(seed: UInt64(seed))
    var bytes = Array(#"{"a": [1, 2.5e3, {"b": "x\u00e9\\"}], "c": true, "d": null, "e": -0.1}"#.utf8)
    let pool = Array(#"{}[],:"\ 0123456789.eE+-truefalsn\u"#.utf8)
    for _ in 0..<Int.random(in: 1...3, using: &generator) {
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: bytes.remove(at: place)
      case 1: bytes.insert(pool.randomElement(using: &generator)!, at: place)
      default: bytes[place] = pool.randomElement(using: &generator)!
      }
    }
    let ours = (try? scan(bytes, ["a[2].b", "e"])) != nil
    let theirs = PlainGrammar.accepts(bytes)
    #expect(ours == theirs, "\(String(decoding: bytes, as: UTF8.self))")
  }

  @Test("nesting beyond the limit is refused, not followed")
  func depth() throws {
    let deep = String(repeating: "[", count: 100_000)
    let error = #expect(throws: TabularError.self) { try scan(deep, ["a"]) }
    #expect(error?.code == .tooDeep)
    _ = try scan(String(repeating: "[", count: 128) + String(repeating: "]", count: 128), [])
  }

  @Test("token ids of any spacing; anything else says where")
  func tokenIDs() throws {
    func ids(_ text: String) throws -> [UInt32] {
      let scanner = JSONLineScanner(paths: [try FieldPath("ids")])
      var fields: [JSONField?] = []
      let line = Array(#"{"ids": \#(text)}"#.utf8)
      return try line.withUnsafeBufferPointer { buffer in
        try scanner.scan(buffer, into: &fields)
        var ids: [UInt32] = []
        try #require(fields[0]).appendIDs(in: buffer, to: &ids)
        return ids
      }
    }
    #expect(try ids("[]") == [])
    #expect(try ids("[ 1,2 ,\t4294967295,0]") == [1, 2, .max, 0])
    for (text, code) in [
      ("[1, -2]", TabularError.Code.idOutOfRange), ("[4294967296]", .idOutOfRange),
      ("[99999999999999999999]", .idOutOfRange),
      ("[1.0]", .idsNotIntegers), ("[1e3]", .idsNotIntegers), ("[\"1\"]", .idsNotIntegers),
      ("[[1]]", .idsNotIntegers),
      ("[true]", .idsNotIntegers), ("{}", .wrongType), ("\"12\"", .wrongType),
    ] {
      let error = #expect(throws: TabularError.self) { try ids(text) }
      #expect(error?.code == code, "\(text)")
    }
  }

  @Test(
    "paths that cannot be read",
    arguments: [
      "", ".", "a.", "a..b", "a[", "a[x]", "[\"a]", "a[1", ".a", String(repeating: "a.", count: 20) + "b",
    ])
  func paths(path: String) {
    #expect(throws: TabularError.self) { try FieldPath(path) }
  }

  @Test("what fuzzing found stays mended: every prefix of the corpus gives fields or an error")
  func fuzzCorpus() throws {
    let folder = Golden.packageRoot + "/Tests/TabularTests/FuzzCorpus"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(!names.isEmpty)
    for name in names {
      let bytes = Array(try Data(contentsOf: URL(filePath: folder + "/" + name)))
      for end in 0...bytes.count { _ = try? scan(Array(bytes[..<end]), ["a.b[-1]", "ids", "m[0].t", "id"]) }
    }
  }
}
