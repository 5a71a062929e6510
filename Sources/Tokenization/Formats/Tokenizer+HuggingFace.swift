extension Tokenizer {
  /// Reads Hugging Face's `tokenizer.json` with a byte-level BPE model.
  ///
  /// Every part is either supported or refused by name: a part that is passed over would give other ids.
  public init(huggingFaceJSON bytes: [UInt8]) throws(TokenizationError) {
    let root = try JSONTree(parsing: bytes)
    guard let model = root["model"] else { throw .invalid("it has no 'model'") }
    let bytePairs = try Self.model(model)
    let splitting = try Self.splitting(root["pre_tokenizer"] ?? .null)
    let around = try Self.aroundText(root["post_processor"] ?? .null)
    self.init(
      model: bytePairs, normalizers: try Self.normalizers(root["normalizer"] ?? .null),
      splits: splitting.steps,
      addsPrefixSpace: splitting.addsPrefixSpace, added: try Self.addedTokens(root["added_tokens"] ?? .null),
      prefix: around.prefix, suffix: around.suffix)
  }

  private static func type(_ part: JSONTree) throws(TokenizationError) -> String {
    guard let type = part["type"]?.text else { throw .invalid("a part has no 'type'") }
    return type
  }

  // MARK: - Model

  private static func model(_ model: JSONTree) throws(TokenizationError) -> BytePairModel {
    // Old files leave the type of a BPE model out.
    guard model["type"]?.text ?? "BPE" == "BPE" else {
      throw .unsupported("a \(model["type"]?.text ?? "") model")
    }
    for name in ["continuing_subword_prefix", "end_of_word_suffix"] as [StaticString] {
      if let affix = model[name]?.string, !affix.isEmpty { throw .unsupported("\(name)") }
    }
    if model["byte_fallback"]?.bool == true { throw .unsupported("byte_fallback") }
    if let dropout = model["dropout"], !dropout.isNull { throw .unsupported("dropout") }
    guard case .object(let members)? = model["vocab"] else { throw .invalid("the model has no 'vocab'") }
    var vocabulary: [(entry: [UInt8], id: UInt32)] = []
    vocabulary.reserveCapacity(members.count)
    for member in members {
      guard let id = member.value.id else { throw .invalid("an id of the vocabulary is no whole number") }
      vocabulary.append((member.name, id))
    }
    guard !vocabulary.isEmpty else { throw .invalid("the vocabulary is empty") }
    guard let list = model["merges"]?.array else { throw .invalid("the model has no 'merges'") }
    var merges: [(left: [UInt8], right: [UInt8])] = []
    merges.reserveCapacity(list.count)
    for (rank, merge) in list.enumerated() {
      if let pair = merge.array, pair.count == 2, let left = pair[0].string, let right = pair[1].string {
        merges.append((left, right))
      } else if let text = merge.string, let space = text.firstIndex(of: 0x20) {
        merges.append((Array(text[..<space]), Array(text[(space + 1)...])))
      } else {
        throw .invalid("merge \(rank) is no pair")
      }
    }
    return try BytePairModel(
      vocabulary: vocabulary, merges: merges, takesWholePieces: model["ignore_merges"]?.bool ?? false)
  }

  private static func addedTokens(_ list: JSONTree) throws(TokenizationError) -> [AddedToken] {
    var tokens: [AddedToken] = []
    for entry in list.array ?? [] {
      guard let content = entry["content"]?.string, !content.isEmpty, let id = entry["id"]?.id, id < 1 << 24
      else {
        throw .invalid("an added token has no content or id")
      }
      tokens.append(
        AddedToken(
          content: content, id: id, isSpecial: entry["special"]?.bool ?? false,
          isSingleWord: entry["single_word"]?.bool ?? false, stripsLeft: entry["lstrip"]?.bool ?? false,
          stripsRight: entry["rstrip"]?.bool ?? false, isNormalized: entry["normalized"]?.bool ?? false))
    }
    return tokens
  }

  // MARK: - Steps

  private static func normalizers(_ part: JSONTree) throws(TokenizationError) -> [NormalizerStep] {
    if part.isNull { return [] }
    let type = try type(part)
    if let form = NormalizerStep.Form(rawValue: type) { return [.form(form)] }
    switch type {
    case "Sequence":
      var steps: [NormalizerStep] = []
      for inner in part["normalizers"]?.array ?? [] { steps += try normalizers(inner) }
      return steps
    case "Prepend":
      guard let text = part["prepend"]?.string else { throw .invalid("Prepend has no text") }
      return [.prepend(text)]
    case "Replace":
      guard let pattern = part["pattern"]?["String"]?.string, let content = part["content"]?.string else {
        throw .unsupported("the normaliser Replace with a regular expression")
      }
      return [.replace(pattern, by: content)]
    default: throw .unsupported("the normaliser \(type)")
    }
  }

  private static func splitting(
    _ part: JSONTree
  ) throws(TokenizationError) -> (steps: [SplitStep], addsPrefixSpace: Bool) {
    var steps: [SplitStep] = []
    var addsPrefixSpace = false
    var isByteLevel = false
    try add(part, &steps, &addsPrefixSpace, &isByteLevel)
    guard isByteLevel else { throw .unsupported("a pre-tokenizer without ByteLevel") }
    return (steps, addsPrefixSpace)
  }

  private static func add(
    _ part: JSONTree, _ steps: inout [SplitStep], _ addsPrefixSpace: inout Bool, _ isByteLevel: inout Bool
  ) throws(TokenizationError) {
    if part.isNull { return }
    let type = try type(part)
    switch type {
    case "Sequence":
      for inner in part["pretokenizers"]?.array ?? [] {
        try add(inner, &steps, &addsPrefixSpace, &isByteLevel)
      }
    case "ByteLevel":
      isByteLevel = true
      if part["add_prefix_space"]?.bool ?? true {
        // After a split every piece would get a space of its own.
        guard steps.isEmpty else { throw .unsupported("ByteLevel with add_prefix_space after another step") }
        addsPrefixSpace = true
      }
      if part["use_regex"]?.bool ?? true { steps.append(.scanner(.gpt2)) }
    case "Digits": steps.append(.digits(individual: part["individual_digits"]?.bool ?? false))
    case "Split": steps.append(try split(part))
    default: throw .unsupported("the pre-tokenizer \(type)")
    }
  }

  private static func split(_ part: JSONTree) throws(TokenizationError) -> SplitStep {
    guard let behavior = SplitStep.Behavior(rawValue: part["behavior"]?.text ?? "") else {
      throw .unsupported("the split behaviour '\(part["behavior"]?.text ?? "")'")
    }
    let isInverted = part["invert"]?.bool ?? false
    if let pattern = part["pattern"]?["Regex"]?.text {
      if let scanner = PatternScanner(pattern: pattern),
        behavior == .isolated || (behavior == .removed && isInverted && scanner.coversEverything)
      {
        return .scanner(scanner)
      }
      return .pattern(
        try RegexPattern(Array(pattern.utf8), isLiteral: false), behavior, isInverted: isInverted)
    }
    guard let literal = part["pattern"]?["String"]?.string else { throw .invalid("a Split has no pattern") }
    return .pattern(try RegexPattern(literal, isLiteral: true), behavior, isInverted: isInverted)
  }

  // MARK: - Tokens around a text

  private static func aroundText(
    _ part: JSONTree
  ) throws(TokenizationError) -> (prefix: [UInt32], suffix: [UInt32]) {
    if part.isNull { return ([], []) }
    let type = try type(part)
    switch type {
    case "ByteLevel": return ([], [])
    case "Sequence":
      var around: (prefix: [UInt32], suffix: [UInt32]) = ([], [])
      for inner in part["processors"]?.array ?? [] {
        let more = try aroundText(inner)
        around = (more.prefix + around.prefix, around.suffix + more.suffix)
      }
      return around
    case "TemplateProcessing":
      var around: (prefix: [UInt32], suffix: [UInt32]) = ([], [])
      var isAfter = false
      for piece in part["single"]?.array ?? [] {
        if piece["Sequence"] != nil {
          isAfter = true
        } else if let name = piece["SpecialToken"]?["id"]?.string {
          let ids = try specialIDs(name, in: part)
          if isAfter { around.suffix += ids } else { around.prefix += ids }
        }
      }
      return around
    default: throw .unsupported("the post-processor \(type)")
    }
  }

  private static func specialIDs(_ name: [UInt8], in part: JSONTree) throws(TokenizationError) -> [UInt32] {
    guard case .object(let members)? = part["special_tokens"],
      let entry = members.last(where: { $0.name == name })?.value,
      let ids = entry["ids"]?.array
    else { throw .invalid("a template names a special token that it does not define") }
    return ids.compactMap(\.id)
  }
}
