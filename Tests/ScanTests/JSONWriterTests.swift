import FoundationEssentials
import Scan
import TestSupport
import Testing

@Suite("JSON writing")
struct JSONWriterTests {
  @Test("any text and number reads back as it was")
  func roundTrip() throws {
    struct Row: Decodable, Equatable {
      var text: String
      var numbers: [Double]
      var flag: Bool
      var count: Int
    }
    let texts = ["plain", "quote \" slash \\ / tab \t line \n nul \u{0} del \u{7f}", "é 中 😀 \u{2028}", ""]
    for text in texts {
      var json = JSONWriter()
      json.object { json in
        json.string("text", text)
        json.array("numbers") { json in
          for number in [0, -0.0, 1.5, 1e-300, -2.2250738585072014e-308, 1e21, 0.1] {
            json.number(nil, number)
          }
        }
        json.bool("flag", true)
        json.integer("count", .min)
      }
      let row = try JSONDecoder().decode(Row.self, from: Data(json.bytes))
      #expect(
        row
          == Row(
            text: text, numbers: [0, 0, 1.5, 1e-300, -2.2250738585072014e-308, 1e21, 0.1], flag: true,
            count: .min))
    }
  }

  @Test("what JSON cannot say becomes null, and minus zero zero")
  func unspeakable() {
    var json = JSONWriter()
    json.array { json in
      for number in [Double.infinity, -.infinity, .nan, -0.0] { json.number(nil, number) }
    }
    #expect(String(decoding: json.bytes, as: UTF8.self) == "[null,null,null,0.0]")
  }

  private func power(_ exponent: Int) -> Double { Double("1e\(exponent)")! }

  @Test("numbers are spelled as Swift describes them, rounded or not")
  func numbers() {
    var generator = SplitMix64(seed: 20_261_201)
    var values: [Double] = [
      0, -0.0, 0.25, 1, 100, 1e15, 1e16, 123_456_789_012, 999_999_999_999.5, 1e-4, 9.9999e-5,
    ]
    for exponent in -7...14 {
      let size = power(exponent)
      values += [size, size.nextUp, size.nextDown, size * 0.999_999_999_999_9, size * 0.999_999_4]
    }
    for _ in 0..<20_000 {
      let digits = Double.random(in: 1...10, using: &generator)
      values.append(digits * power(.random(in: -6...13, using: &generator)))
    }
    for value in values.flatMap({ [$0, -$0] }) {
      var json = JSONWriter()
      json.array { json in
        json.number(nil, value)
        for digits in [1, 4, 6, 12, 15] { json.number(nil, value, digits: digits) }
      }
      let wanted = ([value] + [1, 4, 6, 12, 15].map { rounded(value, $0) }).map {
        ($0 == 0 ? 0 : $0).description
      }
      #expect(String(decoding: json.bytes, as: UTF8.self) == "[\(wanted.joined(separator: ","))]")
    }
  }

  @Test("whole numbers of every length, and long texts beside escapes")
  func lengths() {
    var json = JSONWriter()
    let whole = [0, 7, 10, 99, 100, -1, .max, .min] + (0..<19).map { Int(power($0)) }
    json.array { json in for number in whole { json.integer(nil, number) } }
    #expect(
      String(decoding: json.bytes, as: UTF8.self) == "[\(whole.map(String.init).joined(separator: ","))]")
    for length in [0, 1, 15, 16, 511, 512, 70_000] {
      for mark in ["", "\"", "\\", "\u{1}", "é"] {
        json.removeAll()
        json.string(nil, String(repeating: "x", count: length) + mark)
        let escaped = ["": "", "\"": "\\\"", "\\": "\\\\", "\u{1}": "\\u0001", "é": "é"][mark]!
        let text = "\"" + String(repeating: "x", count: length) + escaped + "\""
        #expect(json.bytes == Array(text.utf8))
      }
    }
  }
}
