import FoundationEssentials
import Randomness

/// A description of one mark without its key: which scheme, with which parameters, over which tokenizer.
///
/// Profiles are JSON files that can be published and reviewed. Their field names are the makers' own. A field that nothing
/// reads is an error: a misspelt parameter would look for another mark and find nothing.
public struct WatermarkProfile: Hashable, Sendable {
  /// The schemes that this version reads, by their names in profiles.
  public enum Scheme: String, CaseIterable, Sendable {
    /// jwkirchenbauer/lm-watermarking.
    case lmWatermarking = "kgw-lm-watermarking"
    /// Hugging Face transformers.
    case transformers = "kgw-transformers"
  }

  /// The profile's name, as results carry it.
  public internal(set) var name: String
  /// The scheme.
  public let scheme: Scheme
  /// The id of a key in the ring.
  public let keyID: String
  /// The tokenizer's file, relative to the profile's folder unless absolute; needed to read text without ids.
  public let tokenizer: String?
  /// A first token that is not scored.
  public let beginningOfText: UInt32?
  /// Further tokens that are never scored.
  public let unscoredTokens: Set<UInt32>
  /// The scheme's parameters.
  public internal(set) var parameters: GreenListParameters
  /// SHA-256 of the profile's canonical JSON (sorted fields), so that a report can name what it used.
  public internal(set) var digest: String

  /// Reads a profile from a file.
  public init(contentsOfFile path: String) throws(TextWatermarkError) {
    guard let data = try? Data(contentsOf: URL(filePath: path)) else {
      throw TextWatermarkError(
        code: .unreadableFile, message: "profile \(path): it cannot be read",
        hint: "check the path and its mode")
    }
    try self.init(json: Array(data), place: "profile \(path)")
  }

  /// Reads a profile from JSON; `place` names it in messages.
  public init(json bytes: [UInt8], place: String) throws(TextWatermarkError) {
    let fields: [String: JSONValue]
    do {
      fields = try JSONDecoder().decode([String: JSONValue].self, from: Data(bytes))
    } catch {
      throw TextWatermarkError(
        code: .invalidProfile, message: "\(place): it is not a JSON object",
        hint: "see 'countermark profile show'")
    }
    do {
      try self.init(fields, place: place, digest: Self.digest(of: fields))
    } catch {
      var error = error
      if error.code == .invalidParameter || error.code == .unsupportedNormalizer {
        if error.code == .invalidParameter { error.code = .invalidProfile }
        error.message = "\(place): \(error.message)"
      }
      throw error
    }
  }

  private init(_ fields: [String: JSONValue], place: String, digest: String) throws(TextWatermarkError) {
    var reader = FieldReader(fields, place: place, code: .invalidProfile)
    name = try reader.requiredString("name")
    let schemeName = try reader.requiredString("scheme")
    guard let scheme = Scheme(rawValue: schemeName) else {
      throw TextWatermarkError(
        code: .invalidProfile, message: "\(place): the scheme '\(schemeName)' is not in this version",
        hint: "it reads \(Scheme.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    for secret in ["secret", "integer", "integers", "hashing_key", "hash_key"] where reader.has(secret) {
      throw TextWatermarkError(
        code: .unknownField, message: "\(place): '\(secret)' does not belong into a profile",
        hint: "put the key into the key ring and name it with 'key'")
    }
    self.scheme = scheme
    keyID = try reader.requiredString("key")
    tokenizer = try reader.string("tokenizer")
    beginningOfText = try reader.tokenID("bos_token_id")
    unscoredTokens = Set(try reader.tokenIDs("unscored_token_ids") ?? [])
    _ = try reader.string("description")
    parameters = try GreenListParameters(
      &reader, maker: scheme == .transformers ? .transformers : .lmWatermarking)
    try reader.finish()
    self.digest = digest
    // Every parameter is checked now, not at the first record.
    _ = try parameters.scheme(key: GreenListScheme.defaultKey)
  }

  private static func digest(of fields: [String: JSONValue]) -> String {
    ContentDigest.of(Array(JSONValue.object(fields).canonical.utf8))
  }

  /// The detector of this profile under a key of the ring; the profile's own key if `keyID` is nil.
  public func detector(keys: KeyRing, keyID: String? = nil) throws(TextWatermarkError) -> TextDetector {
    let key = try keys.key(named: keyID ?? self.keyID)
    let scheme = try parameters.scheme(key: try KeyRing.integer(of: key, scheme: scheme.rawValue))
    return TextDetector(profile: self, keyID: key.id, scheme: scheme)
  }
}

extension JSONValue {
  /// One text for equal values: fields sorted, no spaces.
  var canonical: String {
    switch self {
    case .null: return "null"
    case .bool(let flag): return flag ? "true" : "false"
    case .integer(let number): return String(number)
    case .number(let number): return "\(number)"
    case .string(let text): return Self.quoted(text)
    case .array(let elements): return "[" + elements.map(\.canonical).joined(separator: ",") + "]"
    case .object(let fields):
      let sorted = fields.keys.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
      return "{" + sorted.map { Self.quoted($0) + ":" + fields[$0]!.canonical }.joined(separator: ",") + "}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case _ where scalar.value < 0x20: out += "\\u" + String(0x10000 + scalar.value, radix: 16).dropFirst()
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}
