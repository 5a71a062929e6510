import Kernels

extension GreenListScheme {
  /// The seeding schemes of transformers' `WatermarkingConfig`.
  public enum TransformersSeeding: String, CaseIterable, Sendable {
    /// The token before the scored one.
    case lefthash
    /// The tokens up to and including the scored one.
    case selfhash
  }

  /// A scheme as transformers' `WatermarkingConfig` describes it; the defaults are its own.
  public static func transformers(
    vocabularySize: Int, greenlistRatio: Double = 0.25, hashingKey: Int128 = defaultKey,
    seedingScheme: TransformersSeeding = .lefthash, contextWidth: Int = 1, level: CPULevel = .active
  ) throws(TextWatermarkError) -> GreenListScheme {
    try GreenListScheme(
      maker: .transformers, function: seedingScheme == .lefthash ? .additive : .anchoredMinimumHash,
      contextWidth: contextWidth, selfSalted: seedingScheme == .selfhash, key: hashingKey,
      vocabularySize: vocabularySize, greenlistRatio: greenlistRatio, selectsGreenTokens: true, level: level)
  }

  /// What a seeding scheme of lm-watermarking stands for.
  public struct LMWatermarkingSeeding: Hashable, Sendable {
    /// The function.
    public var function: PseudoRandomFunction
    /// The context width.
    public var contextWidth: Int
    /// Whether the scored token is part of its context.
    public var selfSalted: Bool

    /// Makes a seeding from its parts.
    public init(function: PseudoRandomFunction, contextWidth: Int, selfSalted: Bool) {
      (self.function, self.contextWidth, self.selfSalted) = (function, contextWidth, selfSalted)
    }

    /// Reads a name: `simple_1` or `lefthash`, `minhash`, `skipgram`, `selfhash` or `algorithm-3`, or the free form
    /// `ff-<function>-<width>-<True|False>`.
    ///
    /// The free form may carry a key as a last part in lm-watermarking. It is refused here: a profile holds no secrets.
    public init(named name: String) throws(TextWatermarkError) {
      switch name {
      case "simple_1", "lefthash": self.init(function: .additive, contextWidth: 1, selfSalted: false)
      case "minhash": self.init(function: .minimumHash, contextWidth: 4, selfSalted: false)
      case "skipgram": self.init(function: .skipgram, contextWidth: 5, selfSalted: false)
      case "selfhash", "algorithm-3":
        self.init(function: .anchoredMinimumHash, contextWidth: 4, selfSalted: true)
      default:
        guard name.hasPrefix("ff") else {
          throw .invalidParameter(
            "seeding_scheme '\(name)' is not known",
            hint:
              "use simple_1, lefthash, minhash, skipgram, selfhash, algorithm-3 or ff-<function>-<width>-<True|False>"
          )
        }
        try self.init(freeForm: name)
      }
    }

    private init(freeForm name: String) throws(TextWatermarkError) {
      let parts = name.split(separator: "-", omittingEmptySubsequences: false)
      if parts.count == 5 {
        throw .invalidParameter(
          "the seeding scheme carries a key as its last part",
          hint: "move the key into the key ring and drop that part")
      }
      guard parts.count == 4, parts[0] == "ff" else {
        throw .invalidParameter(
          "seeding_scheme '\(name)' is not of the free form", hint: "write ff-<function>-<width>-<True|False>"
        )
      }
      let label = parts[1].hasSuffix("_prf") ? String(parts[1]) : parts[1] + "_prf"
      guard let function = PseudoRandomFunction(rawValue: String(label)) else {
        let known = PseudoRandomFunction.allCases.map { $0.rawValue.dropLast(4) }.joined(separator: ", ")
        throw .invalidParameter("the function '\(parts[1])' is not known", hint: "use one of \(known)")
      }
      guard let width = Int(parts[2]), width >= 1 else {
        throw .invalidParameter("the context width '\(parts[2])' is no number", hint: "it is 1 to 64 tokens")
      }
      guard parts[3] == "True" || parts[3] == "False" else {
        throw .invalidParameter(
          "'\(parts[3])' stands where True or False belongs", hint: "True means self-salted")
      }
      self.init(function: function, contextWidth: width, selfSalted: parts[3] == "True")
    }
  }

  /// A scheme as lm-watermarking's `WatermarkBase` describes it.
  ///
  /// Defaults are those of its extended processor; the minimal one is `simple_1` with γ = 0.5.
  public static func lmWatermarking(
    vocabularySize: Int, gamma: Double = 0.25, hashKey: Int128 = defaultKey, seeding: LMWatermarkingSeeding,
    selectGreenTokens: Bool = true, level: CPULevel = .active
  ) throws(TextWatermarkError) -> GreenListScheme {
    try GreenListScheme(
      maker: .lmWatermarking, function: seeding.function, contextWidth: seeding.contextWidth,
      selfSalted: seeding.selfSalted, key: hashKey, vocabularySize: vocabularySize, greenlistRatio: gamma,
      selectsGreenTokens: selectGreenTokens, level: level)
  }
}
