import Countermark

/// Reads bytes as a profile and as a key ring; what both accept must make a detector that examines any ids.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzProfile(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  if let ring = try? KeyRing(json: bytes, place: "input") {
    for key in ring.keys { precondition(!key.description.isEmpty, "a key can be named") }
  }
  guard let profile = try? WatermarkProfile(json: bytes, place: "input"),
    let ring = try? KeyRing(
      json: Array(#"{"keys": [{"id": "k", "integer": "15485863"}]}"#.utf8), place: "the ring"),
    // A wide vocabulary is legal and slow; it says nothing new about the parser.
    profile.parameters.vocabularySize <= 4096, let detector = try? profile.detector(keys: ring, keyID: "k")
  else { return 0 }
  let workspace = TextDetector.Workspace(for: detector, byteLimit: 1 << 16)
  let ids = (0..<24).map { UInt32($0 * 7 % profile.parameters.vocabularySize) }
  if let seen = try? detector.detect(ids, workspace: workspace) {
    precondition(seen.value <= seen.scored && seen.logPValue <= 0, "a count and a p-value")
  }
  return 0
}
