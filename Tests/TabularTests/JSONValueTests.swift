import Tabular
import TestSupport
import Testing

@Suite("JSON values of configuration files")
struct JSONValueTests {
  private func read(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }
  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test("Values of every kind come back as they were written")
  func kinds() throws {
    let value = try read(#" {"a": [1, -2.5, 1e3, true, false, null, "x\ny é"], "b": {}, "": []} "#)
    #expect(text(value.compact) == #"{"a":[1,-2.5,1000.0,true,false,null,"x\u000ay é"],"b":{},"":[]}"#)
    #expect(try JSONValue(parsing: value.pretty) == value)
    #expect(try JSONValue(parsing: value.compact) == value)
  }

  @Test("The canonical text does not show the order of members or white space")
  func canonical() throws {
    let one = try read(#"{"b":1,"a":{"d":2,"c":[ 3 ]}}"#)
    let two = try read("{ \"a\" : {\"c\":[3], \"d\":2},\n \"b\" : 1 }")
    #expect(one.canonical == two.canonical)
    #expect(text(one.canonical) == #"{"a":{"c":[3],"d":2},"b":1}"#)
  }

  @Test(
    "What is no JSON is refused",
    arguments: [
      "", "{", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "{\"a\":1,\"a\":2}", "01", "1e999", "nul", "[1] 2",
      "\"\u{1}\"", "'a'",
    ])
  func refused(_ text: String) {
    #expect(throws: TabularError.self) { try read(text) }
  }

  @Test("Deep nesting is an error, not a crash")
  func deep() {
    #expect { try read(String(repeating: "[", count: 100_000)) } throws: {
      ($0 as? TabularError)?.code == .tooDeep
    }
  }

  @Test("Random values survive being written and read", arguments: 0..<50)
  func random(_ seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    func value(_ depth: Int) -> JSONValue {
      switch Int.random(in: 0..<(depth > 3 ? 5 : 7), using: &random) {
      case 0: .null
      case 1: .bool(Bool.random(using: &random))
      case 2: .integer(Int(truncatingIfNeeded: random.next()))
      case 3: .number(Double(bitPattern: random.next() & ~(1 << 62)))
      case 4: .string(String(UnicodeScalar(UInt32.random(in: 1..<0xd800, using: &random)) ?? "x"))
      case 5: .array((0..<Int.random(in: 0..<4, using: &random)).map { _ in value(depth + 1) })
      default: .object((0..<Int.random(in: 0..<4, using: &random)).map { .init("n\($0)", value(depth + 1)) })
      }
    }
    let made = value(0)
    #expect(try JSONValue(parsing: made.compact) == made)
    #expect(try JSONValue(parsing: made.pretty) == made)
  }

  @Test("A field that nothing reads is named with the nearest one, a syntax error with line and column")
  func reader() throws {
    var reader = try ObjectReader(parsing: Array(#"{"name": "n", "alhpa": 0.1}"#.utf8), place: "plan p")
    #expect(try reader.requiredString("name") == "n")
    #expect(try reader.number("alpha") == nil)
    #expect { try reader.finish() } throws: {
      let error = $0 as? TabularError
      return error?.code == .unknownField && error?.hint == "did you mean 'alpha'?"
    }
    #expect { try ObjectReader(parsing: Array("{\n  \"a\": x}".utf8), place: "plan p") } throws: {
      ($0 as? TabularError)?.message.contains("plan p, line 2, column 8") ?? false
    }
    #expect { try reader.integer("name") } throws: { "\($0)".contains("whole number") }
  }
}
