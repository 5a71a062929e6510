/// A built-in starting point for a profile: an engine's defaults, for a vocabulary that the user fills in.
public struct ProfileTemplate: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// What it is.
  public let summary: String
  /// The scheme's name.
  public let scheme: String
  /// The id of the key it names.
  public let key = "hf-default"
  let fields: [(String, String)]

  /// The profile as JSON.
  public var json: String {
    var lines = ["\"name\": \"\(name)\"", "\"scheme\": \"\(scheme)\"", "\"key\": \"\(key)\""]
    lines += fields.map { "\"\($0.0)\": \($0.1)" }
    return "{\n  " + lines.joined(separator: ",\n  ") + "\n}\n"
  }

  /// The templates, in the order they are listed.
  public static let all: [ProfileTemplate] = [
    ProfileTemplate(
      name: "transformers-lefthash", summary: "WatermarkingConfig's defaults", scheme: "kgw-transformers",
      fields: [
        ("vocabulary_size", "50257"), ("greenlist_ratio", "0.25"), ("bias", "2.0"),
        ("seeding_scheme", "\"lefthash\""),
        ("context_width", "1"),
      ]),
    ProfileTemplate(
      name: "transformers-selfhash", summary: "WatermarkingConfig with self-hash of width 4",
      scheme: "kgw-transformers",
      fields: [
        ("vocabulary_size", "50257"), ("greenlist_ratio", "0.25"), ("bias", "2.0"),
        ("seeding_scheme", "\"selfhash\""),
        ("context_width", "4"),
      ]),
    ProfileTemplate(
      name: "lm-watermarking", summary: "the extended processor's defaults", scheme: "kgw-lm-watermarking",
      fields: [
        ("vocabulary_size", "50257"), ("gamma", "0.25"), ("delta", "2.0"), ("seeding_scheme", "\"selfhash\""),
      ]),
    ProfileTemplate(
      name: "lm-watermarking-minimal", summary: "the minimal processor's defaults",
      scheme: "kgw-lm-watermarking",
      fields: [
        ("vocabulary_size", "50257"), ("gamma", "0.5"), ("delta", "2.0"), ("seeding_scheme", "\"simple_1\""),
      ]),
    ProfileTemplate(
      name: "tgi", summary: "text-generation-inference with watermark: true", scheme: "kgw-lm-watermarking",
      fields: [
        ("vocabulary_size", "50257"), ("gamma", "0.5"), ("delta", "2.0"), ("seeding_scheme", "\"simple_1\""),
      ]),
  ]

  /// Templates are equal when they make the same profile.
  public static func == (left: ProfileTemplate, right: ProfileTemplate) -> Bool { left.json == right.json }

  /// Hashes the profile it makes.
  public func hash(into hasher: inout Hasher) { hasher.combine(json) }
}
