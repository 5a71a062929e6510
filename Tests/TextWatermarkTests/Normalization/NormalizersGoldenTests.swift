import TestSupport
import Testing
import TextWatermark

private struct Vectors: Decodable {
  struct Item: Decodable {
    var text: String
    var whitespaces: String
    var ascii: String
    var homoglyph: String?
    var homoglyph_error: String?
  }
  var items: [Item]
}

@Suite("Text normalisers, Golden")
struct NormalizersGoldenTests {
  @Test("lm-watermarking's sanitiser and canoniser")
  func normalizers() throws {
    for item in try Golden.load(Vectors.self, from: "text/normalizers.json").items {
      #expect(UnicodeSanitizer(ruleset: .whitespaces)(item.text) == item.whitespaces)
      #expect(UnicodeSanitizer(ruleset: .ascii)(item.text) == item.ascii)
      let outcome = HomoglyphCanonizer()(item.text)
      if let expected = item.homoglyph {
        #expect(outcome.text == expected)
        #expect(outcome.unresolved.isEmpty)
      } else {
        // Where the maker's code fails, ours says which characters it could not place.
        #expect(!outcome.unresolved.isEmpty, "\(item.text.debugDescription): \(item.homoglyph_error ?? "")")
      }
    }
  }
}
