import FoundationEssentials
import Scan
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
}
