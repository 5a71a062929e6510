import Foundation
import TestSupport
import Testing
import TextWatermark

@Suite("Profiles")
struct WatermarkProfileTests {
  private func profile(_ json: String) throws -> WatermarkProfile {
    try WatermarkProfile(json: Array(json.utf8), place: "profile x")
  }

  private func transformers(_ more: String) -> String {
    #"{"name": "p", "scheme": "kgw-transformers", "key": "k", "vocabulary_size": 1000\#(more)}"#
  }

  private func lmWatermarking(_ more: String) -> String {
    #"{"name": "p", "scheme": "kgw-lm-watermarking", "key": "k", "vocabulary_size": 1000\#(more)}"#
  }

  @Test("what a profile leaves out has the maker's default")
  func defaults() throws {
    let transformers = try profile(transformers("")).parameters
    #expect(transformers.ratio == 0.25 && transformers.bias == 2 && transformers.seedingScheme == "lefthash")
    #expect(transformers.contextWidth == 1 && !transformers.makerIgnoresRepeats && !transformers.usesWindows)
    #expect(transformers.makerThreshold == 3 && transformers.repetition == .distinctUnits)
    let lm = try profile(lmWatermarking("")).parameters
    #expect(lm.ratio == 0.25 && lm.bias == 2 && lm.seedingScheme == "selfhash" && lm.selectsGreenTokens)
    #expect(lm.makerIgnoresRepeats && lm.makerThreshold == 4)
  }

  @Test("the digest depends on what a profile says, not on how it is written")
  func digest() throws {
    let one = try profile(transformers(#", "bias": 2.5"#))
    let same = try profile(
      "{ \"bias\":2.5,\n\"vocabulary_size\" : 1000, \"key\":\"\\u006b\", \"scheme\": \"kgw-transformers\",\"name\":\"p\"}"
    )
    #expect(one.digest == same.digest && one.digest.hasPrefix("sha256:"))
    #expect(try profile(transformers(#", "bias": 2.25"#)).digest != one.digest)
  }

  @Test("templates are profiles")
  func templates() throws {
    #expect(ProfileTemplate.all.map(\.name).contains("tgi"))
    for template in ProfileTemplate.all {
      let made = try profile(template.json)
      #expect(made.name == template.name && made.scheme.rawValue == template.scheme)
    }
    // text-generation-inference marks with these unless its environment says otherwise.
    let tgi = try #require(ProfileTemplate.all.first { $0.name == "tgi" })
    let parameters = try profile(tgi.json).parameters
    #expect(parameters.ratio == 0.5 && parameters.bias == 2 && parameters.seedingScheme == "simple_1")
  }

  @Test("wrong values name the field, its place and what it takes")
  func invalid() {
    let cases: [(String, String)] = [
      ("[]", "no"), ("{", "JSON"), (transformers(#", "greenlist_ratio": 1.5"#), "1.5"),
      (transformers(#", "greenlist_ratio": "a""#), "'greenlist_ratio' is"),
      (transformers(#", "bias": true"#), "'bias' is"), (transformers(#", "context_width": 0"#), "0"),
      (transformers(#", "context_width": 9000000000000000000"#), "9000000000000000000"),
      (transformers(#", "seeding_scheme": "righthash""#), "righthash"),
      (transformers(#", "repetition": "some""#), "some"), (transformers(#", "window": "best""#), "best"),
      (transformers(#", "detector": "transformers-3""#), "transformers-3"),
      (transformers(#", "unscored_token_ids": [-1]"#), "unscored_token_ids"),
      (transformers(#", "bos_token_id": 1.5"#), "bos_token_id"),
      (transformers(#", "gamma": 0.5"#), "'gamma'"),
      (lmWatermarking(#", "seeding_scheme": "ff-additive_prf-4-True-15485863""#), "carries a key"),
      (lmWatermarking(#", "seeding_scheme": "ff-none_prf-4-True""#), "none_prf"),
      (lmWatermarking(#", "window_size": "0""#), "0"),
      (lmWatermarking(#", "normalizers": ["truecase"]"#), "truecase"),
      (#"{"name": "p", "scheme": "kgw", "key": "k", "vocabulary_size": 10}"#, "'kgw'"),
      (#"{"name": "p", "scheme": "kgw-transformers", "vocabulary_size": 10}"#, "'key' is missing"),
      (#"{"name": "p", "scheme": "kgw-transformers", "key": "k"}"#, "'vocabulary_size' is missing"),
      (#"{"name": "p", "scheme": "kgw-transformers", "key": "k", "vocabulary_size": 1}"#, "1"),
      (
        #"{"name": "p", "scheme": "kgw-transformers", "key": "k", "vocabulary_size": 100000000}"#, "100000000"
      ),
    ]
    for (json, part) in cases {
      let error = #expect(throws: TextWatermarkError.self, "\(json)") { try profile(json) }
      let shown = (error?.message ?? "") + " " + (error?.hint ?? "")
      #expect(shown.contains(part), "\(json): \(shown)")
      #expect(error?.message.hasPrefix("profile x") == true, "\(shown)")
      #expect(!shown.contains("15485863"), "a key reached a message")
    }
  }

  @Test("what fuzzing replays: every prefix of a profile or ring is read or refused")
  func fuzzCorpus() throws {
    let folder = Golden.packageRoot + "/Tests/TextWatermarkTests/FuzzCorpus"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(names.count >= 4)
    for name in names {
      let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
      for end in 0...bytes.count {
        let ring = try? KeyRing(json: Array(bytes[..<end]), place: "input")
        let profile = try? WatermarkProfile(json: Array(bytes[..<end]), place: "input")
        let isWhole = !bytes[end...].contains { $0 > 0x20 }
        #expect((ring != nil || profile != nil) == isWhole, "\(name), \(end) bytes")
      }
    }
  }
}
