import FoundationEssentials

/// Profiles from the configurations of engines.
public enum ProfileImport {
  /// Makes a profile from transformers' `generation_config.json` (its `watermarking_config`) or from a bare
  /// `WatermarkingConfig`, and puts the hashing key into a ring under the profile's name.
  ///
  /// - Returns: the profile as JSON, without the key.
  public static func transformers(
    configurationFile path: String, name: String, vocabularySize: Int, tokenizer: String?, keyRing: String
  ) throws(TextWatermarkError) -> String {
    func invalid(_ message: String, _ hint: String) -> TextWatermarkError {
      TextWatermarkError(code: .invalidProfile, message: "\(path): \(message)", hint: hint)
    }
    guard let data = try? Data(contentsOf: URL(filePath: path)) else {
      throw TextWatermarkError(
        code: .unreadableFile, message: "\(path): it cannot be read", hint: "check the path")
    }
    guard let root = try? JSONDecoder().decode([String: JSONValue].self, from: data) else {
      throw invalid("it is not a JSON object", "give a generation_config.json")
    }
    var fields = root
    if case .object(let nested)? = root["watermarking_config"] { fields = nested }
    guard fields["hashing_key"] != nil || fields["greenlist_ratio"] != nil || fields["seeding_scheme"] != nil
    else {
      throw invalid(
        "it has no watermarking_config", "give the configuration that the text was generated with")
    }
    var reader = FieldReader(fields, place: path, code: .invalidProfile)
    let ratio = try reader.number("greenlist_ratio") ?? 0.25
    let bias = try reader.number("bias") ?? 2
    let seeding = try reader.string("seeding_scheme") ?? "lefthash"
    let width = try reader.int("context_width") ?? 1
    let key: Int128
    switch reader.value("hashing_key") {
    case nil: key = GreenListScheme.defaultKey
    case .integer(let number): key = Int128(number)
    default: throw invalid("'hashing_key' is no whole number of 64 bits", "it is an integer in transformers")
    }
    var lines = [
      "\"name\": \(JSONValue.string(name).canonical)", "\"scheme\": \"kgw-transformers\"",
      "\"key\": \(JSONValue.string(name).canonical)", "\"vocabulary_size\": \(vocabularySize)",
      "\"greenlist_ratio\": \(ratio)", "\"bias\": \(bias)",
      "\"seeding_scheme\": \(JSONValue.string(seeding).canonical)", "\"context_width\": \(width)",
    ]
    if let tokenizer { lines.append("\"tokenizer\": \(JSONValue.string(tokenizer).canonical)") }
    let json = "{\n  " + lines.joined(separator: ",\n  ") + "\n}\n"
    // A profile that cannot be read back must not leave a key behind.
    _ = try WatermarkProfile(json: Array(json.utf8), place: "the imported profile")
    try KeyRing.add(id: name, integer: key, toFile: keyRing)
    return json
  }
}

extension WatermarkProfile {
  /// Field and value of everything the profile says, defaults included, for showing.
  public func description(digest includesDigest: Bool) -> [(String, String)] {
    let isTransformers = parameters.maker == .transformers
    var rows: [(String, String)] = [
      ("name", name), ("scheme", scheme.rawValue), ("key", keyID),
      ("vocabulary_size", String(parameters.vocabularySize)),
      (isTransformers ? "greenlist_ratio" : "gamma", "\(parameters.ratio)"),
      (isTransformers ? "bias" : "delta", "\(parameters.bias)"), ("seeding_scheme", parameters.seedingScheme),
    ]
    if isTransformers { rows.append(("context_width", String(parameters.contextWidth))) }
    if !isTransformers { rows.append(("select_green_tokens", String(parameters.selectsGreenTokens))) }
    rows.append(("tokenizer", tokenizer ?? "none"))
    rows.append(("bos_token_id", beginningOfText.map(String.init) ?? "none"))
    rows.append(("unscored_token_ids", unscoredTokens.sorted().map(String.init).joined(separator: " ")))
    rows.append(("repetition", parameters.repetition.rawValue))
    rows.append(("window", parameters.usesWindows ? "max" : "whole"))
    if !parameters.normalizers.isEmpty {
      rows.append(("normalizers", parameters.normalizers.map(\.rawValue).joined(separator: " ")))
    }
    if includesDigest { rows.append(("digest", digest)) }
    return rows
  }
}
