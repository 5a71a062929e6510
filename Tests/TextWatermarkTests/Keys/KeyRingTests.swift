import Foundation
import TestSupport
import Testing
import TextWatermark

@Suite("Key rings")
struct KeyRingTests {
  private let secret = String(repeating: "5a", count: 32)

  private func ring(_ json: String) throws -> KeyRing { try KeyRing(json: Array(json.utf8), place: "ring") }

  @Test("every form of key is read, and none can be printed")
  func forms() throws {
    let ring = try ring(
      #"{"keys": [{"id": "a", "secret": "\#(secret)"}, {"id": "b", "integer": "18446744073709551615"}, {"id": "c", "integer": -4242424242}, {"id": "d", "integers": [654321, 400]}]}"#
    )
    #expect(ring.keys.map(\.id) == ["a", "b", "c", "d"])
    #expect(ring.keys.map(\.form) == ["secret", "integer", "integer", "2 integers"])
    var dumped = ""
    dump(ring, to: &dumped)
    for shown in ["\(ring)", "\(ring.keys)", String(reflecting: ring.keys[0]), dumped] {
      for value in ["5a5a", "18446744073709551615", "4242424242", "654321"] {
        #expect(!shown.contains(value), "\(shown)")
      }
    }
  }

  @Test(
    "what is no ring is refused without quoting it",
    arguments: [
      #"[]"#, #"{}"#, #"{"keys": {}}"#, #"{"keys": [7]}"#, #"{"keys": [{"id": "a"}]}"#,
      #"{"keys": [{"secret": "5a5a5a"}]}"#, #"{"keys": [{"id": "a", "secret": "5a5a5a"}]}"#,
      #"{"keys": [{"id": "a", "integer": "5a5a5a"}]}"#,
      #"{"keys": [{"id": "a", "integer": "36893488147419103232"}]}"#,
      #"{"keys": [{"id": "a", "integer": 1.5}]}"#, #"{"keys": [{"id": "a", "integers": []}]}"#,
      #"{"keys": [{"id": "a", "integers": ["5a5a5a"]}]}"#,
      #"{"keys": [{"id": "a", "integer": "1", "secret": "5a5a5a"}]}"#,
      #"{"keys": [{"id": "a", "integer": "1"}, {"id": "a", "integer": "2"}]}"#,
      #"{"keys": [{"id": "a b", "integer": "1"}]}"#, #"{"keys": [{"id": "", "integer": "1"}]}"#,
      #"{"keys": [{"id": "a", "integer": "1", "comment": "5a5a5a"}]}"#, #"{"keys": [], "note": 1}"#,
      #"{"keys": [{"id": "a", "secret": "5a5a5a"#,
    ])
  func invalid(json: String) {
    let error = #expect(throws: TextWatermarkError.self) { try ring(json) }
    #expect(error?.code == .invalidKeyRing || error?.code == .unknownField)
    let shown = (error?.message ?? "") + (error?.hint ?? "")
    #expect(!shown.contains("5a5a5a"), "\(shown)")
  }

  @Test("one secret gives each scheme and each id a key of its own, always the same")
  func derivation() throws {
    let profile = #""vocabulary_size": 1000, "gamma": 0.5, "seeding_scheme": "simple_1"}"#
    let first = try WatermarkProfile(
      json: Array(#"{"name": "p", "scheme": "kgw-lm-watermarking", "key": "a", \#(profile)"#.utf8), place: "p"
    )
    let second = try WatermarkProfile(
      json: Array(
        #"{"name": "p", "scheme": "kgw-transformers", "key": "a", "vocabulary_size": 1000, "greenlist_ratio": 0.5}"#
          .utf8), place: "p")
    let keys = try ring(
      #"{"keys": [{"id": "a", "secret": "\#(secret)"}, {"id": "b", "secret": "\#(secret)"}]}"#)
    func seed(_ profile: WatermarkProfile, _ id: String) throws -> Int128 {
      try profile.detector(keys: keys, keyID: id).greenList.scheme.contextInteger([1], end: 1)
    }
    let seeds = try [seed(first, "a"), seed(first, "b"), seed(second, "a"), seed(second, "b")]
    #expect(Set(seeds).count == 4)
    #expect(try seed(first, "a") == seeds[0])
    // HKDF-SHA-256, empty salt, info "countermark/v1/kgw-transformers/a/hashing-key": high 62 bits of the first 8 bytes.
    #expect(seeds[2] == 1532961234249014197)
  }

  @Test("integers do not serve a scheme that takes one key, and a missing id names what is there")
  func unavailable() throws {
    let profile = try WatermarkProfile(
      json: Array(
        #"{"name": "p", "scheme": "kgw-transformers", "key": "a", "vocabulary_size": 1000}"#.utf8), place: "p"
    )
    let keys = try ring(#"{"keys": [{"id": "many", "integers": [1, 2]}]}"#)
    let missing = #expect(throws: TextWatermarkError.self) { try profile.detector(keys: keys) }
    #expect(missing?.code == .keyUnavailable && missing?.hint.contains("many") == true)
    let wrong = #expect(throws: TextWatermarkError.self) {
      try profile.detector(keys: keys, keyID: "many")
    }
    #expect(wrong?.code == .keyUnavailable)
  }

  @Test("a ring is made private, grows without losing keys, and is never half written")
  func files() throws {
    let folder = NSTemporaryDirectory() + "/countermark-ring-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/ring.json"
    try KeyRing.addSecret(id: "one", toFile: path)
    try KeyRing.addSecret(id: "two", toFile: path)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    #expect(try KeyRing(contentsOfFile: path).keys.map(\.id) == ["one", "two"])
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    for id in ["one", "a b", ""] {
      #expect(throws: TextWatermarkError.self) { try KeyRing.addSecret(id: id, toFile: path) }
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["ring.json"])
    #expect(throws: TextWatermarkError.self) { try KeyRing(contentsOfFile: folder) }
    #expect(throws: TextWatermarkError.self) { try KeyRing.addSecret(id: "x", toFile: folder + "/no/ring") }
  }
}
