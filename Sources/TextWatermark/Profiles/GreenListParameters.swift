/// What a profile says of a green-list mark: everything but the key.
public struct GreenListParameters: Hashable, Sendable {
  /// Whose code made the mark.
  public var maker: GreenListScheme.Maker
  /// The size of the model's output.
  public var vocabularySize: Int
  /// γ, or transformers' `greenlist_ratio`.
  public var ratio: Double
  /// δ, or transformers' `bias`: for embedding, and for stating what a detector could have seen.
  public var bias: Double
  /// The maker's name of the seeding scheme.
  public var seedingScheme: String
  /// transformers' `context_width`; lm-watermarking's comes with its seeding scheme.
  public var contextWidth: Int
  /// lm-watermarking's `select_green_tokens`.
  public var selectsGreenTokens = true
  /// Which occurrences count in our statistic.
  public var repetition = RepetitionPolicy.distinctUnits
  /// Whether the best window counts instead of the whole record.
  public var usesWindows = false
  /// Which maker's figures are shown beside ours when asked.
  public var makerDetector: MakerDetector
  /// The maker's `ignore_repeated_ngrams`.
  public var makerIgnoresRepeats: Bool
  /// The maker's `z_threshold`.
  public var makerThreshold: Double
  /// The maker's `window_size`, for its own figures.
  public var makerWindows: String?
  /// Text normalisers, applied before a text is tokenised.
  public var normalizers: [TextNormalizer] = []

  init(_ reader: inout FieldReader, maker: GreenListScheme.Maker) throws(TextWatermarkError) {
    self.maker = maker
    vocabularySize = try reader.requiredInt("vocabulary_size")
    let isTransformers = maker == .transformers
    ratio = try reader.number(isTransformers ? "greenlist_ratio" : "gamma") ?? 0.25
    bias = try reader.number(isTransformers ? "bias" : "delta") ?? 2
    seedingScheme = try reader.string("seeding_scheme") ?? (isTransformers ? "lefthash" : "selfhash")
    contextWidth = isTransformers ? try reader.int("context_width") ?? 1 : 0
    if !isTransformers { selectsGreenTokens = try reader.bool("select_green_tokens") ?? true }
    if let name = try reader.string("repetition") {
      guard let policy = RepetitionPolicy(rawValue: name) else {
        throw .invalidParameter(
          "repetition '\(name)'",
          hint: "use \(RepetitionPolicy.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      repetition = policy
    }
    if let name = try reader.string("window") {
      guard name == "whole" || name == "max" else {
        throw .invalidParameter("window '\(name)'", hint: "use whole or max")
      }
      usesWindows = name == "max"
    }
    makerDetector = isTransformers ? .transformers5 : .lmWatermarking
    if isTransformers, let name = try reader.string("detector") {
      guard let detector = MakerDetector(rawValue: name), detector != .lmWatermarking else {
        throw .invalidParameter("detector '\(name)'", hint: "use transformers-5 or transformers-4")
      }
      makerDetector = detector
    }
    makerIgnoresRepeats = try reader.bool("ignore_repeated_ngrams") ?? !isTransformers
    makerThreshold =
      try reader.number("z_threshold") ?? GreenListDetector.defaultThreshold(of: makerDetector)
    if !isTransformers {
      makerWindows = try reader.string("window_size")
      if let makerWindows { _ = try GreenListDetector.WindowSizes(makerWindows) }
    }
    normalizers = try TextNormalizer.named(try reader.strings("normalizers") ?? [])
    guard bias.isFinite, makerThreshold.isFinite else {
      throw .invalidParameter("a bias or threshold that is not finite", hint: "give a number")
    }
  }

  /// The scheme under one key.
  public func scheme(key: Int128) throws(TextWatermarkError) -> GreenListScheme {
    switch maker {
    case .transformers:
      guard let seeding = GreenListScheme.TransformersSeeding(rawValue: seedingScheme) else {
        throw .invalidParameter(
          "seeding_scheme '\(seedingScheme)'", hint: "transformers has lefthash and selfhash")
      }
      return try .transformers(
        vocabularySize: vocabularySize, greenlistRatio: ratio, hashingKey: key, seedingScheme: seeding,
        contextWidth: contextWidth)
    case .lmWatermarking:
      return try .lmWatermarking(
        vocabularySize: vocabularySize, gamma: ratio, hashKey: key, seeding: .init(named: seedingScheme),
        selectGreenTokens: selectsGreenTokens)
    }
  }
}
